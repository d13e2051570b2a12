import * as pulumi from "@pulumi/pulumi";
import { ServiceInstance } from "provisor";

// The broker of a connection pool, with a client of its own (OAuth 2, client credentials):
//
//   export OSB_URL=https://HOST/ords/_/db-api/stable/openservicebroker
//   export OSB_TOKEN_URL=https://HOST/ords/oauth/token OSB_CLIENT_ID=… OSB_CLIENT_SECRET=…

const config = new pulumi.Config();

// The plan is an action, which takes minutes. It is carried out once: what is changed here later is refused in preview, unless
// changePolicy is "replace", which carries it out anew. What it made stays until somebody removes it in the database.
const database = new ServiceInstance(
  "database",
  {
    service: "create-pluggable-database",
    plan: "clone-database",
    parameters: { pdb_name: config.require("database"), src_pdb_name: config.require("source") },
  },
  { customTimeouts: { create: "60m" } },
);

// A password is a parameter like others here: keep it a secret. `pulumi config set --secret appPassword`
const user = new ServiceInstance(
  "user",
  {
    service: "create-database-user",
    plan: "grant-privileges",
    parameters: { user: "APP", password: config.requireSecret("appPassword"), grants: ["CONNECT"] },
  },
  { dependsOn: database },
);

export const databaseId = database.instanceId;
// What the broker answered, as a secret. `pulumi stack output --show-secrets` shows it.
export const created = database.response;
export const granted = user.response;
