import { markEchoes, publicId } from "../../../../provider/engines/pulumi-dynamic/secret-echoes";
import { secret } from "../../../../provider/engines/pulumi-dynamic/wire";
import { SecretValues } from "../../../../provider/resources/secret-values";

const secrets = new SecretValues(["acme-corporation", "eu"]);

const marked = (outputs: Record<string, unknown>): Record<string, unknown> =>
  markEchoes(outputs, (name) => name === "onboard", secrets);

describe("an output that repeats a secret input", () => {
  test.each<[string, unknown]>([
    ["somewhere in it", [{ account: "of acme-corporation", id: "i-1" }]],
    ["as a short word", { region: "eu" }],
    ["as a key", { "acme-corporation": [] }],
  ])("is marked as a whole: %s", (_where, value) => {
    expect(marked({ instances: value, jobId: "j-1" })).toEqual({ instances: secret(value), jobId: "j-1" });
  });

  test("is not marked where it has the name of an input: the engine does that", () => {
    expect(marked({ onboard: ["acme-corporation"] })).toEqual({ onboard: ["acme-corporation"] });
  });

  test("is not marked twice", () => {
    expect(marked({ secrets: secret("acme-corporation") })).toEqual({ secrets: secret("acme-corporation") });
  });
});

describe("an id", () => {
  test("holds something else in place of a secret", () => {
    expect(publicId("1000000001/acme-corporation/dlp", secrets, "k3y")).toBe("1000000001/k3y/dlp");
  });

  test("without a secret stays as it is", () => {
    expect(publicId("1000000001/acme/dlp", secrets, "k3y")).toBe("1000000001/acme/dlp");
  });
});
