import { dataSources } from "./data-sources";
import { EPHEMERAL, ephemeralInputs, ephemeralOutputs } from "./ephemeral-binding";
import { functions } from "./functions";
import { INTENT, intentInputs, intentOutputs } from "./managed/intent";
import { managedKinds } from "./managed/kinds";
import { serviceBindingKind } from "./managed/kinds/service-binding";
import { READY, readyInputs, readyOutputs } from "./managed/ready";
import type { Fields } from "./protocol/messages";
import { dataBlock, managedBlock, simpleBlock } from "./schema";
import { providerBlock } from "./settings";

/** Something that the reference has a page of. */
export interface Referenced {
  /** Folder of the page, as the Terraform Registry names them; empty for the provider itself. */
  readonly folder: "" | "resources" | "data-sources" | "ephemeral-resources";
  readonly name: string;
  readonly description: string;
  readonly schema: Fields;
}

/** What the provider serves, as its pages describe it. */
export const referenced = (): Referenced[] => [
  { folder: "", name: "provisor", description: "", schema: providerBlock().schema },
  ...managedKinds.map((kind) => ({
    folder: "resources" as const,
    name: kind.typeName,
    description: kind.resource.description,
    schema: managedBlock(kind).schema,
  })),
  {
    folder: "resources",
    name: "provisor_ready",
    description: READY,
    schema: simpleBlock(READY, readyInputs, readyOutputs).schema,
  },
  {
    folder: "resources",
    name: "provisor_intent",
    description: INTENT,
    schema: simpleBlock(INTENT, intentInputs, intentOutputs).schema,
  },
  {
    folder: "ephemeral-resources",
    name: serviceBindingKind.typeName,
    description: EPHEMERAL,
    schema: simpleBlock(EPHEMERAL, ephemeralInputs, ephemeralOutputs, ["timeouts"]).schema,
  },
  ...dataSources.map((source) => ({
    folder: "data-sources" as const,
    name: source.typeName,
    description: source.description,
    schema: dataBlock(source).schema,
  })),
];

export { functions };
