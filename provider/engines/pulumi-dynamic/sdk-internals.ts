import { createRequire } from "node:module";

/**
 * Requires as the SDK itself does: its inner modules, and the packages that it has and that are not ours to depend on.
 * What is taken from there is pinned by test/contract.
 */
export const sdkRequire = (): NodeJS.Require => createRequire(require.resolve("@pulumi/pulumi/package.json"));
