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

  // The engine shows the first line of an error as it comes and with the row's end, and all of it in its list at the end.
  test("says what to do about it once, and nothing on the stack's row", async () => {
    const { code, output } = await project.destroy();
    const [rows = "", list = ""] = output.split("Diagnostics:");
    expect(code).not.toBe(0);
    expect(times(list, 'not deleted, and nothing was done: deletionPolicy is "prevent"')).toBe(1);
    expect([times(rows, "To delete it, set"), times(list, "To delete it, set")]).toEqual([0, 1]);
    expect(rows).not.toMatch(/pulumi:pulumi:Stack.*not deleted/);
  });
});
