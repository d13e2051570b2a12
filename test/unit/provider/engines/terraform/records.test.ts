import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  intentOfText,
  intentText,
  newIntentKey,
} from "../../../../../provider/engines/terraform/managed/intent-key";
import { privateOf, privateText } from "../../../../../provider/engines/terraform/managed/private-data";
import { Records } from "../../../../../provider/engines/terraform/managed/records";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "provisor-records-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a record", () => {
  test("is read by another process, until it is removed", () => {
    new Records(join(folder, "deep", "er")).write("instance 1", { key: "k" });
    const other = new Records(join(folder, "deep", "er"));
    expect(other.read("instance 1")).toEqual({ key: "k" });
    other.remove("instance 1");
    expect(other.read("instance 1")).toBeUndefined();
  });

  test("of one object is no evidence for another", () => {
    const records = new Records(folder);
    records.write("instance 1", { key: "k" });
    expect(records.read("instance 2")).toBeUndefined();
    const [file = ""] = readdirSync(folder);
    writeFileSync(
      join(folder, file),
      readFileSync(join(folder, file), "utf8").replace("instance 1", "instance 3"),
    );
    expect(records.read("instance 1")).toBeUndefined();
  });

  test("that is half written counts for none", () => {
    const records = new Records(folder);
    records.write("instance 1", { key: "k" });
    const [file = ""] = readdirSync(folder);
    writeFileSync(join(folder, file), "{");
    expect(records.read("instance 1")).toBeUndefined();
  });

  test("that cannot be written is an error: nothing may be sent then", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => new Records(join(folder, "file")).write("instance 1", {})).toThrow();
  });
});

describe("private data", () => {
  test("come back as they were, with and without a decision", () => {
    for (const data of [
      { leg: "create", identity: "instance 1", how: "resume", decision: undefined } as const,
      { leg: "replace", of: "1", decision: { follows: "0" } } as const,
      { leg: "saved", isUnfinished: true } as const,
    ])
      expect(privateOf(privateText(data))).toEqual(JSON.parse(JSON.stringify(data)));
  });

  test.each(["", "{", '{"leg":"other"}', "null"])(
    "that this version has not written are none: %j",
    (text) => {
      expect(privateOf(text)).toBeUndefined();
    },
  );
});

describe("the key of an intent", () => {
  test("is an id alone, or one with what was listed", () => {
    const listed = { parentTsgId: "1", host: "https://api.example.com", instanceIds: ["a", "b"] };
    const [plain, full] = [newIntentKey(undefined), newIntentKey(listed)];
    expect(intentOfText(intentText(plain))).toEqual(plain);
    expect(intentOfText(intentText(full))).toEqual(full);
    expect(intentText(plain)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("that cannot be read is an error that says what to give", () => {
    expect(() => intentOfText("0a.zzz")).toThrow("provisor_intent");
  });
});
