import type { SimulatorOptions } from "./options";
import { Simulator } from "./simulator";

export type { Clock } from "../wait/clock";
export type { ClientOptions, SimulatedClient } from "./clients";
export type { Failure } from "./failures";
export type { Fault, ScriptedFault } from "./faults";
export type { InstanceOptions, SimulatedAssociation, SimulatedInstance } from "./instances";
export type { Ledger, LedgerEvent, LedgerEventKind } from "./ledger";
export type { AllocatedUnits, LicenseOptions, SimulatedLicense, SimulatedUnits } from "./licenses";
export type { Job, Settings, SimulatorOptions } from "./options";
export type { HttpAnswer, RequestKind, SimulatorAnswer, SimulatorRequest } from "./protocol";
export { readScenario, type Scenario } from "./scenario";
export { type ListenOptions, type RunningSimulator, startSimulator } from "./server";
export type { Account, Simulator } from "./simulator";
export type { SimulatedTenant, TenantOptions } from "./tenants";
export type { FailureName, Phase, Stage } from "./timeline";

/**
 * The subscription service as a state machine in memory, for tests in process: `handle` takes a request and gives
 * the answer.
 * @throws Error that names the path of each option that is wrong.
 */
export const createSimulator = (options?: SimulatorOptions): Simulator => new Simulator(options);
