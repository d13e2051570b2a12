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
import { terraformWords } from "../../provider/engines/terraform/words";

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

/** Commands, flags, types and keys of Pulumi, and what only its users call so. */
export const PULUMI_COMMANDS = [
  /pulumi/i,
  /provisor:/,
  /\bURNs?\b/,
  /customTimeouts|retainOnDelete|deletedWith|replaceOnChanges/,
  /\bget(Instances|Licenses|Tenants|Catalog|Service|Plan)\b/,
  /--(replace|target|run-program|secret|parallel)\b/,
  /\b(an|the|each|every|first|next|last|this|that) up\b/,
];

const PULUMI = [
  ...PULUMI_COMMANDS,
  /(?<!\S)--[a-z]/,
  /\bstacks?\b/,
  /\bpreviews?\b/,
  /\bprograms?\b/,
  new RegExp(`\\b(${camelNames.join("|")})\\b`),
];

const LONGEST_SENTENCE = 30;

/** How many words a sentence has; a list of names counts as one. */
const lengthOf = (sentence: string): number =>
  sentence.replace(/(\S+, ){4,}\S+/g, "list").split(/\s+/).length;

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
      .filter((sentence) => lengthOf(sentence) > LONGEST_SENTENCE)
      .map((sentence) => `has a sentence of ${lengthOf(sentence)} words (${sentence})`),
    ...(identities.length > new Set(identities).size ? ["names a request's identity more than once"] : []),
  ].map((fault) => `${fault}: ${other}`);
}

/** What was said in this test, as it was written. It is judged afterwards: clocks run fast here. */
const said: string[] = [];

/** What was said, and how it was written: a text that was saved may be a part of a later one. */
const written = new Map<string, string>();

/** The text as it would be if nothing had been said to users of Pulumi yet. */
function unsaid(raw: string): string {
  let text = raw;
  for (const [shown, original] of written) text = text.replaceAll(shown, () => original);
  return text;
}

function judged(raw: string): string[] {
  const original = unsaid(raw);
  const shown = pulumiSpeech.text(raw);
  if (shown !== original) written.set(shown.replace(/\.$/, ""), original.replace(/\.$/, ""));
  return faultsOf(original);
}

/** What is said here is said to a user of Pulumi. A text that would be wrong elsewhere fails the test that made it say so. */
export const testSpeech: Speech = {
  path: (path) => pulumiSpeech.path(path),
  text: (raw) => {
    if (!raw.includes(" ")) return pulumiSpeech.text(raw); // a name, an id
    said.push(raw);
    return pulumiSpeech.text(raw);
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
  const faults = [...new Set(said.splice(0).flatMap(judged))];
  if (faults.length > 0) throw new Error(faults.join("\n"));
};

// Loaded anew within a test, it can have no hook: a test of a safeguard looks at violations, and not at words.
if (expect.getState().currentTestName === undefined) afterEach(assertSpoken);
