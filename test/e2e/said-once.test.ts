import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, serviceInstance } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** How often a text holds another one. */
const times = (text: string, part: string): number => text.split(part).length - 1;

describe("a delete that fails", () => {
  let project: PulumiProject;
  beforeAll(async () => {
    ({ project } = await stacks.brokered(
      serviceInstance("db", { service: "postgres", plan: "small", deletionPolicy: "prevent" }),
    ));
    await project.up();
  });

  // The engine itself writes an error as it comes and once more in its list at the end.
  test("is said once by the provider, on its resource's row alone", async () => {
    const { code, output } = await project.destroy();
    expect(code).not.toBe(0);
    expect(times(output, 'not deleted, and nothing was done: deletionPolicy is "prevent"')).toBe(2);
    expect(output).not.toMatch(/^ *(pulumi:pulumi:Stack.*)?: *$/m);
  });
});
