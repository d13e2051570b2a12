import { speaking } from "../../provider/host/speaking";
import { type Speech, speechOf } from "../../provider/words";
import { pulumiSpeech } from "../../provider/engines/pulumi-dynamic/words";
import { childInstance } from "../../provider/resources/child-instance";
import { childInstanceIntent } from "../../provider/resources/child-instance/intent";
import { childInstanceInputs, childInstanceOutputs } from "../../provider/resources/child-instance/schema";
import type { Resource } from "../../provider/host/contract";
import { serviceBinding } from "../../provider/resources/service-binding";
import { serviceBindingIntent } from "../../provider/resources/service-binding/intent";
import { serviceBindingInputs, serviceBindingOutputs } from "../../provider/resources/service-binding/schema";
import { serviceInstance } from "../../provider/resources/service-instance";
import { serviceInstanceIntent } from "../../provider/resources/service-instance/intent";
import {
  serviceInstanceInputs,
  serviceInstanceOutputs,
} from "../../provider/resources/service-instance/schema";
import { allDefinitions } from "../../provider/settings";
import { terraformWords } from "./terraform-words";

const terraform = speechOf(terraformWords);

/** Names of our inputs, outputs and settings that Terraform spells in another way. */
const camelNames = [
  ...[childInstanceInputs, childInstanceOutputs, serviceInstanceInputs, serviceInstanceOutputs]
    .concat([serviceBindingInputs, serviceBindingOutputs] as never[])
    .flatMap(({ shape }) => Object.keys(shape)),
  ...Object.keys(childInstanceInputs.shape.onboard.unwrap().element.shape),
  ...Object.keys(childInstanceInputs.shape.freeApp.unwrap().shape),
  ...allDefinitions.map(({ name }) => name),
].filter((name) => /[A-Z]/.test(name));

/** What only Pulumi's users know by these names. */
const PULUMI = [
  /pulumi/i,
  /provisor:/,
  /\bURNs?\b/,
  /(?<!\S)--[a-z]/,
  /\b(an|the|each|every|first|next|last|this|that) up\b/,
  /\bstacks?\b/,
  /\bpreviews?\b/,
  /\bprograms?\b/,
  /customTimeouts|retainOnDelete|deletedWith|replaceOnChanges/,
  /\bget(Instances|Licenses|Tenants|Catalog|Service|Plan)\b/,
  new RegExp(`\\b(${camelNames.join("|")})\\b`),
];

const LONGEST_SENTENCE = 90;

/** What is wrong with a text as its author wrote it. */
export function faultsOf(raw: string): string[] {
  // What is in quotes is a value.
  const other = terraform.text(raw).replace(/"[^"]*"/g, '"…"');
  const shown = pulumiSpeech.text(raw);
  const identities = shown.match(/request identity [\w-]+/g) ?? [];
  const sentences = shown.split(/(?<=[.!?])\s+|\n/).map((sentence) => sentence.trim());
  return [
    ...PULUMI.flatMap((word) =>
      word.exec(other) ? [`says "${word.exec(other)?.[0] ?? ""}" to users of Terraform`] : [],
    ),
    ...(/[\uE010-\uE012]/.test(other + shown) ? ["has a place that was not filled"] : []),
    ...sentences
      .filter((sentence) => sentence.split(/\s+/).length > LONGEST_SENTENCE)
      .map((sentence) => `has a sentence of ${sentence.split(/\s+/).length} words`),
    ...(identities.length > new Set(identities).size ? ["names a request's identity more than once"] : []),
  ].map((fault) => `${fault}: ${other}`);
}

const found: string[] = [];

/** What was said, and how it was written: a text that was saved may be a part of a later one. */
const written = new Map<string, string>();

/** The text as it would be if nothing had been said to users of Pulumi yet. */
function unsaid(raw: string): string {
  let text = raw;
  for (const [shown, original] of written) text = text.replaceAll(shown, () => original);
  return text;
}

/** What is said here is said to a user of Pulumi. A text that would be wrong elsewhere fails the test that made it say so. */
export const testSpeech: Speech = {
  path: (path) => pulumiSpeech.path(path),
  text: (raw) => {
    if (!raw.includes(" ")) return pulumiSpeech.text(raw); // a name, an id
    const original = unsaid(raw);
    found.push(...faultsOf(original));
    const shown = pulumiSpeech.text(raw);
    if (shown !== original) written.set(shown.replace(/\.$/, ""), original.replace(/\.$/, ""));
    return shown;
  },
};

// Every resource of the process that this test runs in speaks so.
for (const resource of [
  childInstance,
  childInstanceIntent,
  serviceInstance,
  serviceInstanceIntent,
  serviceBinding,
  serviceBindingIntent,
] as unknown as Resource[])
  Object.assign(resource, speaking({ ...resource }, testSpeech));

const assertSpoken = (): void => {
  const faults = [...new Set(found.splice(0))];
  if (faults.length > 0) throw new Error(faults.join("\n"));
};

// Loaded anew within a test, it can have no hook: a test of a safeguard looks at violations, and not at words.
if (expect.getState().currentTestName === undefined) afterEach(assertSpoken);
