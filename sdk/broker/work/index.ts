/** What takes several requests to a broker: for the client's own methods, and for the resources. No part of the package's API. */
export { BusyError, nextTry, whenFree } from "./busy";
export { cleanUp, type CleanedUp, type Orphan } from "./clean-up";
export { DoubtfulAbsence, lookAgain } from "./look-again";
export { mitigateOrphan, type MitigatedOrphan } from "./mitigate-orphan";
export { lastLookWords, standingOf, waitForOperation, type Operation } from "./operation";
export type { Work } from "./work";
