import { appendFileSync } from "node:fs";
import { type Case, casesOf, seed } from "./cases";
import { play, type Story } from "./story";

/** Every wait of a case has words and a limit of its own, which come first. */
export const CASE_MS = 15 * 60_000;

/** One test for each case of the seed in which the provider is treated so. */
export function testCases(provider: Case["provider"]): void {
  jest.setTimeout(CASE_MS);
  for (const one of casesOf(seed).filter((each) => each.provider === provider))
    test(nameOf(one), async () => {
      const story = await play(one).catch(failed);
      report({ ...one, words: one.moment.words, resources: "ChildInstance" }, story);
      expect(story.problems.join("\n")).toBe("");
    });
}

const nameOf = ({ n, moment, provider, home }: Case): string =>
  `seed ${String(seed)}, case ${String(n)}: killed when ${moment.words}, provider ${provider}, then a green up in ${home === "same" ? "the same" : "another"} home`;

/** A case that could not be played to its end. */
export const failed = (error: unknown): Story => ({
  doubles: 0,
  lost: 0,
  green: false,
  problems: [error instanceof Error ? error.message : String(error)],
});

interface Played {
  n: number;
  words: string;
  resources: "ChildInstance" | "broker" | "Terraform";
  provider: string;
  home: string;
}

/** Tells `npm run test:kill` what became of the case: one line of JSON, where it asked for that. */
export function report(
  { n, words, resources, provider, home }: Played,
  { problems, ...figures }: Story,
): void {
  const file = process.env["KILL_RESULTS"];
  if (file === undefined) return;
  const line = { resources, n, event: words, provider, home, ...figures, ok: problems.length === 0 };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}
