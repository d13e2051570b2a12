import { assign, type Claim } from "../../../../../provider/resources/subscription/matching";
import { claimOf } from "../../../../support/claims";

const claim = (tenant: string): Claim => claimOf({ tenant, sure: true, posted: true });

/** What each claim is given of the ids that fit it: an id, several that nothing tells apart, or nothing. */
function given(wants: [Claim, string[]][], spare: [Claim, string[]][] = []): unknown[] {
  const fitting = new Map([...wants, ...spare]);
  const taken = new Set<string>();
  const results = new Map<Claim, unknown>();
  assign(
    wants.map(([one]) => one),
    spare.map(([one]) => one),
    (one) =>
      (fitting.get(one) ?? [])
        .filter((id) => !taken.has(id))
        .map((instanceId) => ({ instanceId, appId: "prisma_access" })),
    (one, match) => {
      if ("instance" in match) taken.add(match.instance.instanceId);
      results.set(
        one,
        "instance" in match
          ? match.instance.instanceId
          : match.candidates.map(({ instanceId }) => instanceId),
      );
    },
  );
  return wants.map(([one]) => results.get(one) ?? "nothing");
}

const [a, b, c] = [claim("tenant-a"), claim("tenant-b"), claim("tenant-c")];

describe("claims that differ and share candidates", () => {
  test("are not guessed at", () => {
    expect(
      given([
        [a, ["i1", "i2"]],
        [b, ["i1", "i2"]],
      ]),
    ).toEqual([
      ["i1", "i2"],
      ["i1", "i2"],
    ]);
  });

  test("are undecided while there are fewer instances than claims", () => {
    expect(
      given([
        [a, ["i1"]],
        [b, ["i1"]],
      ]),
    ).toEqual(["nothing", "nothing"]);
  });

  test("are undecided also where one of them could only have the instance that is there", () => {
    expect(
      given([
        [a, ["i1", "i2"]],
        [b, ["i1"]],
        [c, ["i2"]],
      ]),
    ).toEqual(["nothing", "nothing", "nothing"]);
  });

  test("get what only one of them can have once all have shown, and the rest follows", () => {
    expect(
      given([
        [a, ["i1", "i2", "i3"]],
        [b, ["i1", "i2"]],
        [c, ["i1"]],
      ]),
    ).toEqual(["i3", "i2", "i1"]);
  });

  test("do not hold up those that share nothing with them", () => {
    expect(
      given([
        [a, ["i1"]],
        [b, ["i1"]],
        [c, ["i9"]],
      ]),
    ).toEqual(["nothing", "nothing", "i9"]);
  });
});

describe("claims that are equal", () => {
  test("share their candidates as they come", () => {
    expect(
      given([
        [a, ["i1", "i2"]],
        [claim("tenant-a"), ["i1", "i2"]],
      ]),
    ).toEqual(["i1", "i2"]);
  });

  test("are told of the doubt where there are more instances than all that may have one", () => {
    expect(given([[a, ["i1", "i2", "i3"]]], [[claim("tenant-a"), ["i1", "i2", "i3"]]])).toEqual([
      ["i1", "i2", "i3"],
    ]);
  });

  test("take one each where an equal one that may have none accounts for the other", () => {
    expect(given([[a, ["i1", "i2"]]], [[claim("tenant-a"), ["i1", "i2"]]])).toEqual(["i1"]);
  });
});
