import { createSimulator, type Fault, type Simulator, type SimulatorAnswer } from "../../../../sdk/simulator";
import { Caller, loggedIn, prismaItem } from "../../../support/call-simulator";

const list = "/subscription/v1/instances";

async function postTo(simulator: Simulator, body = [prismaItem("tenant-a")]): Promise<SimulatorAnswer> {
  const { token } = await loggedIn(simulator);
  return simulator.handle({
    method: "POST",
    path: list,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("a fault", () => {
  test("answers with the script's status, headers and body", async () => {
    const caller = await loggedIn(createSimulator());
    caller.simulator.fault({
      on: "list",
      kind: { status: 503, headers: { "retry-after": "7" }, body: { error: "TARGET_CONNECT_TIMEOUT" } },
    });
    expect(await caller.get(list)).toMatchObject({
      status: 503,
      headers: { "retry-after": "7" },
      body: { error: "TARGET_CONNECT_TIMEOUT" },
    });
  });

  test("strikes once unless told otherwise", async () => {
    const caller = await loggedIn(createSimulator({ faults: [{ on: "list", kind: { status: 500 } }] }));
    await caller.get(list);
    expect(await caller.get(list)).toMatchObject({ status: 200 });
  });

  const statuses = async (faults: Fault[], requests: number): Promise<number[]> => {
    const caller = await loggedIn(createSimulator({ faults }));
    const seen: number[] = [];
    for (let i = 0; i < requests; i++) seen.push((await caller.get(list)).status);
    return seen;
  };

  test("leaves as many alone as it is told, then strikes as often as it is told", async () => {
    expect(await statuses([{ on: "list", kind: { status: 500 }, skip: 1, times: 2 }], 4)).toEqual([
      200, 500, 500, 200,
    ]);
  });

  test("can strike always", async () => {
    expect(await statuses([{ on: "list", kind: { status: 500 }, times: "always" }], 3)).toEqual([
      500, 500, 500,
    ]);
  });

  test("waits for its turn behind one that was scripted before", async () => {
    const faults: Fault[] = [
      { on: "list", kind: { status: 500 } },
      { on: "list", kind: { status: 502 } },
    ];
    expect(await statuses(faults, 3)).toEqual([500, 502, 200]);
  });

  test("leaves other kinds of requests alone", async () => {
    expect(await statuses([{ on: "licenses", kind: { status: 500 } }], 1)).toEqual([200]);
  });

  test("can be meant for the requests that mention something", async () => {
    const simulator = createSimulator();
    simulator.fault({ on: "post", bodyContains: "tenant-b", kind: { status: 500 } });
    const seen = [await postTo(simulator), await postTo(simulator, [prismaItem("tenant-b")])];
    expect(seen).toMatchObject([{ status: 200 }, { status: 500 }]);
  });

  test("can be taken back", async () => {
    const caller = await loggedIn(createSimulator());
    caller.simulator.fault({ on: "list", kind: { status: 500 } }).cancel();
    expect(await caller.get(list)).toMatchObject({ status: 200 });
  });

  test("counts its hits", async () => {
    const caller = await loggedIn(createSimulator());
    const fault = caller.simulator.fault({ on: "list", kind: { status: 500 }, times: "always" });
    await caller.get(list);
    await caller.get(list);
    expect(fault.hits).toBe(2);
  });

  test.each<[string, Partial<Fault> & Pick<Fault, "kind">, number]>([
    ["reset-before", { kind: "reset-before" }, 0],
    ["reset-after", { kind: "reset-after" }, 1],
    ["hang", { kind: "hang" }, 0],
    ["hang after the effect", { kind: "hang", effect: "after" }, 1],
    ["a status", { kind: { status: 502 } }, 0],
    ["a status after the effect", { kind: { status: 502 }, effect: "after" }, 1],
    ["html after the effect", { kind: "html", effect: "after" }, 1],
    ["truncated", { kind: "truncated" }, 1],
    ["cut", { kind: "cut" }, 1],
    ["wrong-type", { kind: "wrong-type" }, 1],
    ["expired-token", { kind: "expired-token" }, 0],
  ])("%s lets a POST have its effect, or not, as it says", async (_, fault, created) => {
    const simulator = createSimulator();
    simulator.fault({ on: "post", ...fault });
    await postTo(simulator);
    expect(simulator.instances).toHaveLength(created);
  });

  test.each<[Fault["kind"], Partial<SimulatorAnswer>]>([
    ["reset-after", { reset: true }],
    ["hang", { hang: true }],
    ["empty", { status: 200, body: "" }],
    ["html", { status: 200, headers: { "content-type": "text/html" } }],
    ["wrong-type", { status: 200, body: '["none"]' }],
    ["expired-token", { status: 401, body: "Jwt is expired" }],
    ["drip", { status: 200, dripMs: 50 }],
  ])("%s gives what it is called after", async (kind, answer) => {
    const simulator = createSimulator({ faults: [{ on: "post", kind }] });
    expect(await postTo(simulator)).toMatchObject(answer);
  });

  test("truncated gives JSON that ends half way", async () => {
    const answer = await postTo(createSimulator({ faults: [{ on: "post", kind: "truncated" }] }));
    expect(() => JSON.parse("body" in answer ? answer.body : "{}") as unknown).toThrow(SyntaxError);
  });

  test("expired-token ends that token for good", async () => {
    const caller = await loggedIn(createSimulator({ faults: [{ on: "list", kind: "expired-token" }] }));
    await caller.get(list);
    expect(await caller.get(list)).toMatchObject({ status: 401 });
  });

  test("can hit the token endpoint", async () => {
    const simulator = createSimulator({ faults: [{ on: "token", kind: { status: 503 } }] });
    expect(await new Caller(simulator).login()).toMatchObject({ status: 503 });
  });

  test("that contradicts itself is an error", () => {
    expect(() => createSimulator().fault({ on: "post", kind: "reset-after", effect: "before" })).toThrow(
      /before or after the effect/,
    );
  });
});
