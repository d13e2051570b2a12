import type { RunningSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, allocated, child, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const COUNT = 20;
const tsgId = (index: number): string => String(1_000_000_100 + index);
const indexes = Array.from({ length: COUNT }, (_, index) => index);

/** 20 ChildInstances, one a tenant, from this tenant on. */
const many = (from: number, policies: (index: number) => Record<string, unknown> = () => ({})): string =>
  indexes
    .map((index) =>
      child(`c${String(index)}`, {
        onboard: [prisma(`t${String(from + index)}`, 10)],
        ...policies(from + index),
      }),
    )
    .join("\n");

/** Two stacks of one client and one parent TSG. */
interface Runners {
  running: RunningSimulator;
  projects: [PulumiProject, PulumiProject];
}

async function runners(first: string, second: string, provisionMs: number): Promise<Runners> {
  const tenants = Array.from({ length: 2 * COUNT }, (_, i) => ({ name: `t${String(i)}`, id: tsgId(i) }));
  const running = await stacks.simulator({ tenants, provisionMs });
  const { env } = running;
  const projects: Runners["projects"] = [
    await stacks.project(first, { env }),
    await stacks.project(second, { env }),
  ];
  return { running, projects };
}

/** All creates of both at once, so that they meet. */
const upBoth = ([first, second]: Runners["projects"]): Promise<[Run, Run]> =>
  Promise.all([first.up("--parallel", "40"), second.up("--parallel", "40")]);

const heldInBoth = async ([first, second]: Runners["projects"]): Promise<[string[], string[]]> => [
  await first.heldInstances(),
  await second.heldInstances(),
];

describe("two runs at once on one parent TSG", () => {
  test("for different tenants are both green, and know 20 of 40 allocations each", async () => {
    const { running, projects } = await runners(many(0), many(COUNT), 600);
    expect((await upBoth(projects)).map(({ code }) => code)).toEqual([0, 0]);
    const held = await heldInBoth(projects);
    expect(held.map((ids) => ids.length)).toEqual([COUNT, COUNT]);
    expect(held.flat().sort()).toEqual(allocated(running.simulator));
    expect(running.simulator.ledger.posts()).toHaveLength(2 * COUNT);
  });

  describe("for the same tenants, where one more is allowed,", () => {
    let running: RunningSimulator;
    let projects: Runners["projects"];
    let runs: [Run, Run];
    let held: [string[], string[]];
    const allowed = { allowAdditional: true };
    const idsOf = (index: number): string[] =>
      running.simulator.instances.filter((one) => one.tsgId === tsgId(index)).map((one) => one.instanceId);
    /** What this stack holds for a tenant. */
    const own = (stack: 0 | 1, index: number): string | undefined =>
      idsOf(index).find((id) => held[stack].includes(id));

    beforeAll(async () => {
      const text = many(0, () => allowed);
      ({ running, projects } = await runners(text, text, 4000));
      runs = await upBoth(projects);
      held = await heldInBoth(projects);
    });

    test("allocate 40 instances", () => {
      expect(running.simulator.ledger.effects()).toHaveLength(2 * COUNT);
    });

    test("never give one instance to both", () => {
      expect(held[0].filter((id) => held[1].includes(id))).toEqual([]);
    });

    test("name both instances of a tenant wherever they cannot tell which is their own", () => {
      const unnamed = ([0, 1] as const).flatMap((stack) =>
        indexes
          .filter((index) => own(stack, index) === undefined)
          .flatMap(idsOf)
          .filter((id) => !runs[stack].output.includes(id)),
      );
      expect(unnamed).toEqual([]);
    });

    test("are green once each is told which ones to adopt, without another POST", async () => {
      const taken = indexes.map((index) => {
        const free = idsOf(index).filter((id) => !held.flat().includes(id));
        return [own(0, index) ?? free.shift(), own(1, index) ?? free.shift()];
      });
      projects.forEach((project, stack) => {
        const adopting = many(0, (index) =>
          own(stack as 0 | 1, index) === undefined ? { ...allowed, adopt: [taken[index]?.[stack]] } : allowed,
        );
        project.write(program(adopting));
      });
      expect((await upBoth(projects)).map(({ code, output }) => (code === 0 ? 0 : output))).toEqual([0, 0]);
      expect((await heldInBoth(projects)).flat().sort()).toEqual(allocated(running.simulator));
      expect(running.simulator.ledger.posts()).toHaveLength(2 * COUNT);
    });
  });

  test("for the same tenants refuse a second allocation, or tell of both where they met", async () => {
    const { running, projects } = await runners(many(0), many(0), 2000);
    const runs = await upBoth(projects);
    const held = await heldInBoth(projects);
    const twice = held[0].filter((id) => held[1].includes(id));
    const lost = allocated(running.simulator)
      .filter((id) => !held.flat().includes(id))
      .filter((id) => !runs.some(({ output }) => output.includes(id)));
    expect({ twice, lost }).toEqual({ twice: [], lost: [] });
    expect(runs.map(({ code }) => code)).not.toEqual([0, 0]);
  });
});
