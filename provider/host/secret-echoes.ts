import type { Path } from "../schema/markers";
import type { SecretValues } from "./secret-values";

/** Where a state has a secret. */
export interface SecretPath {
  readonly at: Path;
  /** True for an object of which the names of its properties are secret too. */
  readonly hasSecretNames?: true;
}

/**
 * What an output is to the engine: the input of its name, as the program has `written` it; what the state has `kept` for
 * that input; the same where the program had a secret in it (`once secret`), which may be nothing that can be looked for; or
 * what Provisor or the API has `told`.
 */
export type Standing = "written" | "kept" | "once secret" | "told";

type Outputs = Readonly<Record<string, unknown>>;

const isWithin = (outer: Path, inner: Path): boolean => outer.every((part, index) => inner[index] === part);

/**
 * Paths of what is to be hidden in outputs: what is secret by itself (`own`), and each output that repeats a `secret` of the
 * program, all of it. Where an API repeats one (the name of an account, of a tenant), no engine knows of that.
 */
export function withEchoes(
  outputs: Outputs,
  own: readonly Path[],
  standingOf: (name: string) => Standing,
  secrets: SecretValues,
): SecretPath[] {
  const echoes = Object.entries(outputs).flatMap(([name, value]) => {
    const standing = standingOf(name);
    const isSecret = standing === "once secret" || (standing !== "written" && holds(value, [name]));
    return isSecret ? hidden(value, [name], standing) : [];
  });
  // A secret within a secret cannot be read.
  const rest = own.filter((path) => !echoes.some(({ at }) => isWithin(at, path)));
  return [...rest.map((at) => ({ at })), ...echoes];

  function isOwn(at: Path): boolean {
    return own.some((path) => path.length === at.length && isWithin(path, at));
  }

  /**
   * All of the value. Of an object the leaves are named: engines lose a mark on an object where the input of that name, or
   * the output that was saved before, is an object without one. One whose names are secrets is named as such, and so is one
   * that the program once gave: it may have been a secret as a whole. A list is one secret: engines take it for one where
   * one of its items is.
   */
  function hidden(value: unknown, at: Path, standing: Standing): SecretPath[] {
    if (value === undefined || value === null || isOwn(at)) return [];
    if (typeof value !== "object" || Array.isArray(value)) return [{ at }];
    if (standing !== "told" || Object.keys(value).some((key) => secrets.holds(key)))
      return [{ at, hasSecretNames: true }];
    return Object.entries(value).flatMap(([key, item]) => hidden(item, [...at, key], standing));
  }

  function holds(value: unknown, at: Path): boolean {
    if (isOwn(at)) return false;
    if (typeof value === "string" || typeof value === "number") return secrets.holds(String(value));
    if (typeof value !== "object" || value === null) return false;
    if (Array.isArray(value)) return value.some((item, index) => holds(item, [...at, index]));
    return Object.entries(value).some(([key, item]) => secrets.holds(key) || holds(item, [...at, key]));
  }
}

/**
 * An id is saved and shown in plain text: a part of it that holds a secret gives way to `instead`, and all of it where
 * the secret has a slash in it, which lies across parts.
 */
export function publicId(id: string, secrets: SecretValues, instead: string): string {
  const parts = id.split("/").map((part) => (secrets.holds(part) ? instead : part));
  const shown = parts.join("/");
  return secrets.holds(shown) ? instead : shown;
}
