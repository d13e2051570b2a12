import {
  type AsyncCallOptions,
  type MaintenanceInfo,
  type PlanRef,
  ProvisorError,
  type ServiceOffering,
  type ServicePlan,
} from "../../../sdk/broker";
import type { OperationContext } from "../../../sdk/broker/operations";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { type Broker, CATALOG_MAX_AGE_MS, identityFor, openBroker, workOf } from "../broker/account";
import { type BrokerRunState, brokerRunStateOf } from "../broker/run-state";
import { type Host, StopError } from "../../host/contract";
import { type Timeouts, timeoutOf } from "../timeouts";

/** One operation on one instance: where it goes, and until when. */
export class InstanceOperation {
  readonly broker: Broker;
  /** For what takes several requests. */
  readonly work: OperationContext;
  readonly brokerRunState: BrokerRunState;
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly deadline: number;

  constructor(
    readonly host: Host,
    inputs: { profile?: string | undefined; timeouts?: Timeouts | undefined },
    operation: keyof Timeouts,
  ) {
    this.broker = openBroker(host.session, host.settings, inputs.profile);
    this.work = workOf(host, this.broker);
    this.brokerRunState = brokerRunStateOf(host.session);
    this.timeoutMs = timeoutOf(inputs.timeouts, operation);
    this.deadline = host.session.clock.now() + this.timeoutMs;
  }

  get now(): number {
    return this.host.session.clock.now();
  }

  get isLate(): boolean {
    return this.now >= this.deadline;
  }

  /**
   * For a request on the user's behalf; nothing is sent once the engine is gone. An engine that wants to end ends the waiting:
   * what is sent comes to its end.
   */
  call(context: Readonly<Record<string, unknown>> | undefined): AsyncCallOptions {
    return {
      deadline: this.deadline,
      beforeSend: () => this.host.session.assertEngineAlive(),
      originatingIdentity: identityFor(this.broker, context),
    };
  }

  /** The service as the catalog has it, by the first of the tests that one passes; undefined where it cannot be had: nothing here depends on it alone. */
  private async offering(
    ...tests: ((offering: ServiceOffering) => boolean)[]
  ): Promise<ServiceOffering | undefined> {
    try {
      const fetched = this.broker.catalog.get(CATALOG_MAX_AGE_MS);
      const { services } = await withDeadline(fetched, this.host.session.clock, this.deadline);
      return tests.map((test) => services.find(test)).find((found) => found !== undefined);
    } catch (error) {
      if (error instanceof ProvisorError || error instanceof DeadlineError) return undefined;
      throw error;
    }
  }

  async plan({ serviceId, planId }: PlanRef): Promise<ServicePlan | undefined> {
    const offering = await this.offering(({ id }) => id === serviceId);
    return offering?.plans.find(({ id }) => id === planId);
  }

  /** All plans of the service; where the catalog does not have its id any more, of the one with its name. */
  async plansOf({ serviceId, service }: { serviceId: string; service: string }): Promise<PlanRef[]> {
    const offering = await this.offering(
      ({ id }) => id === serviceId,
      ({ name }) => name === service,
    );
    return (offering?.plans ?? []).map(({ id }) => ({ serviceId: offering?.id ?? serviceId, planId: id }));
  }

  /** Whether instances of the service can be fetched; false where the catalog cannot be had. */
  async isRetrievable({ serviceId }: Pick<PlanRef, "serviceId">): Promise<boolean> {
    return (await this.offering(({ id }) => id === serviceId))?.instancesRetrievable ?? false;
  }

  /** The plan as far as the catalog is known by now. */
  private knownPlan({ serviceId, planId }: PlanRef): ServicePlan | undefined {
    const { services = [] } = this.broker.catalog.latest ?? {};
    return services.find(({ id }) => id === serviceId)?.plans.find(({ id }) => id === planId);
  }

  /** Its name in the catalog, or the id where there is none. */
  planName({ serviceId }: Pick<PlanRef, "serviceId">, planId: string): string {
    return this.knownPlan({ serviceId, planId })?.name ?? planId;
  }

  /** A maintenance version with what the catalog says of it. */
  maintenanceInfo(ref: PlanRef, version: string): MaintenanceInfo {
    const info = this.knownPlan(ref)?.maintenanceInfo;
    return info?.version === version ? info : { version };
  }

  stop(why: string): StopError {
    return new StopError(this.clean(`${this.host.name}: ${why}`));
  }

  clean(text: string): string {
    return this.broker.client.redact(text);
  }
}
