import { followingId } from "../../../../../provider/resources/broker/ids";
import {
  INTENT_VERSION,
  type IntentInputs,
  type IntentState,
} from "../../../../../provider/resources/broker/intent-schema";
import { brokerRunStateOf } from "../../../../../provider/resources/broker/run-state";
import type { Change } from "../../../../../provider/host/contract";
import { digestOf } from "../../../../../provider/host/digest";
import { serviceBindingIntent as intent } from "../../../../../provider/resources/service-binding/intent";
import type { TestHost } from "../../../../support/host";
import { BoundBroker, INSTANCE_ID, KEY } from "../../../../support/service-binding";

const NEXT = followingId(KEY, KEY);

const plan = { service: "postgres", plan: "small", instanceId: INSTANCE_ID };
const bound = { instance: plan };
const killed = { ...bound, follows: KEY, rotationTrigger: "two" };

let broker: BoundBroker;

/** A run that rotates is killed after its PUT: the state has the predecessor, and the broker both. */
beforeEach(async () => {
  broker = await BoundBroker.start();
  const saved = await broker.up({ rotationTrigger: 1 });
  broker.simulator.fault({ on: "unbind", kind: { status: 400 }, times: 1 });
  await broker.up({ rotationTrigger: 2 }, saved);
  expect(broker.bound).toEqual([KEY, NEXT]);
});

afterEach(() => broker.stop());

/** What the next up does with the intent. */
async function up(
  inputs: Partial<IntentInputs>,
): Promise<{ change: Change; state: IntentState; host: TestHost }> {
  broker.nextRun();
  const real = { bindingId: KEY, state: "succeeded", rotationTrigger: digestOf("one") };
  const host = broker.host({ saved: { own: { key: KEY }, real } });
  const before: IntentState = { key: KEY, asked: [plan], want: plan, follows: KEY, version: INTENT_VERSION };
  const checked = await intent.check(host, killed, { ...bound, ...inputs });
  const news = checked.inputs as IntentInputs;
  const change = intent.diff(host, before, news);
  const { state } = change.changes ? await intent.update(host, KEY, before, news) : { state: before };
  return { change, state, host };
}

test.each(["delete", "prevent", "abandon"])(
  "the successor of a rotation that is taken back is named by the next up, and left (deletionPolicy %s)",
  async (deletionPolicy) => {
    const { change, state, host } = await up({ rotationTrigger: "one", deletionPolicy });
    expect(change.changes).toBe(true);
    expect(state.follows).toBeUndefined();
    expect(broker.bound).toEqual([KEY, NEXT]);
    expect(host.recorded.warnings.join()).toMatch(
      new RegExp(
        `replacement was taken back.*Service binding ${NEXT} of instance ${INSTANCE_ID} is at the broker`,
      ),
    );
  },
);

test("the id of a successor that was taken back is not taken for a new one when the rotation is wanted again", async () => {
  const { state } = await up({ rotationTrigger: "one" });
  broker.nextRun();
  const host = broker.host();
  await intent.update(host, KEY, state, { ...bound, follows: KEY });
  expect(brokerRunStateOf(host.session).isFirstUse(KEY, KEY)).toBe(false);
});

test("the successor of a rotation that is still wanted stays", async () => {
  const { state } = await up({ rotationTrigger: "two" });
  expect(state.follows).toBe(KEY);
  expect(broker.bound).toEqual([KEY, NEXT]);
});
