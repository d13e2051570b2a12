import fc from "fast-check";
import { check, freeApp, logging, prisma } from "../../../../support/child-instance";
import { UNKNOWN, settingsFrom, testHost } from "../../../../support/host";

const settings = settingsFrom({
  SCM_CLIENT_ID: "id",
  SCM_CLIENT_SECRET: "secret",
  SCM_SCOPE: "tsg_id:1000000001",
});
const host = (): ReturnType<typeof testHost> => testHost({ settings });

/** Problems of inputs as `path: message`, sorted. */
async function problemsOf(inputs: unknown): Promise<string[]> {
  const { problems } = await check(host(), inputs);
  return problems.map(({ path, message }) => `${path}: ${message}`).sort();
}

async function warningsOf(inputs: unknown): Promise<string[]> {
  const recorder = host();
  await check(recorder, inputs);
  return recorder.recorded.warnings;
}

describe("inputs that are in order", () => {
  test.each<[string, unknown]>([
    ["a free app", { freeApp }],
    ["an item", { onboard: [prisma("tenant-a")] }],
    ["a bundle", { onboard: [prisma("tenant-a"), logging] }],
    [
      "numbers where the API has strings",
      { onboard: [{ ...prisma("tenant-a"), licenseId: 123456789, tenantId: undefined }] },
    ],
    [
      "strings for sizes",
      { onboard: [{ appId: "dlp", allocation: [{ appId: "dlp", licenseType: "S", allocationSize: "5" }] }] },
    ],
    [
      "an item that refers to an instance",
      { onboard: [prisma("tenant-a"), { appId: "directory_sync", tenantId: 1 }] },
    ],
    ["the same tenant on every item", { onboard: [prisma("tenant-a"), { ...logging, tsgName: "tenant-a" }] }],
    [
      "every policy",
      {
        freeApp,
        deletionPolicy: "abandon",
        changePolicy: "record",
        missingPolicy: "forget",
        allowAdditional: true,
      },
    ],
    ["instances to adopt", { freeApp, adopt: ["i1"] }],
    ["whatever exists to adopt", { freeApp, adopt: "existing" }],
    ["time-outs", { freeApp, timeouts: { create: "90m", update: "1h30m", delete: "5s" } }],
  ])("such as %s have no problem", async (_, inputs) => {
    expect(await problemsOf(inputs)).toEqual([]);
  });

  test("are given the defaults of the policies", async () => {
    const { inputs } = await check(host(), { freeApp });
    expect(inputs).toMatchObject({
      deletionPolicy: "prevent",
      changePolicy: "forbid",
      missingPolicy: "keep",
    });
  });

  test("take the defaults of the policies from the settings", async () => {
    const env = { SCM_CLIENT_ID: "id", SCM_CLIENT_SECRET: "secret", SCM_SCOPE: "tsg_id:1000000001" };
    const lenient = settingsFrom(
      { ...env, PROVISOR_MISSING_POLICY: "forget" },
      { deletionPolicy: "abandon" },
    );
    const { inputs } = await check(testHost({ settings: lenient }), { freeApp });
    expect(inputs).toMatchObject({ deletionPolicy: "abandon", missingPolicy: "forget" });
  });
});

