import tseslint from "typescript-eslint";
import importX from "eslint-plugin-import-x";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";

/** What knows a resource or an engine. */
const above = ["./provider/resources", "./provider/engines"];

/**
 * One-way imports. Each row: this folder may not import from these. docs/decisions/0016-host.md says what a
 * folder of the provider may know; a change here is a change of the design and wants a note in docs/decisions.
 */
const boundaries = [
  ["./provider/words.ts", ["./provider", "./sdk"]],
  ["./sdk/wait", ["./sdk/http", "./sdk/subscription", "./sdk/broker", "./sdk/simulator", "./provider"]],
  ["./sdk/http", ["./sdk/subscription", "./sdk/broker", "./sdk/simulator", "./provider"]],
  ["./sdk/subscription", ["./sdk/broker", "./sdk/simulator", "./provider"]],
  ["./sdk/broker", ["./sdk/subscription", "./sdk/simulator", "./provider"]],
  ["./sdk/simulator", ["./sdk/http", "./sdk/subscription", "./sdk/broker", "./provider"]],
  ["./provider/settings", ["./provider/schema", "./provider/host", ...above, "./sdk/simulator"]],
  ["./provider/schema", ["./provider/host", ...above, "./sdk"]],
  ["./provider/host", [...above, "./sdk/broker", "./sdk/simulator", "./sdk/http"]],
  ["./provider/resources", ["./provider/engines", "./sdk/simulator", "./sdk/http"]],
  ["./provider/engines", ["./sdk/simulator", "./sdk/http"]],
];

const zones = [
  ...boundaries.map(([target, from]) => ({
    target,
    from,
    message: "Imports go one way (docs/decisions/0016-host.md).",
  })),
  {
    target: "./provider",
    from: "./sdk/broker",
    except: ["./index.ts", "./operations/index.ts"],
    message:
      "The broker's client is used through its index, as its users do; what takes several requests, through operations'.",
  },
];

/** A package that only one folder may use: everyone else goes through that folder. */
const ownedPackages = (name, message, ...owners) => ({
  files: ["sdk/**/*.ts", "provider/**/*.ts"],
  ignores: owners,
  rules: { "no-restricted-imports": ["error", { paths: [{ name, message }] }] },
});

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      ".cache/**",
      "coverage/**",
      "test/package/fixtures/**",
      "test/bench/plain/**",
      "examples/**",
    ],
  },
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX },
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver()] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-extraneous-dependencies": "error",
      "import-x/no-default-export": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      // `const { dropped: _dropped, ...kept } = object` says what is left out.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration", message: "Name what a module exports; no export *." },
      ],
      "max-lines": ["error", { max: 350, skipBlankLines: true, skipComments: true }],
    },
  },
  ownedPackages("axios", "sdk/http is the only user of axios.", "sdk/http/**"),
  {
    files: ["provider/words.ts", "provider/{resources,host,schema,settings}/**/*.ts", "sdk/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "@pulumi/pulumi", message: "Only provider/engines and provider/index know an engine." },
            { name: "axios", message: "sdk/http is the only user of axios." },
          ],
        },
      ],
    },
  },
  {
    files: ["sdk/http/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "@pulumi/pulumi", message: "Only provider/engines and provider/index know an engine." },
          ],
        },
      ],
    },
  },
  {
    files: ["scripts/**/*.mjs", "*.mjs", "*.cjs"],
    ...tseslint.configs.disableTypeChecked,
  },
);
