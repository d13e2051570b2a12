import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import * as tls from "node:tls";
import { SettingsError } from "./errors";

/** TLS options of every connection. */
export interface Trust {
  /** Said aloud, or NODE_TLS_REJECT_UNAUTHORIZED=0 would send credentials to anyone. There is no way to turn it off. */
  rejectUnauthorized: true;
  secureContext?: tls.SecureContext;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** A certificate with its chain and its private key, in PEM form, that the client shows to servers (mutual TLS). */
export interface ClientCertificate {
  cert: string;
  key: string;
  /** Of a private key that is encrypted. */
  passphrase?: string | undefined;
}

/**
 * What connections trust: what Node does, and the certificates in `ca`, a text in PEM form. With a client certificate,
 * they show it to servers that ask. Throws SettingsError for what cannot be read.
 */
export function trustWith(ca: string | undefined, client?: ClientCertificate): Trust {
  if (client) checkClientCertificate(client);
  if (ca === undefined && !client) return { rejectUnauthorized: true };
  // Made once: reading all the usual certificates for each connection would take longer than the connection.
  const secureContext = tls.createSecureContext({
    ...(ca !== undefined && { ca: [...usualCertificates(), ...certificatesIn(ca, "ca")] }),
    ...client,
  });
  return { rejectUnauthorized: true, secureContext };
}

/** How errors call the parts of a client certificate: as the client's options do, or as the settings are called. */
const OPTION_NAMES: Readonly<Record<keyof ClientCertificate, string>> = {
  cert: "clientCertificate.cert",
  key: "clientCertificate.key",
  passphrase: "clientCertificate.passphrase",
};

/** Throws SettingsError unless the certificate and its key can be read and belong together. */
export function checkClientCertificate(
  { cert, key, passphrase }: ClientCertificate,
  names = OPTION_NAMES,
): void {
  const [own = ""] = certificatesIn(cert, names.cert);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // The error below may quote what it was given.
    throw new SettingsError(
      `${names.key} cannot be read. It must be a private key in PEM form (-----BEGIN PRIVATE KEY----- …), ` +
        `with ${names.passphrase} if it is encrypted.`,
    );
  }
  if (!new X509Certificate(own).checkPrivateKey(privateKey)) {
    throw new SettingsError(`${names.key} is not the key of ${names.cert}.`);
  }
}

/** The certificates in a text in PEM form; `what` is how errors call it. Throws SettingsError when there is none. */
export function certificatesIn(pem: string, what: string): string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    throw new SettingsError(
      `${what} holds no certificate. It must be in PEM form: -----BEGIN CERTIFICATE----- …`,
    );
  }
  for (const certificate of certificates) {
    if (!isReadable(certificate)) throw new SettingsError(`${what} holds a certificate that cannot be read.`);
  }
  return certificates;
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).subject !== undefined;
  } catch {
    return false;
  }
}

/** Giving certificates takes the place of the usual ones, so that these have to be given too. */
function usualCertificates(): readonly string[] {
  const inUse = tls.getCACertificates as typeof tls.getCACertificates | undefined;
  if (inUse) return inUse("default");
  // Node before 22.15 does not tell.
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  return extra ? [...tls.rootCertificates, readFileSync(extra, "utf8")] : tls.rootCertificates;
}
