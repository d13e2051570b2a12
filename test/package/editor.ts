import { dirname, join } from "node:path";
import ts from "typescript";

/** What an editor shows at a place in a program. */
export interface Shown {
  /** The declaration, such as `(property) ServiceInstanceArgs.plan: pulumi.Input<string>`. */
  readonly declaration: string;
  /** Its documentation on one line; empty where there is none. */
  readonly documentation: string;
}

const onOneLine = (parts: ts.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString(parts).replace(/\s+/g, " ").trim();

/** Files that all editors read are parsed once. */
const documents = ts.createDocumentRegistry();

/** How many programs there were: each is a file of its own to the others. */
let programs = 0;

/** TypeScript's language service on one program, as editors use it. */
export class Editor {
  private readonly service: ts.LanguageService;
  private readonly file: string;

  /** @param folder With a tsconfig.json, below a node_modules. The program need not be a file there. */
  constructor(
    folder: string,
    private readonly program: string,
  ) {
    this.file = join(folder, `in-the-editor-${++programs}.ts`);
    const config = join(folder, "tsconfig.json");
    const { config: read } = ts.readConfigFile(config, (path) => ts.sys.readFile(path)) as {
      config: unknown;
    };
    const { options } = ts.parseJsonConfigFileContent(read, ts.sys, folder);
    const text = (path: string): string | undefined =>
      path === this.file ? this.program : ts.sys.readFile(path);
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => options,
      getCurrentDirectory: () => dirname(config),
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      getScriptFileNames: () => [this.file],
      getScriptVersion: () => "1",
      getScriptSnapshot: (path) => {
        const found = text(path);
        return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
      },
      fileExists: (path) => text(path) !== undefined,
      readFile: text,
      realpath: (path) => ts.sys.realpath?.(path) ?? path,
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    };
    this.service = ts.createLanguageService(host, documents);
  }

  /** What is wrong with the program, in TypeScript's words. */
  problems(): string[] {
    return this.service
      .getSemanticDiagnostics(this.file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
  }

  /** What is shown over the place. */
  hover(position: number): Shown {
    const info = this.service.getQuickInfoAtPosition(this.file, position);
    return {
      declaration: onOneLine(info?.displayParts),
      documentation: onOneLine(info?.documentation),
    };
  }

  /** Names of properties that are offered at the place, each with what is shown beside it. */
  offered(position: number): Map<string, Shown> {
    const { entries = [] } = this.service.getCompletionsAtPosition(this.file, position, {}) ?? {};
    const properties = entries.filter(({ kind }) => kind === ts.ScriptElementKind.memberVariableElement);
    return new Map(
      properties.map(({ name, source, data }) => {
        const details = this.service.getCompletionEntryDetails(
          this.file,
          position,
          name,
          {},
          source,
          {},
          data,
        );
        return [
          name,
          {
            declaration: onOneLine(details?.displayParts),
            documentation: onOneLine(details?.documentation),
          },
        ];
      }),
    );
  }
}
