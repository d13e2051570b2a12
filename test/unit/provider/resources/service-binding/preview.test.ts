import { UNKNOWN } from "../../../../support/host";
import { BoundBroker, type Inputs, KEY, type Saved } from "../../../../support/service-binding";
import { serviceBinding } from "../../../../support/one-process";
import type { ServiceBindingInputs } from "../../../../../provider/resources/service-binding/schema";

const HOUR_MS = 3_600_000;

let broker: BoundBroker;

beforeEach(async () => {
  broker = await BoundBroker.start();
});

afterEach(() => broker.stop());

/** What a preview finds wrong, as `path: message`. */
async function problems(inputs: Inputs | Record<string, unknown>, saved?: Saved): Promise<string[]> {
  broker.nextRun();
  const found = await broker.check(inputs as Inputs, saved, { preview: true });
  return found.problems.map(({ path, message }) => `${path}: ${message}`);
}

/** What a preview says. */
async function words(inputs: Inputs, saved: Saved): Promise<{ infos: string; warnings: string }> {
  broker.nextRun();
  const { host } = await broker.check(inputs, saved, { preview: true });
  const infos = host.recorded.infos.filter((text) => !text.startsWith("Broker "));
  return { infos: infos.join("\n"), warnings: host.recorded.warnings.join("\n") };
}

test("parameters are held against the plan's schema, at the path of the property", async () => {
  expect(await problems({ parameters: { role: "emperor" } })).toEqual([
    'parameters.role: must be one of "reader", "writer", "owner" (by the schema of plan small). Nothing was sent. ' +
      'If the broker takes it all the same, set parametersCheck: "warn"',
  ]);
});

test("all that is wrong is named at once", async () => {
  const wrong = { parameters: { role: "emperor" }, rotateAfter: "soon", deletionPolicy: "never" };
  expect(await problems(wrong)).toEqual([
    expect.stringMatching(/^deletionPolicy: must be one of/),
    expect.stringMatching(/^rotateAfter: must be a duration/),
    expect.stringMatching(/^parameters\.role: must be one of/),
  ]);
  const instance = { instanceId: "i", service: "postgress", plan: "small" };
  expect(await problems({ ...wrong, instance })).toEqual([
    expect.stringMatching(/^deletionPolicy: /),
    expect.stringMatching(/^rotateAfter: /),
    expect.stringMatching(/^instance\.service: .*did you mean postgres\?/),
  ]);
});

test("the option by which a replacement may have been asked for is named where a policy forbids it", async () => {
  const saved = await broker.up({ deletionPolicy: "prevent" });
  broker.nextRun();
  const found = await broker.check({ deletionPolicy: "prevent" }, saved, {
    preview: true,
    isSuccessor: true,
    replacers: ["replaceWith"],
  });
  expect(found.problems.map(({ message }) => message).join()).toContain(
    "a replacement (a change, the option replaceWith, --replace, or a tainted state) unbinds",
  );
});

test("a plan that cannot be bound is a problem", async () => {
  const instance = { instanceId: "i", service: "archive", plan: "cold" };
  expect((await problems({ instance })).join()).toMatch(/^instance\.plan: plan cold .* cannot be bound/);
});

test("an unknown service lists what there is", async () => {
  const instance = { instanceId: "i", service: "postgress", plan: "small" };
  expect((await problems({ instance })).join()).toMatch(/^instance\.service: .*did you mean postgres\?/);
});

test("an instance that is not known yet is no problem", async () => {
  expect(await problems({ instance: UNKNOWN as unknown as ServiceBindingInputs["instance"] })).toEqual([]);
  const instance = { instanceId: UNKNOWN, service: UNKNOWN, plan: UNKNOWN };
  expect(await problems({ instance })).toEqual([]);
});

test("an instance that is still to be made is held against the catalog all the same", async () => {
  const unbindable = { instanceId: UNKNOWN, service: "archive", plan: "cold" };
  expect((await problems({ instance: unbindable })).join()).toMatch(/^instance\.plan: .* cannot be bound/);
  const instance = { instanceId: UNKNOWN, service: "postgres", plan: "small" };
  expect((await problems({ instance, parameters: { role: "emperor" } })).join()).toMatch(
    /^parameters\.role: must be one of/,
  );
  expect(await problems({ instance, parameters: { role: UNKNOWN } })).toEqual([]);
});

