import { describeAccount, describeBrokerAccount } from "./account.mjs";

const yes = ["--yes", "--skip-preview"];

/** Steps of the demo: what each shows, and the commands of the CLI that do it. */
const step = (what, ...commands) => ({ what, commands });

const up = ["up", ...yes];
const upAgain = ["up", ...yes, "--expect-no-changes"];
const destroy = ["destroy", ...yes];
const set = (...args) => ["config", "set", ...args];

const childInstance = {
  title: "ChildInstance: the Palo Alto Networks subscription service",
  example: "child-instance",
  start: ({ startSimulator }) => startSimulator({ port: 0 }),
  account: describeAccount,
  steps: [
    step("Preview: what would be allocated, from which license, and what would remain", ["preview"]),
    step("Up: one POST, then waiting until every instance is done", up),
    step("The outputs of the stack", ["stack", "output"]),
    step("Up again: nothing to do, so nothing is sent", upAgain),
    step("Refresh: compares the state with what the API shows", ["refresh", ...yes]),
    step("Destroy: the API has no delete, so the instances are only taken out of the state", destroy),
  ],
};

const serviceBroker = {
  title: "ServiceInstance and ServiceBinding: an Open Service Broker",
  example: "service-broker",
  start: ({ startBrokerSimulator }) => startBrokerSimulator({ port: 0, operationMs: 900 }),
  settings: { OSB_POLL_INTERVAL: "500ms" },
  account: describeBrokerAccount,
  steps: [
    step(
      "Up: a database, a login for it, and a cache that uses the login",
      set("--secret", "adminPassword", "simulated-only"),
      up,
    ),
    step("The outputs of the stack", ["stack", "output"]),
    step("Another plan, in place: one PATCH", set("plan", "large"), up),
    step(
      "Rotation: the new login is made, the cache gets it, then the old one ends",
      set("rotation", "2"),
      up,
    ),
    step("Up again: nothing to do", upAgain),
    step("Refresh: what the broker adds to what was asked for is no change", [
      "refresh",
      ...yes,
      "--expect-no-changes",
    ]),
    step("Destroy: unbound and deprovisioned, in order", destroy),
  ],
};

const oracleRestDataServices = {
  title: "ServiceInstance: a broker of actions, as that of Oracle REST Data Services, which keeps nothing",
  example: "oracle-rest-data-services",
  start: ({ startBrokerSimulator }) => startBrokerSimulator({ port: 0, kind: "actions", operationMs: 900 }),
  account: describeBrokerAccount,
  steps: [
    step("Up: two actions, each carried out once", set("--secret", "appPassword", "simulated-only"), up),
    step("The results of the actions are outputs, and secrets", ["stack", "output"]),
    step("Up again: nothing to do", upAgain),
    step("Refresh: there is nothing to ask the broker for", ["refresh", ...yes, "--expect-no-changes"]),
    step("Destroy: one DELETE each, which removes nothing; what the actions made stays", destroy),
  ],
};

/**
 * The parts of the demo, in their order. Each has an example that it runs (`steps`), a simulator that it runs on
 * (`start`, with the simulators' module), settings besides those of the simulator, and an account of what that saw.
 */
export const parts = [childInstance, serviceBroker, oracleRestDataServices];
