/** Something that is registered, and what it waits for. */
interface Entry {
  readonly address: string;
  readonly after: readonly string[];
  /** Whether it is an operation, of about the same length as all others; what is none waits for others alone. */
  readonly isOperation: boolean;
}

/** In which wave each operation runs, where no more than `parallel` run at a time, and each begins as early as it can. */
class Schedule {
  /** How many operations each wave has. */
  readonly sizes: number[] = [];
  /** After how many waves each address is done. */
  private readonly done = new Map<string, number>();

  constructor(private readonly parallel: number) {}

  /** Gives the wave after which it is done; 0 where it waits for nothing. */
  add({ address, after, isOperation }: Entry): number {
    let wave = Math.max(0, ...after.map((other) => this.done.get(other) ?? 0));
    if (isOperation) {
      while ((this.sizes[wave] ?? 0) >= this.parallel) wave++;
      this.sizes[wave] = (this.sizes[wave] ?? 0) + 1;
      wave++;
    }
    this.done.set(address, wave);
    return wave;
  }
}

/** Of what is to be created, as a preview shows it: how many waves the engine makes of it, and what would make it fewest. */
export class Waves {
  private readonly names = new Map<string, number>();
  /** Each with the wave after which it could be done. */
  private readonly entries: (readonly [number, Entry])[] = [];
  private readonly fewest = new Schedule(Infinity);

  /** @param parallel Operations that the engine carries out at a time. */
  constructor(private readonly parallel: number) {}

  /**
   * Notes what has been registered, in the order of the registrations.
   * @param after Addresses of what it waits for.
   * @param created Name of the kind of resource; undefined for what is not to be created, or does not count.
   */
  add(address: string, after: readonly string[], created: string | undefined): void {
    const entry = { address, after, isOperation: created !== undefined };
    this.entries.push([this.fewest.add(entry), entry]);
    if (created !== undefined) this.names.set(created, (this.names.get(created) ?? 0) + 1);
  }

  /** What there is to say of it; undefined where a higher `--parallel` changes nothing. */
  get told(): string | undefined {
    const planned = new Schedule(this.parallel);
    // What waits for nothing is in the engine's hands before what waits.
    for (const [, entry] of this.entries.toSorted(([one], [other]) => one - other)) planned.add(entry);
    const [count, least] = [planned.sizes.length, this.fewest.sizes.length];
    if (count <= least) return undefined;
    const kinds = [...this.names].map(([name, number]) => `${number} ${name}${number === 1 ? "" : "s"}`);
    const parallel = Math.max(...this.fewest.sizes);
    const outcome = least === 1 ? "one wave" : `${least} waves, the fewest, since some wait for others`;
    return (
      `${kinds.join(" and ")} are to be created, and the engine works on ${this.parallel} at a time: ${count} waves, one ` +
      `after the other. \`pulumi up --parallel ${parallel}\` makes it ${outcome}.`
    );
  }
}
