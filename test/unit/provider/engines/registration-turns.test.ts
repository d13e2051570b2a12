import { setImmediate } from "node:timers/promises";
import { RegistrationTurns } from "../../../../provider/engines/pulumi-dynamic/registration-turns";
import { FakeClock } from "../../../support/fake-clock";

/**
 * A program that registers pairs of an intent and, some time after that is answered, its resource; and what it has asked an
 * engine for, which answers when it is told to.
 */
class Program {
  /** What was asked for, in that order: `i1` is the intent of `r1`. */
  readonly asked: string[] = [];
  /** What was answered with an error. */
  readonly refused: string[] = [];
  private readonly answers = new Map<string, (error: Error | null) => void>();
  private readonly turns: RegistrationTurns;
  readonly clock = new FakeClock();

  /** @param later What comes between the answer for an intent and the registration of its resource. */
  constructor(
    pairs: number,
    parallel: number,
    private readonly later: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.turns = new RegistrationTurns(parallel, this.clock);
    for (let n = 1; n <= pairs; n++) this.pair(n);
  }

  private pair(n: number): void {
    this.turns.intent(this.ask(`i${n}`), (error) => {
      if (error) this.refused.push(`i${n}`);
      else void this.registerResource(n);
    });
  }

  /** As the SDK does, after the outputs of the intent are known. */
  private async registerResource(n: number): Promise<void> {
    for (let step = 0; step < 20; step++) await Promise.resolve();
    await this.later();
    this.turns.resource(this.ask(`r${n}`), () => undefined);
  }

  private ask(name: string) {
    return (answered: (error: Error | null, response: unknown) => void): void => {
      this.asked.push(name);
      this.answers.set(name, (error) => {
        answered(error, undefined);
      });
    };
  }

  async answer(...names: string[]): Promise<void> {
    for (const name of names) {
      this.answers.get(name)?.(null);
      await setImmediate();
    }
  }

  async refuse(name: string, code: number): Promise<void> {
    this.answers.get(name)?.(Object.assign(new Error("refused"), { code }));
    await setImmediate();
  }

  count(kind: "i" | "r"): number {
    return this.asked.filter((name) => name.startsWith(kind)).length;
  }
}

test("a few intents are asked for at a time", () => {
  const program = new Program(100, 200);
  expect(program.asked).toEqual(["i1", "i2", "i3", "i4"]);
});

test("a resource is asked for before further intents are", async () => {
  const program = new Program(100, 200);
  await program.answer("i1", "i2");
  expect(program.asked.slice(4)).toEqual(["r1", "i5", "r2", "i6"]);
});

test("no more intents are asked for than leave one operation free, until as many resources are under way", async () => {
  const program = new Program(100, 4);
  await program.answer("i1", "i2");
  expect(program.asked).toEqual(["i1", "i2", "i3", "r1", "r2"]);
});

test("an intent keeps its turn until its resource is asked for", async () => {
  let goOn = (): void => undefined;
  const later = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const program = new Program(100, 4, () => later);
  await program.answer("i1", "i2");
  expect(program.asked).toEqual(["i1", "i2", "i3"]);
  goOn();
  await setImmediate();
  expect(program.asked).toEqual(["i1", "i2", "i3", "r1", "r2"]);
});

test("all other intents are asked for when all operations but one are resources", async () => {
  const program = new Program(100, 4);
  await program.answer("i1", "i2", "i3");
  expect([program.count("i"), program.count("r")]).toEqual([100, 3]);
});

test("all intents are asked for at once where the engine does one thing at a time", () => {
  const program = new Program(100, 1);
  expect(program.count("i")).toBe(100);
});

test("every intent is asked for in the end, though resources come to their end meanwhile", async () => {
  const program = new Program(100, 4);
  for (let n = 1; n <= 100; n++) await program.answer(`i${n}`, `r${n}`);
  expect([program.count("i"), program.count("r")]).toEqual([100, 100]);
});

test("an intent that is refused gives its turn away", async () => {
  const program = new Program(100, 200);
  await program.refuse("i1", 2);
  expect([program.count("i"), program.refused]).toEqual([5, ["i1"]]);
});

test.each([
  ["UNAVAILABLE", 14],
  ["CANCELLED", 1],
])("an engine that ends (%s) is asked for nothing more, and all that wait are told", async (_name, code) => {
  const program = new Program(100, 200);
  await program.refuse("i1", code);
  expect([program.count("i"), program.refused.length]).toEqual([4, 97]);
});

test("one more intent is asked for when no answer comes, since those before it may wait for it", async () => {
  const program = new Program(100, 200);
  await program.clock.advance(5_000);
  expect(program.asked).toEqual(["i1", "i2", "i3", "i4", "i5"]);
});
