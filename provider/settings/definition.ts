import type { z } from "zod";

/** One setting: where it is looked for, how it is read, what it means to the users of any engine. */
export interface SettingDefinition<T = unknown> {
  /** Name in the engine's own place for settings and in a profile; an engine may spell it in its way. */
  name: string;
  /** Name in the environment. */
  env: string;
  /** Name in the JSON auth file, for those of the vendor's settings that it can hold. */
  fileKey?: string;
  schema: z.ZodType<T, unknown>;
  /** Set where the value is a secret, or the private key in it is: wherever it is stored it must be encrypted. */
  secret?: "value" | "key";
  /** Default in the words of the reference. */
  default?: string;
  description: string;
}

export const define = <T>(definition: SettingDefinition<T>): SettingDefinition<T> => definition;

/** What was found for each of some settings; undefined where nothing was said, so that the default applies. */
export type Values<D> = {
  -readonly [K in keyof D]: D[K] extends SettingDefinition<infer T> ? T | undefined : never;
};
