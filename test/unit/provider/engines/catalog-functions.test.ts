import {
  type GetPlanArgs,
  getCatalog,
  getPlan,
  getService,
} from "../../../../provider/engines/pulumi-dynamic/catalog-functions";

/** Arguments as programs in JavaScript may give them. */
const plan = (args: Record<string, unknown>): Promise<unknown> => getPlan(args as unknown as GetPlanArgs);

describe("the functions about the catalog", () => {
  test.each([
    [{ service: "pg" }, "getPlan: plan is missing: give a name or an id of the catalog."],
    [{ service: "pg", plan: null }, "getPlan: plan is missing: give a name or an id of the catalog."],
    [
      { service: "", plan: "small" },
      "getPlan: service must be a text that is not empty: give a name or an id of the catalog.",
    ],
    [
      { service: 7, plan: " " },
      "getPlan: service must be a text that is not empty: give a name or an id of the catalog; " +
        "plan must be a text that is not empty: give a name or an id of the catalog.",
    ],
    [
      { servce: "pg", plan: "small" },
      "getPlan: unknown property servce (did you mean service?); service is missing: give a name or an id of the catalog.",
    ],
  ])("refuse %j before anything is asked", async (args, message) => {
    await expect(plan(args)).rejects.toThrow(new Error(message));
  });

  test("refuse a misspelled profile, which would be another broker", async () => {
    const args: object = { profil: "eu" };
    await expect(getCatalog(args)).rejects.toThrow(
      "getCatalog: unknown property profil (did you mean profile?)",
    );
    await expect(getService({ service: "pg", ...args })).rejects.toThrow(
      "getService: unknown property profil",
    );
  });

  test("end the program without a stack trace", async () => {
    await expect(plan({})).rejects.toHaveProperty("__pulumiRunError", true);
  });
});
