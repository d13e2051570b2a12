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
