import { SecretValues } from "../../../../provider/host/secret-values";

describe("secret values", () => {
  test("are taken out of a text, wherever they are", () => {
    expect(new SecretValues(["acme-corporation"]).redact("https://acme-corporation.example.com")).toBe(
      "https://[redacted].example.com",
    );
  });

  test("that are long are taken out inside of words too", () => {
    expect(new SecretValues(["acmecorp"]).redact("myacmecorp2")).toBe("my[redacted]2");
  });

  test.each([
    ["URL encoded", "a secret/one", "q=a%20secret%2Fone", "q=[redacted]"],
    ["inside JSON", 'quo"te and more', '{"name":"quo\\"te and more"}', '{"name":"[redacted]"}'],
  ])("are found %s", (_how, value, text, redacted) => {
    expect(new SecretValues([value]).redact(text)).toBe(redacted);
  });

  test("that are short are taken out as words only: they may be ordinary ones", () => {
    expect(new SecretValues(["acme"]).redact("tenant acme, acmeplus")).toBe("tenant [redacted], acmeplus");
  });

  test("of three characters stay, since anybody can guess them", () => {
    expect(new SecretValues(["100"]).redact("100 of 1000")).toBe("100 of 1000");
  });

  test("are taken out whole where one holds another", () => {
    expect(new SecretValues(["tenant-one", "tenant-one-emea"]).redact("tenant-one-emea")).toBe("[redacted]");
  });

  test("are found where a message has put their words on one line", () => {
    expect(new SecretValues(["first line\n  second line"]).redact("first line second line")).toBe(
      "[redacted]",
    );
  });

  test("are signs of nothing in a pattern", () => {
    expect(new SecretValues(["a.b*c(d)"]).redact("a.b*c(d) axb")).toBe("[redacted] axb");
  });

  test("are known again, the short ones too", () => {
    const values = new SecretValues(["eu", "acme-corporation"]);
    expect(["eu", "europe", "of acme-corporation"].map((text) => values.holds(text))).toEqual([
      true,
      false,
      true,
    ]);
  });
});
