import type { Problem } from "../../../schema/problem";
import { pathOf } from "./attributes";
import type { TfDiagnostic } from "./managed-resource";

/** Warnings as Terraform shows them: the first sentence stands out. */
export const warningsOf = (typeName: string, texts: readonly string[]): TfDiagnostic[] =>
  texts.map((detail) => ({ severity: "warning", summary: `From ${typeName}`, detail }));

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
