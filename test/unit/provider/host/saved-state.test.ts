import { z } from "zod";
import type { Host, Resource, SavedOutputs } from "../../../../provider/host/contract";
import { readingSaved } from "../../../../provider/host/saved-state";
import { speaking } from "../../../../provider/host/speaking";
import { testHost } from "../../../support/host";
import { testSpeech } from "../../../support/speech";

/** A resource whose version 0 called its size something else, and whose version 1 had no colour. */
function things(upgrade?: (version: number, state: SavedOutputs) => SavedOutputs): {
  resource: Resource;
  seen: [string, unknown][];
} {
  const seen: [string, unknown][] = [];
  const note =
    <T>(what: string, result: T) =>
    (_host: Host, ...[first, second]: unknown[]): T => {
      seen.push([what, what === "diff" ? first : second]);
      return result;
    };
  const told =
    <T>(what: string, result: T) =>
    ({ saved }: Host): T => {
      seen.push([what, saved.own]);
      return result;
    };
  const resource = {
    name: "Thing",
    version: 2,
    outputs: z.object({ size: z.number(), colour: z.string(), version: z.literal(2) }),
    upgrade,
    check: told("check", Promise.resolve({ inputs: {}, problems: [] })),
    create: told("create", Promise.resolve({ id: "one", state: {} })),
    diff: note("diff", { changes: false, replaces: [] }),
    read: note("read", Promise.resolve(undefined)),
    update: note("update", Promise.resolve({ id: "one", state: {} })),
    delete: note("delete", Promise.resolve()),
  } as unknown as Resource;
  return { resource: speaking(readingSaved(resource), testSpeech), seen };
}

const steps = (version: number, { length, ...state }: SavedOutputs): SavedOutputs => ({
  ...(version === 0 && length !== undefined ? { size: length } : {}),
  ...state,
  colour: "grey",
});

const all = (resource: Resource, own: SavedOutputs, state: unknown): (() => unknown)[] => {
  const host = testHost({ saved: { own } });
  return [
    () => resource.check(host, {}, {}),
    () => resource.create(host, {}),
    () => resource.diff(host, state, {}),
    () => resource.read(host, "one", state),
    () => resource.update(host, "one", state, {}),
    () => resource.delete(host, "one", state),
  ];
};

describe("a state of an earlier version", () => {
  test.each([
    ["0", { length: 3, version: 0 }],
    ["1", { size: 3, version: 1 }],
    ["none, which is 1,", { size: 3 }],
  ])("%s arrives everywhere in the shape of the present one", async (_name, old) => {
    const { resource, seen } = things(steps);
    for (const call of all(resource, old, old)) await call();
    const now = { size: 3, colour: "grey", version: 2 };
    expect(seen).toEqual(["check", "create", "diff", "read", "update", "delete"].map((what) => [what, now]));
  });

  test("is told in part, and upgraded as far as it is there", async () => {
    const { resource, seen } = things(steps);
    await resource.check(testHost({ saved: { own: { version: 0 } } }), {}, {});
    expect(seen).toEqual([["check", { colour: "grey", version: 2 }]]);
  });

  test("is refused where there is no way from it, and so is one of a later version", async () => {
    const { resource, seen } = things();
    const later = things(steps);
    const refusal = (version: number): RegExp =>
      new RegExp(`saved state has version ${version}, and this Provisor knows version 2`);
    for (const call of all(resource, { version: 1 }, { size: 3, version: 1 }))
      await expect((async () => call())()).rejects.toThrow(refusal(1));
    for (const call of all(later.resource, { version: 3 }, { size: 3, version: 3 }))
      await expect((async () => call())()).rejects.toThrow(refusal(3));
    expect([...seen, ...later.seen]).toEqual([]);
  });

  test("that is damaged is refused after the upgrade, by the names of what is wrong", () => {
    const { resource } = things(steps);
    expect(() => resource.diff(testHost(), { length: "long", version: 0 }, {})).toThrow(/damaged \(size\)/);
  });
});
