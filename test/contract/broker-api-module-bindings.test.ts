import { randomUUID } from "node:crypto";
import {
  bindRequest,
  describeWithBroker,
  failureOf,
  ModuleBroker,
  planRef,
  plans,
  provisionRequest,
  query,
  serviceId,
} from "../support/module-broker";

/* Bindings at a broker on brokerapi; see broker-api-module.test.ts. */

const broker = ModuleBroker.forThisFile();
const { syncSmall, asyncSmall } = plans;

describeWithBroker("a binding of a synchronous plan, at a broker on brokerapi", () => {
  it("is made with all that was asked", async () => {
    const instance = await broker.instance(syncSmall);
    const request = bindRequest(syncSmall, {
      context: { platform: "provisor" },
      appGuid: "app-1",
      bindResource: { appGuid: "app-1", route: "app.example.com" },
      parameters: { role: "reader" },
    });
    await broker.client().bind(instance, randomUUID(), request);
    const [call] = await broker.process.calls("Bind", instance);
    expect(call?.details).toEqual({
      service_id: serviceId,
      plan_id: syncSmall,
      context: { platform: "provisor" },
      app_guid: "app-1",
      bind_resource: { app_guid: "app-1", route: "app.example.com" },
      parameters: { role: "reader" },
    });
  });

  const given = {
    credentials: { uri: expect.stringMatching(/^memory:\/\/user:\w+@/) as string, port: 4711 },
    syslogDrainUrl: "syslog-tls://logs.example.com:6514",
    routeServiceUrl: "https://route.example.com/?for=app.example.com",
    // The module writes null for the mount_config that there is not, which differs.
    volumeMounts: [
      {
        driver: "memory",
        containerDir: "/data",
        mode: "rw",
        deviceType: "shared",
        device: { volumeId: "volume-1" },
      },
    ],
    endpoints: [
      { host: "memory.example.com", ports: ["4711", "9000-9010"], protocol: "tcp" },
      { host: "logs.example.com", ports: ["6514"], protocol: "udp" },
    ],
    metadata: { expiresAt: "2999-12-31T23:59:59.0Z", renewBefore: "2999-12-01T00:00:00.0Z" },
  };
  const forRoute = bindRequest(syncSmall, { bindResource: { route: "app.example.com" } });

  it("gives all that a binding can give", async () => {
    const instance = await broker.instance(syncSmall);
    const result = await broker.client().bind(instance, randomUUID(), forRoute);
    expect(result).toEqual({ outcome: "created", binding: given });
  });

  it("can be fetched, with its parameters", async () => {
    const instance = await broker.instance(syncSmall);
    const parameters = { role: "reader" };
    const id = await broker.binding(instance, syncSmall, { ...forRoute, parameters });
    const fetched = await broker.client().getBinding(instance, id, planRef(syncSmall));
    expect(fetched).toEqual({ ...given, parameters });
  });

  it("exists with the same credentials when it is asked for once more", async () => {
    const instance = await broker.instance(syncSmall);
    const id = randomUUID();
    const client = broker.client();
    const first = await client.bind(instance, id, planRef(syncSmall));
    const again = await client.bind(instance, id, planRef(syncSmall));
    expect(again).toEqual({ ...first, outcome: "exists" });
  });

  it("is in conflict with a request for other parameters", async () => {
    const instance = await broker.instance(syncSmall);
    const id = await broker.binding(instance, syncSmall);
    const other = bindRequest(syncSmall, { parameters: { role: "writer" } });
    const failure = await failureOf(broker.client().bind(instance, id, other));
    expect(failure).toMatchObject({ status: 409, code: "Conflict", description: "binding already exists" });
  });

  // The module knows no rotation (it is older than 2.17): it drops predecessor_binding_id and hands the broker a
  // plain request for a second binding. It insists on service_id and plan_id, which the specification does not list.
  it("gets a successor, and stays valid beside it", async () => {
    const instance = await broker.instance(syncSmall);
    const client = broker.client();
    const predecessorBindingId = await broker.binding(instance, syncSmall);
    const successor = randomUUID();
    const result = await client.rotateBinding(instance, successor, {
      ...planRef(syncSmall),
      predecessorBindingId,
    });
    const [before, after] = await Promise.all(
      [predecessorBindingId, successor].map((id) => client.getBinding(instance, id)),
    );
    expect([result.outcome, before?.credentials?.["uri"] === after?.credentials?.["uri"]]).toEqual([
      "created",
      false,
    ]);
  });

  it("is deleted", async () => {
    const instance = await broker.instance(syncSmall);
    const id = await broker.binding(instance, syncSmall);
    expect(await broker.client().unbind(instance, id, planRef(syncSmall))).toEqual({
      outcome: "deleted",
      status: 200,
    });
  });

  it("is gone when it is deleted once more", async () => {
    const instance = await broker.instance(syncSmall);
    const id = await broker.binding(instance, syncSmall);
    await broker.client().unbind(instance, id, planRef(syncSmall));
    expect(await broker.client().unbind(instance, id, planRef(syncSmall))).toEqual({
      outcome: "gone",
      status: 410,
    });
  });

  it("cannot be fetched where there is none", async () => {
    const instance = await broker.instance(syncSmall);
    const failure = await failureOf(broker.client().getBinding(instance, randomUUID()));
    expect(failure).toMatchObject({ status: 404, code: "NotFound" });
  });

  it("cannot be made without its instance", async () => {
    const failure = await failureOf(broker.client().bind(randomUUID(), randomUUID(), planRef(syncSmall)));
    expect(failure).toMatchObject({ status: 404, code: "NotFound", description: "instance does not exist" });
  });

  it("needs an application where the broker says so", async () => {
    const instance = await broker.instance(syncSmall);
    const request = bindRequest(syncSmall, { parameters: { failWith: "RequiresApp" } });
    const failure = await failureOf(broker.client().bind(instance, randomUUID(), request));
    expect(failure).toMatchObject({ status: 422, code: "RequiresApp" });
  });

  it("needs an application where the module's own error says so, whose lack of a code differs", async () => {
    const instance = await broker.instance(syncSmall);
    const request = bindRequest(syncSmall, { parameters: { failWith: "ErrAppGuidNotProvided" } });
    const failure = await failureOf(broker.client().bind(instance, randomUUID(), request));
    expect(failure).toMatchObject({
      status: 422,
      code: "Unprocessable",
      description: "app_guid is a required field but was not provided",
    });
  });
});