describe("inputs that are wrong", () => {
  test.each<[string, unknown, string[]]>([
    ["neither a free app nor items", {}, [": one of freeApp and onboard is required"]],
    [
      "both a free app and items",
      { freeApp, onboard: [prisma("tenant-a")] },
      [": freeApp and onboard cannot be given together: one resource is one allocation"],
    ],
    ["no item", { onboard: [] }, ["onboard: must not be empty"]],
    [
      "one app twice",
      { onboard: [prisma("tenant-a"), prisma("tenant-a")] },
      ["onboard[1].appId: is the app of onboard[0] already; one item an app"],
    ],
    [
      "two tenants",
      { onboard: [prisma("tenant-a"), { ...logging, tsgName: "tenant-b" }] },
      [
        "onboard[1].tsgName: must be the same as onboard[0].tsgName: the items of one resource belong to one tenant",
      ],
    ],
    [
      "a tenant by name and id",
      { onboard: [{ ...prisma("tenant-a"), tsgId: "1000000002" }] },
      [
        "onboard[0].tsgId: cannot be given together with tsgName",
        "onboard[0].tsgId: must be the same as onboard[0].tsgName: the items of one resource belong to one tenant",
      ],
    ],
    [
      "only items that refer to instances",
      { onboard: [{ appId: "dlp", tenantId: "1" }] },
      ["onboard: allocates nothing: every item refers to an existing instance by tenantId"],
    ],
    [
      "a EULA that is not accepted",
      { freeApp: { ...freeApp, isEulaAccepted: false } },
      ["freeApp.isEulaAccepted: must be true: nothing is provisioned without the EULA accepted"],
    ],
    ["a field that is missing", { onboard: [{}] }, ["onboard[0].appId: is required"]],
    [
      "a type that is wrong",
      { freeApp: { ...freeApp, region: 5 } },
      ["freeApp.region: must be of type string"],
    ],
    [
      "a word that is none of the API's",
      { onboard: [{ ...prisma("tenant-a"), allocationType: "PARTIAL" }] },
      ["onboard[0].allocationType: must be one of FULL, SHARED"],
    ],
    [
      "a size that is none",
      { onboard: [{ ...logging, allocation: [{ appId: "a", licenseType: "b", allocationSize: 0 }] }] },
      ["onboard[0].allocation[0].allocationSize: must be a whole number greater than 0"],
    ],
    [
      "a time-out that is none",
      { freeApp, timeouts: { create: "soon" } },
      ["timeouts.create: must be a duration such as 30m"],
    ],
  ])("such as %s are refused", async (_, inputs, problems) => {
    expect(await problemsOf(inputs)).toEqual(problems);
  });

  test.each<[string, unknown, RegExp]>([
    [
      "at the top",
      { freeApp, changePolcy: "record" },
      /^: unknown property changePolcy \(did you mean changePolicy\?\)/,
    ],
    [
      "in an item",
      { onboard: [{ ...logging, licenceId: "1" }] },
      /^onboard\[0\]: unknown property licenceId \(did you mean licenseId\?\)/,
    ],
    [
      "in an allocation",
      {
        onboard: [{ ...logging, allocation: [{ appId: "a", licenseType: "b", allocationSize: 1, size: 2 }] }],
      },
      /^onboard\[0\]\.allocation\[0\]: unknown property size \(did you mean allocationSize\?\)/,
    ],
  ])("such as a misspelled name %s are refused with the right one", async (_, inputs, problem) => {
    expect((await problemsOf(inputs))[0]).toMatch(problem);
  });

  test.each([[1.5], [-1], ["ten"], [""], [null], [true], [{}]])(
    "such as the size %j are named by their path",
    async (size) => {
      const inputs = {
        onboard: [{ ...logging, allocation: [{ appId: "a", licenseType: "b", allocationSize: size }] }],
      };
      expect(await problemsOf(inputs)).toEqual([
        expect.stringMatching(
          /^onboard\[0\]\.allocation\[0\]\.allocationSize: must be a whole number|is required/,
        ),
      ]);
    },
  );

  test("are reported all at once", async () => {
    const inputs = {
      onboard: [{ appId: "", platformRegion: 5 }, { ...logging, allocation: [{}] }, "nothing"],
      deletionPolicy: "sometimes",
      adopt: 3,
    };
    const paths = (await check(host(), inputs)).problems.map(({ path }) => path);
    expect(paths.sort()).toEqual([
      "adopt",
      "deletionPolicy",
      "onboard[0].appId",
      "onboard[0].platformRegion",
      "onboard[1].allocation[0].allocationSize",
      "onboard[1].allocation[0].appId",
      "onboard[1].allocation[0].licenseType",
      "onboard[2]",
    ]);
  });

  test.each([
    [undefined, [": is required"]],
    [null, [": must be of type object"]],
    [5, [": must be of type object"]],
    ["text", [": must be of type object"]],
    [[], [": must be of type object", ": one of freeApp and onboard is required"]],
  ])("such as %j instead of an object are refused", async (inputs, problems) => {
    expect(await problemsOf(inputs)).toEqual(problems);
  });

  test("do not show their values", async () => {
    const secret = fc.uuid().map((id) => `s3cr3t-${id}`);
    const wrongly = secret.chain((value) =>
      fc.tuple(
        fc.constant(value),
        fc.record(
          Object.fromEntries(
            [
              "profile",
              "deletionPolicy",
              "changePolicy",
              "missingPolicy",
              "allowAdditional",
              "adopt",
              "freeApp",
              "onboard",
            ].map((name) => [
              name,
              fc.constantFrom<unknown>(value, [value], { appId: value, region: [value] }, [
                { appId: [value], tsgName: value, tsgId: value },
              ]),
            ]),
          ),
          { requiredKeys: [] },
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(wrongly, async ([value, inputs]) => {
        const { profile: _profile, ...rest } = inputs;
        expect((await problemsOf(rest)).join()).not.toContain(value);
      }),
    );
  });
});

describe("values that are not known yet", () => {
  test.each<[string, unknown]>([
    ["all items", { onboard: UNKNOWN }],
    ["the free app", { freeApp: UNKNOWN }],
    ["an item", { onboard: [prisma("tenant-a"), UNKNOWN] }],
    ["a tenant", { onboard: [{ ...prisma("tenant-a"), tsgName: UNKNOWN }] }],
    [
      "a size",
      { onboard: [{ ...logging, allocation: [{ appId: "a", licenseType: "b", allocationSize: UNKNOWN }] }] },
    ],
    ["an accepted EULA", { freeApp: { ...freeApp, isEulaAccepted: UNKNOWN } }],
    ["a policy", { freeApp, deletionPolicy: UNKNOWN }],
    ["what to adopt", { freeApp, adopt: UNKNOWN }],
    ["a profile", { freeApp, profile: UNKNOWN }],
    ["the intent", { freeApp, intent: { key: UNKNOWN, before: UNKNOWN } }],
  ])("such as %s pass", async (_, inputs) => {
    expect(await problemsOf(inputs)).toEqual([]);
  });

  test("do not hide what is wrong beside them", async () => {
    expect(await problemsOf({ onboard: [{ appId: UNKNOWN, platformRegion: 5 }] })).toEqual([
      "onboard[0].platformRegion: must be of type string",
    ]);
  });
});

describe("a word that is on no known list", () => {
  test.each([
    [
      "an app id",
      { freeApp: { ...freeApp, appId: "prisma_acess" } },
      /^freeApp\.appId is not a known app id: did you mean prisma_access\?/,
    ],
    [
      "a region",
      { freeApp: { ...freeApp, region: "americaz" } },
      /^freeApp\.region is not a known region: did you mean americas\?/,
    ],
    [
      "a region far from all",
      { onboard: [{ appId: "dlp", platformRegion: "mars-base-12" }] },
      /onboard\[0\]\.platformRegion .*known are/,
    ],
  ])("such as %s is a warning with the nearest one", async (_, inputs, warning) => {
    expect(await problemsOf(inputs)).toEqual([]);
    expect(await warningsOf(inputs)).toEqual([expect.stringMatching(warning)]);
  });
});
