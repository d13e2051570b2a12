import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, logging, made, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

let project: PulumiProject;
let simulator: Simulator;
beforeAll(async () => {
  ({ project, simulator } = await stacks.simulated("", {
    tenants: [
      { name: "tenant-a" },
      { name: "tenant-b" },
      { name: "tenant-c" },
      { name: "twin", id: "1000000801" },
      { name: "twin", id: "1000000802" },
    ],
    licenses: [
      {
        licenseId: "123456789",
        appId: "prisma_access",
        licenses: [
          {
            appId: "prisma_access_edition",
            licenseType: "GBL-SKU",
            purchasedSize: 10000,
            remainingSize: 1000,
          },
        ],
      },
      {
        licenseId: "123456790",
        appId: "logging_service",
        licenses: [
          { appId: "logging_service", licenseType: "LGS-SKU", purchasedSize: 10, remainingSize: 10 },
        ],
      },
    ],
  }));
});

/** What a preview of this program says; it must fail and send no POST. */
async function refusal(body: string): Promise<string> {
  project.write(program(body));
  const { code, output } = await project.preview();
  expect(simulator.ledger.posts()).toHaveLength(0);
  expect(code).not.toBe(0);
  return output;
}

test("a preview names every wrong input with its path, all at once, and no value", async () => {
  const secretValue = "VALUE-CANARY";
  const output = await refusal(
    child("wrong", {
      onboard: [
        { ...prisma("tenant-a", secretValue), allocationType: secretValue, isEulaAccepted: false },
        { ...logging(-1), tsgName: "tenant-b", plattformRegion: secretValue },
        logging(),
      ],
      freeApp: { appId: "directory_sync" },
      deletionPolicy: secretValue,
    }),
  );
  const paths = [
    "onboard[0].allocation[0].allocationSize",
    "onboard[0].allocationType",
    "onboard[0].isEulaAccepted",
    "onboard[1].allocation[0].allocationSize",
    "onboard[1].tsgName",
    "onboard[2].appId",
    "freeApp.region",
    "deletionPolicy",
  ];
  for (const path of paths) expect(output).toContain(`${path}: `);
  expect(output).toContain("onboard[1]: unknown property plattformRegion (did you mean platformRegion?)");
  expect(output).toContain("freeApp and onboard cannot be given together");
  expect(output).not.toContain(secretValue);
});

test("a preview refuses a license that does not exist, a wrong SKU and too many units", async () => {
  const output = await refusal(
    child("wrong", {
      onboard: [
        prisma("tenant-a", 1001),
        logging(1, { licenseId: "999" }),
        prisma("tenant-a", 1, {
          appId: "dlp",
          allocation: [{ appId: "prisma_access_edition", licenseType: "NO-SKU", allocationSize: 1 }],
        }),
      ],
    }),
  );
  expect(output).toContain(
    "onboard[0].allocation[0].allocationSize: license 123456789 has 1000 of GBL-SKU (prisma_access_edition) left, and 1001 are asked for here",
  );
  expect(output).toContain("onboard[1].licenseId: no such license");
  expect(output).toContain(
    "onboard[2].allocation[0]: license 123456789 has no NO-SKU for app prisma_access_edition",
  );
});

test("a preview counts the units of all new resources together", async () => {
  const output = await refusal(
    child("one", { onboard: [prisma("tenant-a", 600)] }) +
      child("two", { onboard: [prisma("tenant-b", 600)] }),
  );
  expect(output).toMatch(
    /has 1000 of GBL-SKU .* left, and 600 are asked for here and 600 by other new ChildInstances: 1200 together/,
  );
});

test("a preview refuses a tenant's name that nobody has", async () => {
  expect(await refusal(child("wrong", { onboard: [prisma("nobody")] }))).toContain(
    "onboard[0].tsgName: is not the name of a tenant",
  );
});

test("a preview refuses a tenant's name that two have, and names both", async () => {
  const output = await refusal(child("wrong", { onboard: [prisma("twin")] }));
  expect(output).toContain("onboard[0].tsgName: names 2 tenants of the same name");
  expect(output).toMatch(/1000000801.*1000000802/);
});