describeWithBroker("a binding of an asynchronous plan, at a broker on brokerapi", () => {
  it("is accepted, and gives its credentials when it is fetched after some polls", async () => {
    const instance = await broker.instance(asyncSmall);
    const id = randomUUID();
    const client = broker.client();
    const result = await client.bind(instance, id, bindRequest(asyncSmall, { parameters: { polls: 2 } }));
    if (result.outcome !== "accepted") throw new Error("It was not asynchronous.");
    const end = await client.waitForBindingOperation(instance, id, {
      purpose: "create",
      ...query(asyncSmall, result),
    });
    const { credentials } = await client.getBinding(instance, id);
    expect([end, credentials]).toMatchObject([{ outcome: "succeeded" }, { port: 4711 }]);
  });

  it("is accepted with the same operation when it is asked for once more", async () => {
    const instance = await broker.instance(asyncSmall);
    const id = randomUUID();
    const client = broker.client();
    const first = await client.bind(instance, id, planRef(asyncSmall));
    expect(await client.bind(instance, id, planRef(asyncSmall))).toEqual(first);
  });

  it("cannot be fetched before it is there", async () => {
    const instance = await broker.instance(asyncSmall);
    const id = randomUUID();
    await broker.client().bind(instance, id, planRef(asyncSmall));
    const failure = await failureOf(broker.client().getBinding(instance, id));
    expect(failure).toMatchObject({ status: 404, code: "NotFound" });
  });

  it("that fails is told with its reason", async () => {
    const instance = await broker.instance(asyncSmall);
    const id = randomUUID();
    const client = broker.client();
    const request = bindRequest(asyncSmall, { parameters: { failWith: "no more users" } });
    const result = await client.bind(instance, id, request);
    if (result.outcome !== "accepted") throw new Error("It was not asynchronous.");
    const wait = { purpose: "create" as const, ...query(asyncSmall, result) };
    expect(await client.waitForBindingOperation(instance, id, wait)).toEqual({
      outcome: "failed",
      description: "no more users",
    });
  });

  it("is deleted after some polls, and then polls find nothing", async () => {
    const instance = await broker.instance(asyncSmall);
    const id = await broker.binding(instance, asyncSmall);
    const client = broker.client();
    const result = await client.unbind(instance, id, planRef(asyncSmall));
    if (result.outcome !== "accepted") throw new Error("It was not asynchronous.");
    const polled = query(asyncSmall, result);
    const end = await client.waitForBindingOperation(instance, id, { purpose: "delete", ...polled });
    const later = await client.getLastBindingOperation(instance, id, polled);
    expect([end, later]).toMatchObject([{ outcome: "succeeded" }, { state: "gone" }]);
  });

  it("cannot be deleted while it is made", async () => {
    const instance = await broker.instance(asyncSmall);
    const id = randomUUID();
    const client = broker.client();
    await client.bind(instance, id, planRef(asyncSmall));
    const failure = await failureOf(client.unbind(instance, id, planRef(asyncSmall)));
    expect(failure).toMatchObject({ status: 422, code: "ConcurrencyError" });
  });

  it.each(["bind", "unbind"] as const)("refuses to %s for who accepts nothing incomplete", async (verb) => {
    const instance = await broker.instance(asyncSmall, provisionRequest(asyncSmall));
    const bound = await broker.binding(instance, asyncSmall);
    const id = verb === "bind" ? randomUUID() : bound;
    const failure = await failureOf(
      broker.client()[verb](instance, id, planRef(asyncSmall), { acceptsIncomplete: false }),
    );
    expect(failure).toMatchObject({ status: 422, code: "AsyncRequired" });
  });
});
