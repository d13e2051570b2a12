import { UnexpectedShape } from "../../../../sdk/subscription/lists";
import { readInstances, readJob, readLicenses, readTenants } from "../../../../sdk/subscription/normalise";

const ids = { app_id: "dlp", instance_id: "i-1" };

describe("An instance as it is read", () => {
  it("has the published fields in camelCase", () => {
    expect(
      readInstances([
        {
          ...ids,
          tsg_id: "t",
          region: "americas",
          tenant_instance_name: "n",
          status: "running",
          provisioning_status: "complete",
          provisioning_message: "pm",
          message: "m",
          serial_number: "55",
          sku: "S",
          url: "https://x",
          license_quota_id: "q",
          support_account_name: "a",
          created_by: "me",
          description: "d",
          auth_code: "I8",
          developer_defined_fields: { name_1: "kept" },
          associations: [
            { app_id: "prisma_access", instance_id: 11, tenant_id: 12, region: "eu", serial_number: "9" },
          ],
          extra: { data_size: 10 },
        },
      ]),
    ).toEqual([
      {
        appId: "dlp",
        instanceId: "i-1",
        tsgId: "t",
        region: "americas",
        tenantInstanceName: "n",
        status: "running",
        provisioningStatus: "complete",
        provisioningMessage: "pm",
        message: "m",
        serialNumber: "55",
        sku: "S",
        url: "https://x",
        licenseQuotaId: "q",
        supportAccountName: "a",
        createdBy: "me",
        description: "d",
        authCode: "I8",
        developerDefinedFields: { name_1: "kept" },
        associations: [
          { appId: "prisma_access", instanceId: "11", tenantId: "12", region: "eu", serialNumber: "9" },
        ],
        extra: { data_size: 10 },
      },
    ]);
  });

  it("has ids as texts when they come as numbers", () => {
    const numbers = { app_id: "dlp", instance_id: 1, tsg_id: 1234567890, serial_number: 5 };
    expect(readInstances([numbers])).toEqual([
      { appId: "dlp", instanceId: "1", tsgId: "1234567890", serialNumber: "5" },
    ]);
  });

  it("has no field that is null, and none that is not what it must be", () => {
    const odd = {
      status: null,
      url: {},
      associations: "none",
      developer_defined_fields: [],
      extra: null,
      x: null,
    };
    expect(readInstances([{ ...ids, ...odd }])).toEqual([{ appId: "dlp", instanceId: "i-1" }]);
  });

  it("keeps unknown fields in extra, beside what is there", () => {
    expect(readInstances([{ ...ids, job_id: 7, extra: { is_trial: true } }])[0]?.extra).toEqual({
      job_id: 7,
      is_trial: true,
    });
  });
});

describe("A list as it is read", () => {
  it.each([
    ["bare", [ids]],
    ["wrapped in items", { count: "1", items: [ids] }],
    ["wrapped in data", { data: [ids] }],
    ["wrapped in instances", { total: 1, instances: [ids] }],
  ])("may be %s", (_what, body) => {
    expect(readInstances(body)).toHaveLength(1);
  });

  it("leaves out what cannot be addressed", () => {
    const broken = [
      { app_id: "dlp" },
      { instance_id: "i" },
      { app_id: "", instance_id: "i" },
      null,
      "x",
      5,
      [],
      ids,
    ];
    expect(readInstances(broken)).toHaveLength(1);
  });

  it.each([null, "text", 5, {}, { items: "none" }, { message: "no" }])("cannot be %j", (body) => {
    expect(() => readInstances(body)).toThrow(UnexpectedShape);
  });

  it("must be complete where what is not in it would be taken for gone", () => {
    expect(() => readInstances({ count: 3, items: [ids] })).toThrow("an incomplete list, 1 of 3 items");
  });
});

describe("A license as it is read", () => {
  it("has sizes as numbers and ids as texts, however they come", () => {
    const units = { app_id: "dlp", license_type: "SKU", license_expiration: "2030", purchased_size: 1000 };
    const license = { app_id: "dlp", claim_at: "2022", claim_by: "me", license_id: 123456789 };
    expect(readLicenses([{ ...license, licenses: [{ ...units, remaining_size: "250" }] }])).toEqual([
      {
        licenseId: "123456789",
        appId: "dlp",
        claimAt: "2022",
        claimBy: "me",
        licenses: [
          {
            appId: "dlp",
            licenseType: "SKU",
            licenseExpiration: "2030",
            purchasedSize: 1000,
            remainingSize: 250,
          },
        ],
      },
    ]);
  });

  it("has one field for the two names of the expiration", () => {
    expect(readLicenses([{ license_id: "1", licenses: [{ license_expiry: "2031" }] }])[0]?.licenses).toEqual([
      { licenseExpiration: "2031" },
    ]);
  });

  it("has no app when that is a boolean", () => {
    expect(readLicenses([{ license_id: "1", app_id: true }])).toEqual([{ licenseId: "1", licenses: [] }]);
  });

  it("has no size that is not a number", () => {
    const units = { purchased_size: "", remaining_size: "many" };
    expect(readLicenses([{ license_id: "1", licenses: [units] }])[0]?.licenses).toEqual([{}]);
  });

  it("keeps unknown fields, those of its units too", () => {
    expect(readLicenses([{ license_id: "1", a: 1, licenses: [{ b: 2 }] }])).toEqual([
      { licenseId: "1", licenses: [{ extra: { b: 2 } }], extra: { a: 1 } },
    ]);
  });
});

describe("Tenants as they are read", () => {
  it("may be a bare list", () => {
    expect(readTenants([{ id: 1234567890, display_name: "a" }])).toEqual([
      { tsgId: "1234567890", name: "a" },
    ]);
  });

  it("have the published fields, and the unknown ones in extra", () => {
    const tenant = { id: "1", parent_id: 2, vertical: "Other", support_contact: "x@y", color: "red" };
    expect(readTenants({ count: "1", items: [tenant] })).toEqual([
      { tsgId: "1", parentId: "2", vertical: "Other", supportContact: "x@y", extra: { color: "red" } },
    ]);
  });

  it("are named by name where they have no display_name", () => {
    expect(readTenants([{ id: "1", name: "a" }])[0]?.name).toBe("a");
  });

  it("are flattened when they come as a hierarchy", () => {
    const grandchild = { id: "3", name: "c" };
    const root = { id: "1", children: [{ id: "2", parent_id: "1", children: [grandchild] }] };
    expect(readTenants({ count: 3, items: [root] })).toEqual([
      { tsgId: "1" },
      { tsgId: "2", parentId: "1" },
      { tsgId: "3", name: "c", parentId: "2" },
    ]);
  });

  it("are left out without an id", () => {
    expect(readTenants([{ display_name: "a" }])).toEqual([]);
  });
});

describe("The answer to a POST as it is read", () => {
  it("has what is known of the instance", () => {
    const answer = {
      app_id: "dlp",
      job_id: 5,
      status: "initializing",
      tenant_id: 9,
      tenant_instance_name: "n",
    };
    expect(readJob(answer)).toEqual({
      appId: "dlp",
      jobId: "5",
      status: "initializing",
      tenantId: "9",
      tenantInstanceName: "n",
    });
  });

  it.each([null, "text", 5, []])("cannot be %j", (body) => {
    expect(() => readJob(body)).toThrow(UnexpectedShape);
  });
});
