import {
  type LedgerEventKind,
  type RequestKind,
  type RunningSimulator,
  startSimulator,
} from "../../sdk/simulator";
import { TerraformProject } from "../support/terraform-project";
import { randomFrom } from "../support/random";
import { seed } from "./cases";
import { type StateServer, startStateServer } from "./state-server";
import { CASE_MS, report } from "./tests";

/** An apply of two tenants that is killed, group and all, and the same command after that. */

jest.setTimeout(CASE_MS);

const TENANTS = ["tenant-a", "tenant-b"];

/** Where the state is, and what the run after the kill still has. */
const homes = [
  { words: "local backend", backend: "local", home: "same" },
  { words: "http backend", backend: "http", home: "same" },
  { words: "local backend and an intent", backend: "local", home: "another" },
] as const;

interface Moment {
  readonly kind: LedgerEventKind;
  readonly request: RequestKind;
  readonly nth: number;
}

const moments: readonly Moment[] = [
  ...(["request", "effect", "answer"] as const).flatMap((kind) =>
    [1, 2].map((nth) => ({ kind, request: "post" as const, nth })),
  ),
  ...[2, 3, 4, 5, 6, 7].map((nth) => ({ kind: "answer" as const, request: "list" as const, nth })),
];

const random = randomFrom(seed);
const cases = homes
  .flatMap((home) =>
    [0, 1, 2, 3].map(() => ({ ...home, moment: moments[Math.floor(random() * moments.length)] as Moment })),
  )
  .map((one, at) => ({ ...one, n: at + 1 }));

const configuration = (backend: string, isIntended: boolean): string =>
  backend +
  TENANTS.map(
    (name) => `
${isIntended ? `resource "provisor_intent" "${name}" {}` : ""}
resource "provisor_child_instance" "${name}" {
  ${isIntended ? `intent = provisor_intent.${name}.key` : ""}
  onboard = [{
    app_id           = "prisma_access"
    license_id       = "123456789"
    allocation_type  = "SHARED"
    allocation       = [{ app_id = "prisma_access_edition", license_type = "GBL-SKU", allocation_size = 10 }]
    platform_region  = "americas"
    tsg_name         = "${name}"
    is_eula_accepted = true
  }]
}
`,
  ).join("");

/** Kills the command at the moment. */
function killAt({ simulator }: RunningSimulator, { kind, request, nth }: Moment, kill: () => void): void {
  let count = 0;
  const stop = simulator.on((event) => {
    if (event.kind !== kind || event.request !== request) return;
    count += 1;
    if (count !== nth) return;
    stop();
    kill();
  });
}

test.each(cases)(
  "seed case $n: killed at $moment.kind $moment.nth of $moment.request, $words",
  async (one) => {
    const running = await startSimulator({ appearAfterMs: 200, provisionMs: 1_500 });
    const states: StateServer | undefined = one.backend === "http" ? await startStateServer() : undefined;
    const backend = states
      ? `terraform {\n  backend "http" {\n    address = "${states.url}"\n    lock_address = "${states.url}"\n    unlock_address = "${states.url}"\n  }\n}\n`
      : "";
    const program = configuration(backend, one.home === "another");
    const project = new TerraformProject(program, running.env);
    const outputs: string[] = [];
    try {
      expect((await project.init()).code).toBe(0);
      const applying = project.start("apply", "-no-color", "-input=false", "-auto-approve");
      killAt(running, one.moment, () => applying.signalGroup("SIGKILL"));
      outputs.push((await applying.done).output);
      const lock = states?.lockId();
      if (lock !== undefined) await project.run("force-unlock", "-force", lock);
      if (one.home === "another") project.forgetRecords();
      const second = await project.apply();
      outputs.push(second.output);
      const held = Object.keys(await project.state()).filter((name) => name.startsWith("provisor_child"));
      const doubles = running.simulator.instances.length - TENANTS.length;
      const lost = TENANTS.length - held.length;
      const isGood = second.code === 0 && doubles === 0 && lost === 0;
      const words = `${one.words}: ${one.moment.request} ${one.moment.kind} ${one.moment.nth}`;
      report(
        { n: one.n, words, resources: "Terraform", provider: "killed", home: one.home },
        { doubles, lost, green: second.code === 0, problems: isGood ? [] : outputs },
      );
      expect([second.code, doubles, lost, isGood ? "" : outputs.join("\n")]).toEqual([0, 0, 0, ""]);
    } finally {
      project.dispose();
      await states?.stop();
      await running.stop();
    }
  },
);
