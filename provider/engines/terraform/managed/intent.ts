import { z } from "zod";
import { SettingsError } from "../../../../sdk/subscription";
import type { ProviderProcess } from "../../../host/process";
import { openAccount } from "../../../resources/subscription/account";
import { parseDuration } from "../../../settings";
import { UNKNOWN } from "../unknown";
import { errorOf } from "./diagnostics";
import { intentText, newIntentKey } from "./intent-key";
import type { ManagedResource, TfObject } from "./managed-resource";
import type { RunMemory } from "./run-memory";

export const INTENT =
  "A random key that is in the state before anything is sent: with it, what a run has made that died before it could save that is found again, on any machine. For paid allocations on remote states.";

export const intentInputs = z.strictObject({
  profile: z
    .string()
    .optional()
    .meta({ description: "Name of the group of settings to use, one of the setting `profiles`." }),
  delay: z.string().optional().meta({
    description:
      "How long its create takes, such as `21s`: a remote state is written at most every 20 s, and with a second intent that waits so long and depends on the first one, that is saved for certain before what depends on both begins.",
  }),
});

export const intentOutputs = z.object({
  id: z.string().meta({ description: "The random part of the key." }),
  key: z.string().meta({
    description:
      "The key, for the argument `intent`. Random, and with what was listed under the parent TSG when it was made; no secret.",
  }),
});

/** The key of an object that is in the state before anything is sent for it: a later run knows its own by it. */
export function intentResource(process: ProviderProcess, memory: RunMemory): ManagedResource {
  const created = async (config: TfObject): Promise<TfObject> => {
    const { profile = null, delay = null } = config;
    const key = newIntentKey(await listedNow(process, (profile ?? undefined) as string | undefined));
    memory.beganIntent(key.id);
    const ms = parseDuration(typeof delay === "string" ? delay : "") ?? 0;
    if (ms > 0) await process.session.clock.sleep(ms, process.signal);
    return { profile, delay, id: key.id, key: intentText(key) };
  };
  return {
    typeName: "provisor_intent",
    validate: ({ delay }) =>
      Promise.resolve(
        typeof delay === "string" && parseDuration(delay) === undefined && delay !== UNKNOWN
          ? [
              {
                ...errorOf("Wrong value for delay", new Error("delay must be a duration such as 21s.")),
                path: ["delay"],
              },
            ]
          : [],
      ),
    plan: ({ prior, config, proposed }) => {
      const answer = (planned: TfObject | null): ReturnType<ManagedResource["plan"]> =>
        Promise.resolve({ planned, requiresReplace: [], plannedPrivate: "", diagnostics: [] });
      if (proposed === null || config === null) return answer(null);
      const { profile = null, delay = null } = config;
      return answer({ profile, delay, id: prior?.["id"] ?? UNKNOWN, key: prior?.["key"] ?? UNKNOWN });
    },
    apply: async ({ prior, planned, config }) => {
      if (planned === null || config === null) return { state: null, private: "", diagnostics: [] };
      if (prior !== null) return { state: { ...planned }, private: "", diagnostics: [] };
      try {
        return { state: await created(config), private: "", diagnostics: [] };
      } catch (error) {
        const why = process.session.redact(process.port.speech.text((error as Error).message));
        const words = `what is there already could not be looked at: ${why} Nothing was sent. Run the same command again.`;
        return { state: null, private: "", diagnostics: [errorOf("Not created", new Error(words))] };
      }
    },
    read: ({ current, private: saved }) =>
      Promise.resolve({ state: current, private: saved, diagnostics: [] }),
    importState: () =>
      Promise.resolve({
        imported: [],
        diagnostics: [errorOf("Not imported", new Error("An intent is made, and never imported."))],
      }),
  };
}

/** What the list shows now; nothing where no subscription account is addressed. */
async function listedNow(
  { session, settings }: ProviderProcess,
  profile: string | undefined,
): Promise<{ parentTsgId: string; host: string; instanceIds: string[] } | undefined> {
  let account;
  try {
    account = openAccount(session, settings, profile);
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
  const list = await account.instances.get(1_000);
  const { parentTsgId, baseUrl } = account.settings;
  return { parentTsgId, host: baseUrl, instanceIds: list.map(({ instanceId }) => instanceId) };
}
