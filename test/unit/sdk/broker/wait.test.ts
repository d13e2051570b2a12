import {
  AuthenticationError,
  type BrokerClient,
  BrokerError,
  type LastOperation,
  type WaitForOperation,
} from "../../../../sdk/broker";
import { inTurn, json, raw, reset, type Answer } from "../../../support/local-server";
import { brokers, endOf, plan, type Broker } from "./broker";

const startBroker = brokers();

interface Polled extends Broker {
  /** Seconds after the beginning at which each poll came. */
  polls: number[];
}

async function start(answer: Answer): Promise<Polled> {
  const polls: number[] = [];
  const broker: Broker = await startBroker((response, ...rest) => {
    polls.push(Math.round((broker.clock.now() - began) / 100) / 10);
    answer(response, ...rest);
  });
  const began = broker.clock.now();
  return { ...broker, polls };
}

const goingOn = json(200, { state: "in progress", description: "10 %" });
const later = (seconds: number): Answer =>
  json(200, { state: "in progress" }, { "Retry-After": String(seconds) });
const done = json(200, { state: "succeeded", description: "Done." });
const create: WaitForOperation = { ...plan, operation: "task_10", purpose: "create" };

describe("Waiting for an operation", () => {
  it("polls with all that is known until the broker says that it is done", async () => {
    const { client, server, polls } = await start(inTurn(goingOn, goingOn, done));
    await expect(client.waitForInstanceOperation("i-1", create)).resolves.toEqual({
      outcome: "succeeded",
      description: "Done.",
    });
    expect(polls).toEqual([2, 4, 6]);
    expect(server.received[0]?.path).toBe("/v2/service_instances/i-1/last_operation");
    expect(server.received[0]?.query.toString()).toBe("service_id=svc&plan_id=small&operation=task_10");
  });

  it("polls the binding's own operation", async () => {
    const { client, server } = await start(done);
    await client.waitForBindingOperation("i-1", "b-1", create);
    expect(server.received[0]?.path).toBe("/v2/service_instances/i-1/service_bindings/b-1/last_operation");
  });

  it("ends with what the broker says of a failure", async () => {
    const { client } = await start(
      json(200, { state: "failed", description: "No.", instance_usable: false, update_repeatable: false }),
    );
    await expect(client.waitForInstanceOperation("i-1", { ...create, purpose: "update" })).resolves.toEqual({
      outcome: "failed",
      description: "No.",
      instanceUsable: false,
      updateRepeatable: false,
    });
  });

  it("polls more and more seldom", async () => {
    const { client, polls, clock } = await start(goingOn);
    await client.waitForInstanceOperation("i-1", { ...create, deadline: clock.now() + 3_600_000 });
    const pauses = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
    expect(pauses[0]).toBe(2);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30.1);
    expect(Math.max(...pauses)).toBeGreaterThan(29);
  });

  it("polls at once where the operation began long ago", async () => {
    const { client, polls, clock } = await start(done);
    await client.waitForInstanceOperation("i-1", { ...create, since: clock.now() - 600_000 });
    expect(polls).toEqual([0]);
  });

  it("polls not before what Retry-After asks for, of failures too", async () => {
    const failure = json(503, {}, { "Retry-After": "20" });
    const { client, polls } = await start(inTurn(later(9), failure, done));
    await client.waitForInstanceOperation("i-1", create);
    expect(polls).toEqual([2, 11, 31]);
  });

  it.each<[string, (client: BrokerClient) => Promise<unknown>]>([
    ["provision", (client) => client.provision("i-1", { ...plan, organizationGuid: "o", spaceGuid: "s" })],
    ["update", (client) => client.updateInstance("i-1", { serviceId: plan.serviceId })],
    ["deprovision", (client) => client.deprovision("i-1", plan)],
  ])("polls first not before what Retry-After asked for when it was accepted: %s", async (_name, begin) => {
    const { client, polls } = await start(inTurn(json(202, {}, { "Retry-After": "9" }), done));
    await begin(client);
    await client.waitForInstanceOperation("i-1", create);
    expect(polls).toEqual([0, 9]);
  });

  it("polls at the pace that the broker asks for where that is faster than its own", async () => {
    const { client, polls } = await start(inTurn(later(1), later(1), later(0), done));
    await client.waitForInstanceOperation("i-1", create);
    expect(polls).toEqual([2, 3, 4, 6]);
  });

  it("polls a binding at the broker's pace too", async () => {
    const { client, polls } = await start(inTurn(later(5), later(5), later(5), done));
    await client.waitForBindingOperation("i-1", "b-1", create);
    expect(polls).toEqual([2, 7, 12, 17]);
  });

  it("does not count answers of 404 that have others between them", async () => {
    const { client } = await start(
      inTurn(json(404, {}), json(500, {}), json(404, {}), json(500, {}), json(404, {}), done),
    );
    await expect(
      client.waitForInstanceOperation("i-1", { ...create, purpose: "delete" }),
    ).resolves.toMatchObject({ outcome: "succeeded" });
  });

  it("tells what the last poll failed with where the deadline ends it", async () => {
    const { client, clock } = await start(inTurn(json(404, {}), json(412, {})));
    const wait = { ...create, deadline: clock.now() + 30_000 };
    await expect(client.waitForInstanceOperation("i-1", wait)).resolves.toEqual({
      outcome: "deadline",
      lastError: expect.objectContaining({ code: "PreconditionFailed" }) as BrokerError,
    });
  });

  it("obeys a Retry-After of hours", async () => {
    const { client, polls } = await start(inTurn(later(7_200), done));
    await client.waitForInstanceOperation("i-1", create);
    expect(polls).toEqual([2, 7_202]);
  });

  it("does not take what an earlier request was asked to wait for that of the last one", async () => {
    const { client, polls } = await start(
      inTurn(raw(202, "<html>", { "Retry-After": "5" }), json(202, {}), json(200, { state: "succeeded" })),
    );
    await endOf(client.provision("i-1", { ...plan, organizationGuid: "o", spaceGuid: "s" }));
    await client.deprovision("i-1", plan);
    await client.waitForInstanceOperation("i-1", { ...plan, purpose: "delete" });
    expect(polls).toEqual([0, 0, 2]);
  });

  it("goes on after all that is no answer, once a poll", async () => {
    const { client, polls } = await start(
      inTurn(json(500, {}), reset, raw(200, "<html>"), json(410, {}), json(400, {}), json(200, {}), done),
    );
    await expect(client.waitForInstanceOperation("i-1", create)).resolves.toMatchObject({
      outcome: "succeeded",
    });
    expect(polls).toEqual([2, 4, 6, 8, 10, 12, 14]);
  });

  it.each([401, 403])("ends with an AuthenticationError after a minute of %d", async (status) => {
    const { client, polls } = await start(json(status, {}));
    expect(await endOf(client.waitForInstanceOperation("i-1", create))).toBeInstanceOf(AuthenticationError);
    expect((polls.at(-1) ?? 0) - (polls[0] ?? 0)).toBeGreaterThanOrEqual(60);
  });

  it.each([401, 403])("goes on after some answers of %d", async (status) => {
    const { client } = await start(inTurn(json(status, {}), goingOn, json(status, {}), done));
    await expect(client.waitForInstanceOperation("i-1", create)).resolves.toMatchObject({
      outcome: "succeeded",
    });
  });

  it("takes refusals that a good answer parts for single ones", async () => {
    const { client, clock } = await start((response, request, count) =>
      (count % 5 === 0 ? goingOn : json(401, {}))(response, request, count),
    );
    const deadline = clock.now() + 300_000;
    await expect(client.waitForInstanceOperation("i-1", { ...create, deadline })).resolves.toEqual({
      outcome: "deadline",
    });
  });

  it("for a deletion is over at the first 410", async () => {
    const { client, polls } = await start(json(410, {}));
    await expect(client.waitForInstanceOperation("i-1", { ...create, purpose: "delete" })).resolves.toEqual({
      outcome: "gone",
    });
    expect(polls).toHaveLength(1);
  });

  it("for a deletion is over after three times 404, and says that it may be a gateway's", async () => {
    const { client, polls } = await start(json(404, {}));
    await expect(client.waitForInstanceOperation("i-1", { ...create, purpose: "delete" })).resolves.toEqual({
      outcome: "gone",
      isUnknown: true,
    });
    expect(polls).toHaveLength(3);
  });

  it("for a deletion is over where the last poll that the plan allows finds 404", async () => {
    const { client } = await start(json(404, {}));
    const deletion = { ...create, purpose: "delete" as const, maximumPollingMs: 1_000 };
    await expect(client.waitForInstanceOperation("i-1", deletion)).resolves.toEqual({
      outcome: "gone",
      isUnknown: true,
    });
  });

  it("for a deletion goes on after one or two answers of 404", async () => {
    const missing = json(404, {});
    const { client } = await start(inTurn(missing, goingOn, missing, missing, goingOn, json(410, {})));
    await expect(client.waitForInstanceOperation("i-1", { ...create, purpose: "delete" })).resolves.toEqual({
      outcome: "gone",
    });
  });

  it.each([
    ["create", "404", json(404, {})],
    ["update", "404", json(404, {})],
    ["create", "410", json(410, {})],
    ["update", "410", json(410, {})],
    ["create", "404 and 410 in turn", inTurn(json(404, {}), json(410, {}), json(404, {}), json(410, {}))],
  ] as const)("for %s is lost after a minute of %s", async (purpose, _statuses, answer) => {
    const { client, polls } = await start(answer);
    await expect(client.waitForInstanceOperation("i-1", { ...create, purpose })).resolves.toMatchObject({
      outcome: "lost",
    });
    expect((polls.at(-1) ?? 0) - (polls[0] ?? 0)).toBeGreaterThanOrEqual(60);
  });

  it("is not lost after fewer than three polls", async () => {
    const { client, polls } = await start(json(404, {}, { "Retry-After": "100" }));
    await client.waitForInstanceOperation("i-1", create);
    expect(polls).toEqual([2, 102, 202]);
  });

  it.each([404, 410])("is not lost while the broker sometimes knows it, and else says %d", async (status) => {
    const { client, clock } = await start((response, request, count) =>
      (count % 5 === 0 ? goingOn : json(status, {}))(response, request, count),
    );
    const deadline = clock.now() + 300_000;
    await expect(client.waitForInstanceOperation("i-1", { ...create, deadline })).resolves.toEqual({
      outcome: "deadline",
    });
  });
});

