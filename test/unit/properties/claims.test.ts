import fc from "fast-check";
import { ClaimRegistry } from "../../../provider/resources/subscription/claims";
import type { Instance } from "../../../sdk/subscription";
import "../../support/arbitraries";
import { claimOf } from "../../support/claims";
import type { Claim, Match } from "../../../provider/resources/subscription/matching";

const ME = "me@1000000001.iam";
const PARENT = "1000000001";
const TENANTS = ["1000000002", "1000000003", "1000000004"];
const known = new Set([PARENT, ...TENANTS]);

/** A resource of the model: what it asks for, and whether its item names its tenant. */
interface Want {
  tsgId: string;
  appId: string;
  region: string;
  underParent: boolean;
}

/** A story: resources, what others have, the order in which everything shows. */
interface Story {
  wants: Want[];
  /** What was listed before any POST. */
  before: Want[];
  /** What others make meanwhile, told apart by who made it. */
  foreign: (Want & { createdBy: string })[];
  /** For each own and foreign instance in turn, after which look it shows. */
  appear: number[];
  /** Shuffles the list of each look. */
  order: number;
  twice: boolean;
}

const want: fc.Arbitrary<Want> = fc
  .record({
    tsgId: fc.constantFrom(...TENANTS),
    appId: fc.constantFrom("prisma_access", "logging_service"),
    region: fc.constantFrom("americas", "europe"),
  })
  // As in a bundle: one item names the tenant, the other may also show under the parent.
  .map((one) => ({ ...one, underParent: one.appId === "logging_service" }));

const story: fc.Arbitrary<Story> = fc.record({
  wants: fc.array(want, { minLength: 1, maxLength: 7 }),
  before: fc.array(want, { maxLength: 3 }),
  foreign: fc.array(
    fc.tuple(want, fc.constantFrom("somebody", "another")).map(([all, createdBy]) => ({ ...all, createdBy })),
    { maxLength: 3 },
  ),
  appear: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 10 }),
  order: fc.integer({ min: 0, max: 1_000 }),
  twice: fc.boolean(),
});

const instanceOf = (id: string, { tsgId, appId, region }: Want, createdBy = ME): Instance => ({
  instanceId: id,
  appId,
  region,
  tsgId,
  createdBy,
});

const tenantName = (tsgId: string): string => `tenant-${tsgId.at(-1) ?? ""}`;

function claimFor({ tsgId, appId, region, underParent }: Want, before: readonly Instance[]): Claim {
  return claimOf({
    tenant: tenantName(tsgId),
    appId,
    region,
    tsgIds: underParent ? [tsgId, PARENT] : [tsgId],
    knownTsgIds: known,
    before: new Set(before.map(({ instanceId }) => instanceId)),
    sure: true,
    posted: true,
  });
}

