import type { ApiError } from "../../../../sdk/broker";
import { CancelledError, ConnectionError, needsOrphanMitigation } from "../../../../sdk/broker";
import { hang, inTurn, json, reset } from "../../../support/local-server";
import { brokers, calls, endOf, matching, plan, provisionRequest } from "./broker";

const start = brokers();

describe("A repeated request", () => {
  it("to provision is the same one again", async () => {
    const { client, server } = await start(inTurn(reset, json(200, {})));
    await expect(client.provision("i-1", provisionRequest)).resolves.toEqual({ outcome: "exists" });
    const [first, second] = server.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.path).toBe(first?.path);
  });

  it("to deprovision that finds nothing any more has done its work", async () => {
    const { client } = await start(inTurn(reset, json(410, {})));
    await expect(client.deprovision("i-1", plan)).resolves.toEqual({ outcome: "gone", status: 410 });
  });

  it.each([429, 503])(
    "is not made of an update that the broker answers %i and forbids to repeat",
    async (status) => {
      const { client, server } = await start(json(status, { update_repeatable: false }));
      expect(await endOf(client.updateInstance("i-1", { serviceId: "svc" }))).toMatchObject({ status });
      expect(server.received).toHaveLength(1);
    },
  );

  it("waits for as long as Retry-After says", async () => {
    const { client, clock } = await start(inTurn(json(429, {}, { "Retry-After": "17" }), json(201, {})));
    await client.provision("i-1", provisionRequest);
    expect(clock.pauses).toEqual([17_000]);
  });

  it.each(["600", "7200"])(
    "waits for a Retry-After of %s s where the caller has the time",
    async (seconds) => {
      const { client, clock } = await start(inTurn(json(429, {}, { "Retry-After": seconds }), json(201, {})));
      const deadline = clock.now() + 3 * 3_600_000;
      await expect(client.provision("i-1", provisionRequest, { deadline })).resolves.toEqual({
        outcome: "created",
      });
      expect(clock.pauses).toEqual([Number(seconds) * 1000]);
    },
  );

  it("has its time for repetitions left after a pause that the broker asked for", async () => {
    const { client, server, clock } = await start(
      inTurn(json(429, {}, { "Retry-After": "600" }), json(503, {}), json(201, {})),
    );
    await client.provision("i-1", provisionRequest, { deadline: clock.now() + 3_600_000 });
    expect(server.received).toHaveLength(3);
  });

  it("does not wait for minutes where the caller said nothing of time", async () => {
    const { client, clock } = await start(json(429, {}, { "Retry-After": "600" }));
    expect(await endOf(client.provision("i-1", provisionRequest))).toMatchObject({ status: 429 });
    expect(clock.pauses).toEqual([]);
  });

  it("is not begun after the caller's deadline", async () => {
    const { client, server, clock } = await start(json(503, {}, { "Retry-After": "60" }));
    const deadline = clock.now() + 30_000;
    expect(await endOf(client.provision("i-1", provisionRequest, { deadline }))).toMatchObject({
      status: 503,
    });
    expect(server.received).toHaveLength(1);
  });

  it("is not begun after the caller's signal", async () => {
    const caller = new AbortController();
    const stop = new Error("stop");
    const { client, server } = await start((response, ...rest) => {
      caller.abort(stop);
      json(503, {})(response, ...rest);
    });
    await endOf(client.provision("i-1", provisionRequest, { signal: caller.signal }));
    expect(server.received).toHaveLength(1);
  });

  it("asks before each transmission, and ends with a rejection with nothing more sent", async () => {
    const stop = new ConnectionError(
      "no more",
      { method: "PUT", url: "http://localhost" },
      "none",
      "ECONNREFUSED",
    );
    const { client, server } = await start(reset);
    let asked = 0;
    const beforeSend = async (): Promise<void> => {
      if (++asked === 3) throw stop;
    };
    await expect(client.provision("i-1", provisionRequest, { beforeSend })).rejects.toBe(stop);
    expect(server.received).toHaveLength(2);
  });

  it.each(["provision", "update", "deprovision", "bind", "unbind"] as const)(
    "to %s has a connection of its own each time",
    async (verb) => {
      const { client, server } = await start(json(200, {}));
      await calls[verb](client, true);
      await calls[verb](client, true);
      expect(server.received.map(({ headers }) => headers.connection)).toEqual(["close", "close"]);
    },
  );
});

