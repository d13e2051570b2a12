import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PulumiProject } from "../support/pulumi-project";

/** Folders of a project in which the engine and what it starts keep something. */
const KEPT = ["state", "home", "tmp"];

/** All files that the engine, the program and the provider have left behind. */
export const filesOf = (project: PulumiProject): string[] =>
  KEPT.flatMap((folder) =>
    readdirSync(join(project.folder, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );

/** Those of them that hold `text`. */
export const filesWith = (project: PulumiProject, text: string): string[] =>
  filesOf(project).filter((file) => readFileSync(file, "latin1").includes(text));

/** The SDK tells the engine each call between the two, secrets and all: lines under --debug, and in an event log. */
const ownAccount = /\w+ RPC (prepared|finished|deferred)/;

/** Lines of what the CLI wrote, without the SDK's own account. */
export const linesOf = (text: string): string[] => text.split("\n").filter((line) => !ownAccount.test(line));

/** Whether a line of an event log is of the SDK's own account: a message for debugging that is about one call. */
export function isOwnAccount(line: string): boolean {
  const { diagnosticEvent: event } = JSON.parse(line) as {
    diagnosticEvent?: { severity: string; message: string };
  };
  return event?.severity === "debug" && event.message.search(ownAccount) === 0;
}
