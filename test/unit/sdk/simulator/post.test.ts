import { createSimulator, type SimulatorOptions } from "../../../../sdk/simulator";
import { type Caller, freeApp, loggedIn, prismaItem } from "../../../support/call-simulator";

const atOnce = { appearAfterMs: 0, provisionMs: 0 };
const start = (options: SimulatorOptions = {}): Promise<Caller> =>
  loggedIn(createSimulator({ ...atOnce, ...options }));
const loggingItem = {
  app_id: "logging_service",
  license_id: "123456790",
  allocation: [{ app_id: "logging_service", license_type: "LGS-SKU", allocation_size: "1" }],
  is_eula_accepted: true,
};
const tsgIdOf = (caller: Caller, name: string): string => caller.simulator.tenants.find(name).id;

describe("creating a free app", () => {
  test("is answered with the job and what is known of the instance, its tenant as a number", async () => {
    const answer = await (await start()).post(freeApp);
    expect(answer.body).toEqual({
      app_id: "directory_sync",
      job_id: expect.any(String) as string,
      status: "initializing",
      tenant_id: expect.any(Number) as number,
      tenant_instance_name: "Cloud Identity Engine",
    });
  });

  test("puts the instance under the token's TSG", async () => {
    const caller = await start();
    await caller.post(freeApp);
    expect(await caller.list()).toMatchObject([
      { app_id: "directory_sync", tsg_id: "1000000001", support_account_name: "Acme Ltd" },
    ]);
  });

  test("is refused without the EULA", async () => {
    const answer = await (await start()).post({ ...freeApp, is_eula_accepted: false });
    expect(answer.body).toMatchObject({ application_error: "eula_not_accepted" });
  });
});

describe("onboarding", () => {
  test("is answered with the job alone", async () => {
    const answer = await (await start()).post([prismaItem("tenant-a")]);
    expect(answer.body).toEqual({ job_id: expect.any(String) as string });
  });

  test("puts the instance under the tenant that it names, made by this client from that license", async () => {
    const caller = await start();
    await caller.post([prismaItem("tenant-b")]);
    expect(await caller.list()).toMatchObject([
      {
        tsg_id: tsgIdOf(caller, "tenant-b"),
        created_by: "provisor@1000000001.iam.panserviceaccount.com",
        license_quota_id: "123456789",
        sku: "GBL-SKU",
      },
    ]);
  });

  test("never tells the job in the list", async () => {
    const caller = await start();
    await caller.post([prismaItem("tenant-a")]);
    expect(Object.keys((await caller.list())[0] ?? {})).not.toContain("job_id");
  });

  test("takes the units from the license", async () => {
    const caller = await start();
    await caller.post([prismaItem("tenant-a", "300"), { ...prismaItem("tenant-a", "200"), app_id: "dlp" }]);
    expect((await caller.licenses())[0]?.licenses[0]?.remaining_size).toBe(9500);
  });

  test("puts an item without a tenant under the tenant of its bundle", async () => {
    const caller = await start();
    await caller.post([loggingItem, prismaItem("tenant-a")]);
    expect((await caller.list()).map((one) => one["tsg_id"])).toEqual([
      tsgIdOf(caller, "tenant-a"),
      tsgIdOf(caller, "tenant-a"),
    ]);
  });

  test("puts it under the parent where the simulator is told to", async () => {
    const caller = await start({ itemsWithoutTenant: "parent" });
    await caller.post([loggingItem, prismaItem("tenant-a")]);
    expect((await caller.list()).map((one) => one["tsg_id"])).toEqual([
      "1000000001",
      tsgIdOf(caller, "tenant-a"),
    ]);
  });

  test("associates the instances of a bundle, the existing one too, and creates nothing for that one", async () => {
    const caller = await start({ instances: [{ appId: "directory_sync", tenantId: "555" }] });
    await caller.post([prismaItem("tenant-a"), loggingItem, { app_id: "directory_sync", tenant_id: "555" }]);
    const prisma = (await caller.list()).find((one) => one["app_id"] === "prisma_access");
    expect([caller.simulator.instances.length, prisma?.["associations"]]).toMatchObject([
      3,
      [{ app_id: "logging_service" }, { app_id: "directory_sync", tenant_id: 555 }],
    ]);
  });
});

describe("a POST is refused with 400 and takes nothing", () => {
  const item = prismaItem("tenant-a");
  const allocation = item.allocation[0];
  test.each<[string, unknown, string]>([
    ["more units than remain", [prismaItem("tenant-a", "10001")], "insufficient_license_units"],
    [
      "more units than remain in one bundle",
      [prismaItem("tenant-a", "6000"), prismaItem("tenant-b", "6000")],
      "insufficient_license_units",
    ],
    ["an unknown license", [{ ...item, license_id: "7" }], "license_not_found_in_db"],
    [
      "an unknown SKU",
      [{ ...item, allocation: [{ ...allocation, license_type: "NO-SKU" }] }],
      "license_type_not_found",
    ],
    ["an unknown tenant", [prismaItem("nobody")], "tsg_not_found"],
    ["an unknown existing instance", [{ app_id: "directory_sync", tenant_id: "7" }], "tenant_not_found"],
    ["no EULA", [{ ...item, is_eula_accepted: false }], "eula_not_accepted"],
    [
      "the example's name for the EULA",
      [{ ...item, is_eula_accepted: undefined, eula_accepted: true }],
      "eula_not_accepted",
    ],
    [
      "a size as a number",
      [{ ...item, allocation: [{ ...allocation, allocation_size: 5 }] }],
      "invalid_request",
    ],
    ["a size that is no number", [prismaItem("tenant-a", "many")], "invalid_request"],
    ["a license id as a number", [{ ...item, license_id: 123456789 }], "invalid_request"],
    ["a tenant id as a number", [{ app_id: "directory_sync", tenant_id: 7 }], "invalid_request"],
    ["an unknown allocation type", [{ ...item, allocation_type: "HALF" }], "invalid_request"],
    ["an item without an app", [{ ...item, app_id: undefined }], "invalid_request"],
    ["an empty bundle", [], "invalid_request"],
    ["a free app without a region", { ...freeApp, region: undefined }, "invalid_request"],
    ["a support account as a number", { ...freeApp, support_account_id: 123456 }, "invalid_request"],
    ["text", "directory_sync", "invalid_request"],
  ])("for %s", async (_, body, error) => {
    const caller = await start();
    const { status, body: answer } = await caller.post(body);
    const { remaining_size } = (await caller.licenses())[0]?.licenses[0] ?? {};
    expect({ status, answer, remaining_size, instances: caller.simulator.instances }).toMatchObject({
      status: 400,
      answer: { application_error: error, error: "Bad Request", statusCode: 400 },
      remaining_size: 10000,
      instances: [],
    });
  });

  test("exactly as published for an unknown license", async () => {
    const answer = await (await start()).post([{ ...item, license_id: "7" }]);
    expect(answer.body).toEqual({
      application_code: "SUB_SERVICE_1004",
      application_error: "license_not_found_in_db",
      error: "Bad Request",
      message: "SUB_SERVICE_1004:license_not_found_in_db",
      statusCode: 400,
    });
  });

  test("with the path of what is wrong", async () => {
    const answer = await (await start()).post([{ ...item, license_id: 1 }]);
    expect(answer.body).toMatchObject({ message: expect.stringContaining("[0].license_id") as string });
  });

  test("for a tenant's name that is not unique", async () => {
    const caller = await start({ tenants: [{ name: "twin" }, { name: "twin" }] });
    expect(await caller.post([prismaItem("twin")])).toMatchObject({ status: 400 });
  });
});
