import type {
  BindRequest,
  BrokerClient,
  OperationQuery,
  PlanRef,
  ProvisionRequest,
  UpdateRequest,
} from "../../sdk/broker";
import type { BrokerSimulator } from "../../sdk/simulator";

interface Asynchronous {
  acceptsIncomplete?: boolean;
}
type End = Promise<unknown>;

/**
 * What a platform asks a simulated broker for, about one instance and its binding `b-1`, with all fields that there
 * are unless it is told otherwise. A call that fails ends with its error.
 */
export class BrokerPlatform {
  /** The service, and its plan before any update. */
  readonly plan: PlanRef;
  constructor(
    private readonly client: BrokerClient,
    private readonly simulator: BrokerSimulator,
    private readonly service: string,
    readonly instanceId: string,
  ) {
    this.plan = simulator.plan(service);
  }

  planIdOf(name: string): string {
    return this.simulator.plan(this.service, name).planId;
  }

  /** Lets the broker bring to an end what it does. */
  finish(): void {
    for (const { id } of [...this.simulator.bindings, ...this.simulator.instances])
      this.simulator.finishOperation(id);
  }

  catalog(): End {
    return endOf(this.client.getCatalog());
  }

  provision(change: Partial<ProvisionRequest> = {}, options?: Asynchronous): End {
    const request = {
      ...this.plan,
      organizationGuid: "organization-1",
      spaceGuid: "space-1",
      context: { platform: "provisor", stack: "dev" },
      ...change,
    };
    return endOf(this.client.provision(this.instanceId, request, options));
  }

  /** An instance that is ready. */
  async provisioned(change: Partial<ProvisionRequest> = {}): Promise<this> {
    await this.provision(change);
    this.finish();
    return this;
  }

  fetch(plan?: Partial<PlanRef>): End {
    return endOf(this.client.getInstance(this.instanceId, plan));
  }

  update(change: Partial<UpdateRequest>, options?: Asynchronous): End {
    const request = { serviceId: this.plan.serviceId, ...change };
    return endOf(this.client.updateInstance(this.instanceId, request, options));
  }

  lastOperation(query?: OperationQuery): End {
    return endOf(this.client.getLastOperation(this.instanceId, query));
  }

  deprovision(plan: PlanRef = this.plan, options?: Asynchronous): End {
    return endOf(this.client.deprovision(this.instanceId, plan, options));
  }

  bind(change: Partial<BindRequest> = {}, options?: Asynchronous): End {
    return endOf(this.client.bind(this.instanceId, "b-1", { ...this.plan, ...change }, options));
  }

  /** A binding that is ready, of an instance that is. */
  async bound(change: Partial<BindRequest> = {}): Promise<this> {
    await this.provisioned();
    await this.bind(change);
    this.finish();
    return this;
  }

  rotate(options?: Asynchronous): End {
    const request = { ...this.plan, predecessorBindingId: "b-1" };
    return endOf(this.client.rotateBinding(this.instanceId, "b-2", request, options));
  }

  fetchBinding(plan?: Partial<PlanRef>): End {
    return endOf(this.client.getBinding(this.instanceId, "b-1", plan));
  }

  lastBindingOperation(query?: OperationQuery): End {
    return endOf(this.client.getLastBindingOperation(this.instanceId, "b-1", query));
  }

  unbind(plan: PlanRef = this.plan, options?: Asynchronous): End {
    return endOf(this.client.unbind(this.instanceId, "b-1", plan, options));
  }
}

const endOf = (call: Promise<unknown>): End => call.catch((error: unknown) => error);
