import { findPlan } from "../../../../../provider/resources/broker/catalog";
import { aCatalog, aPlan, aService } from "../../../../support/catalog";

const catalog = aCatalog(
  aService("postgres", aPlan("small"), aPlan("large")),
  aService("cache", aPlan("basic")),
);

const found = (service: string, plan: string): unknown => {
  const result = findPlan(catalog, service, plan);
  return "problem" in result ? result.problem : [result.offering.name, result.plan.name];
};

describe("findPlan", () => {
  it.each([
    ["names", "postgres", "large"],
    ["ids", "id-of-postgres", "id-of-large"],
    ["a name and an id", "postgres", "id-of-large"],
  ])("finds a plan by %s", (_how, service, plan) => {
    expect(found(service, plan)).toEqual(["postgres", "large"]);
  });

  it.each([
    ["id-of-blank", "id-of-plan"],
    ["id-of-blank ", " id-of-plan"],
  ])("finds ids that have blanks in the catalog, which it keeps: %j, %j", (service, plan) => {
    const blank = { ...aService("blank", { ...aPlan("plan"), id: "id-of-plan " }), id: " id-of-blank" };
    const result = findPlan(aCatalog(blank), service, plan);
    expect(result).toMatchObject({ offering: { id: " id-of-blank" }, plan: { id: "id-of-plan " } });
  });

  it("takes an id as it is written before one that has blanks", () => {
    const plans = [
      { ...aPlan("one"), id: "id " },
      { ...aPlan("other"), id: "id" },
    ];
    expect(findPlan(aCatalog(aService("s", ...plans)), "s", "id")).toMatchObject({ plan: { name: "other" } });
  });

  it("lists the services there are, and the closest, for one that is unknown", () => {
    expect(found("postgers", "small")).toEqual({
      at: "service",
      message:
        "the broker's catalog has no service postgers; there are: postgres, cache (did you mean postgres?)",
    });
  });

  it("lists the plans of the service for one that is unknown", () => {
    expect(found("postgres", "Small")).toEqual({
      at: "plan",
      message: "service postgres has no plan Small; there are: small, large (did you mean small?)",
    });
  });

  it.each([
    ["nope", ""],
    ["pq", " (did you mean pg?)"],
    ["PG", " (did you mean pg?)"],
    ["redis", " (did you mean redis-enterprise?)"],
  ])("suggests for %s what is like it", (service, suggestion) => {
    expect(findPlan(aCatalog(aService("pg"), aService("redis-enterprise")), service, "small")).toEqual({
      problem: {
        at: "service",
        message: `the broker's catalog has no service ${service}; there are: pg, redis-enterprise${suggestion}`,
      },
    });
  });

  it("says so where there are no services", () => {
    expect(findPlan({ services: [] }, "postgres", "small")).toEqual({
      problem: { at: "service", message: "the broker's catalog has no service postgres; there are none" },
    });
  });
});
