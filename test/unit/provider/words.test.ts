import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { pulumiSpeech, pulumiWords } from "../../../provider/engines/pulumi-dynamic/words";
import { type EngineWords, say, speechOf } from "../../../provider/words";
import { PULUMI_COMMANDS, faultsOf } from "../../support/speech";
import { terraformWords } from "../../../provider/engines/terraform/words";

const root = join(__dirname, "..", "..", "..");

/** Everything below the engines. */
const files = ["provider/host", "provider/resources", "provider/schema", "provider/settings", "sdk"].flatMap(
  (folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
);

/** The texts in the code of a file, as they are written: no comments, no names of modules. */
function textsIn(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** An engine whose every word is the name of its place. */
const places = speechOf(
  Object.fromEntries(
    Object.entries(say).map(([word, said]) => [
      word,
      typeof said === "string" ? word : (...details: string[]) => [word, ...details].join(" "),
    ]),
  ) as unknown as EngineWords,
);

describe("a text below the engines", () => {
  test("names no command, flag, type token or configuration key of one engine", () => {
    const wrong = files.flatMap((file) =>
      textsIn(file)
        .filter((text) => PULUMI_COMMANDS.some((word) => word.test(text)))
        .map((text) => `${file}: ${text}`),
    );
    expect(files.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });
});

describe("a place in a text", () => {
  test("is filled with the engine's word", () => {
    const text = `Set ${say.set("deletionPolicy", "abandon")} and run ${say.apply}.`;
    expect(pulumiSpeech.text(text)).toBe('Set deletionPolicy: "abandon" and run `pulumi up`.');
    expect(speechOf(terraformWords).text(text)).toBe(
      'Set deletion_policy = "abandon" and run `terraform apply`.',
    );
  });

  test.each(Object.keys(say) as (keyof EngineWords)[])("%s has a word of each engine", (word) => {
    expect(typeof pulumiWords[word]).toBe(typeof say[word]);
    expect(typeof terraformWords[word]).toBe(typeof say[word]);
  });

  test.each([
    [say.set("adopt", ["a", "b"]), 'set adopt ["a", "b"]'],
    [say.set("allowAdditional", true), "set allowAdditional true"],
    [say.setting("scope"), "setting scope"],
    [say.setting("scope", "eu"), "setting scope eu"],
    [say.replace("an address"), "replace an address"],
  ])("holds its details", (place, shown) => {
    expect(places.text(`(${place})`)).toBe(`(${shown})`);
  });
});

describe("what is wrong with a text", () => {
  test.each([
    ["Run `pulumi up`.", /says "pulumi"/],
    ["Change deletionPolicy.", /says "deletionPolicy"/],
    ["The next up does.", /says "next up"/],
    ["Another stack has it.", /says "stack"/],
    ["Leave out --replace.", /says "--replace"/],
    ["Leave out --yes.", /says "--y"/],
    ["Set provisor:scope.", /says "provisor:"/],
    [`${"word ".repeat(31)}.`, /a sentence of 3\d words/],
    ["It failed (request identity a). It failed (request identity a).", /identity more than once/],
  ])("%s", (text, fault) => {
    expect(faultsOf(text)[0]).toMatch(fault);
  });

  test("is nothing where the engine fills the places", () => {
    expect(faultsOf(`Change ${say.path("deletionPolicy")}, or run ${say.refreshAnew}.`)).toEqual([]);
  });
});
