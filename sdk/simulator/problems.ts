import type { z } from "zod";

/** Data that fits a schema. @throws Error that begins with `what` and names the path of each thing that is wrong. */
export function checked<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new Error(`${what}: ${problemsOf(parsed.error).join("; ")}`);
  return parsed.data;
}

/** What is wrong with data from outside, each problem with its path. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => describeIssue(issue, issue.path));
}

function describeIssue(issue: z.core.$ZodIssue, path: PropertyKey[]): string[] {
  if (issue.code !== "invalid_union") return [`${pathText(path)}: ${issue.message}`];
  // An alternative that complains about something inside is the one that was meant: the others differ at the top.
  const meant = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0));
  if (meant?.length) return meant.flatMap((inner) => describeIssue(inner, [...path, ...inner.path]));
  const messages = issue.errors.flatMap((issues) => issues.map((inner) => inner.message));
  return [`${pathText(path)}: ${messages.join(", or: ")}`];
}

/** `tenants[2].name`, or `(all of it)` for the top. */
const pathText = (path: PropertyKey[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${String(key)}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "") || "(all of it)";
