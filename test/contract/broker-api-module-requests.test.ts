import { randomUUID } from "node:crypto";
import { AuthenticationError, BrokerError, needsOrphanMitigation } from "../../sdk/broker";
import {
  describeWithBroker,
  failureOf,
  ModuleBroker,
  planRef,
  plans,
  provisionRequest,
  updateRequest,
} from "../support/module-broker";

/* Headers and refusals at a broker on brokerapi; see broker-api-module.test.ts. */

const broker = ModuleBroker.forThisFile();
const { syncSmall, syncLarge, asyncSmall } = plans;

describeWithBroker("the identities of a request, as brokerapi reads them", () => {
  const user = { platform: "provisor", value: { user: "Zoë", roles: ["admin"] } };
  /** Platform and value of the header. */
  const decoded = (header = ""): unknown[] => {
    const [platform, value = "", ...more] = header.split(" ");
    return [platform, JSON.parse(Buffer.from(value, "base64").toString("utf8")), ...more];
  };

  it.each([
    ["a synchronous", syncSmall],
    ["an asynchronous", asyncSmall],
  ])("tell who asked for an instance of %s plan", async (_, planId) => {
    const id = randomUUID();
    await broker.client({ originatingIdentity: user }).provision(id, provisionRequest(planId));
    const [call] = await broker.process.calls("Provision", id);
    expect(decoded(call?.originatingIdentity)).toEqual([user.platform, user.value]);
  });

  it("tell who asked for this call rather than whom the client is for", async () => {
    const id = randomUUID();
    const other = { ...user, value: { user: "Ann" } };
    await broker
      .client({ originatingIdentity: user })
      .provision(id, provisionRequest(syncSmall), { originatingIdentity: other });
    const [call] = await broker.process.calls("Provision", id);
    expect(decoded(call?.originatingIdentity)).toEqual([other.platform, other.value]);
  });

  it("tell nobody where no user asked", async () => {
    const id = await broker.instance(syncSmall);
    await broker
      .client({ originatingIdentity: user })
      .deprovision(id, planRef(syncSmall), { originatingIdentity: null });
    const [call] = await broker.process.calls("Deprovision", id);
    expect(call?.originatingIdentity).toBe("");
  });

  it("tell each request from the others, in the broker's log and in ours", async () => {
    const id = randomUUID();
    const { client, events } = broker.recorded();
    for (let count = 0; count < 3; count += 1) await client.provision(id, provisionRequest(syncSmall));
    const calls = await broker.process.calls("Provision", id, 3);
    const identities = calls.map(({ requestIdentity }) => requestIdentity);
    expect([identities, new Set(identities).size]).toEqual([
      events.map(({ requestIdentity }) => requestIdentity),
      3,
    ]);
  });

  it("are in errors, so that the broker's log can be searched", async () => {
    const id = randomUUID();
    const failure = await failureOf(broker.client().updateInstance(id, updateRequest({})));
    const [call] = await broker.process.calls("Update", id);
    expect(failure).toMatchObject({ requestIdentity: call?.requestIdentity });
  });
});

describeWithBroker("a request that a broker on brokerapi refuses", () => {
  it.each([
    ["username", { username: "someone" }],
    ["password", { password: "wrong-secret" }],
  ])("is an authentication error for a wrong %s", async (_, wrong) => {
    expect(await failureOf(broker.client(wrong).getCatalog())).toBeInstanceOf(AuthenticationError);
  });

  it("does not tell the password", async () => {
    const failure = await failureOf(broker.client({ password: "wrong-secret" }).getCatalog());
    expect(String(failure)).not.toContain("wrong-secret");
  });

  // The module writes "Description" for `description`, which differs.
  it.each(["1.0", "3.0"])("is a clear error for API version %s", async (apiVersion) => {
    const failure = await failureOf(broker.client({ apiVersion }).getCatalog());
    expect(failure).toMatchObject({
      status: 412,
      code: "PreconditionFailed",
      message: expect.stringContaining(apiVersion) as string,
    });
  });

  it("is a clear error for a version that is too old for the request", async () => {
    const id = await broker.instance(syncSmall);
    const failure = await failureOf(broker.client({ apiVersion: "2.13" }).getInstance(id));
    expect(failure).toMatchObject({
      code: "PreconditionFailed",
      description: "get instance endpoint only supported starting with OSB version 2.14",
    });
  });

  it.each([
    ["another version than the catalog's", syncSmall, "0.9.0"],
    ["a version where the catalog has none", syncLarge, "1.0.0"],
  ])("is a conflict of maintenance for %s", async (_, planId, version) => {
    const request = provisionRequest(planId, { maintenanceInfo: { version } });
    const failure = await failureOf(broker.client().provision(randomUUID(), request));
    expect([failure, needsOrphanMitigation("provision", failure)]).toMatchObject([
      { status: 422, code: "MaintenanceInfoConflict" },
      false,
    ]);
  });

  it("is none for the catalog's version", async () => {
    const request = provisionRequest(syncSmall, { maintenanceInfo: { version: "1.0.0" } });
    expect((await broker.client().provision(randomUUID(), request)).outcome).toBe("created");
  });

  it("is an update to another version than the catalog's", async () => {
    const id = await broker.instance(asyncSmall);
    const request = updateRequest({ maintenanceInfo: { version: "1.9.0" } });
    const failure = await failureOf(broker.client().updateInstance(id, request));
    expect(failure).toMatchObject({ code: "MaintenanceInfoConflict" });
  });

  it("names a plan that does not exist", async () => {
    const failure = await failureOf(
      broker.client().provision(randomUUID(), provisionRequest("no-such-plan")),
    );
    expect(failure).toMatchObject({
      status: 400,
      code: "BadRequest",
      description: "plan-id not in the catalog",
      effect: "none",
    });
  });

  it("and that failed by the broker's own fault is sent once, and to be cleaned up", async () => {
    const id = randomUUID();
    const client = broker.client();
    const request = provisionRequest(syncSmall, { parameters: { failWith: "no more memory" } });
    const failure = await failureOf(client.provision(id, request));
    const removal = await client.deprovision(id, planRef(syncSmall));
    expect([
      failure,
      needsOrphanMitigation("provision", failure),
      (await broker.process.calls("Provision", id)).length,
      removal,
    ]).toMatchObject([
      { status: 500, code: "Other", description: "no more memory" },
      true,
      1,
      { outcome: "deleted", status: 200 },
    ]);
  });

  // Both are 404 in the specification.
  it("is gone where there is no instance to fetch, which differs", async () => {
    const failure = await failureOf(broker.client().getInstance(randomUUID()));
    expect(failure).toMatchObject({ constructor: BrokerError, status: 410, code: "Gone" });
  });

  it("is gone where there is no instance to poll, which differs", async () => {
    expect(await broker.client().getLastOperation(randomUUID())).toMatchObject({ state: "gone" });
  });
});
