import { SettingsError } from "../../sdk/http/errors";
import { type ClientCertificate, certificatesIn, checkClientCertificate } from "../../sdk/http/trust";
import { find, parse } from "./lookup";
import { sharedDefinitions } from "./shared-definitions";
import { type SettingsInput, type Source, readNamedFile } from "./sources";

/** Texts found good: settings are read for each resource, and a system's bundle takes milliseconds. */
const checked = new Set<string>();

function checkOnce(text: string, check: () => void): void {
  if (!checked.has(text)) check();
  checked.add(text);
}

/** The text of the file with certificates that `caFile` names, if it names one. */
export function readCaFile(input: SettingsInput, sources: readonly Source[]): string | undefined {
  const found = find(sharedDefinitions.caFile, sources);
  if (!found) return undefined;
  const path = parse(sharedDefinitions.caFile, found);
  const what = `The file with certificates (${found.name})`;
  const pem = readNamedFile(input, path, what);
  checkOnce(pem, () => certificatesIn(pem, `${what} ${path}`));
  return pem;
}

/** The certificates in a setting's value, which holds them or names the file that does. `name` is the setting's. */
export function readCertificates(input: SettingsInput, value: string, name: string): string {
  const pem = readPem(input, value, name);
  checkOnce(pem, () => certificatesIn(pem, name));
  return pem;
}

/**
 * A client certificate and its private key, where settings hold them or name the files that do.
 * @throws SettingsError also where the key is not the certificate's.
 */
export function readClientCertificate(
  input: SettingsInput,
  values: ClientCertificate,
  names: Readonly<Record<keyof ClientCertificate, string>>,
): ClientCertificate {
  const cert = readPem(input, values.cert, names.cert);
  const key = readPem(input, values.key, names.key);
  const client: ClientCertificate = { ...values, cert, key };
  checkOnce(JSON.stringify([cert, key, values.passphrase]), () => checkClientCertificate(client, names));
  return client;
}

/** Neither text nor path is shown by an error: what looks like a path may be a key that lost its first line. */
function readPem(input: SettingsInput, value: string, name: string): string {
  if (value.includes("-----BEGIN ")) return value;
  try {
    return input.readFile(value);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new SettingsError(
      `${name} is neither in PEM form (-----BEGIN …) nor the path of a file that can be read (${code}).`,
    );
  }
}
