import { ClaimRegistry } from "../../../../../provider/resources/subscription/claims";
import { claimOf as claim } from "../../../../support/claims";
import type { Claim } from "../../../../../provider/resources/subscription/matching";

function registryOf(...claims: Claim[]): ClaimRegistry {
  const registry = new ClaimRegistry("me");
  for (const one of claims) registry.add(one);
  return registry;
}

describe("the turn to send a POST", () => {
  test("is not another tenant's until the first one's instance has shown", () => {
    const [first, second] = [claim(), claim({ tenant: "tenant-b" })];
    const registry = registryOf(first, second);
    expect(registry.takeTurn([first])).toBe(true);
    expect(registry.takeTurn([second])).toBe(false);
    registry.match([{ appId: "dlp", instanceId: "other" }]);
    expect(registry.takeTurn([second])).toBe(false);
    first.sure = true;
    registry.match([{ appId: "prisma_access", instanceId: "i1" }]);
    expect(first.instanceId).toBe("i1");
    expect(registry.takeTurn([second])).toBe(true);
  });

  test("is another tenant's when the first one has ended", () => {
    const [first, second] = [claim(), claim({ tenant: "tenant-b" })];
    const registry = registryOf(first, second);
    registry.takeTurn([first]);
    registry.end(first);
    expect(registry.takeTurn([second])).toBe(true);
  });

  test.each<[string, Partial<Claim>, Partial<Claim>]>([
    ["the tenant is the same", {}, {}],
    ["the app is another", {}, { tenant: "tenant-b", appId: "dlp" }],
    ["both TSGs are known", { tsgIds: ["1000000002"] }, { tenant: "tenant-b", tsgIds: ["1000000003"] }],
  ])("is free at once where %s", (_, one, other) => {
    const [first, second] = [claim(one), claim(other)];
    const registry = registryOf(first, second);
    registry.takeTurn([first]);
    expect(registry.takeTurn([second])).toBe(true);
  });

  test("is free while the other has not had its own", () => {
    const [first, second] = [claim(), claim({ tenant: "tenant-b" })];
    expect(registryOf(first, second).takeTurn([second])).toBe(true);
  });
});
