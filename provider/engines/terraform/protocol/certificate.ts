import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate of this process, and the key to it: both sides of the plugin's connection show one to each other. */
export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
  /** DER, in base64 without padding: as go-plugin reads it from the handshake. */
  readonly handshake: string;
}

// Tags of ASN.1, in DER (X.690).
const [INTEGER, BITS, OCTETS, OID, UTF8, TIME, SEQUENCE, SET] = [
  0x02, 0x03, 0x04, 0x06, 0x0c, 0x17, 0x30, 0x31,
];
const BOOLEAN = 0x01;

const YEARS = 10;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let more = part >> 7; more > 0; more >>= 7) groups.unshift((more & 0x7f) | 0x80);
    return groups;
  });
  return der(OID, Buffer.from([first * 40 + second, ...bytes]));
}

/** `YYMMDDhhmmssZ` */
const time = (date: Date): Buffer =>
  der(TIME, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

const TRUE = der(BOOLEAN, Buffer.from([0xff]));

const extension = (id: string, value: Buffer, isCritical = false): Buffer =>
  der(SEQUENCE, oid(id), ...(isCritical ? [TRUE] : []), der(OCTETS, value));

const pem = (label: string, bytes: Buffer): string =>
  [
    `-----BEGIN ${label}-----`,
    ...(bytes.toString("base64").match(/.{1,64}/g) ?? []),
    `-----END ${label}-----`,
    "",
  ].join("\n");

/** A new key (P-256), and a certificate for `localhost` that it has signed itself (RFC 5280). */
export function selfSigned(now = new Date()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, oid("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, oid("2.5.4.3"), der(UTF8, Buffer.from("localhost")))));
  const until = new Date(now);
  until.setUTCFullYear(now.getUTCFullYear() + YEARS);
  const serial = randomBytes(15);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // A positive number, without a zero in front.
  const extensions = [
    extension("2.5.29.19", der(SEQUENCE, TRUE), true), // basicConstraints: a CA, of itself
    extension("2.5.29.15", der(BITS, Buffer.from([0x02, 0xac])), true), // keyUsage
    extension("2.5.29.37", der(SEQUENCE, oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"))), // extKeyUsage
    extension("2.5.29.17", der(SEQUENCE, der(0x82, Buffer.from("localhost")))), // subjectAltName
  ];
  const signed = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))), // version 3
    der(INTEGER, serial),
    algorithm,
    name,
    // Clocks of one machine may be read in any order.
    der(SEQUENCE, time(new Date(now.getTime() - 60_000)), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = sign("sha256", signed, privateKey);
  const certificate = der(SEQUENCE, signed, algorithm, der(BITS, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: pem("CERTIFICATE", certificate),
    handshake: certificate.toString("base64").replace(/=+$/, ""),
  };
}
