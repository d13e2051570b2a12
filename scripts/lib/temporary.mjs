import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "./processes.mjs";

/** A new temporary folder, removed by `remove` or else at the end of this process. */
export function temporaryFolder(purpose) {
  const path = mkdtempSync(join(tmpdir(), `provisor-${purpose}-`));
  return { path, remove: atEnd(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 })) };
}
