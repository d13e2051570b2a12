import fc from "fast-check";
import { isUnknown, marked, secret, withoutMarks } from "../../../../provider/engines/pulumi-dynamic/wire";
import { childInstanceOutputs } from "../../../../provider/resources/child-instance/schema";
import { secretsAt } from "../../../../provider/schema/markers";

describe("secret marks", () => {
  test("are taken off at any depth", () => {
    const marked = { a: secret({ b: [secret("c"), 1] }), d: null };
    expect(withoutMarks(marked)).toEqual({ a: { b: ["c", 1] }, d: null });
  });

  test("come off whatever they were put on", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(withoutMarks(secret(value))).toEqual(withoutMarks(value));
      }),
    );
  });

  test("leave an object alone that only looks like one", () => {
    const lookalike = { "4dabf18193072939515e22adb298388d": "something else", value: "x" };
    expect(withoutMarks(lookalike)).toEqual(lookalike);
  });

  test("are put on the secrets of instances and on nothing else", () => {
    const state = {
      parentTsgId: "1",
      instances: [{ instanceId: "i" }],
      instanceSecrets: { i: { authCode: "c" } },
    };
    const paths = secretsAt(childInstanceOutputs, state).map((at) => ({ at }));
    expect(marked(state, paths)).toEqual({ ...state, instanceSecrets: secret({ i: { authCode: "c" } }) });
  });
});

test("only the engine's own word for it is an unknown value", () => {
  expect(["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "unknown", undefined, null, {}].map(isUnknown)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
