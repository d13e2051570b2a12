import { type EngineWords, type Speech, speechOf } from "../../words";
import { tokenOf } from "./tokens";

/** How Pulumi's users call what Provisor's texts are about. */
export const pulumiWords: EngineWords = {
  apply: "`pulumi up`",
  applyNoun: "up",
  planNoun: "preview",
  refresh: "`pulumi refresh`",
  refreshAnew: "`pulumi refresh --run-program`",
  refreshSettings:
    " A refresh uses the configuration of the last `pulumi up`: run it with --run-program where that has changed.",
  deleteSettings:
    " Refresh and destroy use the configuration of the last `pulumi up` unless they are run with --run-program.",
  destroy: "`pulumi destroy`",
  program: "program",
  stack: "stack",
  timeouts: "customTimeouts",
  replace: (address) => `\`pulumi up --replace ${address === "" ? "<URN>" : `'${address}'`}\``,
  replacers: "--replace, or a tainted state",
  unreplace: "Leave out --replace, or clear the taint with `pulumi state untaint`",
  forget: "`pulumi state delete` of it and its Intent",
  waysToForget: "`pulumi state delete`, retainOnDelete, an alias",
  move: "`pulumi state move`",
  earlierState: "`pulumi stack export --version`, then `pulumi stack import`",
  targets: (resource, intent) =>
    `With --target, name both: the ${resource} and the ${intent} of the same name (type ${tokenOf(intent)})`,
  target: (address) => `--target '${address}'`,
  changeBoth: (_resource, intent) =>
    `Where a transform changes it, let it change both: ${tokenOf(intent)} has the same inputs. With --target, name both`,
  list: (what) => ({ instances: "getInstances", tenants: "getTenants" })[what],
  path: (path) => path,
  set: (path, value) => `${path}: ${String(value)}`,
  takeOver: (_resource, adopt) => `set adopt: ${String(adopt)}.`,
  setting: (name, profile) =>
    profile === undefined ? `provisor:${name}` : `provisor:profiles.${profile}.${name}`,
  settings: "the stack's configuration",
  setProfile: (profile, name) =>
    `Set it with \`pulumi config set --path --secret provisor:profiles.${profile}.${name}\` and so on.`,
};

export const pulumiSpeech: Speech = speechOf(pulumiWords);
