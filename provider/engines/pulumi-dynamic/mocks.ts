import * as pulumi from "@pulumi/pulumi";

/** Whether a test of a program stands in for the engine (`pulumi.runtime.setMocks`), and for the APIs behind it. */
export function areMocksSet(): boolean {
  const monitor: unknown = pulumi.runtime.getMonitor();
  return typeof monitor === "object" && monitor !== null && "mocks" in monitor;
}

type Answer = Record<string, unknown>;

/** What the mocks' `call` answers for a function, under the token that a function of a plugin would have. */
export const mocked = async (name: string, args: object): Promise<Answer> =>
  ((await pulumi.runtime.invoke(`provisor:index:${name}`, { ...args })) as Answer | undefined) ?? {};

/**
 * The same for a function that answers a list. The SDK makes an object of a list, by its indices; and where mocks answer an
 * object, as those of functions of Pulumi's own packages do, the list is the one that is in it.
 */
export async function mockedList<T>(name: string, args: object): Promise<T[]> {
  const answer = await mocked(name, args);
  const isList = Object.keys(answer).every((key) => /^\d+$/.test(key));
  if (isList) return Object.values(answer) as T[];
  const lists = Object.values(answer).filter((value): value is T[] => Array.isArray(value));
  return lists.length === 1 ? (lists[0] as T[]) : [];
}

/** An output that mocks make up, or what follows for it from others. Without mocks nobody makes it up. */
export const madeUpOr = <T>(
  madeUp: pulumi.Output<T> | undefined,
  following: pulumi.Input<T>,
): pulumi.Output<T> =>
  madeUp === undefined
    ? (pulumi.output<unknown>(following) as pulumi.Output<T>)
    : (pulumi.all([madeUp, following]).apply(([own, other]) => own ?? other) as pulumi.Output<T>);

/**
 * Gives outputs that mocks do not make up, and that the engine always knows, the value that stands `nearest` to each: a
 * program may then use them by their types. Does nothing but where mocks are set.
 */
export function fillOutputs(
  resource: pulumi.CustomResource,
  nearest: Readonly<Record<string, pulumi.Input<unknown>>>,
): void {
  if (!areMocksSet()) return;
  const outputs = resource as unknown as Record<string, pulumi.Output<unknown>>;
  for (const [name, other] of Object.entries(nearest)) outputs[name] = madeUpOr(outputs[name], other);
}
