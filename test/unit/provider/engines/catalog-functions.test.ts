import { getInstances, getLicenses, getTenants } from "../../../../provider/engines/pulumi-dynamic/functions";
import { toSecretData } from "../../../../provider/engines/pulumi-dynamic/service-binding";
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

describe("a function that is called without arguments, as in JavaScript", () => {
  const bare = (call: unknown, ...args: unknown[]): Promise<unknown> =>
    Promise.resolve().then(() => (call as (...all: unknown[]) => unknown)(...args));

  test.each([
    ["getService", getService, [], "getService: its argument is missing; give an object with service."],
    ["getPlan", getPlan, [], "getPlan: its argument is missing; give an object with service and plan."],
    ["getPlan", getPlan, ["pg"], "getPlan: its argument is a string; give an object with service and plan."],
    ["getCatalog", getCatalog, [null], "getCatalog: its argument is null; give an object."],
    ["getLicenses", getLicenses, [null], "getLicenses: its argument is null; give an object, or nothing."],
    [
      "getInstances",
      getInstances,
      [["a"]],
      "getInstances: its argument is a list; give an object, or nothing.",
    ],
    ["getTenants", getTenants, [7], "getTenants: its argument is a number; give an object, or nothing."],
    ["toSecretData", toSecretData, [], "toSecretData: its first argument is missing; give a ServiceBinding."],
  ])("%s says so, without a stack trace", async (_name, call, args, message) => {
    const error: unknown = await bare(call, ...args).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message, __pulumiRunError: true });
  });
});
