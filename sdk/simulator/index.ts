import type { BrokerSimulatorOptions } from "./broker/options";
import { BrokerSimulator } from "./broker/simulator";
import type { SimulatorOptions } from "./options";
import { Simulator } from "./simulator";

export type { Clock } from "../wait/clock";
export { actionServices } from "./broker/action-services";
export type { BrokerFailure } from "./broker/failures";
export type { BrokerFault } from "./broker/faults";
export type { BrokerEvent, BrokerEventKind, BrokerLedger } from "./broker/ledger";
export {
  type BrokerCredentials,
  type BrokerKind,
  type BrokerScenario,
  type BrokerSettings,
  type BrokerSimulatorOptions,
  readBrokerScenario,
} from "./broker/options";
export type { BrokerRequestKind, OperationKind } from "./broker/requests";
export { type RunningBrokerSimulator, startBrokerSimulator } from "./broker/server";
export type { BrokerAccount, BrokerSimulator, InstancePatch } from "./broker/simulator";
export type {
  ServiceBinding as SimulatedServiceBinding,
  ServiceInstance as SimulatedServiceInstance,
} from "./broker/things";
export { usualServices } from "./broker/usual-services";
export type { ClientOptions, SimulatedClient } from "./clients";
export type { Failure } from "./failures";
export type { ScriptedFault } from "./fault-script";
export type { Fault } from "./faults";
export type { InstanceOptions, SimulatedAssociation, SimulatedInstance } from "./instances";
export type { Ledger, LedgerEvent, LedgerEventKind } from "./ledger";
export type { AllocatedUnits, LicenseOptions, SimulatedLicense, SimulatedUnits } from "./licenses";
export type { ListenOptions } from "./listen";
export type { Job, Settings, SimulatorOptions } from "./options";
export type { HttpAnswer, RequestKind, SimulatorAnswer, SimulatorRequest } from "./protocol";
export { readScenario, type Scenario } from "./scenario";
export { type RunningSimulator, startSimulator } from "./server";
export type { Account, Simulator } from "./simulator";
export type { SimulatedTenant, TenantOptions } from "./tenants";
export type { FailureName, Phase, Stage } from "./timeline";

/**
 * The subscription service as a state machine in memory, for tests in process: `handle` takes a request and gives
 * the answer.
 * @throws Error that names the path of each option that is wrong.
 */
export const createSimulator = (options?: SimulatorOptions): Simulator => new Simulator(options);

/**
 * An Open Service Broker as a state machine in memory, for tests in process: `handle` takes a request and gives the
 * answer.
 * @throws Error that names the path of each option that is wrong.
 */
export const createBrokerSimulator = (options?: BrokerSimulatorOptions): BrokerSimulator =>
  new BrokerSimulator(options);

export type { BrokerPlan, BrokerService } from "./broker/catalog-schema";
