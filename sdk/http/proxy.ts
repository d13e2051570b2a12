import { isLoopback } from "./address";
import { SettingsError } from "./errors";

/** The HTTP proxy that the environment names for a request. */
export interface Proxy {
  protocol: "http:" | "https:";
  hostname: string;
  port: string;
  /** Host and port, which is all that messages may say of it. */
  host: string;
  /** Value of Proxy-Authorization, where the proxy's address holds credentials. Secret. */
  authorization: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a request, by HTTPS_PROXY, else ALL_PROXY, unless NO_PROXY excepts the host; in lower case too,
 * which goes first. HTTP_PROXY concerns nothing that is sent here: plain http goes to loopback only, and loopback
 * is never proxied. Throws SettingsError, which does not show the value, for an address that cannot be used.
 */
export function proxyFor(url: URL, env: Environment = process.env): Proxy | undefined {
  if (url.protocol !== "https:" || isLoopback(url.hostname)) return undefined;
  const name = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].find((one) => env[one]);
  if (name === undefined || isExcepted(url, env["no_proxy"] || env["NO_PROXY"] || "")) return undefined;
  return parseProxy(env[name] ?? "", name);
}

function parseProxy(text: string, name: string): Proxy {
  const address = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new SettingsError(
      `${name} in the environment is not the address of an HTTP proxy. It should look like http://proxy.example.com:3128`,
    );
  }
  const { protocol, hostname, username, password } = url;
  const port = url.port || (protocol === "https:" ? "443" : "80");
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return {
    protocol,
    hostname: bare(hostname),
    port,
    host: `${hostname}:${port}`,
    authorization: username || password ? `Basic ${Buffer.from(credentials).toString("base64")}` : undefined,
  };
}

/** As curl reads NO_PROXY: `*`, or names that mean their subdomains too, each with a port if it is for that only. */
function isExcepted(url: URL, exceptions: string): boolean {
  const port = url.port || "443";
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", itsPort = port] = /^(\[.+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? [entry, entry];
      const host = bare(name).replace(/^\*?\./, "");
      const target = bare(url.hostname);
      return itsPort === port && (target === host || target.endsWith(`.${host}`));
    });
}

/** An IPv6 address without the brackets that it has in a URL. */
export const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, "$1");

/** A password with a lone percent sign is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
