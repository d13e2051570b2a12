import type { Problem } from "../../../schema/problem";
import { pathOf } from "./attributes";
import type { TfDiagnostic } from "./managed-resource";

/**
 * Warnings as Terraform shows them: the first sentence stands out. Terraform shows one of those that begin with the same words, and
 * counts the others.
 */
export const warningsOf = (texts: readonly string[]): TfDiagnostic[] =>
  texts.map((text) => {
    const [summary = text] = /^.*?[.:](?=\s)/s.exec(text) ?? [];
    return { severity: "warning", summary, detail: text.slice(summary.length).trim() };
  });

/** An error that ends an operation, under a heading that says which. */
export const errorOf = (summary: string, error: unknown): TfDiagnostic => ({
  severity: "error",
  summary,
  detail: error instanceof Error ? error.message : String(error),
});

/** What is wrong with arguments, each at its attribute. */
export const problemDiagnostics = (problems: readonly Problem[]): TfDiagnostic[] =>
  problems.map(({ path, message }) => ({
    severity: "error",
    summary: path === "" ? "Refused before anything was sent" : `Wrong value for ${path}`,
    detail: path === "" ? message : `${path} ${message}.`,
    path: pathOf(path),
  }));
