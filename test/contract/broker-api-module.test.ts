import { randomUUID } from "node:crypto";
import { needsOrphanMitigation } from "../../sdk/broker";
import {
  describeWithBroker,
  failureOf,
  ModuleBroker,
  planRef,
  plans,
  provisionRequest,
  query,
  serviceId,
  updateRequest,
} from "../support/module-broker";

/*
 * Our client and a broker whose HTTP none of us wrote: the Go module code.cloudfoundry.org/brokerapi/v13 v13.0.0, in
 * test/broker-go. Where the module does something else than the specification says, the test says "differs".
 */

const broker = ModuleBroker.forThisFile();
const { syncSmall, syncLarge, asyncSmall, asyncLarge } = plans;

describeWithBroker("the catalog of a broker on brokerapi", () => {
  it("is read with its defaults filled in", async () => {
    const { services } = await broker.client().getCatalog();
    expect(services).toMatchObject([
      {
        id: serviceId,
        name: "memory",
        tags: ["memory", "test"],
        requires: ["syslog_drain", "route_forwarding", "volume_mount"],
        instancesRetrievable: true,
        bindingsRetrievable: true,
        allowContextUpdates: true,
        metadata: { displayName: "Memory" },
        plans: [
          { name: "sync-small", free: true, bindable: true, planUpdateable: true, bindingRotatable: false },
          { name: "sync-large", free: false, bindable: true, planUpdateable: false },
          { name: "async-small", maximumPollingDurationMs: 600_000, maintenanceInfo: { version: "2.0.0+b" } },
          { name: "async-large", bindable: false, planUpdateable: false },
        ],
      },
    ]);
  });

  it("has the schemas that there are; the module writes null for the others, which differs", async () => {
    const { services } = await broker.client().getCatalog();
    const schemas = services[0]?.plans[0]?.schemas;
    expect([
      schemas?.serviceInstance?.create?.parameters?.["type"],
      schemas?.serviceInstance?.update?.parameters,
      schemas?.serviceBinding?.create?.parameters,
    ]).toEqual(["object", undefined, undefined]);
  });

  it("comes without the secret of the dashboard's client", async () => {
    expect(JSON.stringify(await broker.client().getCatalog())).not.toContain("dashboard-secret");
  });

  it("is read anew each time, since the module sends no ETag", async () => {
    const { client, events } = broker.recorded();
    await client.getCatalog();
    await client.getCatalog();
    expect(events.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describeWithBroker("an instance of a synchronous plan, at a broker on brokerapi", () => {
  it("is created with all that was asked", async () => {
    const id = randomUUID();
    const result = await broker.client().provision(id, provisionRequest(syncSmall));
    const [call] = await broker.process.calls("Provision", id);
    expect([result, call?.asyncAllowed, call?.details]).toEqual([
      {
        outcome: "created",
        dashboardUrl: "https://dashboard.example.com/0",
        metadata: { labels: { team: "memory" }, attributes: { updates: 0 } },
      },
      true,
      {
        service_id: serviceId,
        plan_id: syncSmall,
        organization_guid: "organization-1",
        space_guid: "space-1",
        context: { platform: "provisor", stack: "dev" },
        parameters: { size: 1, polls: 1 },
      },
    ]);
  });

  it("exists when it is asked for once more", async () => {
    const id = await broker.instance(syncSmall);
    const again = await broker.client().provision(id, provisionRequest(syncSmall));
    expect(again.outcome).toBe("exists");
  });

  it("is in conflict with a request for other parameters", async () => {
    const id = await broker.instance(syncSmall);
    const other = provisionRequest(syncSmall, { parameters: { size: 2 } });
    const failure = await failureOf(broker.client().provision(id, other));
    expect(failure).toMatchObject({ name: "BrokerError", status: 409, code: "Conflict", effect: "none" });
  });

  it("can be fetched", async () => {
    const id = await broker.instance(syncSmall);
    expect(await broker.client().getInstance(id, planRef(syncSmall))).toEqual({
      serviceId,
      planId: syncSmall,
      dashboardUrl: "https://dashboard.example.com/0",
      parameters: { size: 1, polls: 1 },
      metadata: { labels: { team: "memory" }, attributes: { updates: 0 } },
    });
  });

  it("has an id with any characters in it", async () => {
    const id = `a/b c?d=é%2F#${randomUUID()}`;
    const client = broker.client();
    await client.provision(id, provisionRequest(syncSmall));
    expect((await client.getInstance(id)).planId).toBe(syncSmall);
  });

  it("gets other parameters and keeps its plan", async () => {
    const id = await broker.instance(syncSmall);
    const client = broker.client();
    const result = await client.updateInstance(id, updateRequest({ parameters: { size: 3 } }));
    expect([result, await client.getInstance(id)]).toMatchObject([
      { outcome: "updated", dashboardUrl: "https://dashboard.example.com/1" },
      { planId: syncSmall, parameters: { size: 3 } },
    ]);
  });

  it("gets another plan, and the broker is told what was before", async () => {
    const id = await broker.instance(syncSmall);
    const previousValues = {
      serviceId,
      planId: syncSmall,
      organizationId: "organization-1",
      spaceId: "space-1",
      maintenanceInfo: { version: "1.0.0" },
    };
    await broker.client().updateInstance(id, updateRequest({ planId: syncLarge, previousValues }));
    const [call] = await broker.process.calls("Update", id);
    expect([call?.details, (await broker.client().getInstance(id)).planId]).toEqual([
      {
        service_id: serviceId,
        plan_id: syncLarge,
        previous_values: {
          service_id: serviceId,
          plan_id: syncSmall,
          organization_id: "organization-1",
          space_id: "space-1",
          maintenance_info: { version: "1.0.0" },
        },
      },
      syncLarge,
    ]);
  });

  it("does not get a plan that its own cannot be changed to", async () => {
    const id = await broker.instance(syncLarge);
    const failure = await failureOf(broker.client().updateInstance(id, updateRequest({ planId: syncSmall })));
    expect(failure).toMatchObject({
      status: 422,
      code: "Unprocessable",
      brokerCode: "PlanChangeNotSupported",
    });
  });

  it("gets a new context alone", async () => {
    const id = await broker.instance(syncSmall);
    const context = { platform: "provisor", stack: "renamed" };
    await broker.client().updateInstance(id, updateRequest({ context }));
    const [call] = await broker.process.calls("Update", id);
    expect(call?.details).toMatchObject({ context, plan_id: "" });
  });

  it("is deleted", async () => {
    const id = await broker.instance(syncSmall);
    expect(await broker.client().deprovision(id, planRef(syncSmall))).toEqual({
      outcome: "deleted",
      status: 200,
    });
  });

  it("is gone when it is deleted once more", async () => {
    const id = await broker.instance(syncSmall);
    const client = broker.client();
    await client.deprovision(id, planRef(syncSmall));
    expect(await client.deprovision(id, planRef(syncSmall))).toEqual({ outcome: "gone", status: 410 });
  });
});

describeWithBroker("an instance of an asynchronous plan, at a broker on brokerapi", () => {
  it("is accepted, with its dashboard already", async () => {
    const result = await broker.client().provision(randomUUID(), provisionRequest(asyncSmall));
    expect(result).toMatchObject({
      outcome: "accepted",
      operation: expect.stringContaining("provision #") as string,
      dashboardUrl: "https://dashboard.example.com/0",
    });
  });

  it("is there after some polls, which name operation, service and plan", async () => {
    const id = await broker.instance(asyncSmall, { parameters: { polls: 2 } });
    const calls = await broker.process.calls("LastOperation", id, 3);
    expect([calls.length, (await broker.client().getInstance(id)).planId]).toEqual([3, asyncSmall]);
  });

  it("is accepted with the same operation when it is asked for once more", async () => {
    const id = randomUUID();
    const client = broker.client();
    const first = await client.provision(id, provisionRequest(asyncSmall));
    expect(await client.provision(id, provisionRequest(asyncSmall))).toMatchObject({
      outcome: "accepted",
      operation: first.outcome === "accepted" ? first.operation : "none",
    });
  });

  it("cannot be fetched before it is there", async () => {
    const id = randomUUID();
    await broker.client().provision(id, provisionRequest(asyncSmall));
    const failure = await failureOf(broker.client().getInstance(id));
    expect(failure).toMatchObject({ status: 404, code: "NotFound" });
  });

  it("that fails is told with its reason, and is cleaned up", async () => {
    const id = randomUUID();
    const client = broker.client();
    const parameters = { failWith: "no more memory" };
    const result = await client.provision(id, provisionRequest(asyncSmall, { parameters }));
    const end = await broker.settled(id, "create", asyncSmall, result);
    const removal = await client.deprovision(id, planRef(asyncSmall), { originatingIdentity: null });
    expect([
      end,
      needsOrphanMitigation("provision", end),
      await broker.settled(id, "delete", asyncSmall, removal),
    ]).toEqual([
      { outcome: "failed", description: "no more memory" },
      true,
      { outcome: "succeeded", description: expect.any(String) as string },
    ]);
  });

  it("gets another plan after polls that name the one before", async () => {
    const id = await broker.instance(asyncSmall);
    const client = broker.client();
    const result = await client.updateInstance(id, updateRequest({ planId: asyncLarge }));
    const end = await broker.settled(id, "update", asyncSmall, result);
    expect([result.outcome, end, (await client.getInstance(id)).planId]).toMatchObject([
      "accepted",
      { outcome: "succeeded" },
      asyncLarge,
    ]);
  });

  it("keeps its values where an update fails", async () => {
    const id = await broker.instance(asyncSmall);
    const client = broker.client();
    const parameters = { failWith: "too large" };
    const result = await client.updateInstance(id, updateRequest({ parameters }));
    const end = await broker.settled(id, "update", asyncSmall, result);
    expect([end, (await client.getInstance(id)).parameters]).toEqual([
      { outcome: "failed", description: "too large" },
      { size: 1, polls: 1 },
    ]);
  });

  it("is deleted after some polls, and then polls find nothing", async () => {
    const id = await broker.instance(asyncSmall);
    const client = broker.client();
    const result = await client.deprovision(id, planRef(asyncSmall));
    const end = await broker.settled(id, "delete", asyncSmall, result);
    const later = await client.getLastOperation(id, query(asyncSmall, result));
    expect([result.outcome, end, later]).toMatchObject([
      "accepted",
      { outcome: "succeeded" },
      { state: "gone" },
    ]);
  });

  it("is gone for who waits for its deletion later", async () => {
    const id = await broker.instance(asyncSmall);
    const result = await broker.client().deprovision(id, planRef(asyncSmall));
    await broker.settled(id, "delete", asyncSmall, result);
    expect(await broker.settled(id, "delete", asyncSmall, result)).toEqual({ outcome: "gone" });
  });

  it.each(["update", "deprovision"] as const)("repeats the operation of a repeated %s", async (verb) => {
    const id = await broker.instance(asyncSmall);
    const client = broker.client();
    const send = (): Promise<object> =>
      verb === "update"
        ? client.updateInstance(id, updateRequest({ parameters: { size: 9, polls: 5 } }))
        : client.deprovision(id, planRef(asyncSmall));
    expect(await send()).toEqual(await send());
  });

  it.each(["fetch", "update", "deprovision", "bind"] as const)(
    "refuses to %s during an update",
    async (verb) => {
      const id = await broker.instance(asyncSmall);
      const client = broker.client();
      await client.updateInstance(id, updateRequest({ parameters: { polls: 1 } }));
      const attempts = {
        fetch: () => client.getInstance(id),
        update: () => client.updateInstance(id, updateRequest({ parameters: { size: 5 } })),
        deprovision: () => client.deprovision(id, planRef(asyncSmall)),
        bind: () => client.bind(id, randomUUID(), planRef(asyncSmall)),
      };
      const failure = await failureOf(attempts[verb]());
      expect([failure, needsOrphanMitigation(verb === "fetch" ? "other" : verb, failure)]).toMatchObject([
        { status: 422, code: "ConcurrencyError" },
        false,
      ]);
    },
  );

  it.each(["provision", "update", "deprovision"] as const)(
    "refuses to %s for who accepts nothing incomplete",
    async (verb) => {
      const id = await broker.instance(asyncSmall);
      const client = broker.client();
      const now = { acceptsIncomplete: false };
      const attempts = {
        provision: () => client.provision(randomUUID(), provisionRequest(asyncSmall), now),
        update: () => client.updateInstance(id, updateRequest({ parameters: { size: 5 } }), now),
        deprovision: () => client.deprovision(id, planRef(asyncSmall), now),
      };
      expect(await failureOf(attempts[verb]())).toMatchObject({ status: 422, code: "AsyncRequired" });
    },
  );
});
