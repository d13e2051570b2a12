import { X509Certificate } from "node:crypto";
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

/** What connections trust: what Node does, and the certificates in `ca`, a text in PEM form. */
export function trustWith(ca: string | undefined): Trust {
  if (ca === undefined) return { rejectUnauthorized: true };
  // Made once: reading all the usual certificates for each connection would take longer than the connection.
  const secureContext = tls.createSecureContext({
    ca: [...usualCertificates(), ...certificatesIn(ca, "ca")],
  });
  return { rejectUnauthorized: true, secureContext };
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
