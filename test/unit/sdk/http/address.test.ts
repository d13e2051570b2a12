import { parseServiceUrl } from "../../../../sdk/http/address";
import { checkHeaders } from "../../../../sdk/http/headers";
import { SettingsError } from "../../../../sdk/http/errors";

describe("parseServiceUrl", () => {
  it.each([
    "https://api.example.com",
    "http://localhost:8080",
    "http://127.0.0.1",
    "http://127.8.9.10:1/x",
    "http://[::1]:8080",
  ])("takes %s", (url) => {
    expect(parseServiceUrl(url, "baseUrl").href).toContain(url);
  });

  it.each([
    "http://api.example.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
  ])("refuses plain http to %s", (url) => {
    expect(() => parseServiceUrl(url, "baseUrl")).toThrow(/baseUrl is plain http/);
  });

  it.each([
    "api.example.com",
    "ftp://api.example.com",
    "https://api.example.com?a=b",
    "https://api.example.com#a",
    "",
  ])("refuses %p", (url) => {
    expect(() => parseServiceUrl(url, "baseUrl")).toThrow(SettingsError);
  });

  it("refuses user info without repeating it", () => {
    expect(() => parseServiceUrl("https://me:hush-hush@api.example.com", "authUrl")).toThrow(
      expect.objectContaining({ message: "authUrl must not hold a user name or a password." }),
    );
  });
});

describe("checkHeaders", () => {
  it("takes ordinary headers", () => {
    expect(() => checkHeaders({ "X-Tenant": "one", "x-trace": "a b;c=d" })).not.toThrow();
  });

  it.each(["a\r\nX-Evil: 1", "a\nb", "a\0b"])(
    "refuses a value with a line break or control character: %j",
    (value) => {
      expect(() => checkHeaders({ "X-Tenant": value })).toThrow(SettingsError);
    },
  );

  it("names the header and not its value", () => {
    expect(() => checkHeaders({ "X-Tenant": "hush-hush\n" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hush") as unknown }),
    );
  });

  it.each(["Authorization", "content-length", "Host"])("refuses %s, which the client sets itself", (name) => {
    expect(() => checkHeaders({ [name]: "x" })).toThrow(/set by the client/);
  });

  it("refuses a name that is none", () => {
    expect(() => checkHeaders({ "X Tenant": "x" })).toThrow(/not a header name/);
  });
});
