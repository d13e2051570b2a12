import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const checkout = join(__dirname, "../../../..");

/** The program in docs/clients.md that uses the client. */
function example(): string {
  const blocks = readFileSync(join(checkout, "docs/clients.md"), "utf8").matchAll(/```ts\n(.*?)```/gs);
  const found = [...blocks].find(([, code]) => code?.includes("createBrokerClient"));
  return `declare const username: string, password: string;\n${found?.[1] ?? ""}`;
}

/** What a strict compiler says of a program that imports the client by its name in the package. */
function complaintsOf(code: string): string[] {
  const file = join(__dirname, "example.mts");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    paths: { "provisor/broker": [join(checkout, "sdk/broker/index.ts")] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, code, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, name, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe("The client's example in docs/clients.md", () => {
  it("is a program for the package as it is", () => {
    expect(complaintsOf(example())).toEqual([]);
  }, 60_000);

  it("would not be one for another client", () => {
    expect(complaintsOf(example().replace("client.bind(", "client.connect("))).toEqual([
      expect.stringContaining("connect"),
    ]);
  }, 60_000);
});
