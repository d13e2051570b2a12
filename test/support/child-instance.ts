import { childInstance, childInstanceIntent } from "./one-process";
import { intentSpecOf } from "../../provider/resources/child-instance/allocation";
import type { ChildInstanceInputs, ChildInstanceState } from "../../provider/resources/child-instance/schema";
import { specOf } from "../../provider/resources/child-instance/state";
import type { Outcome, Problem } from "../../provider/host/contract";
import type { TestAccount, TestHost } from "./host";

type Item = NonNullable<ChildInstanceInputs["onboard"]>[number];

/** A free app that is in order. */
export const freeApp = {
  appId: "directory_sync",
  region: "americas",
  supportAccountId: "123456",
  supportAccountName: "Acme Ltd",
  isEulaAccepted: true,
};

/** An item that the simulator's default license can serve. */
export const prisma = (tsgName: string, units = 100): Item => ({
  appId: "prisma_access",
  licenseId: "123456789",
  allocationType: "SHARED",
  allocation: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", allocationSize: units }],
  platformRegion: "americas",
  tsgName,
  isEulaAccepted: true,
});

/** The companion item of {@link prisma}; it names no tenant, since that is the bundle's. */
export const logging: Item = {
  appId: "logging_service",
  licenseId: "123456790",
  allocation: [{ appId: "logging_service", licenseType: "LGS-SKU", allocationSize: 1 }],
  platformRegion: "americas",
  isEulaAccepted: true,
};

export const forTenant = (tsgName: string, more: Partial<ChildInstanceInputs> = {}): ChildInstanceInputs => ({
  onboard: [prisma(tsgName)],
  ...more,
});

/** Checks inputs as the engine does before each operation. */
export const check = (
  host: TestHost,
  news: unknown,
  olds?: ChildInstanceInputs,
): Promise<{ inputs: unknown; problems: Problem[] }> => childInstance.check(host, olds, news);

/** Check, for inputs that must be in order. */
async function checked(
  host: TestHost,
  news: ChildInstanceInputs,
  olds?: ChildInstanceInputs,
): Promise<ChildInstanceInputs> {
  const { inputs, problems } = await check(host, news, olds);
  if (problems.length > 0)
    throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return inputs as ChildInstanceInputs;
}

/** The intent that the engine saves before the create of a ChildInstance with these inputs begins. */
export async function saveIntent(
  host: TestHost,
  inputs: ChildInstanceInputs,
): Promise<ChildInstanceInputs["intent"]> {
  const { intent: _intent, ...given } = inputs;
  const outcome = await childInstanceIntent.create(host, given);
  const { key, before } = outcome.state;
  return { key, before };
}

/** The same intent after an update with these inputs. */
export async function renewIntent(
  host: TestHost,
  intent: ChildInstanceInputs["intent"],
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs,
  accompanied?: true,
): Promise<ChildInstanceInputs["intent"]> {
  const { key = "", before = {} } = intent ?? {};
  const { intent: _intent, ...given } = news;
  const outcome = await childInstanceIntent.update(
    host,
    key,
    { key, before, want: intentSpecOf(specOf(olds)) },
    { ...given, ...(accompanied && { accompanied }) },
  );
  return { key: outcome.state.key, before: outcome.state.before };
}

/** These inputs with the intent that the engine has saved for them. */
export async function withIntent(host: TestHost, inputs: ChildInstanceInputs): Promise<ChildInstanceInputs> {
  return { ...inputs, intent: await saveIntent(host, inputs) };
}

/** What one `pulumi up` does for a new resource: its intent, its check, its create. */
export async function create(
  host: TestHost,
  inputs: ChildInstanceInputs,
): Promise<Outcome<ChildInstanceState>> {
  const intent = inputs.intent ?? (await saveIntent(host, inputs));
  return childInstance.create(host, await checked(host, { ...inputs, intent }));
}

/** What the next `pulumi up` does for an existing one that is to be updated. */
export async function update(
  host: TestHost,
  saved: Outcome<ChildInstanceState>,
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs = olds,
): Promise<Outcome<ChildInstanceState>> {
  const intent = await renewIntent(host, olds.intent, olds, news, true);
  const inputs = await checked(host, { ...news, intent }, await checked(host, olds));
  return childInstance.update(host, saved.id, saved.state, inputs);
}

/** Whether a `pulumi up` with these inputs would change the resource. */
export async function changes(
  host: TestHost,
  saved: Outcome<ChildInstanceState>,
  news: ChildInstanceInputs,
): Promise<{ changes: boolean; replaces: string[] }> {
  return childInstance.diff(host, saved.state, await checked(host, news));
}

/** What a refresh finds. */
export const refresh = (
  host: TestHost,
  saved: Outcome<ChildInstanceState>,
): Promise<ChildInstanceState | undefined> => childInstance.read(host, saved.id, saved.state);

/** The error of an operation, without which the test fails. */
export async function errorOf(operation: Promise<unknown>): Promise<Error> {
  return operation.then(
    () => {
      throw new Error("This was expected to fail.");
    },
    (error: unknown) => error as Error,
  );
}

/**
 * A run that is killed right after the POST of each operation took effect: the engine has what it saved before, the
 * intents among it, and nothing of these operations.
 */
export async function crash(
  account: TestAccount,
  ...operations: ((host: TestHost) => Promise<unknown>)[]
): Promise<void> {
  const controller = new AbortController();
  let effects = 0;
  const stop = account.simulator.on(({ kind, request }) => {
    if (kind === "effect" && request === "post" && ++effects === operations.length)
      controller.abort(new Error("killed"));
  });
  await Promise.allSettled(
    operations.map((operation, at) =>
      operation(account.host({ name: `child-${at}`, signal: controller.signal })),
    ),
  );
  stop();
  if (effects !== operations.length) throw new Error(`The run to kill sent ${effects} POSTs.`);
  account.nextRun();
}

/** A resource that an earlier run made, and the inputs that it was made with. */
export async function madeBefore(
  account: TestAccount,
  inputs: ChildInstanceInputs,
): Promise<{ saved: Outcome<ChildInstanceState>; inputs: ChildInstanceInputs }> {
  const host = account.host();
  const full = await withIntent(host, inputs);
  const saved = await create(host, full);
  account.nextRun();
  return { saved, inputs: full };
}

/** What is wrong with a change of inputs, as `path: message`. */
export async function changeProblems(
  account: TestAccount,
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs,
): Promise<string[]> {
  const { inputs } = await check(account.host(), olds);
  const { problems } = await check(account.host(), news, inputs as ChildInstanceInputs);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}
