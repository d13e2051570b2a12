import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const checkout = resolve(__dirname, "../../..");

/** All pages: README.md, and those of docs. */
const pages = [
  "README.md",
  ...readdirSync(join(checkout, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

const textOf = (page: string): string =>
  readFileSync(join(checkout, page), "utf8").replace(/^```.*?^```$/gms, "");

/** Anchors of a page as they are made of its headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, "")
      .replaceAll(" ", "-"),
  );

const linksOf = (page: string): string[] =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** Why a link of a page leads nowhere, in a checkout or among the files of the package; undefined where it does. */
function fault(page: string, link: string, shipped: readonly string[]): string | undefined {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : relative(checkout, resolve(checkout, dirname(page), path));
  if (!existsSync(join(checkout, file))) return `${page}: there is no ${file}`;
  if (!shipped.some((root) => file === root || file.startsWith(`${root}/`)))
    return `${page}: ${file} is not in the package`;
  if (anchor === undefined) return undefined;
  if (statSync(join(checkout, file)).isDirectory() || !anchorsOf(file).includes(anchor))
    return `${page}: ${file} has no heading #${anchor}`;
  return undefined;
}

describe("The links of README.md and docs", () => {
  const { files } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as { files: string[] };

  it("lead somewhere, in a checkout and in the package", () => {
    const faults = pages.flatMap((page) => linksOf(page).map((link) => fault(page, link, files)));
    expect(faults.filter((reason) => reason !== undefined)).toEqual([]);
  });

  it("are looked at: one that leads nowhere is found", () => {
    expect(fault("README.md", "docs/nowhere.md", files)).toMatch("there is no docs/nowhere.md");
    expect(fault("README.md", "docs/settings.md#nothing", files)).toMatch("no heading #nothing");
    expect(fault("README.md", "eslint.config.mjs", files)).toMatch("is not in the package");
    expect(linksOf("README.md").length).toBeGreaterThan(10);
  });

  it("of README.md are on a page of at most 150 lines", () => {
    expect(readFileSync(join(checkout, "README.md"), "utf8").split("\n").length - 1).toBeLessThanOrEqual(150);
  });
});
