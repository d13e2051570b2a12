import { z } from "zod";
import { carriedInProcess } from "../../../../provider/host/carried";
import type { Resource } from "../../../../provider/host/contract";
import { UNKNOWN, newSession, testHost } from "../../../support/host";

interface State {
  readonly thing: string;
}

const never = (): never => {
  throw new Error("is not asked for");
};

/** What each check was told, beside the decision that every check and diff of it makes: its own name. */
function decisive(): { resource: Resource<unknown, State>; told: unknown[] } {
  const told: unknown[] = [];
  const resource: Resource<unknown, State> = {
    name: "Decisive",
    description: "",
    inputs: z.object({}),
    outputs: z.object({ thing: z.string() }),
    version: 1,
    holds: ({ thing }) => (thing === undefined ? [] : [thing]),
    check: (host, _olds, news) => {
      told.push(host.decision);
      return Promise.resolve({ inputs: news, problems: [], decision: `check of ${host.name}` });
    },
    diff: (host) => ({ changes: true, replaces: ["size"], decision: `diff of ${host.name}` }),
    create: never,
    read: never,
    update: never,
    delete: never,
  };
  return { resource: carriedInProcess(resource), told };
}

const inputs = { intent: { key: UNKNOWN } };

test("what a diff decides of a resource whose intent is still to be made reaches the check of its successor", async () => {
  const { resource, told } = decisive();
  const state = { thing: "thing-1" };
  const host = testHost({ preview: true, saved: { own: { ...state } } });

  await resource.check(host, {}, inputs);
  resource.diff(host, state, {});
  await resource.check(host, undefined, inputs);

  expect(told).toEqual([undefined, "diff of child"]);
});

test("what is decided of a resource whose intent is still to be made is not told to another one", async () => {
  const { resource, told } = decisive();
  const session = newSession();

  await resource.check(testHost({ name: "one", preview: true, session }), undefined, inputs);
  await resource.check(testHost({ name: "other", preview: true, session }), undefined, inputs);

  expect(told).toEqual([undefined, undefined]);
});
