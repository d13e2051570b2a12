import { join } from "node:path";
import { managedKinds } from "../../provider/engines/terraform/managed/kinds";
import { Managed } from "../../provider/engines/terraform/managed/managed";
import type { ManagedResource } from "../../provider/engines/terraform/managed/managed-resource";
import { Records } from "../../provider/engines/terraform/managed/records";
import { managedResource } from "../../provider/engines/terraform/managed/resource";
import { RunMemory } from "../../provider/engines/terraform/managed/run-memory";
import { TerraformPort } from "../../provider/engines/terraform/port";
import { ProviderProcess } from "../../provider/host/process";
import type { Clock } from "../../sdk/wait";

/** One command: nothing of it is saved once its engine was killed. */
export interface Command {
  isOver: boolean;
  readonly stops: (() => void)[];
}

/** A provider process, and what it serves. */
export interface Process {
  readonly resources: ReadonlyMap<string, ManagedResource>;
  readonly command: Command;
}

interface Surroundings {
  readonly command: Command;
  readonly clock: Clock;
  readonly settings: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  tell(line: string): void;
}

/** A provider process, as one command of Terraform starts it. */
export function startProcess({ command, clock, settings, env, folder, tell }: Surroundings): Process {
  const port = new TerraformPort(
    () => !command.isOver,
    (severity, line) => tell(`${severity}: ${line}`),
  );
  const process = new ProviderProcess(port, () => undefined, clock);
  process.configure((name) => settings[name], []);
  Object.assign(process.settings, { env });
  command.stops.push(() => process.stop());
  const [memory, records] = [new RunMemory(), new Records(join(folder, "records"))];
  const resources = new Map(
    managedKinds.map((kind) => [
      kind.typeName,
      managedResource(new Managed(kind, process, port, memory, records)),
    ]),
  );
  return { resources, command };
}
