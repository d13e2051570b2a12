import { z } from "zod";

/**
 * What a plan hands to the apply that comes in another process, and what is kept beside a saved state. Terraform carries it and
 * shows it to nobody.
 */
const privateData = z.discriminatedUnion("leg", [
  /** Beside a saved state. */
  z.object({
    leg: z.literal("saved"),
    /** True where the create was not finished when it was saved, so that Terraform calls the object tainted. */
    isUnfinished: z.boolean().optional(),
    /** True until the first apply after an import: what the API does not tell is then taken from the configuration. */
    isImported: z.boolean().optional(),
  }),
  z.object({ leg: z.literal("delete") }),
  /** Nothing is due, or an update; a plan for a replacement of it may follow, by `-replace`. */
  z.object({
    leg: z.literal("update"),
    /** Id of the object. */
    of: z.string(),
    decision: z.unknown().optional(),
    isImported: z.boolean().optional(),
  }),
  /** A change needs a replacement; the plan of its create follows. */
  z.object({ leg: z.literal("replace"), of: z.string(), decision: z.unknown().optional() }),
  z.object({
    leg: z.literal("create"),
    /** What the object is, by which its two halves find each other; absent where it is not known yet. */
    identity: z.string().optional(),
    /** `first`: nothing is replaced. `resume`: an unfinished one goes on. `replace`: by a change, or by the command. */
    how: z.enum(["first", "resume", "replace"]),
    /** How long the create may take: it is waited for in the delete half, which is shown no configuration. */
    timeout: z.string().optional(),
    decision: z.unknown().optional(),
  }),
]);

export type PrivateData = z.infer<typeof privateData>;

export const privateText = (data: PrivateData): string => JSON.stringify(data);

/** Undefined where there is none, or none that this version wrote. */
export function privateOf(text: string): PrivateData | undefined {
  if (text === "") return undefined;
  try {
    return privateData.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
