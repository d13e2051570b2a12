import type { EngineWords } from "../../words";

/** Properties whose parts are the user's or the broker's own: these stay as they are spelt. */
const FREE = /^(parameters|parametersWo|context|credentials|response)(?=[.[]|$)/;

const spelt = (name: string): string => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** `onboard[0].licenseId` as `onboard[0].license_id`. */
function snake(path: string): string {
  const [free] = FREE.exec(path) ?? [];
  return free === undefined ? spelt(path) : spelt(free) + path.slice(free.length);
}

/** The resource of a name such as `ServiceInstance`. */
const typeOf = (name: string): string => `provisor${snake(name)}`;

/** How Terraform's users call what Provisor's texts are about. */
export const terraformWords: EngineWords = {
  apply: "`terraform apply`",
  applyNoun: "apply",
  planNoun: "plan",
  refresh: "`terraform apply -refresh-only`",
  refreshAnew: "`terraform apply -refresh-only`",
  refreshSettings: "",
  deleteSettings: "",
  destroy: "`terraform destroy`",
  program: "configuration",
  stack: "state",
  timeouts: "timeouts",
  replace: (address) => `\`terraform apply -replace=${address === "" ? "ADDRESS" : `'${address}'`}\``,
  replacers: "-replace, or a tainted state",
  unreplace: "Leave out -replace, or clear the taint with `terraform untaint`",
  forget: "`terraform state rm` of it",
  waysToForget: "`terraform state rm`, a block `removed`",
  move: "`terraform state mv`",
  earlierState: "a backup of it, then `terraform state push`",
  targets: (resource, intent) => `With -target, name both: ${typeOf(resource)} and ${typeOf(intent)}`,
  target: (address) => `-target='${address}'`,
  changeBoth: (resource, intent) =>
    `Let ${typeOf(resource)} and ${typeOf(intent)} have the same arguments. With -target, name both`,
  list: (what) => `the data source provisor_${what}`,
  path: snake,
  set: (path, value) => `${snake(path)} = ${String(value)}`,
  takeOver: (resource, _adopt, importId) =>
    `add this block, with the resource's own name, and run the same command again:\n\nimport {\n  to = ${typeOf(resource)}.NAME\n` +
    `  id = "${importId}"\n}\n`,
  setting: (name, profile) => (profile === undefined ? snake(name) : `profiles["${profile}"].${snake(name)}`),
  settings: "the provider's block",
  setProfile: (profile, name) =>
    `Give the provider's block profiles = { ${profile} = { ${snake(name)} = … } }.`,
};
