import { serviceInstance } from "../../../../support/one-process";
import type { ServiceInstanceState } from "../../../../../provider/resources/service-instance/schema";
import { errorOf } from "../../../../support/child-instance";
import { BrokerStack, type Inputs } from "../../../../support/service-instance";

const SECRET = "s3cr3t-of-the-program";
const PASSWORD = "simulated-password";
const guarded: Inputs = { service: "postgres", plan: "small", parameters: { password: SECRET } };

describe("what a ServiceInstance says", () => {
  let stack: BrokerStack;
  afterEach(async () => {
    await stack.stop();
  });

  /** Everything that an up says, whatever becomes of it. */
  async function upWords(inputs: Inputs): Promise<string> {
    const host = stack.host();
    const { recorded } = host;
    try {
      const { unfinished = [], host: own } = await stack.up(inputs);
      return JSON.stringify([recorded, own.recorded, unfinished]);
    } catch (error) {
      return (error as Error).message;
    }
  }

  it.each([
    ["a failed create", { failures: [{ on: "provision", kind: "fails-and-leaves" }] }],
    ["a refusal", { faults: [{ on: "provision", kind: { status: 400 } }] }],
    ["an error of the broker", { faults: [{ on: "provision", kind: { status: 500 } }] }],
  ] as [string, Parameters<typeof BrokerStack.start>[0]][])(
    "holds no parameter and no credential, after %s",
    async (_what, options) => {
      stack = await BrokerStack.start(options);
      const words = await upWords(guarded);
      expect(words).toContain("instance");
      expect(words).not.toContain(SECRET);
      expect(words).not.toContain(PASSWORD);
    },
  );

  it("holds no parameter where a change is forbidden or refused", async () => {
    stack = await BrokerStack.start({ faults: [{ on: "update", kind: { status: 422 } }] });
    await stack.up({ ...guarded, plan: "fixed" });
    const forbidden = await errorOf(stack.up({ ...guarded, plan: "small" }));
    const refused = await errorOf(
      stack.up({ ...guarded, plan: "fixed", parameters: { password: `${SECRET}-2` } }),
    );
    expect(forbidden.message + refused.message).not.toContain(SECRET);
  });

  it("holds no credential that the broker repeats", async () => {
    stack = await BrokerStack.start({
      faults: [{ on: "provision", kind: { status: 400, body: { description: `Not for ${PASSWORD}.` } } }],
    });
    expect(await upWords(guarded)).not.toContain(PASSWORD);
  });

  it("keeps parameters of an update under way where the engine encrypts them", async () => {
    stack = await BrokerStack.start({ failures: [{ on: "update", kind: "never-finishes" }] });
    await stack.up(guarded);
    const { state } = await stack.up({
      ...guarded,
      parameters: { password: `${SECRET}-2` },
      timeouts: { update: "5s" },
    });
    const { parameters, unfinished, ...rest } = state;
    expect([parameters, unfinished?.wanted]).toEqual([
      { password: SECRET },
      { parameters: { password: `${SECRET}-2` } },
    ]);
    expect(JSON.stringify(rest)).not.toContain(SECRET);
  });
});

test.each([
  ["https://admin:pass@dashboard.example.com/db", ["dashboardUrl"]],
  ["https://dashboard.example.com/db?id=1", []],
])("the dashboard %s is a secret only where it lets its holder in", (dashboardUrl, secrets) => {
  expect(serviceInstance.secretOutputs?.({ dashboardUrl } as ServiceInstanceState)).toEqual(secrets);
});
