import { marked as put, secret, withoutMarks } from "../../../../provider/engines/pulumi-dynamic/wire";
import { type Standing, publicId, withEchoes } from "../../../../provider/host/secret-echoes";
import { SecretValues } from "../../../../provider/host/secret-values";
import type { Path } from "../../../../provider/schema/markers";

const secrets = new SecretValues(["acme-corporation", "eu"]);

type Outputs = Record<string, unknown>;

const standingOf = (name: string): Standing => (name === "written" || name === "kept" ? name : "told");

/** Outputs with marks where an engine puts them. */
const marked = (outputs: Outputs, own: Path[] = [], standing = standingOf): Outputs =>
  put(outputs, withEchoes(outputs, own, standing, secrets));

describe("an output that repeats a secret input", () => {
  test.each<[string, unknown, unknown]>([
    ["a text", "of acme-corporation", secret("of acme-corporation")],
    ["a short word", "eu", secret("eu")],
    ["a list", [{ account: "of acme-corporation" }], secret([{ account: "of acme-corporation" }])],
    [
      "an object: its leaves are, since engines drop the mark of an object",
      { labels: { account: "acme-corporation", size: 1, isNew: true, note: null }, zones: ["eu", "us"] },
      {
        labels: { account: secret("acme-corporation"), size: secret(1), isNew: secret(true), note: null },
        zones: secret(["eu", "us"]),
      },
    ],
  ])("is marked, all of it: %s", (_what, value, expected) => {
    expect(marked({ output: value, jobId: "j-1" })).toEqual({ output: expected, jobId: "j-1" });
  });

  test("has no key in plain text that is a secret, and is read again as it was", () => {
    const output = { labels: { "acme-corporation": { size: 1 } }, region: "us" };
    const saved = marked({ output });
    expect(saved).toEqual({ output: { labels: secret(expect.any(String)), region: secret("us") } });
    expect(withoutMarks(saved)).toEqual({ output });
  });

  test("has no secret within a secret: programs cannot read one", () => {
    const zones = ["eu", { code: "acme-corporation" }];
    const own = [
      ["output", "wanted"],
      ["output", "zones", 0],
    ];
    expect(marked({ output: { wanted: { region: "eu" }, zones } }, own)).toEqual({
      output: { wanted: secret({ region: "eu" }), zones: secret(zones) },
    });
  });

  test("is sealed where the program once gave it: it may have been a secret as a whole, keys and all", () => {
    const kept = { account: "acme-corporation", isNew: true };
    const saved = marked({ kept });
    expect(saved).toEqual({ kept: secret(expect.any(String)) });
    expect(withoutMarks(saved)).toEqual({ kept });
  });

  test("is hidden where the program had a secret in it, though nothing tells that from an ordinary value", () => {
    const parameters = { isPublic: false, size: 1 };
    const once = marked({ parameters, trigger: true, none: undefined }, [], () => "once secret");
    expect(once).toEqual({
      parameters: secret(expect.any(String)),
      trigger: secret(true),
      none: undefined,
    });
    expect(withoutMarks(once)).toEqual({ parameters, trigger: true, none: undefined });
  });

  test("is not marked where it is an input as it is written: the engine does that", () => {
    expect(marked({ written: ["acme-corporation"] })).toEqual({ written: ["acme-corporation"] });
  });

  test("is not marked twice", () => {
    expect(marked({ secrets: "acme-corporation" }, [["secrets"]])).toEqual({
      secrets: secret("acme-corporation"),
    });
  });
});

describe("an id", () => {
  test("holds something else in place of a secret", () => {
    expect(publicId("1000000001/acme-corporation/dlp", secrets, "k3y")).toBe("1000000001/k3y/dlp");
  });

  test("gives way as a whole to one that lies across its parts", () => {
    const across = new SecretValues(["1000000001/acme"]);
    expect(publicId("1000000001/acme/dlp", across, "k3y")).toBe("k3y");
  });

  test("without a secret stays as it is", () => {
    expect(publicId("1000000001/acme/dlp", secrets, "k3y")).toBe("1000000001/acme/dlp");
  });
});
