import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/**
 * What this machine has asked for and no state may know of yet: a state can lose what was made, after a SIGKILL all of it. A record
 * is written and synced before the request, and removed once a state is seen to have the object. It holds no secret.
 */
export class Records {
  constructor(private readonly folder: string) {}

  /** The record of this identity; undefined where there is none, or none that can be read. */
  read(identity: string): unknown {
    try {
      const { identity: of, value } = JSON.parse(readFileSync(this.pathOf(identity), "utf8")) as Partial<
        Record<string, unknown>
      >;
      return of === identity ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws what the file system throws: then nothing may be sent. */
  write(identity: string, value: unknown): void {
    mkdirSync(this.folder, { recursive: true });
    const path = this.pathOf(identity);
    const file = openSync(`${path}.new`, "w", 0o600);
    try {
      writeSync(file, JSON.stringify({ identity, value }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // A reader never sees half of one.
    renameSync(`${path}.new`, path);
    syncFolder(this.folder);
  }

  remove(identity: string): void {
    rmSync(this.pathOf(identity), { force: true });
  }

  private pathOf(identity: string): string {
    return join(this.folder, `${createHash("sha256").update(identity).digest("hex").slice(0, 32)}.json`);
  }
}

/** So that the new name outlives a crash of the machine too, where the system can do that. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Not on Windows: there a rename is enough.
  }
}
