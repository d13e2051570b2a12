import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { inCheckout } from "./checkout.mjs";

/** Exports of a module, as undefined: for what is imported in case it is asked for, and never is here. */
function withoutContents(path) {
  const names = [...readFileSync(path, "utf8").matchAll(/^export (?:function|const|class|let|var) (\w+)/gm)];
  return names.map(([, name]) => `export const ${name} = undefined;`).join("\n");
}

/** Half a megabyte that no call reaches: languages of zod other than English, types of files, JSON of protobuf. */
const lighter = {
  name: "lighter",
  setup(bundle) {
    bundle.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: inCheckout("node_modules", "zod", "v4", "locales"),
    }));
    bundle.onLoad({ filter: /mime-db[\\/]db\.json$/ }, () => ({ contents: "{}", loader: "json" }));
    bundle.onLoad(
      {
        filter:
          /(zod[\\/]v4[\\/](classic[\\/]from-json-schema|core[\\/](json-schema-processors|json-schema-generator|to-json-schema))|protobuf[\\/]dist[\\/]esm[\\/](from|to)-json)\.js$/,
      },
      ({ path }) => ({ contents: withoutContents(path) }),
    );
  },
};

/** The licences of what is in the bundle, which go along with it. */
function licensesOf({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(inCheckout(folder, "package.json"), "utf8"));
      const file = readdirSync(inCheckout(folder)).find((one) => /^licen[cs]e/i.test(one));
      const text = file === undefined ? "" : readFileSync(inCheckout(folder, file), "utf8");
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** The provider for Terraform as one file, which needs nothing but Node.js; the same bytes wherever it is made. */
export async function bundleTerraformProvider(outfile) {
  const { warnings, metafile } = await build({
    entryPoints: [inCheckout("provider", "engines", "terraform", "main.ts")],
    absWorkingDir: inCheckout(),
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    // What an old Node.js can read is told that it is too old.
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
    banner: {
      js: 'if(parseInt(process.versions.node)<20){process.stderr.write("The provider provisor needs Node.js 20 or newer; this is "+process.versions.node+".\\n");process.exit(1)}',
    },
    plugins: [lighter],
  });
  writeFileSync(join(dirname(outfile), "licenses.txt"), licensesOf(metafile));
  return warnings.length === 0 ? 0 : 1;
}
