import { childInstanceIntent } from "../../../../support/one-process";
import { check, create, errorOf, forTenant, update } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";
import type { RequestKind } from "../../../../../sdk/simulator";

let account: TestAccount;
afterEach(() => account.stop());

const timeouts = { create: "20s", update: "20s" };
const inputs = forTenant("tenant-a", { timeouts, intent: { key: "key", before: { prisma_access: [] } } });

/** Nothing answers requests of this kind. The request time-out is far longer than that of the operation. */
async function hanging(kind: RequestKind): Promise<void> {
  account = await startAccount();
  account.simulator.fault({ on: kind, kind: "hang", times: "always" });
}

const passed =
  /its time-out of 20s \(customTimeouts\) passed before anything could be sent\. This run allocated nothing/;
const unwatched = /could not be watched long enough .*Nothing was sent by this run/;

test.each([
  ["token", passed],
  ["tenants", passed],
  ["list", unwatched],
] as const)(
  "a create whose %s request hangs ends with its time-out and sends nothing",
  async (kind, words) => {
    await hanging(kind);
    expect((await errorOf(create(account.host(), inputs))).message).toMatch(words);
  },
);

test("a create whose POST hangs ends with its time-out, and is to be looked for by the next run", async () => {
  await hanging("post");
  // That of a request is real time, unlike the clock.
  const host = account.host({}, { PROVISOR_REQUEST_TIMEOUT: "500ms" });
  const { state, unfinished } = await create(host, inputs);
  expect(state.unfinished).toEqual({ uncertain: ["prisma_access"] });
  expect(unfinished?.join()).toMatch(/not known whether the POST took effect\. Run the same command again/);
});

test("an intent whose look at the list hangs ends with the time-out, and says that nothing was allocated", async () => {
  await hanging("list");
  const want = { tenant: { tsgName: "tenant-a" }, apps: { prisma_access: "digest" } };
  const error = await errorOf(childInstanceIntent.create(account.host(), { want, timeouts }));
  expect(error.message).toMatch(
    /could not be looked at: no answer within its time-out of 20s \(customTimeouts\)\. Nothing was sent/,
  );
});

test("a preview that gets no answer ends with the time-out, and warns", async () => {
  await hanging("list");
  const host = account.host({ preview: true });
  expect((await check(host, inputs)).problems).toEqual([]);
  expect(host.recorded.warnings.join()).toContain("The API could not be asked in this preview");
});

test("an update that goes on with an unfinished create ends with its time-out", async () => {
  account = await startAccount();
  account.simulator.fail({ how: "stuck" });
  const waiting = await create(account.host(), inputs);
  account.nextRun();
  account.simulator.fault({ on: "list", kind: "hang", times: "always" });
  const { unfinished } = await update(account.host(), waiting, inputs);
  expect(unfinished?.join()).toMatch(/not finished within its time-out of 20s/);
});
