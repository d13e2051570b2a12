import {
  createSubscriptionClient,
  SettingsError,
  type SubscriptionClientOptions,
} from "../../../../sdk/subscription";
import { checkOptions } from "../../../../sdk/subscription/options";

const good = { clientId: "me", clientSecret: "hush-hush", scope: "tsg_id:1234567890" };

describe("Options of the client", () => {
  it("need nothing but the credentials and the scope", () => {
    const checked = checkOptions(good);
    expect(checked).toMatchObject({
      parentTsgId: "1234567890",
      baseUrl: "https://api.sase.paloaltonetworks.com",
      requestTimeoutMs: 30_000,
    });
    expect(checked.authUrl.href).toBe("https://auth.apps.paloaltonetworks.com/auth/v1/oauth2/access_token");
  });

  it("give an authUrl without a path the usual one", () => {
    expect(checkOptions({ ...good, authUrl: "https://auth.example.com/" }).authUrl.href).toBe(
      "https://auth.example.com/auth/v1/oauth2/access_token",
    );
  });

  it("leave the path of an authUrl as it is", () => {
    const authUrl = "https://auth.example.com/oauth2/access_token";
    expect(checkOptions({ ...good, authUrl }).authUrl.href).toBe(authUrl);
  });

  it.each<[string, Partial<Record<keyof SubscriptionClientOptions, unknown>>]>([
    ["clientId", { clientId: "" }],
    ["clientId", { clientId: "me\r\nX-Injected: 1" }],
    ["clientId", { clientId: "me:too" }],
    ["clientSecret", { clientSecret: undefined }],
    ["clientSecret", { clientSecret: 12345678 as never }],
    ["clientSecret", { clientSecret: "hush\n" }],
    ["clientSecret", { clientSecret: "  " }],
    ["scope", { scope: "tsg_id:1234567890\n" }],
    ["scope", { scope: undefined }],
    ["scope", { scope: "1234567890" }],
    ["scope", { scope: "tsg_id:abc" }],
    ["baseUrl", { baseUrl: "http://api.example.com" }],
    ["authUrl", { authUrl: "http://auth.example.com" }],
    ["baseUrl", { baseUrl: "api.example.com" }],
    ["headers", { headers: { "X-A": "a\nb" } }],
    ["headers", { headers: { "X-A\r\nX-B": "b" } }],
    ["ca", { ca: "no certificate" }],
    ["requestTimeoutMs", { requestTimeoutMs: NaN }],
    ["requestTimeoutMs", { requestTimeoutMs: -1 }],
    ["requestTimeoutMs", { requestTimeoutMs: 2 ** 31 }],
    ["retry.maxAttempts", { retry: { maxAttempts: NaN } }],
    ["retry.totalMs", { retry: { totalMs: -1 } }],
    ["retry.maxDelayMs", { retry: { maxDelayMs: 2 ** 31 } }],
    ["retry.firstDelayMs", { retry: { firstDelayMs: Infinity } }],
    ["requestTimeoutMs", { requestTimeoutMs: 0 }],
    ["requestTimeoutMs", { requestTimeoutMs: Infinity }],
    ["retry.maxAttempts", { retry: { maxAttempts: 0 } }],
  ])("must have a right %s", (name, wrong) => {
    const create = () => createSubscriptionClient({ ...good, ...wrong } as SubscriptionClientOptions);
    expect(create).toThrow(SettingsError);
    expect(create).toThrow(name);
  });
});
