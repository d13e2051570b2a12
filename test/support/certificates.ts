import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** DER: a tag, the length and the content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...content: Buffer[]): Buffer => der(0x30, ...content);
const ecdsaWithSha256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"));
const commonName = (name: string): Buffer =>
  sequence(der(0x31, sequence(Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from(name)))));
const time = (text: string): Buffer => der(0x17, Buffer.from(text));

/** A key and a certificate, as a TLS server takes them. */
export interface Identity {
  key: string;
  cert: string;
}

export interface CertificateOptions {
  /** Host that the certificate is for. Default `localhost`. */
  host?: string;
  /** Year of its last day, from 1950 to 2049. Default 2049. */
  lastYear?: number;
}

/** A self-signed certificate, made anew so that no key lies in the sources. Who trusts it names it as a CA. */
export function selfSigned(options: CertificateOptions = {}): Identity {
  const { host = "localhost", lastYear = 2049 } = options;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const name = commonName(host);
  const end = `${String(lastYear % 100).padStart(2, "0")}1231235959Z`;
  const body = sequence(
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    sequence(time("200101000000Z"), time(end)),
    name,
    (publicKey as KeyObject).export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const certificate = sequence(body, ecdsaWithSha256, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  };
}
