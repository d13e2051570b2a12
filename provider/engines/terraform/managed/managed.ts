import type { SavedState } from "../../../host/contract";
import type { Declared } from "../../../host/declared";
import type { ProviderProcess } from "../../../host/process";
import {
  type Call,
  type Plain,
  type Properties,
  type Served,
  type Settled,
  serve,
  toSave,
} from "../../../host/serve";
import type { Problem } from "../../../schema/problem";
import { problemsOf } from "../../../schema/validate";
import { isUnknown } from "../unknown";
import type { TerraformPort } from "../port";
import type { ManagedKind } from "./kind";
import type { Records } from "./records";
import type { RunMemory } from "./run-memory";

/** What a call is told of the object. */
interface Known {
  readonly saved: SavedState["own"];
  readonly decision?: unknown;
  readonly preview?: boolean;
}

/** A resource with all that its calls need. */
export class Managed {
  readonly served: Served;

  constructor(
    readonly kind: ManagedKind,
    readonly process: ProviderProcess,
    readonly port: TerraformPort,
    readonly memory: RunMemory,
    readonly records: Records,
    /** True while settings are not known yet: then nothing is asked of any API. */
    readonly isOpen: () => boolean = () => false,
  ) {
    this.served = serve(kind.resource, () => process);
  }

  /**
   * Terraform tells no address. Of one configuration no two objects are the same, which the plan sees to; so there is nothing that
   * others would have to tell.
   */
  call({ saved, decision, preview = false }: Known, given: Properties = {}): Call {
    return {
      address: "",
      name: this.nameOf(given),
      preview,
      saved: { own: saved, real: "none", others: [] },
      decision,
    };
  }

  /** What messages call it: its type and, where it has one, its name. */
  nameOf({ name }: Properties): string {
    return typeof name === "string" ? `${this.kind.typeName} "${name}"` : this.kind.typeName;
  }

  /** What is wrong with arguments by themselves, as users are told it. */
  problemsOf(given: Properties): Problem[] {
    const { speech } = this.port;
    const problems = [...this.kind.problems(given), ...problemsOf(this.kind.inputs, given, isUnknown)];
    return problems.map(({ path, message }) => ({ path: speech.path(path), message: speech.text(message) }));
  }

  /** Judges arguments, and finds what the resource needs besides. */
  async check(
    known: Known,
    olds: Properties | undefined,
    given: Properties,
    intent?: unknown,
  ): Promise<{ problems: Problem[]; news: Plain; decision: unknown }> {
    const inputs = this.kind.resourceInputs(given);
    const news = this.plain(intent === undefined ? inputs : { ...inputs, intent }, given);
    const checked = await this.served.check(this.call(known, given), olds, news);
    return {
      problems: checked.problems,
      news: { ...news, properties: checked.inputs },
      decision: checked.decision,
    };
  }

  /** Properties with what the configuration declares secret among them. */
  plain(properties: Properties, given: Properties): Plain {
    return { properties, declared: this.declaredIn(given) };
  }

  /** A state as it is, to be saved once more. */
  kept(state: Properties, id: string, given: Properties): Settled {
    return { ...toSave(this.kind.resource, this.process, state, this.declaredIn(given), state), id };
  }

  private declaredIn(given: Properties): Declared {
    const { values } = this.kind.secretsIn(given);
    return { values, names: values.length > 0 ? ["parameters"] : [] };
  }

  warn(text: string): void {
    this.port.log("warning", text);
  }
}