test("a duration that is none, a misspelled input and an adoption of nothing are problems", async () => {
  expect(await problems({ rotateAfter: "soon" })).toEqual([
    "rotateAfter: must be a duration such as 48h, 30d or 90m",
  ]);
  expect((await problems({ rotateAftr: "48h" })).join()).toContain("did you mean rotateAfter?");
  expect((await problems({ adopt: true })).join()).toContain("true needs bindingId");
});

test("a binding without its intent is a problem that says how to name both", async () => {
  expect((await problems({ intent: undefined })).join()).toContain("--target");
});

test("a binding that is due is told, with the reason", async () => {
  const saved = await broker.up({ rotateAfter: "720h" });
  expect((await words({ rotateAfter: "720h" }, saved)).infos).toBe("");
  broker.clock.skip(720 * HOUR_MS);
  expect((await words({ rotateAfter: "720h" }, saved)).infos).toMatch(
    /creds: rotation is due since .* \(rotateAfter 720h\)\. A successor will be made/,
  );
});

test("a binding that has expired, with no rotation due, is warned of", async () => {
  broker.simulator.settings.bindingLifetimeS = 3600;
  const saved = await broker.up();
  broker.clock.skip(2 * HOUR_MS);
  expect((await words({}, saved)).warnings).toMatch(/has expired at .*, and no rotation is due/);
});

test("a binding past the broker's renew_before, with no rotation due, is warned of", async () => {
  broker.simulator.settings.bindingLifetimeS = 3600;
  const saved = await broker.up();
  expect((await words({}, saved)).warnings).toBe("");
  broker.clock.skip(HOUR_MS - 60_000);
  expect((await words({}, saved)).warnings).toMatch(
    /should have been renewed before \d.*, and no rotation is due\. Set rotateBefore/,
  );
  expect((await words({ rotateBefore: UNKNOWN }, saved)).warnings).toBe("");
  expect(await words({ rotateBefore: "1m" }, saved)).toMatchObject({ warnings: "" });
});

describe("what leaves the binding as it is", () => {
  const overlap: Inputs = { rotationOverlap: "48h" };
  const STAY = "the credentials stay as they are, though a preview shows them as unknown";

  const withPredecessor = async (): Promise<Saved> =>
    broker.up({ ...overlap, rotationTrigger: 2 }, await broker.up({ ...overlap, rotationTrigger: 1 }));

  test("is told where a predecessor's time is over", async () => {
    const saved = await withPredecessor();
    const inputs = { ...overlap, rotationTrigger: 2 };
    expect((await words(inputs, saved)).infos).toBe("");
    const until = saved.state.predecessors?.[0]?.unbindAfter ?? "";
    broker.clock.skip(49 * HOUR_MS);
    expect((await words(inputs, saved)).infos).toBe(
      `creds: predecessor ${KEY} will be unbound: its time (until ${until}) is over; ${STAY}.`,
    );
  });

  test("is told where predecessors end since there is no overlap any more, or are let go of", async () => {
    const saved = await withPredecessor();
    expect((await words({ rotationTrigger: 2 }, saved)).infos).toBe(
      `creds: predecessor ${KEY} will be unbound: there is no rotationOverlap any more; ${STAY}.\n` +
        `creds: a change of rotationOverlap makes no other binding: ${STAY}.`,
    );
    const abandoned = await words({ rotationTrigger: 2, deletionPolicy: "abandon" }, saved);
    expect(abandoned.infos).toContain("will be let go of, and stays bound");
  });

  test("is told of changes of policies, rules and the instance's plan", async () => {
    const saved = await broker.up();
    const instance = { ...saved.inputs.instance, plan: "large" };
    expect((await words({ deletionPolicy: "prevent", rotateAfter: "720h", instance }, saved)).infos).toBe(
      `creds: a change of deletionPolicy, rotateAfter, instance.plan makes no other binding: ${STAY}.`,
    );
    expect((await words({}, saved)).infos).toBe("");
  });

  test("is not told where something else is replaced, or nobody knows yet", async () => {
    const saved = await withPredecessor();
    broker.clock.skip(49 * HOUR_MS);
    const rotated = { ...overlap, rotationTrigger: 3, rotateAfter: "720h" };
    expect((await words(rotated, saved)).infos).not.toContain(STAY);
    const instance = { ...saved.inputs.instance, instanceId: UNKNOWN };
    expect((await words({ ...overlap, rotationTrigger: 2, instance }, saved)).infos).toBe("");
  });
});