/** A permutation that follows from a number. */
const shuffled = <T>(items: readonly T[], by: number): T[] =>
  items
    .map((item, at) => ({ item, key: ((at + 1) * 7919 * (by + 1)) % 1009 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

const given = (matches: ReadonlyMap<Claim, Match>): [Claim, Instance][] =>
  [...matches].flatMap(([claim, match]) =>
    "instance" in match ? [[claim, match.instance] as [Claim, Instance]] : [],
  );

/** Plays a story look by look. Calls `look` with what each one gave, and returns what the last one gave. */
function play(
  { wants, before, foreign, appear, order, twice }: Story,
  look: (matches: ReadonlyMap<Claim, Match>) => void = () => undefined,
): { claims: Claim[]; matches: ReadonlyMap<Claim, Match> } {
  const old = before.map((one, at) => instanceOf(`old-${at}`, one));
  const made = [
    ...wants.map((one, at) => instanceOf(`own-${at}`, one)),
    ...foreign.map((one, at) => instanceOf(`foreign-${at}`, one, one.createdBy)),
  ];
  const claims = wants.map((one) => claimFor(one, old));
  const registry = new ClaimRegistry(ME);
  for (const claim of claims) registry.add(claim);
  let matches: ReadonlyMap<Claim, Match> = new Map();
  for (let time = 0; time <= 4; time++) {
    const shown = [...old, ...made.filter((_, at) => (appear[at] ?? 0) <= time)];
    matches = registry.match(shuffled(twice ? [...shown, ...shown] : shown, order + time));
    look(matches);
  }
  return { claims, matches };
}

describe("claims in any story", () => {
  test("never share an instance", () => {
    fc.assert(
      fc.property(story, (one) => {
        play(one, (matches) => {
          const ids = given(matches).map(([, { instanceId }]) => instanceId);
          expect(new Set(ids).size).toBe(ids.length);
        });
      }),
      { numRuns: 400 },
    );
  });

  test("are never given what was there before, nor another app, region or tenant", () => {
    fc.assert(
      fc.property(story, (one) => {
        play(one, (matches) => {
          for (const [claim, instance] of given(matches)) {
            expect(claim.before.has(instance.instanceId)).toBe(false);
            expect(instance).toMatchObject({ appId: claim.appId, region: claim.region });
            expect(claim.tsgIds).toContain(instance.tsgId);
          }
        });
      }),
      { numRuns: 400 },
    );
  });

  test("are never given what another client made, once the list shows who made what", () => {
    fc.assert(
      fc.property(story, (one) => {
        const { matches } = play(one);
        for (const [, { instanceId }] of given(matches)) expect(instanceId).not.toMatch(/^foreign/);
      }),
      { numRuns: 400 },
    );
  });

  test("all have their instance once all have shown", () => {
    fc.assert(
      fc.property(story, (one) => {
        const { claims, matches } = play(one);
        expect(given(matches)).toHaveLength(claims.length);
      }),
      { numRuns: 400 },
    );
  });

  test("are told of the candidates, and given nothing, where an equal one of the same client is there", () => {
    fc.assert(
      fc.property(story, (one) => {
        const [first] = one.wants as [Want];
        const rival = { ...first, createdBy: ME };
        const { claims, matches } = play({ ...one, foreign: [rival] });
        const equal = claims.filter((_, at) => {
          const { tsgId, appId, region } = one.wants[at] as Want;
          return tsgId === first.tsgId && appId === first.appId && region === first.region;
        });
        for (const claim of equal) expect(matches.get(claim)).toHaveProperty("candidates");
      }),
      { numRuns: 400 },
    );
  });

  test("have the same resources served, in whatever order a list comes", () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 0, max: 1_000 }), (one, order) => {
        const calm = { ...one, appear: one.appear.map(() => 0) };
        const what = ({ claims, matches }: ReturnType<typeof play>): unknown[] =>
          claims.map((claim) => Object.keys(matches.get(claim) ?? {}));
        expect(what(play({ ...calm, order }))).toEqual(what(play(calm)));
      }),
      { numRuns: 300 },
    );
  });
});

describe("200 open claims and a list of 5,000 instances", () => {
  const tsgIds = Array.from({ length: 200 }, (_, at) => String(2_000_000_000 + at));
  const wants = tsgIds.map((tsgId): Want => ({
    tsgId,
    appId: "prisma_access",
    region: "americas",
    underParent: false,
  }));

  test("are matched with no more than one look at an instance for each claim", () => {
    let looks = 0;
    const list = Array.from({ length: 5_000 }, (_, at) =>
      Object.defineProperty(instanceOf(`i${at}`, wants[at % 200] as Want), "appId", {
        get: () => {
          looks++;
          return "prisma_access";
        },
      }),
    );
    const registry = new ClaimRegistry(ME);
    const knownTsgIds = new Set(tsgIds);
    const before = list.slice(0, 4_800);
    for (const one of wants) registry.add({ ...claimFor(one, before), knownTsgIds });
    expect(given(registry.match(list))).toHaveLength(200);
    expect(looks).toBeLessThanOrEqual(200 * 5_000);
  });
});
