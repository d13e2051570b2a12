/** What takes several requests to a broker: for the client's own methods, and for the resources. No part of the package's API. */
export { BusyError, nextTry, retryWhileBusy } from "./busy";
export { cleanUp, type CleanedUp } from "./clean-up";
export { deletionUrl } from "../paths";
export { DoubtfulAbsence, confirmAbsence } from "./confirm-absence";
export { mitigateOrphan } from "./mitigate-orphan";
export { lastLookWords, awaitOperation } from "./await-operation";
export { isAbsence, type Phase, phaseOf } from "./phase";
export type { OperationContext, Operation, Repeated } from "./context";
