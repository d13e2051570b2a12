import { errorOf } from "../../../../support/child-instance";
import { BoundBroker, INSTANCE_ID, KEY, type Saved } from "../../../../support/service-binding";
import { serviceBinding } from "../../../../support/one-process";

let broker: BoundBroker;

afterEach(() => broker.stop());

/** The binding, with other credentials in the state than the broker has. */
const drifted = (saved: Saved): Saved => ({
  ...saved,
  state: { ...saved.state, credentials: { password: "as-it-was-before" } },
});

test("credentials that the broker changed are taken over, and not shown", async () => {
  broker = await BoundBroker.start();
  const saved = await broker.up();
  const { state, host } = await broker.refresh(drifted(saved));
  expect(state?.credentials).toEqual(saved.state.credentials);
  expect(host.recorded.infos).toEqual(["creds has changed at the broker: credentials."]);
  expect(serviceBinding.diff(host, state as Saved["state"], saved.inputs).changes).toBe(true);
});

test("what the broker gives once only is kept", async () => {
  broker = await BoundBroker.start({ credentialsOnce: true });
  const saved = await broker.up();
  const { state } = await broker.refresh(saved);
  expect(state).toEqual(saved.state);
});

test("bindings that cannot be fetched are left alone", async () => {
  broker = await BoundBroker.start({ service: "cache", plan: "basic" });
  const saved = await broker.up();
  expect((await broker.refresh(saved)).state).toEqual(saved.state);
  expect(broker.sent("fetch-binding")).toBe(0);
});

test("what cannot be fetched is at its broker's new address, where that tells of its instance", async () => {
  broker = await BoundBroker.start({ service: "cache", plan: "basic" });
  const saved = await broker.up();
  const moved = broker.running.env["OSB_URL"]?.replace("127.0.0.1", "localhost") ?? "";
  const { state } = await broker.refresh(saved, { OSB_URL: moved });
  expect(state).toEqual({ ...saved.state, broker: moved });
});

test("a binding that the broker does not know any more leaves the state, with a warning", async () => {
  broker = await BoundBroker.start();
  const saved = await broker.up();
  broker.simulator.removeInstance(INSTANCE_ID);
  const { state, host } = await broker.refresh(saved);
  expect(state).toBeUndefined();
  expect(host.recorded.warnings.join()).toContain(`does not know service binding ${KEY}`);
});

test("one answer that the broker does not know a binding is followed by another look, after a pause", async () => {
  broker = await BoundBroker.start({ env: { OSB_POLL_INTERVAL: "5s", OSB_POLL_INTERVAL_MAX: "5s" } });
  const saved = await broker.up();
  broker.simulator.fault({ on: "fetch-binding", kind: { status: 404 } });
  const [start, sent] = [broker.clock.now(), broker.sent("fetch-binding")];
  const { state, host } = await broker.refresh(saved);
  expect([state, host.recorded.warnings]).toEqual([saved.state, []]);
  expect(broker.sent("fetch-binding") - sent).toBe(2);
  expect(broker.clock.now() - start).toBeGreaterThanOrEqual(5_000);
});

test("one that holds predecessors stays, and is bound anew with them", async () => {
  broker = await BoundBroker.start();
  const inputs = { rotationOverlap: "48h", rotationTrigger: 1 };
  const next = await broker.up({ ...inputs, rotationTrigger: 2 }, await broker.up(inputs));
  await broker.client().unbind(INSTANCE_ID, next.state.bindingId, broker.simulator.plan("postgres", "small"));
  broker.simulator.finishOperation(next.state.bindingId);
  const { state } = await broker.refresh(next);
  expect(state?.predecessors).toEqual(next.state.predecessors);
  const anew = await broker.up(
    { ...inputs, rotationTrigger: 2 },
    { ...next, state: state as Saved["state"] },
  );
  expect(anew.unfinished).toBeUndefined();
  expect(broker.bound).toEqual([KEY, anew.state.bindingId]);
});

test("a broker that cannot be asked leaves the state as it was", async () => {
  broker = await BoundBroker.start();
  const saved = await broker.up();
  broker.simulator.fault({ on: "fetch-binding", kind: { status: 401 } });
  const error = await errorOf(broker.refresh(saved));
  expect(error.message).toContain("could not be refreshed, and its state is as it was");
});

test("another broker's answer is not taken for the end of the binding", async () => {
  broker = await BoundBroker.start();
  const saved = await broker.up();
  const elsewhere = { ...saved, state: { ...saved.state, broker: "https://other.example.com" } };
  await broker.destroy(saved);
  for (const work of [() => broker.refresh(elsewhere), () => broker.destroy(elsewhere)])
    expect((await errorOf(work())).message).toMatch(
      /is not the one that made it \(https:\/\/other\.example\.com\)/,
    );
});

test("nothing that is said shows credentials, of this run or of a state", async () => {
  broker = await BoundBroker.start();
  const { state, host } = await broker.up();
  const password = String(state.credentials?.["password"]);
  expect(host.session.redact(`it was ${password}.`)).not.toContain(password);
  broker.nextRun();
  const later = broker.host();
  serviceBinding.diff(later, state, broker.full({}));
  expect(later.session.redact(`it was ${password}.`)).not.toContain(password);
});

test("a refresh that the broker refuses says so in whole sentences", async () => {
  broker = await BoundBroker.start();
  const saved = await broker.up();
  broker.simulator.fault({ on: "fetch-binding", kind: { status: 400, body: { description: "No." } } });
  const { message } = await errorOf(broker.refresh(saved));
  expect(message).toMatch(/and its state is as it was\. .*No\..*\)\. Run the same command again\.$/);
});
