import { ClaimRegistry } from "../../../../../provider/resources/subscription/claims";
import type { Instance } from "../../../../../sdk/subscription";
import { claimOf } from "../../../../support/claims";
import type { Claim, Match } from "../../../../../provider/resources/subscription/matching";

const ME = "me@1000000001.iam";

const claim = (fields: Partial<Claim> = {}): Claim =>
  claimOf({ tsgIds: ["1000000002"], sure: true, posted: true, ...fields });

const instance = (instanceId: string, fields: Partial<Instance> = {}): Instance => ({
  instanceId,
  appId: "prisma_access",
  region: "americas",
  tsgId: "1000000002",
  createdBy: ME,
  ...fields,
});

function registryOf(...claims: Claim[]): ClaimRegistry {
  const registry = new ClaimRegistry(ME);
  for (const one of claims) registry.add(one);
  return registry;
}

const words = (match: Match | undefined): unknown => {
  if (!match) return "none";
  return "instance" in match
    ? match.instance.instanceId
    : match.candidates.map(({ instanceId }) => instanceId);
};

/** What a list has for claims, in their order: an id, several candidates, or `none`. */
function found(list: Instance[], ...claims: Claim[]): unknown[] {
  const matches = registryOf(...claims).match(list);
  return claims.map((one) => words(matches.get(one)));
}

describe("a claim", () => {
  test("gets the one instance that fits", () => {
    expect(found([instance("i1")], claim())).toEqual(["i1"]);
  });

  test.each<[string, Partial<Instance>]>([
    ["another app", { appId: "logging_service" }],
    ["another region", { region: "europe" }],
    ["another tenant", { tsgId: "1000000003" }],
  ])("does not get an instance of %s", (_, fields) => {
    expect(found([instance("i1", fields)], claim())).toEqual(["none"]);
  });

  test.each<[string, Partial<Instance>]>([
    ["region", { region: undefined }],
    ["tenant", { tsgId: undefined }],
    ["creator", { createdBy: undefined }],
  ])("gets an instance whose %s the list does not show", (_, fields) => {
    expect(found([instance("i1", fields)], claim())).toEqual(["i1"]);
  });

  test("takes a region in any case of letters", () => {
    expect(found([instance("i1", { region: "Americas" })], claim())).toEqual(["i1"]);
  });

  test("does not get an instance that was there before", () => {
    expect(found([instance("i1")], claim({ before: new Set(["i1"]) }))).toEqual(["none"]);
  });

  test("does not get the instance that another client made, where the list tells who did", () => {
    const list = [instance("other", { createdBy: "somebody" }), instance("before", { tsgId: "1000000009" })];
    expect(found(list, claim())).toEqual(["none"]);
  });

  test("gets an instance under the parent, where its item names no tenant", () => {
    expect(
      found([instance("i1", { tsgId: "1000000001" })], claim({ tsgIds: ["1000000002", "1000000001"] })),
    ).toEqual(["i1"]);
  });

  test("gets an instance in any tenant, where its tenant's id is not known", () => {
    expect(found([instance("i1", { tsgId: "1000000077" })], claim({ tsgIds: undefined }))).toEqual(["i1"]);
  });

  test.each<[string, Partial<Instance>, Partial<Claim>]>([
    ["the POST's answer names", { serialNumber: "s1" }, { answer: { tenantId: "s1" } }],
    [
      "the POST's answer gave a display name of",
      { tenantInstanceName: "n1" },
      { answer: { tenantInstanceName: "n1" } },
    ],
    ["has its license", { licenseQuotaId: "l1" }, { licenseId: "l1" }],
    ["has its SKU", { sku: "k1" }, { skus: ["k1"] }],
  ])("gets of several the one that %s", (_, fields, own) => {
    expect(found([instance("i1"), instance("i2", fields)], claim(own))).toEqual(["i2"]);
  });

  test("is told of all candidates where nothing tells them apart", () => {
    expect(found([instance("i1"), instance("i2")], claim())).toEqual([["i1", "i2"]]);
  });

  test("that is pinned gets its own instance and no other", () => {
    const pinned = claim({ pinned: true, instanceId: "i2" });
    expect(found([instance("i1"), instance("i2")], pinned)).toEqual(["i2"]);
    expect(found([instance("i1")], pinned)).toEqual(["none"]);
  });
});

