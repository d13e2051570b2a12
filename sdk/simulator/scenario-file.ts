import { readFileSync } from "node:fs";
import type { z } from "zod";
import { problemsOf } from "./problems";

/**
 * Reads a JSON file that must fit a schema.
 * @throws Error that names the file, and the path in it, of each thing that is wrong.
 */
export function readScenarioFile<T>(schema: z.ZodType<T>, file: string): T {
  const text = readFileSync(file, "utf8");
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file} is not a scenario:\n${problemsOf(parsed.error)
      .map((line) => `  ${line}`)
      .join("\n")}`,
  );
}
