import { createSimulator, type LedgerEvent } from "../../../../sdk/simulator";
import { loggedIn, prismaItem } from "../../../support/call-simulator";

describe("the ledger", () => {
  test("holds requests, effects and answers in their order, with who asked", async () => {
    const caller = await loggedIn(createSimulator());
    await caller.post([prismaItem("tenant-a")]);
    const client = "provisor@1000000001.iam.panserviceaccount.com";
    const post = { request: "post", client, tsgId: "1000000001" };
    expect(caller.simulator.ledger.events).toMatchObject([
      { n: 1, kind: "request", request: "token", client },
      { n: 2, kind: "answer", requestN: 1, status: 200 },
      { n: 3, kind: "request", ...post },
      {
        n: 4,
        kind: "effect",
        requestN: 3,
        instanceIds: [caller.simulator.instances[0]?.instanceId],
        ...post,
      },
      { n: 5, kind: "answer", requestN: 3, status: 200, ...post },
    ]);
  });

  test("holds a fault and that there was no answer", async () => {
    const caller = await loggedIn(createSimulator({ faults: [{ on: "list", kind: "reset-before" }] }));
    await expect(caller.list()).rejects.toThrow();
    const kinds = caller.simulator.ledger.events.slice(2).map((event) => event.kind);
    expect(kinds).toEqual(["request", "fault", "no-answer"]);
  });

  test("counts requests by kind", async () => {
    const caller = await loggedIn(createSimulator());
    await caller.list();
    await caller.list();
    await caller.post([]);
    expect(caller.simulator.ledger.counts()).toEqual({ token: 1, tenants: 0, list: 2, licenses: 0, post: 1 });
  });

  test("tells POSTs that were carried out from those that were refused", async () => {
    const caller = await loggedIn(createSimulator());
    await caller.post([]);
    await caller.post([prismaItem("tenant-a")]);
    const { ledger } = caller.simulator;
    expect([ledger.posts().length, ledger.effects().length]).toEqual([2, 1]);
  });

  test("never holds a token or a secret", async () => {
    const caller = await loggedIn(createSimulator({ appearAfterMs: 0, provisionMs: 0 }));
    await caller.post([prismaItem("tenant-a")]);
    await caller.get("/subscription/v1/instances", { access_token: caller.token });
    expect(JSON.stringify(caller.simulator.ledger.events)).not.toMatch(/CANARY|simulated-secret|Basic/);
  });

  test("tells a listener each event at its moment", async () => {
    const caller = await loggedIn(createSimulator());
    const seen: [LedgerEvent["kind"], number][] = [];
    caller.simulator.on((event) => seen.push([event.kind, caller.simulator.instances.length]));
    await caller.post([prismaItem("tenant-a")]);
    expect(seen).toEqual([
      ["request", 0],
      ["effect", 1],
      ["answer", 1],
    ]);
  });

  test("tells a listener no more when it has left", async () => {
    const caller = await loggedIn(createSimulator());
    const seen: LedgerEvent[] = [];
    caller.simulator.on((event) => seen.push(event))();
    await caller.list();
    expect(seen).toEqual([]);
  });

  test("gives a short account", async () => {
    const caller = await loggedIn(createSimulator());
    await caller.post([prismaItem("tenant-a", "20")]);
    await caller.post([prismaItem("tenant-b", "5")]);
    expect(caller.simulator.account()).toMatchObject({
      requests: { token: 1, post: 2 },
      instancesCreated: 2,
      unitsAllocated: [{ licenseId: "123456789", licenseType: "GBL-SKU", units: 25 }],
    });
  });
});
