import { registry } from "../../../../provider/resources/registry";
import { type RunningBrokerSimulator, startBrokerSimulator } from "../../../../sdk/simulator";
import { FastClock } from "../../../support/fast-clock";
import { TestEngine } from "../../../support/test-engine";

/** A ServiceInstance on an engine that plans and applies in a process each, and tells nothing of others. */
const { serviceInstance, serviceInstanceIntent } = registry;
const PASSWORD = "canary-pa55word";
const hidden = { values: [PASSWORD], names: ["parameters"] };

let running: RunningBrokerSimulator;
let engine: TestEngine;
beforeEach(async () => {
  const clock = new FastClock();
  running = await startBrokerSimulator({ operationMs: 400, clock });
  const { OSB_URL, OSB_USERNAME, OSB_PASSWORD } = running.env;
  const settings = { brokerUrl: OSB_URL, brokerUsername: OSB_USERNAME, brokerPassword: OSB_PASSWORD };
  engine = new TestEngine({
    clock,
    settings: Object.fromEntries(Object.entries(settings).map(([k, v]) => [k, v ?? ""])),
  });
});
afterEach(() => running.stop());

const database = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };

/** Both of them, as a program has them. */
async function up(inputs: Record<string, unknown>): Promise<string> {
  await engine.apply(serviceInstanceIntent, "intent", inputs, hidden);
  const { key, asked, turn } = engine.kept.get("intent")?.state ?? {};
  return engine.apply(serviceInstance, "db", { ...inputs, intent: { key, asked, turn } }, hidden);
}

const existing = (): string[] => running.simulator.instances.map(({ id }) => id);

test("a resource is made, changed, read and deleted by the same flow on another engine", async () => {
  expect(await up(database)).toBe("created");
  expect(existing()).toEqual([engine.kept.get("db")?.state["instanceId"]]);
  expect(await up(database)).toBe("same");
  expect(await up({ ...database, parameters: { storageGb: 40 } })).toBe("updated");
  expect(existing()).toHaveLength(1);
  await engine.refresh(serviceInstance, "db");
  expect(engine.kept.get("db")?.state).toMatchObject({ parameters: { storageGb: 40 }, state: "succeeded" });
  await engine.destroy(serviceInstance, "db");
  await engine.destroy(serviceInstanceIntent, "intent");
  expect(existing()).toEqual([]);
});

test("secrets of a state are named by paths, and nothing that is written down or said has one", async () => {
  await up({ ...database, parameters: { storageGb: 20, password: PASSWORD } });
  expect(JSON.stringify(engine.kept.get("db")?.state)).toContain(PASSWORD);
  expect(JSON.stringify([engine.shown("db"), engine.shown("intent"), engine.lines])).not.toContain(PASSWORD);
});
