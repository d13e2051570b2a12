import { runModule } from "./run-module";

const evaluate = (module: string, name: string, expression: string): Promise<unknown> =>
  runModule(`import { ${name} } from "./${module}.mjs"; console.log(JSON.stringify(${expression}));`);

describe("the results of the tests", () => {
  it("count a test file that could not be run as a failed test", async () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      numPendingTests: 2,
      numTodoTests: 0,
    };
    expect(await evaluate("results", "countResults", `countResults(${JSON.stringify(report)})`)).toEqual({
      passed: 3,
      failed: 2,
      skipped: 2,
    });
  });

  it("add up over the runs", async () => {
    const sum = "addResults({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 })";
    expect(await evaluate("results", "addResults", sum)).toEqual({ passed: 11, failed: 22, skipped: 33 });
  });

  it("are told in one line", async () => {
    const line = "formatResults({ passed: 12, failed: 0, skipped: 1 })";
    expect(await evaluate("results", "formatResults", line)).toBe("12 passed, 0 failed, 1 skipped");
  });
});

describe("the arguments of npm test", () => {
  it("name the kinds of tests to run, and the rest is jest's", async () => {
    expect(
      await evaluate("jest", "parseArguments", 'parseArguments(["e2e", "unit", "-t", "adopt"])'),
    ).toEqual({
      selected: ["unit", "e2e"],
      passedOn: ["-t", "adopt"],
    });
  });

  it("mean all kinds where none is named", async () => {
    expect(await evaluate("jest", "parseArguments", "parseArguments([])")).toEqual({
      selected: ["unit", "contract", "package", "e2e"],
      passedOn: [],
    });
  });
});

describe("the account of the demo", () => {
  it("tells requests by kind, instances and units", async () => {
    const account = {
      requests: { token: 1, list: 5, licenses: 2, tenants: 0, post: 1 },
      instancesCreated: 2,
      unitsAllocated: [{ licenseId: "123456789", licenseType: "PA-TYPE", units: 400 }],
    };
    const text = (await evaluate(
      "account",
      "describeAccount",
      `describeAccount(${JSON.stringify(account)})`,
    )) as string;
    expect(text.split("\n").map((line) => line.replace(/\s+/g, " ").trim())).toEqual([
      "requests",
      "token 1",
      "list of instances 5",
      "list of licenses 2",
      "list of tenants 0",
      "POST that allocates 1",
      "instances created 2",
      "units allocated 400 of PA-TYPE (license 123456789)",
    ]);
  });
});