describe("What was open after an earlier transmission", () => {
  it("is still open when the last one was refused", async () => {
    const { client } = await start(inTurn(reset, json(400, {})));
    const error = (await endOf(client.provision("i-1", provisionRequest))) as ApiError;
    expect(error).toMatchObject({ status: 400, effect: "unknown" });
    expect(needsOrphanMitigation("provision", error)).toBe(true);
  });

  it("is open after a broken answer of a gateway too", async () => {
    const { client } = await start(inTurn(json(504, {}), json(429, {})));
    const error = await endOf(client.deprovision("i-1", plan));
    expect(error).toMatchObject({ status: 429, effect: "unknown" });
    expect(needsOrphanMitigation("deprovision", error)).toBe(true);
  });

  it("may have taken the id, which is no reason to delete what another one may have made under it", async () => {
    const { client } = await start(inTurn(reset, json(409, {})));
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect(error).toMatchObject({
      code: "Conflict",
      mayBeOwn: true,
      message: matching(/It may be this request itself that took it/),
    });
    expect(needsOrphanMitigation("provision", error)).toBe(false);
  });

  it.each([
    ["nothing came before", [json(409, {})]],
    ["the broker refused what came before", [json(429, {}), json(409, {})]],
  ])("has not taken the id where %s", async (_what, answers) => {
    const { client } = await start(inTurn(...answers));
    const error = (await endOf(client.provision("i-1", provisionRequest))) as Error;
    expect(error).toMatchObject({ code: "Conflict", mayBeOwn: false });
    expect(error.message).not.toContain("itself");
  });

  it("is no reason to delete while the specification forbids it", async () => {
    const { client } = await start(inTurn(reset, json(422, { error: "ConcurrencyError" })));
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect(error).toMatchObject({ code: "ConcurrencyError" });
    expect(needsOrphanMitigation("provision", error)).toBe(false);
  });

  it("is nothing where no connection stood", async () => {
    const { client, server } = await start(json(200, {}));
    await server.close();
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect(error).toMatchObject({ code: "ECONNREFUSED", effect: "none" });
    expect(needsOrphanMitigation("provision", error)).toBe(false);
  });

  it.each([
    ["provision", "provision", true],
    ["bind", "bind", true],
    ["deprovision", "deprovision", false],
    ["update", "update", false],
  ] as const)("is open after the caller's signal ended a request to %s", async (verb, request, mitigated) => {
    const caller = new AbortController();
    const reason = new DOMException("late", "TimeoutError");
    const { client } = await start(() => caller.abort(reason));
    const sent = {
      provision: () => client.provision("i-1", provisionRequest, { signal: caller.signal }),
      bind: () => client.bind("i-1", "b-1", plan, { signal: caller.signal }),
      deprovision: () => client.deprovision("i-1", plan, { signal: caller.signal }),
      update: () => client.updateInstance("i-1", { serviceId: "svc" }, { signal: caller.signal }),
    };
    const error = await endOf(sent[verb]());
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ cause: reason, effect: "unknown", message: matching(/request identity/) });
    expect(needsOrphanMitigation(request, error)).toBe(mitigated);
  });

  it("is open after the caller's signal ended the pause before the next transmission", async () => {
    const caller = new AbortController();
    const reason = new Error("stop");
    const { client } = await start(reset, {
      onRequest: () => caller.abort(reason),
      retry: { firstDelayMs: 10 },
    });
    const error = await endOf(client.provision("i-1", provisionRequest, { signal: caller.signal }));
    expect(error).toMatchObject({
      name: "CancelledError",
      cause: reason,
      earlier: { code: "ECONNRESET" },
    });
    expect(needsOrphanMitigation("provision", error)).toBe(true);
  });

  it.each(["before anything was sent", "while it only asked"])(
    "is nothing after a signal that ended a call %s",
    async (when) => {
      const caller = new AbortController();
      const stop = new Error("stop");
      const { client } = await start(() => caller.abort(stop));
      if (when.startsWith("before")) caller.abort(stop);
      const { signal } = caller;
      const call = signal.aborted
        ? client.provision("i-1", provisionRequest, { signal })
        : client.getInstance("i-1", plan, { signal });
      await expect(call).rejects.toBe(stop);
    },
  );

  it("is open after no answer in time", async () => {
    const { client } = await start(hang, { requestTimeoutMs: 20, retry: { maxAttempts: 1 } });
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect(error).toMatchObject({ code: "ETIMEDOUT", effect: "unknown" });
    expect(needsOrphanMitigation("provision", error)).toBe(true);
    expect(needsOrphanMitigation("update", error)).toBe(false);
  });
});
