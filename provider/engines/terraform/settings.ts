import { z } from "zod";
import { allDefinitions } from "../../settings";
import type { SettingDefinition } from "../../settings/definition";
import { headers, list, port, yesOrNo } from "../../settings/schemas";
import { snake } from "./managed/attributes";
import type { TfObject } from "./managed/managed-resource";
import { type Attribute, type Block, attributeOf, blockOf } from "./schema";
import type { TfType } from "./types";
import { isUnknown } from "./unknown";
import { hasUnknown } from "../../schema/unknown";

const [MAP] = [4] as const;

/** Settings as arguments of the provider's block; a text where nothing says otherwise. */
function schemaOf({ schema, description, secret, default: byDefault }: SettingDefinition): z.ZodType {
  const type = ((): z.ZodType => {
    if (schema === yesOrNo) return z.boolean();
    if (schema === port) return z.number();
    if (schema === list) return z.array(z.string());
    return schema === headers ? z.record(z.string(), z.string()) : z.string();
  })();
  return type.optional().meta({ description, secret: secret !== undefined, default: byDefault });
}

/** Each once: several APIs share some. */
const definitions = [...new Map(allDefinitions.map((one) => [one.name, one])).values()];

const attributes = (): Attribute[] =>
  definitions.map((one) => attributeOf(one.name, schemaOf(one), { optional: true }));

/** The groups of settings that `profile` names. */
function profiles(): Attribute {
  const within = attributes();
  const type: TfType = ["map", ["object", Object.fromEntries(within.map((one) => [one.name, one.type]))]];
  return {
    name: "profiles",
    type,
    fields: {
      name: "profiles",
      description: "Groups of settings by name, for resources whose `profile` names one.",
      descriptionKind: 1,
      optional: true,
      nestedType: { attributes: within.map(({ fields }) => fields), nesting: MAP },
    },
  };
}

export const providerBlock = (): Block =>
  blockOf(
    [...attributes(), profiles()],
    "Settings. Each may come from the environment instead; credentials come from one place together.",
  );

/** Settings of a provider's block. What is not known yet counts as not set. */
export class ProviderSettings {
  private values: Readonly<Record<string, string>> = {};
  /** True while something is not known yet, so that nothing can be asked of any API. */
  isOpen = false;

  configure(config: TfObject): void {
    this.isOpen = hasUnknown(config, isUnknown);
    const { profiles = null, ...own } = config;
    const groups = Object.entries((profiles ?? {}) as Record<string, TfObject>).map(
      ([name, group]) => [name, named(group)] as const,
    );
    this.values = {
      ...Object.fromEntries(Object.entries(named(own)).map(([name, value]) => [name, textOf(value)])),
      ...(profiles === null ? {} : { profiles: JSON.stringify(Object.fromEntries(groups)) }),
    };
  }

  get(name: string): string | undefined {
    return this.values[name];
  }
}

/** What is set, by the names of the settings. */
const named = (group: TfObject): Record<string, unknown> =>
  Object.fromEntries(
    definitions
      .map(({ name }) => [name, group[snake(name)]] as const)
      .filter(([, value]) => value !== null && value !== undefined && !isUnknown(value)),
  );

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
