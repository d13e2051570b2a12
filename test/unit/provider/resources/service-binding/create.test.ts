import { errorOf } from "../../../../support/child-instance";
import { BoundBroker, INSTANCE_ID, KEY } from "../../../../support/service-binding";

let broker: BoundBroker;

afterEach(() => broker.stop());

describe("a new binding", () => {
  test("has the key of its intent as its id, and the credentials that the broker gave", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    const { state, unfinished } = await broker.up();
    expect(unfinished).toBeUndefined();
    expect(broker.bound).toEqual([KEY]);
    expect(state).toMatchObject({
      bindingId: KEY,
      ...broker.simulator.plan("cache", "basic"),
      serviceName: "cache",
      state: "succeeded",
      credentials: broker.simulator.bindings[0]?.credentials,
      endpoints: [{ ports: ["5432"], protocol: "tcp" }],
      context: { platform: "provisor" },
      version: 1,
    });
    expect(state.createdAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test("of an asynchronous service is waited for and fetched", async () => {
    broker = await BoundBroker.start({ service: "queue", plan: "standard" });
    const { state, unfinished } = await broker.up();
    expect(unfinished).toBeUndefined();
    expect(state.credentials).toEqual(broker.simulator.bindings[0]?.credentials);
    expect(broker.sent("fetch-binding")).toBe(1);
  });

  test("is unbound by a destroy", async () => {
    broker = await BoundBroker.start();
    await broker.destroy(await broker.up());
    expect(broker.bound).toEqual([]);
  });

  test("shows no change in the second up", async () => {
    broker = await BoundBroker.start();
    const inputs = { parameters: { role: "reader" }, bindResource: { appGuid: "app" } };
    const first = await broker.up(inputs);
    expect(await broker.up(inputs, first)).toMatchObject({ what: "same" });
  });

  test("is the same when the run that made it died before it was saved", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic" });
    const lost = await broker.up();
    const { state } = await broker.up();
    expect(state.bindingId).toBe(lost.state.bindingId);
    expect(state.credentials).toEqual(lost.state.credentials);
    expect(broker.simulator.account().bindingsCreated).toBe(1);
  });

  test("is made under another id when the inputs changed after the run that died, and names what that made", async () => {
    broker = await BoundBroker.start();
    await broker.up({ parameters: { role: "reader" } });
    const want = { service: "postgres", plan: "small", instanceId: INSTANCE_ID };
    const asked = [
      { ...want, parameters: "a" },
      { ...want, parameters: "b" },
    ];
    const intent = { key: KEY, asked };
    const { state, unfinished, host } = await broker.up({ intent, parameters: { role: "writer" } });
    expect(unfinished).toBeUndefined();
    expect(broker.simulator.bindings.map(({ id, parameters }) => [id, parameters])).toEqual([
      [KEY, { role: "reader" }],
      [state.bindingId, { role: "writer" }],
    ]);
    expect(host.recorded.warnings.join()).toMatch(
      new RegExp(`Service binding ${KEY} of instance ${INSTANCE_ID} is at the broker.*DELETE http`),
    );
  });

  test("takes a 409 for an unchanged request for what it is: the binding is there", async () => {
    broker = await BoundBroker.start({ conflictsAsNoOp: true });
    const lost = await broker.up();
    const { state } = await broker.up();
    expect(state.credentials).toEqual(lost.state.credentials);
    expect(broker.sent("unbind")).toBe(0);
  });

  test("is made under another id where the broker shows credentials once, and they went with a run that died", async () => {
    broker = await BoundBroker.start({ service: "cache", plan: "basic", credentialsOnce: true });
    await broker.up();
    const { state, host } = await broker.up();
    expect(state.credentials).toEqual(broker.simulator.bindings[1]?.credentials);
    expect(broker.bound).toEqual([KEY, state.bindingId]);
    expect(host.recorded.warnings.join()).toMatch(
      new RegExp(`no credentials can be had under the id ${KEY}.*It was left as it is`),
    );
  });

  test("tells the broker what the program says of the application", async () => {
    broker = await BoundBroker.start({ requiresApp: true });
    const error = await errorOf(broker.up());
    expect(error.message).toMatch(/give bindResource\.appGuid.*Nothing was bound/);
    await broker.up({ bindResource: { appGuid: "app-1" } });
    expect(broker.simulator.bindings[0]?.bindResource).toEqual({ app_guid: "app-1" });
  });

  test("that the broker could make only asynchronously says which input is in the way", async () => {
    broker = await BoundBroker.start({ service: "queue", plan: "standard" });
    const error = await errorOf(broker.up({ acceptsIncomplete: false }));
    expect(error.message).toMatch(/acceptsIncomplete must be true.*Nothing was bound by this run\.$/);
  });

  test("waits while the instance is busy", async () => {
    broker = await BoundBroker.start();
    broker.simulator.fail({ on: "bind", kind: "concurrency-error", times: 3 });
    const { unfinished } = await broker.up();
    expect(unfinished).toBeUndefined();
    expect(broker.sent("bind")).toBe(4);
    expect(broker.sent("unbind")).toBe(0);
  });
});

describe("an id that the program gave", () => {
  test("is used as it is", async () => {
    broker = await BoundBroker.start();
    const { state } = await broker.up({ bindingId: "mine" });
    expect(state.bindingId).toBe("mine");
    expect(broker.bound).toEqual(["mine"]);
  });

  test("that is taken with other attributes is an error, and nothing is changed", async () => {
    broker = await BoundBroker.start();
    const ids = broker.simulator.plan("postgres", "small");
    await broker.client().bind(INSTANCE_ID, "theirs", { ...ids, parameters: { role: "owner" } });
    broker.simulator.finishOperation("theirs");
    const error = await errorOf(broker.up({ bindingId: "theirs" }));
    expect(error.message).toMatch(/theirs is taken.*Nothing was changed.*adopt: true/);
    expect(broker.bound).toEqual(["theirs"]);
  });
});
