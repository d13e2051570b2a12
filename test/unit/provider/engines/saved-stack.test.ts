import { partsOf } from "../../../../provider/engines/pulumi-dynamic/saved-stack";
import { secret } from "../../../../provider/engines/pulumi-dynamic/wire";
import { digestOf } from "../../../../provider/host/digest";
import { registry } from "../../../../provider/resources/registry";
import { savedTypes } from "../../../../provider/resources/saved-types";

const part = (name: keyof typeof registry, outputs: Record<string, unknown>): unknown =>
  partsOf(registry[name], outputs).own;

describe("of its saved outputs a provider is told", () => {
  test("of a ServiceInstance what it is and where it stands, and no parameters", () => {
    const outputs = {
      instanceId: "i-1",
      serviceId: "s-1",
      state: "failed",
      unfinished: { kind: "create", since: 5 },
      parameters: { size: 3 },
      context: { platform: "provisor" },
      metadata: { labels: { team: "a" } },
    };
    expect(part("serviceInstance", outputs)).toEqual({
      instanceId: "i-1",
      serviceId: "s-1",
      state: "failed",
      unfinished: { kind: "create", since: 5 },
      context: { platform: "provisor" },
    });
  });

  test("of a context with a secret in it nothing", () => {
    const outputs = { instanceId: "i-1", context: { platform: "provisor", team: secret("CANARY") } };
    expect(part("serviceInstance", outputs)).toEqual({ instanceId: "i-1" });
  });

  test("of a ServiceBinding when it ends, and no credentials", () => {
    const outputs = {
      bindingId: "b-1",
      instance: { instanceId: "i-1", service: "s", plan: "p" },
      credentials: { password: "CANARY" },
      metadata: { expiresAt: "2030-01-01T00:00:00Z", renewBefore: "2029-01-01T00:00:00Z" },
      predecessors: [{ bindingId: "b-0", unbindAfter: "2029-01-01T00:00:00Z" }],
    };
    const { credentials: _credentials, ...told } = outputs;
    expect(part("serviceBinding", outputs)).toEqual(told);
  });

  test("nothing that is marked secret, at any depth", () => {
    const outputs = {
      instanceId: secret("CANARY"),
      unfinished: { kind: "update", wanted: { planId: "p", parameters: secret({ password: "CANARY" }) } },
    };
    expect(part("serviceInstance", outputs)).toEqual({
      unfinished: { kind: "update", wanted: { planId: "p" } },
    });
    const predecessors = [{ bindingId: "b-0" }, secret({ bindingId: "CANARY" })];
    expect(part("serviceBinding", { predecessors })).toEqual({ predecessors: [{ bindingId: "b-0" }] });
  });

  test("of a secret trigger of a rotation whether it is the same as another one", () => {
    const digestOf = (rotationTrigger: unknown): unknown =>
      (part("serviceBinding", { rotationTrigger }) as Record<string, unknown>)["rotationTrigger"];
    expect(digestOf(secret("CANARY"))).toBe(digestOf("CANARY"));
    expect(digestOf(secret("CANARY"))).not.toBe(digestOf(secret("OTHER")));
    expect(JSON.stringify(part("serviceBinding", { rotationTrigger: secret("CANARY") }))).not.toContain(
      "CANARY",
    );
  });

  test("of an intent its key", () => {
    expect(part("childInstanceIntent", { key: "k", want: { apps: {} }, before: {} })).toEqual({ key: "k" });
  });

  test("of a ChildInstance its instances, also where the state hides them as a whole", () => {
    const instances = [{ appId: "a", instanceId: "i", tsgId: "1", status: "running" }];
    expect(part("childInstance", { instances: secret(instances), jobId: "j" })).toEqual({
      instances: [{ appId: "a", instanceId: "i", tsgId: "1" }],
      jobId: "j",
    });
  });

  test("of what an intent asked for the ids of the program's own, by their digests", () => {
    const asked = [
      { service: "s", rest: secret("CANARY") },
      { service: "s", id: "mine" },
    ];
    expect(part("serviceBindingIntent", { key: "k", want: { service: "s" }, asked })).toEqual({
      key: "k",
      asked: [{}, { id: digestOf("mine") }],
    });
  });
});

describe("of its saved outputs others are told", () => {
  const others = (name: keyof typeof registry, outputs: Record<string, unknown>): unknown =>
    partsOf(registry[name], outputs).toOthers;

  test("what a ServiceInstance and a ServiceBinding hold at which broker, and no more", () => {
    const broker = "https://broker.example.com";
    const more = { serviceId: "s-1", planId: "p-1", state: "succeeded", broker };
    expect(others("serviceInstance", { instanceId: "i-1", ...more })).toEqual({
      type: "ServiceInstance",
      state: { instanceId: "i-1", broker },
    });
    expect(others("serviceBinding", { bindingId: "b-1", instance: { instanceId: "i-1" }, ...more })).toEqual({
      type: "ServiceBinding",
      state: { bindingId: "b-1", broker },
    });
  });

  test("the ids of a ChildInstance, and whose list shows them", () => {
    const state = { parentTsgId: "1", host: "https://api.example.com", missing: ["i"] };
    const instances = [{ appId: "a", instanceId: "i", tsgId: "2", region: "americas" }];
    expect(others("childInstance", { ...state, instances, jobId: "j", unfinished: {} })).toEqual({
      type: "ChildInstance",
      state: { ...state, instances: [{ instanceId: "i" }] },
    });
  });
});

test("what a program takes for the saved state of a resource is that of the resource", () => {
  const all = Object.values(registry).map(({ name, outputs, wantsOthers }) => ({
    name,
    outputs,
    wantsOthers,
  }));
  expect(savedTypes.map((type) => ({ wantsOthers: undefined, ...type }))).toEqual(all);
});
