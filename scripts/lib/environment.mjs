import { delimiter, dirname } from "node:path";

const replaced = /^(SCM_.*|PROVISOR_.*|OSB_.*|PULUMI_.*|PATH|NO_PROXY)$/i;
const loopback = "127.0.0.1,localhost";

/**
 * The user's environment without anything that would change what the demo and the tests do: no settings of
 * Provisor, of the vendor or of Pulumi, no proxy before a server on this machine, and the `node` that runs us
 * before any other. `first` are folders to find programs in before the user's own.
 */
export function cleanEnvironment(env = process.env, ...first) {
  const kept = Object.entries(env).filter(([name]) => !replaced.test(name));
  const noProxy = [env.NO_PROXY ?? env.no_proxy, loopback].filter(Boolean).join(",");
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(process.execPath), ...first, env.PATH].join(delimiter),
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}
