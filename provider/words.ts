/**
 * What differs from engine to engine in a text that is shown to its user. Messages are written with {@link say}; the
 * engine puts its own in their places (docs/decisions/0015-engine-words.md).
 */
export interface EngineWords {
  /** The command that carries out the program, to be typed: `pulumi up`. */
  readonly apply: string;
  /** One run of that command, as a noun that takes `an`: an up. */
  readonly applyNoun: string;
  /** What only plans, as a noun that takes `a`: a preview. */
  readonly planNoun: string;
  /** The command that looks at what is there. */
  readonly refresh: string;
  /** That command where the settings were changed since the last run. */
  readonly refreshAnew: string;
  /** What settings a refresh uses, as sentences that begin with a blank; empty where they are the present ones. */
  readonly refreshSettings: string;
  /** The same of a refresh and of what deletes. */
  readonly deleteSettings: string;
  /** The command that deletes all of a program. */
  readonly destroy: string;
  /** What the user writes, as a noun: the program. */
  readonly program: string;
  /** What is saved together, as a noun: the stack. */
  readonly stack: string;
  /** The property that holds the time-outs of a resource. */
  readonly timeouts: string;
  /** The command that replaces the resource with this address, or any one where it is empty. */
  replace(address: string): string;
  /** What replaces a resource though no input has changed, as the end of a list. */
  readonly replacers: string;
  /** How that is taken back, as a sentence that may go on. */
  readonly unreplace: string;
  /** The command that takes a resource, and its intent if it has one, out of the state: `x` of it. */
  readonly forget: string;
  /** The ways by which a resource leaves the state and is not deleted. */
  readonly waysToForget: string;
  /** The command that moves a resource to another state. */
  readonly move: string;
  /** The commands that bring back an earlier state. */
  readonly earlierState: string;
  /** What to do where a run left out the intent of a resource: both by their types, such as `ChildInstance` and `Intent`. */
  targets(resource: string, intent: string): string;
  /** What names the resource with this address, so that a run does not leave it out. */
  target(address: string): string;
  /** What to do where a run changed a resource and not its intent, of these types. */
  changeBoth(resource: string, intent: string): string;
  /** What a program lists these with. */
  list(what: "instances" | "tenants"): string;
  /** An input or output, by its path: `onboard[0].licenseId`. */
  path(path: string): string;
  /** An input that is given this value, a text, `true` or a list of texts: `adopt: ["id"]`. */
  set(path: string, value: unknown): string;
  /** How to take over what exists, as the end of a text: the input that does it, or the engine's own import of this id. */
  takeOver(resource: string, adopt: unknown, importId: string): string;
  /** A setting by its name, in the engine's own place for settings or in a profile there. */
  setting(name: string, profile?: string): string;
  /** The engine's own place for settings. */
  readonly settings: string;
  /** How to set this setting of a profile, where there is no profile yet. */
  setProfile(profile: string, name: string): string;
}

// Characters for private use: no text that is shown holds them for anything else.
const [OPEN, NEXT, CLOSE] = ["\uE010", "\uE011", "\uE012"] as const;

/** The value of an input as both JSON and the engines' languages write it. */
export const valueText = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(valueText).join(", ")}]` : JSON.stringify(value);

const place = (word: keyof EngineWords, ...details: string[]): string =>
  `${OPEN}${[word, ...details].join(NEXT)}${CLOSE}`;

/** The words of no engine yet: places, which a {@link Speech} fills. */
export const say: EngineWords = {
  apply: place("apply"),
  applyNoun: place("applyNoun"),
  planNoun: place("planNoun"),
  refresh: place("refresh"),
  refreshAnew: place("refreshAnew"),
  refreshSettings: place("refreshSettings"),
  deleteSettings: place("deleteSettings"),
  destroy: place("destroy"),
  program: place("program"),
  stack: place("stack"),
  timeouts: place("timeouts"),
  replace: (address) => place("replace", address),
  replacers: place("replacers"),
  unreplace: place("unreplace"),
  forget: place("forget"),
  waysToForget: place("waysToForget"),
  move: place("move"),
  earlierState: place("earlierState"),
  targets: (resource, intent) => place("targets", resource, intent),
  target: (address) => place("target", address),
  changeBoth: (resource, intent) => place("changeBoth", resource, intent),
  list: (what) => place("list", what),
  path: (path) => place("path", path),
  set: (path, value) => place("set", path, valueText(value)),
  takeOver: (resource, adopt, importId) => place("takeOver", resource, valueText(adopt), importId),
  setting: (name, profile) => place("setting", name, ...(profile === undefined ? [] : [profile])),
  settings: place("settings"),
  setProfile: (profile, name) => place("setProfile", profile, name),
};

const PLACE = new RegExp(`${OPEN}([^${OPEN}${CLOSE}]*)${CLOSE}`, "g");

/** How what is written with {@link say} becomes what a user reads. */
export interface Speech {
  text(text: string): string;
  /** The path of a property, as the user spells it. */
  path(path: string): string;
}

/** Texts with an engine's words in their places. */
export const speechOf = (engine: EngineWords): Speech => ({
  path: (path) => engine.path(path),
  text: (text) =>
    text.replace(PLACE, (_, content: string) => {
      const [word = "", ...details] = content.split(NEXT);
      const said = engine[word as keyof EngineWords] as string | ((...details: string[]) => string);
      return typeof said === "string" ? said : said(...details);
    }),
});