describe("equal claims", () => {
  test("share as many instances as they are", () => {
    expect(found([instance("i1"), instance("i2")], claim(), claim()).sort()).toEqual(["i1", "i2"]);
  });

  test("never get one instance twice", () => {
    expect(found([instance("i1")], claim(), claim()).sort()).toEqual(["i1", "none"]);
  });

  test("are told of all candidates where there are more than they are", () => {
    const list = ["i1", "i2", "i3"].map((id) => instance(id));
    expect(found(list, claim(), claim())).toEqual([
      ["i1", "i2", "i3"],
      ["i1", "i2", "i3"],
    ]);
  });

  test("stay with what they were given, in whatever order later lists show it", () => {
    const [a, b] = [claim(), claim()];
    const registry = registryOf(a, b);
    registry.match([instance("i1"), instance("i2")]);
    const first = [a.instanceId, b.instanceId];
    registry.match([instance("i2"), instance("i1")]);
    expect([a.instanceId, b.instanceId]).toEqual(first);
  });

  test("stay with what they were given, also when an older one's POST is accepted later", () => {
    const [older, younger] = [claim({ sure: false }), claim()];
    const registry = registryOf(older, younger);
    registry.match([instance("i1")]);
    older.sure = true;
    const matches = registry.match([instance("i1")]);
    expect([older, younger].map((one) => words(matches.get(one)))).toEqual(["none", "i1"]);
  });

  test("are told apart by what each POST answered", () => {
    const [a, b] = [claim({ answer: { tenantId: "s2" } }), claim({ answer: { tenantId: "s1" } })];
    const list = [instance("i1", { serialNumber: "s1" }), instance("i2", { serialNumber: "s2" })];
    expect(found(list, a, b)).toEqual(["i2", "i1"]);
  });
});

describe("claims of which one may have no instance at all", () => {
  test("give the instance to the one whose POST was accepted", () => {
    expect(found([instance("i1")], claim({ sure: false }), claim())).toEqual(["none", "i1"]);
  });

  test("share two instances", () => {
    expect(found([instance("i1"), instance("i2")], claim({ sure: false }), claim()).sort()).toEqual([
      "i1",
      "i2",
    ]);
  });

  test("of another tenant do not make a guess of a doubt", () => {
    const elsewhere = claim({ sure: false, tsgIds: ["1000000099"] });
    expect(found([instance("i1"), instance("i2")], claim(), elsewhere)).toEqual([["i1", "i2"], "none"]);
  });
});

describe("claims that overlap", () => {
  const parent = "1000000001";
  const a = (): Claim => claim({ tsgIds: ["1000000002", parent] });
  const b = (): Claim => claim({ tsgIds: ["1000000003", parent] });

  test("get what only one of them can have, and the rest falls into place", () => {
    const list = [instance("shared", { tsgId: parent }), instance("a", { tsgId: "1000000002" })];
    expect(found(list, a(), claim({ tsgIds: [parent] }))).toEqual(["a", "shared"]);
  });

  test("are told of the doubt where there are more instances than claims", () => {
    const list = [
      instance("a", { tsgId: "1000000002" }),
      instance("shared", { tsgId: parent }),
      instance("b", { tsgId: "1000000003" }),
    ];
    expect(found(list, a(), b())).toEqual([expect.any(Array), expect.any(Array)]);
  });
});

describe("an instance that is held", () => {
  test("goes to no claim", () => {
    const own = claim();
    const registry = registryOf(own);
    registry.hold(["i1"]);
    expect(words(registry.match([instance("i1")]).get(own))).toBe("none");
  });

  test("is what a claim was given that ended well", () => {
    const own = claim();
    const registry = registryOf(own);
    registry.match([instance("i1")]);
    registry.end(own);
    expect(registry.isHeld("i1")).toBe(true);
  });

  test("is not what a claim was given that came to nothing", () => {
    const own = claim({ sure: false });
    const registry = registryOf(own);
    registry.match([instance("i1")]);
    registry.end(own);
    expect(registry.isHeld("i1")).toBe(false);
  });
});
