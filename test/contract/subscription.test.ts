import Ajv from "ajv";
import type { OnboardItem, SubscriptionClient } from "../../sdk/subscription";
import { json, type Received } from "../support/local-server";
import type { Schema } from "../support/schemas/json-schema";
import { freeAppRequest, onboardRequest } from "../support/schemas/subscription";
import * as examples from "../support/schemas/subscription-answers";
import { startSubscription } from "../support/subscription-server";

/** What is wrong with a body; null where nothing is. */
function problemsOf(schema: Schema, body: unknown): unknown {
  const validate = new Ajv({ strict: false }).compile(schema);
  validate(body);
  return validate.errors;
}

/** What a client does with one answer of the API, and what it sent. */
async function withAnswer<T>(
  status: number,
  answer: unknown,
  use: (client: SubscriptionClient) => Promise<T>,
): Promise<{ result: T; sent: Received[] }> {
  const { client, server, calls } = await startSubscription(json(status, answer));
  try {
    return { result: await use(client), sent: calls() };
  } finally {
    await server.close();
  }
}

describe("What the client sends", () => {
  it("is the published create_instance for a free app", async () => {
    const { sent } = await withAnswer(200, examples.freeAppJob, (client) =>
      client.createFreeApp({
        appId: "directory_sync",
        region: "americas",
        supportAccountId: "123456",
        supportAccountName: "Acme Ltd",
        isEulaAccepted: true,
      }),
    );
    const body: unknown = JSON.parse(sent[0]?.body ?? "");
    expect(problemsOf(freeAppRequest, body)).toBeNull();
    expect(body).toEqual({
      app_id: "directory_sync",
      region: "americas",
      support_account_id: "123456",
      support_account_name: "Acme Ltd",
      is_eula_accepted: true,
    });
  });

  it("is the published onboard_instance for licenses", async () => {
    const units = { appId: "prisma_access_edition", licenseType: "LICENSE-SKU", allocationSize: 1000 };
    const items: OnboardItem[] = [
      {
        appId: "prisma_access",
        licenseId: "123456789",
        allocationType: "SHARED",
        allocation: [units, { ...units, allocationSize: "5" }],
        platformRegion: "americas",
        tsgName: "tsg1",
        isEulaAccepted: true,
      },
      { appId: "directory_sync", tenantId: "123456789" },
    ];
    const { sent } = await withAnswer(200, examples.onboardJob, (client) => client.onboard(items));
    const body: unknown = JSON.parse(sent[0]?.body ?? "");
    expect(problemsOf(onboardRequest, body)).toBeNull();
    expect(body).toEqual([
      {
        app_id: "prisma_access",
        license_id: "123456789",
        allocation_type: "SHARED",
        allocation: [
          { app_id: "prisma_access_edition", license_type: "LICENSE-SKU", allocation_size: "1000" },
          { app_id: "prisma_access_edition", license_type: "LICENSE-SKU", allocation_size: "5" },
        ],
        platform_region: "americas",
        tsg_name: "tsg1",
        is_eula_accepted: true,
      },
      { app_id: "directory_sync", tenant_id: "123456789" },
    ]);
  });
});

describe("What the published documents show is read", () => {
  it("as an instance that loses none of its fields", async () => {
    const shown = examples.fullInstance;
    const { result } = await withAnswer(200, [shown], (client) => client.listInstances());
    expect(result[0]).toMatchObject({
      appId: "logging_service",
      instanceId: "instance-1",
      authCode: "AUTH-1",
      message: "Down for a while",
      associations: [{ appId: "prisma_access", instanceId: "4004" }],
      extra: shown.extra,
    });
    expect(Object.keys(result[0] ?? {})).toHaveLength(Object.keys(shown).length);
  });

  it("as the job of a free app", async () => {
    const { result } = await withAnswer(200, examples.freeAppJob, (client) =>
      client.onboard([{ appId: "directory_sync" }]),
    );
    expect(result).toEqual({
      appId: "directory_sync",
      jobId: examples.freeAppJob.job_id,
      status: "initializing",
      tenantId: "700100200",
      tenantInstanceName: "Directory of the north",
    });
  });

  it("as the job of an onboarding", async () => {
    const { result } = await withAnswer(200, examples.onboardJob, (client) =>
      client.onboard([{ appId: "directory_sync" }]),
    );
    expect(result).toEqual({ jobId: examples.onboardJob.job_id });
  });

  it("as an error with the API's code", async () => {
    const failing = withAnswer(400, examples.licenseNotFound, (client) =>
      client.onboard([{ appId: "directory_sync" }]),
    );
    await expect(failing).rejects.toMatchObject({
      applicationCode: "SUB_SERVICE_1004",
      applicationError: "license_not_found_in_db",
    });
  });

  it("as licenses with their units", async () => {
    const { result } = await withAnswer(200, examples.licenseList, (client) => client.listLicenses());
    expect(result.map(({ appId, licenseId, licenses }) => [appId, licenseId, licenses.length])).toEqual([
      ["prisma_access", "31001", 2],
      ["logging_service", "31002", 1],
    ]);
    expect(result[1]?.licenses[0]).toEqual({
      appId: "logging_service",
      licenseType: "GBL-SKU",
      licenseExpiration: "2031-05-06 07:08:09",
      purchasedSize: 200,
      remainingSize: 150,
    });
  });

  it.each(Object.entries(examples.tenantLists))("as tenants: %s", async (_name, value) => {
    const { result } = await withAnswer(200, value, (client) => client.listTenants());
    const byId = result.sort((a, b) => a.tsgId.localeCompare(b.tsgId));
    expect(byId.map(({ tsgId, name, parentId }) => [tsgId, name, parentId])).toEqual([
      ["1000000011", "North", undefined],
      ["1000000012", "Coast", "1000000011"],
      ["1000000013", "Hills", "1000000011"],
      ["1000000014", "Harbour", "1000000012"],
      ["1000000015", "South", undefined],
    ]);
  });
});
