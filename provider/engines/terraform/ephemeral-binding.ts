import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Properties, Settled } from "../../host/serve";
import { newKey } from "../../resources/broker/ids";
import { brokerRunStateOf } from "../../resources/broker/run-state";
import { sightOf } from "../../resources/broker/stray";
import { openBroker } from "../../resources/broker/account";
import { attributesOf, propertiesOf } from "./managed/attributes";
import { errorOf, problemDiagnostics, warningsOf } from "./managed/diagnostics";
import { serviceBindingKind } from "./managed/kinds/service-binding";
import type { Managed } from "./managed/managed";
import type { TfDiagnostic, TfObject } from "./managed/managed-resource";

const { shape: inputs } = serviceBindingKind.inputs;
const { shape: outputs } = serviceBindingKind.outputs;

export const ephemeralInputs = z.strictObject({
  instance: inputs["instance"] as z.ZodType,
  parameters: inputs["parameters"] as z.ZodType,
  bindResource: inputs["bindResource"] as z.ZodType,
  profile: inputs["profile"] as z.ZodType,
  acceptsIncomplete: inputs["acceptsIncomplete"] as z.ZodType,
  timeouts: inputs["timeouts"] as z.ZodType,
});

export const ephemeralOutputs = z.object(
  Object.fromEntries(
    [
      "bindingId",
      "credentials",
      "syslogDrainUrl",
      "routeServiceUrl",
      "volumeMounts",
      "endpoints",
      "metadata",
    ].map((name) => [name, outputs[name] as z.ZodType]),
  ),
);

export const EPHEMERAL =
  "A binding for as long as Terraform needs its credentials: bound when it is opened, and unbound when it is closed. They are in no state and no plan. Terraform opens it in each plan and in each apply.";

interface Opened {
  readonly result?: TfObject;
  /** Id of the binding; empty where nothing was bound. */
  readonly private: string;
  /** When Terraform is to ask whether it is still there. */
  readonly renewAt?: Date | undefined;
  readonly diagnostics: readonly TfDiagnostic[];
}

/** What is written down of a binding before it is bound, so that the next run can name it if this one is killed. */
const noted = z.object({
  pid: z.number(),
  instanceId: z.string(),
  serviceId: z.string(),
  planId: z.string(),
  bindingId: z.string(),
  profile: z.string().optional(),
});

const LIST = "ephemeral bindings";

/** Ephemeral `provisor_service_binding`. */
export class EphemeralBinding {
  readonly typeName = serviceBindingKind.typeName;
  private readonly open_ = new Map<string, Settled>();

  /** @param ending The same in a run of its own: what a run has made, no delete of the same run ends. */
  constructor(
    private readonly managed: Managed,
    private readonly ending: Managed,
  ) {}

  async open(config: TfObject): Promise<Opened> {
    const done = await this.managed.port.during(() => this.bound(config));
    const warnings = warningsOf(done.warnings);
    if ("error" in done)
      return { private: "", diagnostics: [...warnings, errorOf("Not opened", done.error)] };
    return { ...done.result, diagnostics: [...warnings, ...done.result.diagnostics] };
  }

  /** Whether it is still there; what the broker ends by itself cannot be kept. */
  async renew(id: string): Promise<Opened> {
    const settled = this.open_.get(id);
    if (!settled) return { private: id, diagnostics: [] };
    const { properties } = settled;
    const done = await this.managed.port.during(() =>
      this.managed.served.read(
        this.managed.call({ saved: properties }),
        id,
        this.managed.plain(properties, {}),
      ),
    );
    const warnings = warningsOf(done.warnings);
    if ("error" in done)
      return { private: id, diagnostics: [...warnings, errorOf("Not renewed", done.error)] };
    const gone = new Error(
      `The binding ${id} is not at the broker any more, so that its credentials are of no use.`,
    );
    const diagnostics = done.result === undefined ? [errorOf("Not renewed", gone)] : [];
    return { private: id, renewAt: this.renewalOf(properties), diagnostics: [...warnings, ...diagnostics] };
  }

