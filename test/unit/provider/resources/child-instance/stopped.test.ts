import { create, forTenant } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

/** An engine that wants what is under way to end: Terraform by its StopProvider. */

let account: TestAccount;
afterEach(() => account.stop());

const stoppedAt = async (moment: "request" | "answer"): Promise<ReturnType<typeof create>> => {
  account = await startAccount();
  const stop = new AbortController();
  account.simulator.on(({ kind, request }) => {
    if (request === "post" && kind === moment) stop.abort();
  });
  return create(account.host({ signal: stop.signal }), forTenant("tenant-a"));
};

test("a POST that is under way comes to its end, and what it was answered is saved", async () => {
  const { state, unfinished } = await stoppedAt("request");
  expect(state).toMatchObject({
    jobId: expect.any(String) as string,
    unfinished: { awaited: ["prisma_access"] },
  });
  expect(unfinished?.join()).toContain("Run the same command again");
  expect(account.simulator.ledger.posts()).toHaveLength(1);
});

test("a wait ends at once, and what it waited for is saved", async () => {
  const { state, unfinished } = await stoppedAt("answer");
  expect(state.unfinished).toEqual({ awaited: ["prisma_access"] });
  expect(unfinished).toHaveLength(1);
});
