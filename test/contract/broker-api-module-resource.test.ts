import { randomUUID } from "node:crypto";
import { serviceInstance } from "../support/one-process";
import type { ServiceInstanceInputs } from "../../provider/resources/service-instance/schema";
import { describeWithBroker, ModuleBroker, planRef, plans, serviceId } from "../support/module-broker";
import { settingsFrom, type TestHost, testHost } from "../support/host";

/*
 * A ServiceInstance on a broker that none of us wrote. Of what it does not know it says 410 throughout, where the
 * specification says 404: the module's ErrInstanceDoesNotExist.
 */

const broker = ModuleBroker.forThisFile();
const { asyncSmall } = plans;

describeWithBroker("a ServiceInstance of a broker on brokerapi", () => {
  let key: string;
  beforeEach(() => {
    key = randomUUID();
  });

  const host = (): TestHost => {
    const { url, username, password } = broker.process;
    return testHost({
      name: "memory",
      settings: settingsFrom({
        OSB_URL: url,
        OSB_USERNAME: username,
        OSB_PASSWORD: password,
        OSB_POLL_INTERVAL: "100ms",
      }),
    });
  };
  const checked = async (more: Record<string, unknown> = {}): Promise<ServiceInstanceInputs> => {
    const inputs = {
      service: "memory",
      plan: "async-small",
      parameters: { polls: 1 },
      origin: { stack: "test", project: "demo" },
      intent: { key },
      ...more,
    };
    const { problems, inputs: full } = await serviceInstance.check(host(), undefined, inputs);
    expect(problems).toEqual([]);
    return full as ServiceInstanceInputs;
  };

  it("is provisioned under the key of its intent", async () => {
    const { state } = await serviceInstance.create(host(), await checked());
    expect(state).toMatchObject({ state: "succeeded", instanceId: key, serviceId, planId: asyncSmall });
  });

  it("whose request is refused is asked for once", async () => {
    const refused = serviceInstance.create(host(), await checked({ parameters: { polls: "many" } }));
    await expect(refused).rejects.toThrow(/Nothing was provisioned/);
    expect(await broker.process.calls("Provision", key)).toHaveLength(1);
  });

  it("that somebody else has deprovisioned leaves the state by a refresh", async () => {
    const { id, state } = await serviceInstance.create(host(), await checked());
    const gone = await broker.client().deprovision(key, planRef(asyncSmall));
    await broker.settled(key, "delete", asyncSmall, gone);
    expect(await serviceInstance.read(host(), id, state)).toBeUndefined();
  });

  it("that is not there cannot be adopted", async () => {
    const adopting = serviceInstance.create(host(), await checked({ adopt: key }));
    await expect(adopting).rejects.toThrow(/there is no instance \S+ at the broker to adopt/);
  });

  it("that the broker has lost is provisioned again by the run that waits for it", async () => {
    const inputs = await checked();
    const { id, state } = await serviceInstance.create(host(), inputs);
    const gone = await broker.client().deprovision(key, planRef(asyncSmall));
    await broker.settled(key, "delete", asyncSmall, gone);
    const waiting = {
      ...state,
      state: "in progress",
      unfinished: { kind: "create", since: Date.now() },
    } as const;
    const outcome = await serviceInstance.update(host(), id, waiting, inputs);
    expect(outcome.state).toMatchObject({ state: "succeeded", instanceId: key });
  });
});
