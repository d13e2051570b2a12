/** What takes several requests to a broker: for the client's own methods, and for the resources. No part of the package's API. */
export { BusyError, nextTry, whenFree } from "./busy";
export { cleanUp, type CleanedUp, type Orphan } from "./clean-up";
export { deletionUrl } from "../paths";
export { DoubtfulAbsence, lookAgain } from "./look-again";
export { mitigateOrphan, type MitigatedOrphan } from "./mitigate-orphan";
export { lastLookWords, type Operation, type Repeated, waitForOperation } from "./operation";
export { isAbsence, type Standing, standingOf } from "./standing";
export type { Work } from "./work";
