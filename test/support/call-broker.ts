import {
  type BrokerSimulator,
  type BrokerSimulatorOptions,
  createBrokerSimulator,
} from "../../sdk/simulator";
import { FakeClock } from "./fake-clock";

/** An answer whose JSON has been read. */
export interface BrokerAnswer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

type Fields = Record<string, unknown>;
type Query = Record<string, string>;
interface Sent {
  query?: Query;
  body?: Fields;
  headers?: Record<string, string | undefined>;
}

/** Long enough for anything that a simulated broker does, in milliseconds. */
export const LONG = 10_000;

/** Calls a simulated broker in process, on a clock of its own, about the instance `i1` and the binding `b1`. */
export class BrokerCaller {
  readonly clock = new FakeClock();
  readonly simulator: BrokerSimulator;
  /** What requests are about unless they say otherwise. */
  plan: { serviceId: string; planId: string };
  constructor(
    options: BrokerSimulatorOptions = {},
    private readonly service = "postgres",
    plan?: string,
  ) {
    this.simulator = createBrokerSimulator({ ...options, clock: this.clock });
    this.plan = this.simulator.plan(service, plan);
  }

  planIdOf(name: string): string {
    return this.simulator.plan(this.service, name).planId;
  }

  /** The service and plan as requests' bodies and queries name them. */
  get ids(): { service_id: string; plan_id: string } {
    return { service_id: this.plan.serviceId, plan_id: this.plan.planId };
  }

  async send(
    method: string,
    path: string,
    { query = {}, body, headers = {} }: Sent = {},
  ): Promise<BrokerAnswer> {
    const answer = await this.simulator.handle({
      method,
      path,
      query,
      headers: {
        authorization: `Basic ${Buffer.from("broker:simulated-password").toString("base64")}`,
        "x-broker-api-version": "2.17",
        ...(body ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!("status" in answer)) throw new Error("The simulator gave no answer.");
    const { status } = answer;
    return { status, headers: answer.headers, body: answer.body ? (JSON.parse(answer.body) as Fields) : {} };
  }

  catalog(headers: Sent["headers"] = {}): Promise<BrokerAnswer> {
    return this.send("GET", "/v2/catalog", { headers });
  }

  /** A body that is in order. */
  provisionBody(fields: Fields = {}): Fields {
    return {
      ...this.ids,
      organization_guid: "org-1",
      space_guid: "space-1",
      context: { platform: "provisor", stack: "dev" },
      parameters: { storageGb: 5 },
      ...fields,
    };
  }

  provision(fields: Fields = {}, { id = "i1", ...sent }: Sent & { id?: string } = {}): Promise<BrokerAnswer> {
    const body = this.provisionBody(fields);
    return this.send("PUT", instancePath(id), { query: incomplete, body, ...sent });
  }

  /** Provisions and waits until that is done. */
  async provisioned(fields: Fields = {}): Promise<this> {
    await this.provision(fields);
    await this.clock.advance(LONG);
    return this;
  }

  fetch(query: Query = {}): Promise<BrokerAnswer> {
    return this.send("GET", instancePath("i1"), { query });
  }

  update(fields: Fields = {}, query: Query = incomplete): Promise<BrokerAnswer> {
    const body = { service_id: this.plan.serviceId, ...fields };
    return this.send("PATCH", instancePath("i1"), { query, body });
  }

  lastOperation(query: Query = {}): Promise<BrokerAnswer> {
    return this.send("GET", `${instancePath("i1")}/last_operation`, { query });
  }

  deprovision(query: Query = {}): Promise<BrokerAnswer> {
    return this.send("DELETE", instancePath("i1"), { query: { ...incomplete, ...this.ids, ...query } });
  }

  bind(fields: Fields = {}, id = "b1", query: Query = incomplete): Promise<BrokerAnswer> {
    const body = { ...this.ids, ...fields };
    return this.send("PUT", bindingPath(id), { query, body });
  }

  /** Binds and waits until that is done. */
  async bound(fields: Fields = {}, id = "b1"): Promise<this> {
    await this.bind(fields, id);
    await this.clock.advance(LONG);
    return this;
  }

  fetchBinding(id = "b1", query: Query = {}): Promise<BrokerAnswer> {
    return this.send("GET", bindingPath(id), { query });
  }

  lastBindingOperation(query: Query = {}): Promise<BrokerAnswer> {
    return this.send("GET", `${bindingPath("b1")}/last_operation`, { query });
  }

  unbind(id = "b1", query: Query = {}): Promise<BrokerAnswer> {
    return this.send("DELETE", bindingPath(id), { query: { ...incomplete, ...this.ids, ...query } });
  }
}

const incomplete = { accepts_incomplete: "true" };
const instancePath = (id: string): string => `/v2/service_instances/${id}`;
const bindingPath = (id: string): string => `${instancePath("i1")}/service_bindings/${id}`;