describe("The end of a wait", () => {
  it("is the caller's deadline, however long Retry-After is", async () => {
    const { client, clock, polls } = await start(later(3_000));
    const began = clock.now();
    await expect(
      client.waitForInstanceOperation("i-1", {
        ...create,
        deadline: began + 60_000,
        maximumPollingMs: 90_000,
      }),
    ).resolves.toEqual({ outcome: "deadline" });
    expect(clock.now() - began).toBe(60_000);
    expect(polls).toEqual([2]);
  });

  it("is the plan's maximum where that comes first", async () => {
    const { client, clock } = await start(goingOn);
    const began = clock.now();
    await expect(
      client.waitForInstanceOperation("i-1", {
        ...create,
        deadline: began + 90_000,
        maximumPollingMs: 60_000,
      }),
    ).resolves.toEqual({ outcome: "overdue" });
    expect(clock.now() - began).toBe(60_000);
  });

  it("is the success that a last look at the plan's maximum finds", async () => {
    const { client, clock, polls } = await start(inTurn(later(3_000), done));
    const began = clock.now();
    await expect(
      client.waitForInstanceOperation("i-1", {
        ...create,
        deadline: began + 90_000,
        maximumPollingMs: 60_000,
      }),
    ).resolves.toMatchObject({ outcome: "succeeded" });
    expect(polls).toEqual([2, 60]);
  });

  it("is overdue where the last look finds no answer", async () => {
    const { client, polls } = await start(inTurn(later(3_000), json(503, {}), done));
    await expect(
      client.waitForInstanceOperation("i-1", { ...create, maximumPollingMs: 60_000 }),
    ).resolves.toEqual({ outcome: "overdue", lastError: expect.any(BrokerError) as BrokerError });
    expect(polls).toEqual([2, 60]);
  });

  it("counts the plan's maximum from the beginning of the operation", async () => {
    const { client, clock } = await start(goingOn);
    const began = clock.now();
    await client.waitForInstanceOperation("i-1", {
      ...create,
      since: began - 50_000,
      maximumPollingMs: 60_000,
    });
    expect(clock.now() - began).toBe(10_000);
  });

  it("is not overdue before anyone has looked", async () => {
    const { client, clock } = await start(done);
    await expect(
      client.waitForInstanceOperation("i-1", {
        ...create,
        since: clock.now() - 90_000,
        maximumPollingMs: 60_000,
      }),
    ).resolves.toMatchObject({ outcome: "succeeded" });
  });

  it("is overdue after one look where time was up already", async () => {
    const { client, clock, polls } = await start(goingOn);
    await expect(
      client.waitForInstanceOperation("i-1", {
        ...create,
        since: clock.now() - 90_000,
        maximumPollingMs: 60_000,
      }),
    ).resolves.toEqual({ outcome: "overdue" });
    expect(polls).toEqual([0]);
  });

  it("is a deadline that has passed, without a poll", async () => {
    const { client, clock, polls } = await start(done);
    await expect(
      client.waitForInstanceOperation("i-1", { ...create, deadline: clock.now() - 1 }),
    ).resolves.toEqual({ outcome: "deadline" });
    expect(polls).toEqual([]);
  });

  it("is the reason of the caller's signal", async () => {
    const caller = new AbortController();
    const stop = new Error("stop");
    const { client } = await start((response, ...rest) => {
      caller.abort(stop);
      goingOn(response, ...rest);
    });
    await expect(client.waitForInstanceOperation("i-1", { ...create, signal: caller.signal })).rejects.toBe(
      stop,
    );
  });

  it("is a rejection of what is asked before each poll", async () => {
    const stop = new Error("stop");
    const { client, polls } = await start(goingOn);
    let asked = 0;
    const beforePoll = async (): Promise<void> => {
      if (++asked === 3) throw stop;
    };
    await expect(client.waitForInstanceOperation("i-1", { ...create, beforePoll })).rejects.toBe(stop);
    expect(polls).toHaveLength(2);
  });
});

describe("An observer of a wait", () => {
  it("is told of each poll, and may fail", async () => {
    const seen: (LastOperation | { error: Error })[] = [];
    const { client } = await start(inTurn(goingOn, json(500, {}), done));
    const onPoll = (one: LastOperation | { error: Error }): void => {
      seen.push(one);
      throw new Error("observer");
    };
    await client.waitForInstanceOperation("i-1", { ...create, onPoll });
    expect(seen).toMatchObject([
      { state: "in progress", description: "10 %" },
      { error: { status: 500 } },
      { state: "succeeded" },
    ]);
  });
});
