import type { EnginePort } from "../../../../provider/host/engine-port";
import { ProviderProcess } from "../../../../provider/host/process";
import { type Call, type Plain, type Served, type Settled, serve } from "../../../../provider/host/serve";
import { registry } from "../../../../provider/resources/registry";
import { type EchoingBroker, RESULT, startEchoingBroker } from "../../../support/echoing-broker";
import { withEnvironment } from "../../../support/environment";
import { testSpeech } from "../../../support/speech";

/** A broker says a secret of the program in every field of every answer: what comes out of the calls that an engine makes. */

const CANARY = "HOST-CANARY-61c9";
const call: Call = {
  address: "urn::db",
  name: "db",
  saved: { own: "none", others: [] },
};

const declared = { values: [CANARY], names: ["parameters"] };
const withSecret = (more: object = {}): Plain => ({
  properties: {
    service: "echo",
    plan: "small",
    parameters: { password: CANARY, size: 1 },
    intent: {
      key: "7f1f6c2e-0c7c-4a0e-9f3c-2b1a5d1c0e11",
      turn: 1,
      asked: [{ service: "echo", plan: "small" }],
    },
    origin: { stack: "dev", project: "test" },
    ...more,
  },
  declared,
});

let broker: EchoingBroker;
let restore: () => void;
let said: string[];
let instance: Served;
beforeEach(async () => {
  broker = await startEchoingBroker();
  broker.word = CANARY;
  restore = withEnvironment({ ...broker.env, OSB_POLL_INTERVAL: "10ms", OSB_POLL_INTERVAL_MAX: "20ms" });
  said = [];
  const port: EnginePort = {
    speech: testSpeech,
    log: (_severity, message) => void said.push(message),
    isAlive: () => Promise.resolve(true),
    isUnknown: () => false,
    isLive: () => false,
    marksWritten: true,
  };
  const provider = new ProviderProcess(port, () => undefined);
  instance = serve(registry.serviceInstance, () => provider);
});
afterEach(async () => {
  restore();
  await broker.close();
});

/** Check and create, as an engine asks for them. */
async function make(): Promise<Settled> {
  const { properties } = withSecret();
  const { inputs, problems } = await instance.check(call, undefined, { properties, declared });
  expect(problems).toEqual([]);
  return instance.create(call, { properties: inputs, declared });
}

const namesOf = (secrets: readonly { at: readonly PropertyKey[] }[]): unknown[] =>
  secrets.map(({ at }) => at[0]);

test("no line of the log holds it", async () => {
  await make();
  expect(said).toContainEqual(expect.stringContaining("Done for [redacted] with [redacted]"));
  expect(said.join()).not.toMatch(/CANARY/);
});

test("no reason of a refusal holds it, neither what is wrong nor where", async () => {
  const { problems } = await instance.check(
    call,
    undefined,
    withSecret({ plan: CANARY, [`not${CANARY}`]: 1 }),
  );
  expect(problems.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("has no plan [redacted]"),
  );
  expect(JSON.stringify(problems)).not.toContain(CANARY);
});

test("an output that repeats a secret of the broker's own, which nobody declared, is hidden", async () => {
  broker.word = "nothing-to-say";
  const { properties, secrets } = await make();
  expect(properties["description"]).toContain(RESULT);
  expect(namesOf(secrets)).toEqual(expect.arrayContaining(["description", "response"]));
});

test("inputs that a refresh read hide what the outputs of their names hide", async () => {
  const { id, properties } = await make();
  const before = { ...properties, parameters: { password: CANARY, size: 2 } };
  const read = await instance.read({ ...call, address: "" }, id, { properties: before, declared });
  expect(read?.inputs?.properties["parameters"]).toEqual({ password: CANARY, size: 1 });
  expect(namesOf(read?.inputs?.secrets ?? [])).toContain("parameters");
});
