import { randomUUID } from "node:crypto";
import {
  type BindRequest,
  type BrokerClient,
  type BrokerClientOptions,
  createBrokerClient,
  type OperationQuery,
  type PlanRef,
  type ProvisionRequest,
  type RequestEvent,
  type UpdateRequest,
  type WaitForOperation,
} from "../../sdk/broker";
import { type GoBroker, goBrokerProgram, startGoBroker } from "./go-broker";

/** The service of test/broker-go. */
export const serviceId = "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a001";

/** Its plans. Only the small ones can be changed to another. */
export const plans = {
  syncSmall: "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a011",
  syncLarge: "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a012",
  asyncSmall: "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a013",
  asyncLarge: "3f1c5c5e-0d3e-4f0c-9d64-6d3a40f7a014",
};

export const planRef = (planId: string): PlanRef => ({ serviceId, planId });

export const provisionRequest = (
  planId: string,
  change: Partial<ProvisionRequest> = {},
): ProvisionRequest => ({
  ...planRef(planId),
  organizationGuid: "organization-1",
  spaceGuid: "space-1",
  context: { platform: "provisor", stack: "dev" },
  parameters: { size: 1, polls: 1 },
  ...change,
});

export const updateRequest = (change: Partial<UpdateRequest>): UpdateRequest => ({ serviceId, ...change });

export const bindRequest = (planId: string, change: Partial<BindRequest> = {}): BindRequest => ({
  ...planRef(planId),
  ...change,
});

/** What all answers to a request that may be carried out later have in common. */
interface Result {
  outcome: string;
  operation?: string | undefined;
}

if (!goBrokerProgram && process.env["CI"]) {
  throw new Error("There is no broker on brokerapi, whose tests are not skipped in CI: `npm test` says why.");
}

/** `describe` for tests that need the broker: skipped, and said so by `npm test`, where it cannot be built. */
export const describeWithBroker = goBrokerProgram ? describe : describe.skip;

/** The one broker of a test file, and clients for it. */
export class ModuleBroker {
  private started: GoBroker | undefined;

  /** To be called at the top of a test file. */
  static forThisFile(): ModuleBroker {
    const broker = new ModuleBroker();
    beforeAll(async () => {
      if (goBrokerProgram) broker.started = await startGoBroker(goBrokerProgram);
    });
    afterAll(() => broker.started?.stop());
    return broker;
  }

  get process(): GoBroker {
    if (!this.started) throw new Error("The broker was not started.");
    return this.started;
  }

  client(options: Partial<BrokerClientOptions> = {}): BrokerClient {
    const { url, username, password } = this.process;
    return createBrokerClient({
      url,
      username,
      password,
      pollIntervalMs: 10,
      pollIntervalMaxMs: 10,
      ...options,
    });
  }

  /** A client with the events of its requests. */
  recorded(options: Partial<BrokerClientOptions> = {}): { client: BrokerClient; events: RequestEvent[] } {
    const events: RequestEvent[] = [];
    return { client: this.client({ ...options, onRequest: (event) => events.push(event) }), events };
  }

  /** An instance, whose provisioning has ended. */
  async instance(planId: string, change: Partial<ProvisionRequest> = {}): Promise<string> {
    const client = this.client();
    const id = randomUUID();
    const request = provisionRequest(planId, change);
    const result = await client.provision(id, request);
    await this.settled(id, "create", planId, result);
    return id;
  }

  /** A binding, whose making has ended. */
  async binding(instanceId: string, planId: string, change: Partial<BindRequest> = {}): Promise<string> {
    const client = this.client();
    const id = randomUUID();
    const result = await client.bind(instanceId, id, bindRequest(planId, change));
    if (result.outcome === "accepted") {
      await client.waitForBindingOperation(instanceId, id, { purpose: "create", ...query(planId, result) });
    }
    return id;
  }

  /** Waits for what a request has begun, and gives how it ended; undefined where it was done at once. */
  async settled(
    instanceId: string,
    purpose: WaitForOperation["purpose"],
    planId: string,
    result: Result,
  ): Promise<unknown> {
    if (result.outcome !== "accepted") return undefined;
    return this.client().waitForInstanceOperation(instanceId, { purpose, ...query(planId, result) });
  }
}

/** What polls of an operation name. */
export const query = (planId: string, { operation }: Result): OperationQuery => ({
  ...planRef(planId),
  operation,
});

/** What a call that fails throws. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("The call did not fail.");
}
