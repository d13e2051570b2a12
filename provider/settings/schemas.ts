import { z } from "zod";
import { parseBrokerUrl, parseServiceUrl } from "../../sdk/broker";
import { checkHeaders } from "../../sdk/http/headers";
import { parseDuration } from "./duration";

export const text = z.string({ error: "must be a text" });
export const someText = text.trim().min(1, "must not be blank");

/** A refinement from a check that throws; what it says becomes the issue. */
export function passes<T>(check: (value: T) => unknown): (value: T, context: z.RefinementCtx<T>) => void {
  return (value, context) => {
    try {
      check(value);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message.trim().replace(/\.$/, "") });
    }
  };
}

/** Below a timer's limit of some 596 hours. */
const LONGEST_DURATION_MS = 500 * 3_600_000;

export const duration = text.transform((value, context) => {
  const ms = parseDuration(value.trim());
  if (ms !== undefined && ms >= 1 && ms <= LONGEST_DURATION_MS) return ms;
  const message =
    ms === undefined ? "must be a duration such as 30s, 5m or 1h30m" : "must be a duration from 1ms to 500h";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

export const list = z
  .union([z.array(z.string()), z.string().transform((text) => parseList(text))])
  .transform((values) => values.map((value) => value.trim()).filter((value) => value !== ""))
  .refine((values) => values.length > 0, "must name at least one status");

function parseList(text: string): string[] {
  if (!text.trim().startsWith("[")) return text.split(",");
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/** A schema from a check that says what is wrong. */
export const without = (problemOf: (value: string) => string | undefined): z.ZodType<string> =>
  text.superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: "custom", message });
  });

/** An object, or a text that is the JSON of one: a profile holds the one, an environment the other. */
const jsonObject = <T>(schema: z.ZodType<T>, error: string): z.ZodType<T, unknown> =>
  z.union(
    [
      schema,
      z.string().transform((text, context) => {
        try {
          return schema.parse(JSON.parse(text));
        } catch {
          context.addIssue({ code: "custom" });
          return z.NEVER;
        }
      }),
    ],
    { error },
  );

export const anyObject = jsonObject(z.record(z.string(), z.unknown()), "must be a JSON object");

export const headers = jsonObject(
  z.record(z.string(), z.string()),
  "must be a JSON object of header names and values",
).superRefine(passes((map) => checkHeaders(map)));

/** The address of a broker, without slashes at its end. */
export const brokerUrl = text
  .trim()
  .superRefine(passes((url) => parseBrokerUrl(url, "")))
  .transform((url) => new URL(url).href.replace(/\/+$/, ""));

/** The address of another service. */
export const serviceUrl = text.trim().superRefine(passes((url) => parseServiceUrl(url, "")));

export const oneOf = <T extends [string, ...string[]]>(...values: T): z.ZodType<T[number]> =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

export const yesOrNo = z.union(
  [z.boolean(), z.enum(["true", "1", "false", "0"]).transform((text) => text === "true" || text === "1")],
  { error: "must be true or false" },
);

export const port = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: "must be a port number" })
  .refine((value) => Number.isInteger(value) && value > 0 && value < 65536, "must be a port number");
