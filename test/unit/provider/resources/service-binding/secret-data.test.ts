import fc from "fast-check";
import { secretDataOf } from "../../../../../provider/resources/service-binding/secret-data";

/** The map of credentials of a service named `mysql`. */
const mapOf = (credentials: Record<string, unknown>, options = {}): Record<string, string> =>
  secretDataOf({ credentials, service: "mysql" }, options);

test("texts stay, numbers and booleans become text, null is left out", () => {
  expect(mapOf({ host: "db", port: 3306, tls: true, empty: "", none: null })).toEqual({
    type: "mysql",
    host: "db",
    port: "3306",
    tls: "true",
    empty: "",
  });
});

test("objects and lists become JSON under their own key", () => {
  expect(mapOf({ hosts: ["a", "b"], tls: { ca: "PEM" } })).toMatchObject({
    hosts: '["a","b"]',
    tls: '{"ca":"PEM"}',
  });
});

test("what Kubernetes forbids in a key becomes an underscore", () => {
  expect(mapOf({ "jdbc/url": "j", "user name": "u", "private-key": "k", "ca.crt": "c" })).toEqual({
    type: "mysql",
    jdbc_url: "j",
    user_name: "u",
    "private-key": "k",
    "ca.crt": "c",
  });
});

test("every key is one that Kubernetes takes, whatever the broker calls its credentials", () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const keys = Object.keys(mapOf({ [key]: "value" }));
      return keys.every((one) => /^[-._a-zA-Z0-9]{1,253}$/.test(one) && one !== "." && !one.startsWith(".."));
    }),
  );
});

test("two credentials that would become one key are an error that names both, and no value", () => {
  const collide = (): unknown => mapOf({ "a/b": "s3cret", a_b: "hidden" });
  expect(collide).toThrow(/"a\/b" and "a_b".*"a_b"/);
  expect(collide).not.toThrow(/s3cret|hidden/);
});

test("the type is the catalog name of the service, unless the credentials or an option say another", () => {
  expect(mapOf({})).toEqual({ type: "mysql" });
  expect(mapOf({ type: "mariadb" })["type"]).toBe("mariadb");
  expect(mapOf({ type: "mariadb" }, { type: "sql" })["type"]).toBe("sql");
});

test.each([[{ kind: "sql" }], [["sql"]], [7], [true], [""], [null]])(
  "credentials whose type is %j do not say the type",
  (type) => {
    expect(mapOf({ type, host: "db" })).toEqual({ type: "mysql", host: "db" });
  },
);

test("a provider is there where the credentials or an option say one", () => {
  expect(mapOf({ provider: "bitnami" })["provider"]).toBe("bitnami");
  expect(mapOf({ provider: "bitnami" }, { provider: "other" })["provider"]).toBe("other");
});

test("a binding without credentials has a type all the same", () => {
  expect(secretDataOf({ service: "logs" })).toEqual({ type: "logs" });
});

test("without any type it is an error that says how to give one", () => {
  expect(() => secretDataOf({ credentials: {} })).toThrow(/toSecretData\(binding, \{ type: "mysql" \}\)/);
});
