import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";

export interface InstallOptions {
  /** Folder of the configuration; by default the present one. */
  readonly dir?: string | undefined;
  /** True for a place that all configurations of this user look at. */
  readonly user?: boolean | undefined;
}

/** Where Terraform and OpenTofu each look for `provisor/provisor`. */
const HOSTS = ["registry.terraform.io", "registry.opentofu.org"];

/** Names of systems and processors in the folders of providers. */
const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "linux",
  darwin: "darwin",
  freebsd: "freebsd",
};
const PROCESSORS: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  ia32: "386",
  arm: "arm",
};

/** The bundled provider, beside the command line in the package. */
const BUNDLE = join(__dirname, "..", "..", "terraform", "provider.js");

/**
 * Starts the provider with the Node.js of the user. The same on every machine, so that one line of a lock file holds for all.
 */
const LAUNCHER = `#!/bin/sh
command -v node >/dev/null 2>&1 || {
  echo "The provider provisor needs Node.js 20 or newer, and there is no node in PATH." >&2
  exit 1
}
exec node "$(dirname "$0")/provider.js"
`;

/**
 * Writes the provider where \`init\` finds it without a registry: a launcher, the bundled provider and its package.json. What
 * the user does next is returned.
 * @throws Error on a system that cannot start it.
 */
export function installTerraformProvider({ dir, user = false }: InstallOptions): string {
  const [system, processor] = [SYSTEMS[process.platform], PROCESSORS[process.arch]];
  if (system === undefined || processor === undefined)
    throw new Error(
      `The provider cannot be started on ${process.platform} (${process.arch}): it needs a shell. On Windows, use WSL.`,
    );
  const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8")) as {
    version: string;
  };
  const root = user ? join(homedir(), ".terraform.d") : join(resolve(dir ?? "."), "terraform.d");
  for (const host of HOSTS) {
    const folder = join(root, "plugins", host, "provisor", "provisor", version, `${system}_${processor}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(BUNDLE, join(folder, "provider.js"));
    writeFileSync(
      join(folder, "package.json"),
      `${JSON.stringify({ name: "terraform-provider-provisor", version, type: "commonjs" }, undefined, 2)}\n`,
    );
    const launcher = join(folder, `terraform-provider-provisor_v${version}`);
    writeFileSync(launcher, LAUNCHER);
    chmodSync(launcher, 0o755);
  }
  const where = relative(process.cwd(), root);
  return `Wrote the provider provisor/provisor ${version} to ${where === "" || where.startsWith("..") ? root : where}.

Add this to the configuration:

terraform {
  required_providers {
    provisor = {
      source  = "provisor/provisor"
      version = "${version}"
    }
  }
}

Then run:

  terraform init
  terraform plan`;
}
