import { brokerRunStateOf } from "../../../provider/resources/broker/run-state";
import { type Host, type Outcome, type Resource, StopError } from "../../../provider/host/contract";

/**
 * What a lifecycle function came to: `done`; `failed` or `in progress`, which is saved as unfinished; `unread`, saved
 * without what the binding gives; `refused`, with nothing saved anew; or `gone`, where a read found nothing.
 */
export interface Came {
  to: "done" | "failed" | "in progress" | "unread" | "refused" | "gone";
  /** What the user was told, if it was not done. */
  words: string;
}

interface StateOfAny {
  state: "in progress" | "succeeded" | "failed";
  unfinished?: { kind: string } | undefined;
  mitigated?: boolean | undefined;
}

/** A resource in the hands of an engine: what is saved of it, and what a run makes of it. */
export class Held<Inputs, State extends StateOfAny> {
  saved: { id: string; inputs: Inputs; state: State } | undefined;
  private hasIntent = false;
  constructor(
    private readonly resource: Resource<Inputs, State>,
    private readonly idIn: (state: State) => string,
    /** The id that its intent stands for, whatever is saved of the resource. */
    readonly key: string,
  ) {}

  /** The id of what is saved. */
  get id(): string | undefined {
    return this.saved && this.idIn(this.saved.state);
  }

  /** The ids that the engine's state tells of. */
  get ids(): string[] {
    return this.saved ? [this.idIn(this.saved.state), this.key] : [this.key];
  }

  async up(host: Host, wanted: Record<string, unknown>): Promise<Came> {
    const { resource, saved, key } = this;
    if (!this.hasIntent) brokerRunStateOf(host.session).began(key); // the first run makes the intent; the others find it
    this.hasIntent = true;
    const { inputs, problems } = await resource.check(host, saved?.inputs, { intent: { key }, ...wanted });
    if (problems.length > 0)
      return { to: "refused", words: problems.map(({ message }) => message).join("\n") };
    const news = inputs as Inputs;
    return came(async () => {
      const outcome = saved
        ? await resource.update(host, saved.id, saved.state, news)
        : await resource.create(host, news);
      this.saved = { id: outcome.id, inputs: news, state: outcome.state };
      return standing(outcome);
    });
  }

  refresh(host: Host): Promise<Came> {
    return came(async () => {
      const { id, inputs, state } = this.known;
      const seen = await this.resource.read(host, id, state);
      this.saved = seen && { id, inputs, state: seen };
      return { to: seen ? "done" : "gone", words: "" };
    });
  }

  destroy(host: Host): Promise<Came> {
    return came(async () => {
      const { id, state } = this.known;
      await this.resource.delete(host, id, state);
      this.saved = undefined;
      return { to: "done", words: "" };
    });
  }

  private get known(): { id: string; inputs: Inputs; state: State } {
    if (!this.saved) throw new Error("Nothing is saved.");
    return this.saved;
  }
}

function standing({ state, unfinished }: Outcome<StateOfAny>): Came {
  if (!unfinished) return { to: "done", words: "" };
  const words = unfinished.join("\n");
  if (state.state === "succeeded") return { to: "unread", words };
  return { to: state.state, words };
}

async function came(work: () => Promise<Came>): Promise<Came> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StopError) return { to: "refused", words: error.message };
    throw error;
  }
}
