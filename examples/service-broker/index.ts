import * as pulumi from "@pulumi/pulumi";
import { ServiceBinding, ServiceInstance, getPlanOutput, toSecretData } from "provisor";

const config = new pulumi.Config();
const plan = config.require("plan");

// What the broker's catalog says of the plan. An unknown plan stops the preview with those that there are.
const offered = getPlanOutput({ service: "postgres", plan });

// Another plan, or other parameters, change the database in place; another service would be refused.
const database = new ServiceInstance(
  "database",
  {
    service: "postgres",
    plan,
    parameters: {
      version: "17",
      storageGb: 20,
      // A secret stays one: in the state and on the screen. `pulumi config set --secret adminPassword`
      password: config.requireSecret("adminPassword"),
    },
    // "delete" lets `pulumi destroy` delete the data. "prevent" is for a database that you care for.
    deletionPolicy: "delete",
  },
  { customTimeouts: { create: "30m" } },
);

// A login for it. A rotation makes its successor first, gives that to whatever uses it, and then ends the old one.
const login = new ServiceBinding("login", {
  instance: database,
  parameters: { role: "writer" },
  rotationTrigger: config.require("rotation"),
  // How long the old one stays valid beside the new one, such as "48h". Not set: until the end of the same up.
  rotationOverlap: config.get("overlap"),
});

// The credentials as a flat map of strings, secret as a whole: what a Kubernetes secret wants as its `stringData`.
const credentials = toSecretData(login);

// Something that uses them: a cache that reads through to the database.
new ServiceInstance("cache", {
  service: "cache",
  plan: "basic",
  parameters: { source: credentials.apply(({ uri }) => uri) },
});

export const databasePlan = offered.apply(({ name, description }) => `${name}: ${description}`);
export const databaseId = database.instanceId;
export const dashboard = database.dashboardUrl;
export const loginId = login.bindingId;
// The CLI shows [secret]; `pulumi stack output --show-secrets` shows them to whoever has the stack's passphrase.
export const loginCredentials = credentials;
