import { createPrivateKey } from "node:crypto";
import { resolveBrokerSettings } from "../../../support/settings";
import { selfSigned } from "../../../support/certificates";
import { settingsFrom } from "../../../support/host";

const { cert, key } = selfSigned();
const other = selfSigned();
const encrypted = createPrivateKey(key)
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "pass" })
  .toString();
const files = {
  "cert.pem": cert,
  "key.pem": key,
  "other-key.pem": other.key,
  "encrypted.pem": encrypted,
  "both.pem": `${cert}${key}`,
  "none.pem": "hush",
};
const resolveWith = (env: Record<string, string>): ReturnType<typeof resolveBrokerSettings> =>
  resolveBrokerSettings(settingsFrom({ OSB_URL: "https://broker.example.com", ...env }, {}, files));

describe("certificates of a broker", () => {
  test("are none where none are set", () => {
    expect(resolveWith({})).toMatchObject({ ca: undefined, clientCertificate: undefined });
  });

  test.each([
    ["as a text", cert],
    ["as the path of a file", "cert.pem"],
  ])("are set %s", (_, value) => {
    expect(resolveWith({ OSB_CA: value }).ca?.trim()).toBe(cert.trim());
  });

  test("are trusted together with those of caFile", () => {
    const { ca } = resolveWith({ OSB_CA: other.cert, PROVISOR_CA_FILE: "cert.pem" });
    expect(ca?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  test("are only those of caFile where no others are set", () => {
    expect(resolveWith({ PROVISOR_CA_FILE: "cert.pem" }).ca).toBe(cert);
  });

  test.each([
    ["OSB_CA", "missing.pem", /OSB_CA is neither in PEM form .* nor the path of a file .* \(ENOENT\)/],
    ["OSB_CA", "none.pem", /OSB_CA holds no certificate/],
    [
      "OSB_CA",
      "-----BEGIN CERTIFICATE-----\nhush\n-----END CERTIFICATE-----",
      /OSB_CA holds a certificate that cannot/,
    ],
  ])("in %s with %j are refused", (name, value, problem) => {
    expect(() => resolveWith({ [name]: value })).toThrow(problem);
  });
});

describe("a client certificate", () => {
  test.each([
    ["as texts", cert, key],
    ["as paths", "cert.pem", "key.pem"],
    ["in one file with its key", "both.pem", "both.pem"],
  ])("is set %s", (_, OSB_CLIENT_CERT, OSB_CLIENT_KEY) => {
    const { clientCertificate } = resolveWith({ OSB_CLIENT_CERT, OSB_CLIENT_KEY });
    expect(clientCertificate?.cert).toContain(cert.trim());
    expect(clientCertificate?.key).toContain(key.trim());
  });

  test("may have an encrypted key with a passphrase", () => {
    const env = { OSB_CLIENT_CERT: cert, OSB_CLIENT_KEY: "encrypted.pem", OSB_CLIENT_KEY_PASSPHRASE: "pass" };
    expect(resolveWith(env).clientCertificate).toMatchObject({ key: encrypted, passphrase: "pass" });
  });

  test.each([
    [
      "without its passphrase",
      { OSB_CLIENT_KEY: "encrypted.pem" },
      /with OSB_CLIENT_KEY_PASSPHRASE if it is enc/,
    ],
    [
      "with a wrong passphrase",
      { OSB_CLIENT_KEY: "encrypted.pem", OSB_CLIENT_KEY_PASSPHRASE: "hush" },
      /OSB_CLIENT_KEY cannot be read/,
    ],
    [
      "that is none",
      { OSB_CLIENT_KEY: "none.pem" },
      /OSB_CLIENT_KEY cannot be read.* private key in PEM form/,
    ],
    [
      "that is another's",
      { OSB_CLIENT_KEY: "other-key.pem" },
      /OSB_CLIENT_KEY is not the key of OSB_CLIENT_CERT/,
    ],
    ["that is not there", { OSB_CLIENT_KEY: "/hush" }, /OSB_CLIENT_KEY is neither in PEM form/],
  ])("with a key %s is refused, and nothing of it is shown", (_, env, problem) => {
    const resolve = () => resolveWith({ OSB_CLIENT_CERT: cert, ...env });
    expect(resolve).toThrow(problem);
    expect(resolve).not.toThrow(/hush/);
  });
});
