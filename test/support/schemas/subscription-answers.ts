/*
 * Answers in the manner of the examples in the published documents: the fields that these show, and the types that they
 * show, which are not always those of the schemas. The values are our own.
 */

export const freeAppJob = {
  app_id: "directory_sync",
  job_id: "5b0f2f4e-6c1d-4a57-9d0e-3f6a1c2b7d88",
  status: "initializing",
  tenant_id: 700100200,
  tenant_instance_name: "Directory of the north",
};

export const onboardJob = { job_id: "91c7d0aa-27e4-4f0b-8a55-0c9be1d4f316" };

export const licenseNotFound = {
  application_code: "SUB_SERVICE_1004",
  application_error: "license_not_found_in_db",
  error: "Bad Request",
  message: "SUB_SERVICE_1004:license_not_found_in_db",
  statusCode: 400,
};

/** With a field whose name no schema allows: `eula_accepted` for `is_eula_accepted`. */
export const misnamedOnboarding = [
  {
    app_id: "prisma_access",
    license_id: 31001,
    allocation_type: "SHARED",
    allocation: [{ app_id: "prisma_access_edition", license_type: "SKU-1", allocation_size: 50 }],
    platform_region: "europe",
    tsg_name: "north",
    eula_accepted: true,
  },
];

/** Every field that an instance may have. */
export const fullInstance = {
  app_id: "logging_service",
  associations: [
    {
      app_id: "prisma_access",
      instance_id: "4004",
      region: "europe",
      serial_number: "9009",
      tenant_id: "77",
    },
  ],
  auth_code: "AUTH-1",
  created_by: "someone@example.com",
  description: "Logs of the north",
  developer_defined_fields: { team: "blue", floor: "3" },
  extra: {
    app_display_name: "Logging",
    channel_platform: "INTERNAL",
    data_size: 5,
    entitlement_group_id: "e2c1b7f0-5d5e-4b0e-a4f7-1f6f0c6c9a01",
    is_trial: false,
    license_status: "ACTIVE",
    purchased_size: 2,
    sales_account_id: "account-1",
    sales_account_name: "Acme Ltd",
    use_pubsub: false,
    wildfire_api_key: "key-1",
  },
  instance_id: "instance-1",
  message: "Down for a while",
  provisioning_message: "Done",
  provisioning_status: "complete",
  region: "europe",
  serial_number: "9010",
  sku: "LGS-SKU",
  status: "running",
  support_account_name: "Acme Ltd",
  tenant_instance_name: "Logs",
  tsg_id: "1000000009",
  url: "https://logs.example.com",
};

const units = {
  app_id: "prisma_access_edition",
  license_expiration: "2031-05-06 07:08:09",
  license_type: "GBL-SKU",
  purchased_size: 200,
  remaining_size: 150,
};
const claim = { claim_at: "2026-02-03 04:05:06.000700+00:00", claim_by: "someone@example.com" };

/** Numbers where the schema has texts, and `license_expiration` for `license_expiry`. */
export const licenseList = [
  { ...claim, app_id: "prisma_access", license_id: 31001, licenses: [units, units] },
  {
    ...claim,
    app_id: "logging_service",
    license_id: 31002,
    licenses: [{ ...units, app_id: "logging_service" }],
  },
];

const root = { id: "1000000011", display_name: "North", vertical: "Finance" };
const child = { id: "1000000012", display_name: "Coast", parent_id: root.id, vertical: "Finance" };
const sibling = {
  id: "1000000013",
  display_name: "Hills",
  parent_id: root.id,
  support_contact: "it@example.com",
};
/** With `name` for `display_name`, as deep down in the examples. */
const grandchild = { id: "1000000014", name: "Harbour", parent_id: child.id };
const otherRoot = { id: "1000000015", display_name: "South" };

/** The same tenants as one list and as trees; the count is a text. */
export const tenantLists = {
  flat: { count: "5", items: [root, child, sibling, grandchild, otherRoot] },
  trees: {
    count: "5",
    items: [{ ...root, children: [{ ...child, children: [grandchild] }, sibling] }, otherRoot],
  },
};