test("a preview tells for each new resource what an approver needs", async () => {
  project.write(
    program(
      child("free", freeApp()) +
        child("one", { onboard: [prisma("tenant-a", 300)] }) +
        child("two", { onboard: [prisma("tenant-b", 400), logging(4)] }),
    ),
  );
  const { code, output } = await project.preview();
  expect(code).toBe(0);
  expect(output).toContain("Parent TSG 1000000001");
  expect(output).toContain("credentials from the environment");
  expect(output).toMatch(/ChildInstance free .*Will allocate directory_sync in americas/);
  expect(output).toMatch(
    /Will allocate prisma_access in americas for tenant tenant-a .*300 x GBL-SKU \(prisma_access_edition\) of license 123456789/,
  );
  expect(output).toMatch(
    /Will allocate prisma_access in americas, logging_service in americas for tenant tenant-b .*4 x LGS-SKU \(logging_service\) of license 123456790: 10 remain before, 6 after/,
  );
  expect(output).toContain("It cannot be released by the API.");
  expect(output).toMatch(/remain before, 300 after/);
});

test("a preview warns of a region that is not known, with the nearest that is", async () => {
  project.write(program(child("free", freeApp({ region: "amercias" }))));
  const { code, output } = await project.preview();
  expect(code).toBe(0);
  expect(output).toMatch(/warning: freeApp.region is not a known region: .*americas/);
});

test("a preview refuses credentials that the API refuses, and does not show them", async () => {
  const good = project.env["SCM_CLIENT_SECRET"] as string;
  project.env["SCM_CLIENT_SECRET"] = "WRONG-CANARY-secret";
  const output = await refusal(child("free", freeApp()));
  project.env["SCM_CLIENT_SECRET"] = good;
  expect(output).toMatch(/credentials|refused/i);
  expect(output).not.toContain("CANARY");
});

describe("what exists already", () => {
  let existing: string;
  beforeAll(() => {
    existing = simulator.addInstance({
      appId: "prisma_access",
      tsg: "tenant-c",
      createdBy: "user@example.com",
    }).instanceId;
  });

  test("stops the preview, which prints the line that would adopt it", async () => {
    const output = await refusal(child("again", { onboard: [prisma("tenant-c")] }));
    expect(output).toContain(`adopt: ["${existing}"]`);
    expect(output).toContain("allowAdditional: true");
  });

  test("stops the up too", async () => {
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toContain(`adopt: ["${existing}"]`);
    expect(simulator.ledger.posts()).toHaveLength(0);
  });

  test("is adopted by its id without a POST", async () => {
    project.write(
      program(
        child("again", { onboard: [prisma("tenant-c")], adopt: [existing] }) +
          "exports.id = again.instanceId;",
      ),
    );
    const { code, output } = await project.up();
    expect(code).toBe(0);
    expect(output).toContain("on trust");
    expect(await project.outputs()).toEqual({ id: existing });
    expect(simulator.ledger.posts()).toHaveLength(0);
  });

  test("stays as it is when adopt is taken away later", async () => {
    project.write(
      program(child("again", { onboard: [prisma("tenant-c")] }) + "exports.id = again.instanceId;"),
    );
    expect((await project.up("--expect-no-changes")).code).toBe(0);
  });

  test("leaves an item that is added later to be allocated", async () => {
    project.write(program(child("again", { onboard: [prisma("tenant-c"), logging()], adopt: [existing] })));
    const { code, output } = await project.up();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(made(simulator, "logging_service")).toHaveLength(1);
  });

  test('is adopted as "existing" where it is the one that fits', async () => {
    const other = simulator.addInstance({ appId: "prisma_access", tsg: "tenant-b" }).instanceId;
    project.write(
      program(
        child("again", { onboard: [prisma("tenant-c"), logging()] }) +
          child("other", { onboard: [prisma("tenant-b")], adopt: "existing" }) +
          "exports.id = other.instanceId;",
      ),
    );
    expect((await project.up()).code).toBe(0);
    expect(await project.outputs()).toEqual({ id: other });
    expect(made(simulator, "prisma_access")).toEqual([existing, other]);
  });

  test("does not stop a resource that allows additional instances", async () => {
    project.write(
      program(
        child("again", { onboard: [prisma("tenant-c"), logging()] }) +
          child("other", { onboard: [prisma("tenant-b")], adopt: "existing" }) +
          child("additional", { onboard: [prisma("tenant-c", 1)], allowAdditional: true }),
      ),
    );
    expect((await project.up()).code).toBe(0);
    expect(made(simulator, "prisma_access")).toHaveLength(3);
  });
});
