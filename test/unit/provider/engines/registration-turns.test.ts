import { setImmediate } from "node:timers/promises";
import { RegistrationTurns } from "../../../../provider/engines/pulumi-dynamic/registration-turns";

/**
 * A program that registers pairs of an intent and, once that is answered, its resource; and what it has asked an engine for,
 * which answers when it is told to.
 */
class Program {
  /** What was asked for, in that order: `i1` is the intent of `r1`. */
  readonly asked: string[] = [];
  private readonly answers = new Map<string, () => void>();
  private readonly turns: RegistrationTurns;

  constructor(pairs: number, parallel: number) {
    this.turns = new RegistrationTurns(parallel);
    for (let n = 1; n <= pairs; n++) this.pair(n);
  }

  private pair(n: number): void {
    const answered = (): void => {
      this.turns.resource(this.ask(`r${n}`), () => undefined);
    };
    this.turns.intent(this.ask(`i${n}`), answered);
  }

  private ask(name: string) {
    return (answered: (error: null, response: undefined) => void): void => {
      this.asked.push(name);
      this.answers.set(name, () => {
        answered(null, undefined);
      });
    };
  }

  async answer(...names: string[]): Promise<void> {
    for (const name of names) {
      this.answers.get(name)?.();
      await setImmediate();
    }
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
  const turns = new RegistrationTurns(200);
  const refusals: (() => void)[] = [];
  for (let n = 1; n <= 5; n++)
    turns.intent(
      (answered) => refusals.push(() => void answered(new Error("refused"), undefined)),
      () => undefined,
    );
  refusals[0]?.();
  await setImmediate();
  expect(refusals).toHaveLength(5);
});
