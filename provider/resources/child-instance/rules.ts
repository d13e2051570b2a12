import { closest, distance } from "fastest-levenshtein";
import { say } from "../../words";
import type { Problem } from "../../host/contract";
import { type IsUnknown, hasUnknown } from "../../schema/unknown";
import { problemsOf, validPart } from "../../schema/validate";
import { compareAllocations, isAnother } from "./allocation";
import { type ChildInstanceInputs, type ChildInstanceSpec, childInstanceInputs } from "./schema";
import { specOf } from "./state";

/** Rules of the inputs that need no API. All that is wrong is reported, all at once, and never with a value. */

const inputNames = Object.entries(childInstanceInputs.shape)
  .filter(([, schema]) => (schema.meta() as { internal?: boolean } | undefined)?.internal !== true)
  .map(([name]) => name);

const nested: Record<string, readonly string[]> = {
  freeApp: Object.keys(childInstanceInputs.shape.freeApp.unwrap().shape),
  onboard: Object.keys(childInstanceInputs.shape.onboard.unwrap().element.shape),
  allocation: Object.keys(
    childInstanceInputs.shape.onboard.unwrap().element.shape.allocation.unwrap().element.shape,
  ),
};

const knownKeys = (path: readonly PropertyKey[]): readonly string[] => {
  const last = path.findLast((part) => typeof part === "string");
  return last === undefined ? inputNames : (nested[last] ?? []);
};

type Item = Record<string, unknown>;

/** An intent that is not there was left out by the user: it is no input of theirs, but an engine may be told to pass it by. */
function withIntentProblem(problems: Problem[]): Problem[] {
  const others = problems.filter((problem) => !/^intent\b/.test(problem.path));
  if (others.length === problems.length) return problems;
  const message = `its Intent is not in the state. ${say.targets("ChildInstance", "Intent")}`;
  return [...others, { path: "", message }];
}

/** What is wrong with the inputs by themselves. */
export function inputProblems(raw: unknown, isUnknown: IsUnknown): Problem[] {
  const problems = withIntentProblem(problemsOf(childInstanceInputs, raw, isUnknown, knownKeys));
  if (typeof raw !== "object" || raw === null) return problems;
  const { freeApp, onboard } = raw as Item;
  if ((freeApp === undefined) === (onboard === undefined))
    problems.push({
      path: "",
      message:
        freeApp === undefined
          ? `one of ${say.path("freeApp")} and ${say.path("onboard")} is required`
          : `${say.path("freeApp")} and ${say.path("onboard")} cannot be given together: one resource is one allocation`,
    });
  if (Array.isArray(onboard)) problems.push(...bundleProblems(onboard as unknown[], isUnknown));
  return problems;
}

const trimmed = (value: unknown): unknown => (typeof value === "string" ? value.trim() : value);

function bundleProblems(items: readonly unknown[], isUnknown: IsUnknown): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<unknown, number>();
  const known = items.map((item) => (typeof item === "object" && item !== null ? (item as Item) : {}));
  const tenants: { path: string; field: string; value: unknown }[] = [];
  for (const [index, item] of known.entries()) {
    const path = `onboard[${index}]`;
    // As they are sent: spaces around a word mean nothing.
    const [appId, tsgName, tsgId] = [item["appId"], item["tsgName"], item["tsgId"]].map(trimmed);
    if (typeof appId === "string" && !isUnknown(appId)) {
      const first = seen.get(appId);
      if (first !== undefined)
        problems.push({
          path: `${path}.appId`,
          message: `is the app of ${say.path(`onboard[${first}]`)} already; one item an app`,
        });
      else seen.set(appId, index);
    }
    if (tsgName !== undefined && tsgId !== undefined)
      problems.push({
        path: `${path}.tsgId`,
        message: `cannot be given together with ${say.path("tsgName")}`,
      });
    for (const [field, value] of Object.entries({ tsgName, tsgId }))
      if (value !== undefined && !isUnknown(value))
        tenants.push({ path: `${path}.${field}`, field, value: String(value) });
  }
  const [first, ...others] = tenants;
  const other = others.find((tenant) => tenant.field !== first?.field || tenant.value !== first.value);
  if (first && other)
    problems.push({
      path: other.path,
      message: `must be the same as ${say.path(first.path)}: the items of one resource belong to one tenant`,
    });
  if (known.length > 0 && known.every((item) => item["tenantId"] !== undefined))
    problems.push({
      path: "onboard",
      message: `allocates nothing: every item refers to an existing instance by ${say.path("tenantId")}`,
    });
  return problems;
}