  async close(id: string): Promise<readonly TfDiagnostic[]> {
    const settled = this.open_.get(id);
    if (!settled) return [];
    const done = await this.managed.port.during(() => this.unbound(id, settled.properties));
    const warnings = warningsOf(done.warnings);
    return "error" in done ? [...warnings, errorOf("Not closed", done.error)] : warnings;
  }

  private async unbound(id: string, state: Properties): Promise<void> {
    await this.ending.served.delete(this.ending.call({ saved: state }), id, this.ending.plain(state, {}));
    this.open_.delete(id);
    this.forget(id);
  }

  private async bound(config: TfObject): Promise<Opened> {
    const { managed } = this;
    const given = propertiesOf(ephemeralInputs, config);
    await this.nameLeft();
    const key = newKey();
    // Of this very run: what fails is cleaned up.
    brokerRunStateOf(managed.process.session).began(key);
    const checked = await managed.check({ saved: "none" }, undefined, given, { key });
    if (checked.problems.length > 0)
      return { private: "", diagnostics: problemDiagnostics(checked.problems) };
    const { serviceId, planId, instance, profile } = checked.news.properties as Record<string, unknown>;
    const { instanceId } = instance as { instanceId: string };
    const beforeAllocating = (): void =>
      this.note({ pid: process.pid, instanceId, serviceId, planId, bindingId: key, profile });
    const call = { ...managed.call({ saved: "none" }), beforeAllocating };
    const settled = await managed.served.create(call, checked.news);
    this.open_.set(settled.id, settled);
    const { properties, unfinished } = settled;
    if (unfinished) {
      await this.unbound(settled.id, properties);
      return { private: "", diagnostics: unfinished.map((why) => errorOf("Not opened", new Error(why))) };
    }
    return {
      result: { ...attributesOf(ephemeralInputs, given), ...attributesOf(ephemeralOutputs, properties) },
      private: settled.id,
      renewAt: this.renewalOf(properties),
      diagnostics: [],
    };
  }

  /** Halfway to the end of a binding that ends by itself. */
  private renewalOf({ metadata }: Properties): Date | undefined {
    const { expiresAt } = (metadata ?? {}) as { expiresAt?: string };
    const end = Date.parse(expiresAt ?? "");
    const now = this.managed.process.session.clock.now();
    return Number.isNaN(end) || end <= now ? undefined : new Date(now + (end - now) / 2);
  }

  private get list(): z.infer<typeof noted>[] {
    const read = z.array(noted).safeParse(this.managed.records.read(LIST));
    return read.success ? read.data : [];
  }

  private note(one: Record<string, unknown>): void {
    this.managed.records.write(LIST, [...this.list, one]);
  }

  private forget(id: string): void {
    const rest = this.list.filter(({ bindingId }) => bindingId !== id);
    if (rest.length > 0) this.managed.records.write(LIST, rest);
    else this.managed.records.remove(LIST);
  }

  /** Names what runs have left that were killed before they could unbind it. */
  private async nameLeft(): Promise<void> {
    const { process: own, port, kind } = this.managed;
    for (const { pid, profile, ...stray } of this.list) {
      if (isRunning(pid)) continue;
      const broker = openBroker(own.session, own.settings, profile);
      const host = { session: own.session, signal: own.signal, name: kind.typeName } as Parameters<
        typeof sightOf
      >[0];
      const sight = await sightOf(host, broker, stray, own.session.clock.now() + LOOK_MS, false);
      this.forget(stray.bindingId);
      if (sight.kind === "nothing") continue;
      port.log(
        "warning",
        `A run that was killed left binding ${stray.bindingId} of instance ${stray.instanceId} at the broker ${broker.client.baseUrl}. ` +
          "Its credentials may still be valid, and nobody has them. Unbind it there by its ids.",
      );
    }
  }
}

const LOOK_MS = 30_000;

/** False for one that has ended, also where nobody has asked how: a container may have nobody who does. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true; // Not on Linux.
  }
}
