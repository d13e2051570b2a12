import { z } from "zod";
import { sparingCopies } from "../../../../provider/resources/copies-pending-delete";
import { type Resource, StopError } from "../../../../provider/host/contract";
import { registry } from "../../../../provider/resources/registry";
import { newSession, testHost } from "../../../support/host";

interface Thing {
  ids: string[];
  /** Its delete is refused. */
  isKept?: boolean;
}

/** A resource that notes its deletes; a change of `to` replaces it. */
function things(): { resource: Resource; deleted: string[] } {
  const deleted: string[] = [];
  const resource = {
    name: "Thing",
    version: 1,
    outputs: z.looseObject({}),
    holds: ({ ids = [] }: Partial<Thing>) => ids,
    check: (_host: unknown, _olds: unknown, news: { isWrong?: boolean }) =>
      Promise.resolve({
        inputs: news,
        problems: news.isWrong === true ? [{ path: "", message: "wrong" }] : [],
      }),
    diff: (_host: unknown, _state: unknown, inputs: { to?: string }) => ({
      changes: false,
      replaces: inputs.to === undefined ? [] : ["to"],
    }),
    delete: async (_host: unknown, id: string, state: Thing) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (state.isKept === true) throw new StopError(`${id} is kept`);
      deleted.push(id);
    },
  } as unknown as Resource;
  return { resource: sparingCopies(resource), deleted };
}

/** One run: the resource in the state, what the program says of it, and the copies that are deleted then. */
async function run(
  state: Thing,
  inputs: object | undefined,
  deletes: Record<string, Thing>,
): Promise<{ deleted: string[]; refused: string[]; said: string[] }> {
  const { resource, deleted } = things();
  const host = testHost({ session: newSession(), saved: { own: { ...state } } });
  if (inputs) {
    const { problems } = await resource.check(host, {}, inputs);
    const change = problems.length === 0 && resource.diff(host, state, inputs);
    if (change && change.replaces.length > 0) await resource.check(host, undefined, inputs);
  }
  const ends = await Promise.allSettled(
    Object.entries(deletes).map(([id, thing]) => resource.delete(host, id, thing)),
  );
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [(end.reason as Error).message] : []));
  return { deleted, refused, said: host.recorded.infos };
}

const thing: Thing = { ids: ["one"] };

describe("a delete", () => {
  test("of what the resource goes on holding sends nothing, and says so", async () => {
    const { deleted, said } = await run(thing, {}, { copy: thing });
    expect([deleted, said]).toEqual([[], [expect.stringContaining("one stays with the resource itself")]]);
  });

  test("of what the resource goes on holding is no refusal", async () => {
    expect(await run(thing, {}, { copy: { ...thing, isKept: true } })).toMatchObject({ refused: [] });
  });

  test("of what a refused change leaves with the resource sends nothing", async () => {
    expect(await run(thing, { isWrong: true }, { copy: thing })).toMatchObject({ deleted: [] });
  });

  test("of what was replaced is carried out", async () => {
    expect(await run(thing, { to: "another" }, { old: thing })).toMatchObject({ deleted: ["old"] });
  });

  test("of a copy that a refresh has compared before is carried out", async () => {
    const { resource, deleted } = things();
    const host = testHost({ session: newSession(), saved: { own: { ids: ["new"] } } });
    resource.diff(host, thing, {});
    await resource.check(host, {}, {});
    await resource.delete(host, "old", thing);
    expect(deleted).toEqual(["old"]);
  });

  test("is refused while nobody can say what the program's resources hold", async () => {
    const { resource, deleted } = things();
    const host = testHost({ session: newSession(), saved: { own: "untold" } });
    await resource.check(host, {}, {});
    await expect(resource.delete(host, "old", thing)).rejects.toThrow(
      /one was not deleted: the saved state could not/,
    );
    expect(deleted).toEqual([]);
  });

  test("of what is held by nobody else is carried out", async () => {
    expect(await run(thing, {}, { other: { ids: ["one", "two"] } })).toMatchObject({ deleted: ["other"] });
  });

  test("where no program is run is carried out", async () => {
    expect(await run(thing, undefined, { thing })).toMatchObject({ deleted: ["thing"] });
  });

  test("of two copies is carried out once", async () => {
    const { deleted, refused } = await run(thing, undefined, { one: thing, other: thing });
    expect([deleted, refused]).toEqual([["one"], []]);
  });

  test.each([
    ["first", { copy: { ...thing, isKept: true }, thing }],
    ["last", { thing, copy: { ...thing, isKept: true } }],
  ])("of a copy that refuses, asked %s, ends with that of the resource", async (_when, deletes) => {
    expect(await run(thing, undefined, deletes)).toMatchObject({ deleted: ["thing"], refused: [] });
  });

  test("is refused where all copies refuse", async () => {
    const kept = { ...thing, isKept: true };
    expect(await run(thing, undefined, { kept, copy: kept })).toMatchObject({
      deleted: [],
      refused: ["kept is kept", "copy is kept"],
    });
  });
});

test("resources say what they hold, by what a check is told of them", () => {
  expect(registry.childInstance.holds?.({ instances: [{ instanceId: "a" }, { instanceId: "b" }] })).toEqual([
    "a",
    "b",
  ]);
  expect(registry.serviceInstance.holds?.({ instanceId: "a", broker: "http://b" })).toEqual([
    "instance a at http://b",
  ]);
  expect(
    registry.serviceInstance.holds?.({ instanceId: "a", state: "failed", unfinished: { kind: "create" } }),
  ).toEqual([]);
  expect(
    registry.serviceBinding.holds?.({
      bindingId: "a",
      broker: "http://b",
      predecessors: [{ bindingId: "before" }],
    }),
  ).toEqual(["binding a at http://b", "binding before at http://b"]);
});
