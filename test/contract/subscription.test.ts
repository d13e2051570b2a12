import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import { parse } from "yaml";
import type { OnboardItem, SubscriptionClient } from "../../sdk/subscription";
import { json, type Received } from "../support/local-server";
import { startSubscription } from "../support/subscription-server";

interface Document {
  components: {
    schemas: Record<string, object>;
    examples: Record<string, { value: unknown }>;
    responses: Record<string, { content: Record<string, { examples: Record<string, { value: unknown }> }> }>;
  };
}
/** The core schema keeps dates as the texts that the API sends. */
const published = (name: string): Document =>
  parse(readFileSync(join(__dirname, "..", "specs", `${name}.yaml`), "utf8"), { schema: "core" }) as Document;

const instances = published("Instance");
const schema = (name: string): ValidateFunction =>
  new Ajv({ strict: false }).compile(instances.components.schemas[name] ?? false);
const example = (name: string): unknown => instances.components.examples[name]?.value;

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
    const { sent } = await withAnswer(200, example("create_instance_response"), (client) =>
      client.createFreeApp({
        appId: "directory_sync",
        region: "americas",
        supportAccountId: "123456",
        supportAccountName: "ABC inc",
        isEulaAccepted: true,
      }),
    );
    const body: unknown = JSON.parse(sent[0]?.body ?? "");
    const validate = schema("create_instance");
    expect([validate(body), validate.errors]).toEqual([true, null]);
    expect(body).toEqual({ ...(example("create_instance_request") as object), support_account_id: "123456" });
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
    const { sent } = await withAnswer(200, example("onboard_instance_response"), (client) =>
      client.onboard(items),
    );
    const body: unknown = JSON.parse(sent[0]?.body ?? "");
    const validate = schema("onboard_instance");
    expect([validate(body), validate.errors]).toEqual([true, null]);
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
    const shown = (instances.components.schemas["instance"] as { example: Record<string, unknown> }).example;
    const { result } = await withAnswer(200, [shown], (client) => client.listInstances());
    expect(result[0]).toMatchObject({
      appId: "logging_service",
      instanceId: "D68FKGiM0V4NEbJbIfWHh",
      authCode: "I886699",
      message: "Temporarily unavailable",
      associations: [{ appId: "prisma_access", instanceId: "1122334455" }],
      extra: shown["extra"],
    });
    expect(Object.keys(result[0] ?? {})).toHaveLength(Object.keys(shown).length);
  });

  it("as the job of a free app", async () => {
    const { result } = await withAnswer(200, example("create_instance_response"), (client) =>
      client.onboard([{ appId: "directory_sync" }]),
    );
    expect(result).toEqual({
      appId: "directory_sync",
      jobId: "8dcad25f-3629-473b-9964-51bcbed53bb1",
      status: "initializing",
      tenantId: "123456789",
      tenantInstanceName: "Cloud Identity Engine",
    });
  });

  it("as the job of an onboarding", async () => {
    const { result } = await withAnswer(200, example("onboard_instance_response"), (client) =>
      client.onboard([{ appId: "directory_sync" }]),
    );
    expect(result).toEqual({ jobId: "8dcad25f-3629-473b-9964-51bcbed53bb1" });
  });

  it("as an error with the API's code", async () => {
    const failing = withAnswer(400, example("instance_error_response"), (client) =>
      client.onboard([{ appId: "directory_sync" }]),
    );
    await expect(failing).rejects.toMatchObject({
      applicationCode: "SUB_SERVICE_1004",
      applicationError: "license_not_found_in_db",
    });
  });

  it("as licenses with their units", async () => {
    const shown = published("Licenses").components.examples["get_claimed_licenses"]?.value;
    const { result } = await withAnswer(200, shown, (client) => client.listLicenses());
    expect(result.map(({ appId, licenseId, licenses }) => [appId, licenseId, licenses.length])).toEqual([
      ["prisma_access", "123456789", 2],
      ["logging_service", "123456789", 1],
    ]);
    expect(result[1]?.licenses[0]).toEqual({
      appId: "logging_service",
      licenseType: "GBL-SKU",
      licenseExpiration: "2023-01-03 02:06:10",
      purchasedSize: 1000,
      remainingSize: 1000,
    });
  });

  const tenants = published("TenantServiceGroup").components.responses["tenant_service_groups_response"];
  const tenantLists = Object.entries(tenants?.content["application/json"]?.examples ?? {});

  it.each(tenantLists)("as tenants: %s", async (_name, { value }) => {
    const { result } = await withAnswer(200, value, (client) => client.listTenants());
    const byId = result.sort((a, b) => a.tsgId.localeCompare(b.tsgId));
    expect(byId.map(({ tsgId, name, parentId }) => [tsgId, name, parentId])).toEqual([
      ["1335787597", "Parent TSG 2", undefined],
      ["1374575467", "Parent TSG", undefined],
      ["1739543876", "grandChild1", "1957242655"],
      ["1957242655", "Child1", "1374575467"],
      ["1995877003", "Child2", "1374575467"],
    ]);
  });
});