test("rotateBefore without an expiry from the broker is warned of", async () => {
  const saved = await broker.up({ rotateBefore: "48h" });
  expect((await words({ rotateBefore: "48h" }, saved)).warnings).toContain("rotateBefore has no effect");
});

test("a rule by which every up would rotate is warned of", async () => {
  broker.simulator.settings.bindingLifetimeS = 3600;
  const saved = await broker.up({ rotateBefore: "2h" });
  expect((await words({ rotateBefore: "2h" }, saved)).warnings).toMatch(
    /was due for rotation when it was made \(rotateBefore 2h, expires at .*every up/,
  );
});

test("a rule by which a binding is due for the first time is not warned of", async () => {
  broker.simulator.settings.bindingLifetimeS = 3600;
  const saved = await broker.up({ rotateBefore: "10m" });
  broker.clock.skip(HOUR_MS - 5 * 60_000);
  expect((await words({ rotateBefore: "10m" }, saved)).warnings).toBe("");
});

test("an id that the program gives rules out a successor under the same id", async () => {
  const saved = await broker.up({ bindingId: "mine", rotationTrigger: 1 });
  expect((await problems({ bindingId: "mine", rotationTrigger: 2 }, saved)).join()).toMatch(
    /^bindingId: .*since rotationTrigger changed.*both exist at once.*Give another bindingId/,
  );
  expect(await problems({ bindingId: "other", rotationTrigger: 2 }, saved)).toEqual([]);
});

test("a change under deletionPolicy prevent is a problem, and a rotation is none", async () => {
  const inputs: Inputs = { deletionPolicy: "prevent", rotationTrigger: 1 };
  const saved = await broker.up(inputs);
  expect((await problems({ ...inputs, parameters: { role: "reader" } }, saved)).join()).toMatch(
    new RegExp(`^parameters: .*unbinds ${KEY}`),
  );
  expect(await problems({ ...inputs, rotationTrigger: 2 }, saved)).toEqual([]);
});

test("a change that comes with the end of deletionPolicy prevent is one too: the present binding was saved with it", async () => {
  const saved = await broker.up({ deletionPolicy: "prevent" });
  const next: Inputs = { deletionPolicy: "delete", parameters: { role: "reader" } };
  expect((await problems(next, saved)).join()).toMatch(/^parameters: .*run `pulumi up` before it/);
});

test("a value that is not known yet plans an update and no replacement", async () => {
  const saved = await broker.up({ parameters: { role: "reader" } });
  const host = broker.host({ preview: true });
  const open = broker.full({ ...saved.inputs, parameters: { role: UNKNOWN }, rotationTrigger: UNKNOWN });
  expect(serviceBinding.diff(host, saved.state, open)).toEqual({ changes: true, replaces: [] });
});

test("an instance that is deleted before its successor is made takes its binding with it", async () => {
  const saved = await broker.up();
  const inputs = { ...saved.inputs, instance: UNKNOWN as unknown as ServiceBindingInputs["instance"] };
  expect(serviceBinding.diff(broker.host(), saved.state, inputs).replaces).toEqual(["instance"]);
});

test("what is not sent is refused where the broker is told of no platform", async () => {
  await broker.stop();
  broker = await BoundBroker.start({ env: { OSB_SENDS_PLATFORM: "false" } });
  expect(await problems({})).toEqual([]);
  expect(await problems({ context: { team: "a" } })).toEqual([
    expect.stringMatching(
      /^context: is not sent to this broker.*brokerSendsPlatform \(OSB_SENDS_PLATFORM\) is false/,
    ),
  ]);
  // A binding has none of its own, whatever the broker is told.
  expect(await problems({ organizationGuid: "org", spaceGuid: "space" })).toEqual([
    expect.stringMatching(/unknown property organizationGuid; unknown property spaceGuid/),
  ]);
});