/** What can be read of inputs that are wrong, so that all else that is wrong with them can be said too. */
export function readablePart(raw: unknown, isUnknown: IsUnknown): Partial<ChildInstanceSpec> {
  const { onboard, freeApp } = childInstanceInputs.shape;
  const { adopt: _adopt, ...part } = validPart(childInstanceInputs, raw, isUnknown);
  const given = (typeof raw === "object" && raw !== null ? raw : {}) as Item;
  if (given["freeApp"] !== undefined)
    part["freeApp"] = validPart(freeApp.unwrap(), given["freeApp"], isUnknown);
  if (Array.isArray(given["onboard"]))
    part["onboard"] = given["onboard"].map((item) => validPart(onboard.unwrap().element, item, isUnknown));
  return part;
}

/** Words that are on no known list: perhaps new, perhaps a slip. */
export function inputWarnings(inputs: ChildInstanceInputs, isUnknown: IsUnknown): Problem[] {
  const words: { path: string; word: unknown; known: readonly string[]; what: string }[] = [];
  const app = (path: string, word: unknown): number =>
    words.push({ path, word, known: knownApps, what: "app id" });
  const region = (path: string, word: unknown): number =>
    words.push({ path, word, known: knownRegions, what: "region" });
  if (inputs.freeApp && !isUnknown(inputs.freeApp)) {
    app("freeApp.appId", inputs.freeApp.appId);
    region("freeApp.region", inputs.freeApp.region);
  }
  if (Array.isArray(inputs.onboard))
    for (const [index, item] of inputs.onboard.entries()) {
      app(`onboard[${index}].appId`, item.appId);
      region(`onboard[${index}].platformRegion`, item.platformRegion);
    }
  return words.flatMap(({ path, word, known, what }) => {
    if (typeof word !== "string" || isUnknown(word)) return [];
    const hint = hintFor(word, known);
    return hint === undefined ? [] : [{ path, message: `is not a known ${what}: ${hint}` }];
  });
}

/** What the policies say to a change of what was allocated. */
export function changeProblems(
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs,
  isUnknown: IsUnknown,
): Problem[] {
  const { intent: _old, ...before } = olds;
  const { intent: _new, ...after } = news;
  if (hasUnknown(after, isUnknown)) return []; // judged when it is known, before anything is sent
  const saved = childInstanceInputs.safeParse(before);
  if (!saved.success)
    return [
      {
        path: "",
        message:
          "the inputs in the saved state are damaged, so that no change can be judged. Nothing was done. Bring back an " +
          `earlier state (${say.earlierState})`,
      },
    ];
  const [old, now] = [saved.data, specOf(after)];
  const change = compareAllocations(old, now);
  const { changed, removed } = change;
  const problems: Problem[] = [];
  if (changed.length > 0 && news.changePolicy === "record" && isAnother(old, now, change))
    problems.push(
      ...changed.map((path) => ({
        path,
        message:
          `is another allocation, which ${say.set("changePolicy", "record")} cannot take over: the instance in the state would not be ` +
          "the one that the inputs speak of. Take the change back, or declare it as another resource",
      })),
    );
  if (changed.length > 0 && news.changePolicy === "forbid")
    problems.push(
      ...changed.map((path) => ({
        path,
        message:
          "was allocated with another value, and the API cannot change an allocation. If it was changed in the vendor's " +
          `portal, set ${say.set("changePolicy", "record")} to take the new value into the state without any request. To allocate ` +
          `anew, set ${say.set("changePolicy", "replace")} with ${say.set("deletionPolicy", "abandon")}. Else take the change back`,
      })),
    );
  if (changed.length > 0 && news.changePolicy === "replace" && news.deletionPolicy === "prevent")
    problems.push(
      ...changed.map((path) => ({
        path,
        message:
          "a change replaces the resource, which would allocate a second time while the first allocation stays: " +
          `${say.path("deletionPolicy")} is "prevent". Set ${say.set("deletionPolicy", "abandon")} to leave the first one behind`,
      })),
    );
  if (removed.length > 0 && news.deletionPolicy === "prevent")
    problems.push({
      path: "onboard",
      message:
        `${removed.join(", ")} was removed, but stays allocated, since the API offers no delete. Put it back, or set ` +
        `${say.set("deletionPolicy", "abandon")} to leave it behind`,
    });
  return problems;
}

/** App ids that were seen. The list is open: another one is a warning, not an error. */
export const knownApps = [
  "prisma_access",
  "logging_service",
  "directory_sync",
  "dlp",
  "cgx",
  "zingbox",
  "ng_casb",
  "strata_insights",
];

/** Regions that were seen; an open list too. */
export const knownRegions = ["americas", "au", "ca", "de", "europe", "in", "jp", "sg", "uk"];

/** The known word to show to someone who wrote an unknown one. */
function hintFor(word: string, known: readonly string[]): string | undefined {
  if (known.includes(word)) return undefined;
  const nearest = closest(word, [...known]);
  return distance(word, nearest) <= Math.max(2, nearest.length / 2)
    ? `did you mean ${nearest}?`
    : `the nearest known one is ${nearest}; known are ${known.join(", ")}`;
}
