import { partOf } from "../../../../provider/engines/pulumi-dynamic/saved-parts";
import {
  childInstanceType,
  serviceBindingIntentType,
  serviceBindingType,
  serviceInstanceType,
} from "../../../../provider/engines/pulumi-dynamic/tokens";
import { secret } from "../../../../provider/engines/pulumi-dynamic/wire";

const part = (type: string, outputs: Record<string, unknown>): unknown => partOf[type]?.(outputs);

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
    expect(part(serviceInstanceType, outputs)).toEqual({
      instanceId: "i-1",
      serviceId: "s-1",
      state: "failed",
      unfinished: { kind: "create", since: 5 },
      context: { platform: "provisor" },
    });
  });

  test("of a context with a secret in it nothing", () => {
    const outputs = { instanceId: "i-1", context: { platform: "provisor", team: secret("CANARY") } };
    expect(part(serviceInstanceType, outputs)).toEqual({ instanceId: "i-1" });
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
    expect(part(serviceBindingType, outputs)).toEqual(told);
  });

  test("nothing that is marked secret, at any depth", () => {
    const outputs = {
      instanceId: secret("CANARY"),
      unfinished: { kind: "update", wanted: { planId: "p", parameters: secret({ password: "CANARY" }) } },
      predecessors: [{ bindingId: "b-0" }, secret({ bindingId: "CANARY" })],
    };
    expect(part(serviceInstanceType, outputs)).toEqual({
      unfinished: { kind: "update", wanted: { planId: "p" } },
      predecessors: [{ bindingId: "b-0" }],
    });
  });

  test("of a secret trigger of a rotation whether it is the same as another one", () => {
    const digestOf = (rotationTrigger: unknown): unknown =>
      (part(serviceBindingType, { rotationTrigger }) as Record<string, unknown>)["triggerDigest"];
    expect(digestOf(secret("CANARY"))).toBe(digestOf("CANARY"));
    expect(digestOf(secret("CANARY"))).not.toBe(digestOf(secret("OTHER")));
    expect(JSON.stringify(part(serviceBindingType, { rotationTrigger: secret("CANARY") }))).not.toContain(
      "CANARY",
    );
  });

  test("of an intent its key", () => {
    expect(part(serviceBindingIntentType, { key: "k", want: { service: "s" }, asked: [] })).toEqual({
      key: "k",
    });
  });

  test("of a ChildInstance its instances, also where the state hides them as a whole", () => {
    const instances = [{ appId: "a", instanceId: "i", tsgId: "1", status: "running" }];
    expect(part(childInstanceType, { instances: secret(instances), jobId: "j" })).toEqual({
      instances: [{ appId: "a", instanceId: "i", tsgId: "1" }],
      jobId: "j",
    });
  });

  test("nothing of a resource of another type", () => {
    expect(part("random:index:RandomPassword", { result: "CANARY" })).toBeUndefined();
  });
});
