import { z } from "zod";
import { list } from "./fields";

const idOf = (entry: unknown): unknown => z.object({ id: z.unknown() }).safeParse(entry).data?.id;
const plansOf = (service: unknown): unknown[] =>
  z.object({ plans: list(z.unknown()) }).safeParse(service).data?.plans ?? [];
const keyOf = (id: unknown, service?: unknown): string => JSON.stringify([String(id), String(service)]);

/** Any catalog, of which nothing but the ids need be as specified: those that it writes as numbers. */
export const numberedIds = z.object({ services: list(z.unknown()) }).transform(({ services }) => {
  const all = services.flatMap((service) => [
    { id: idOf(service), key: keyOf(idOf(service)) },
    ...plansOf(service).map((plan) => ({ id: idOf(plan), key: keyOf(idOf(plan), idOf(service)) })),
  ]);
  const keys = (type: string): Set<string> =>
    new Set(all.filter(({ id }) => typeof id === type).map(({ key }) => key));
  // Where the same is there as a text too, nobody can tell which of them is meant.
  const texts = keys("string");
  return new Set([...keys("number")].filter((key) => !texts.has(key)));
});

/**
 * How a catalog writes its ids. Here they are texts; a broker that numbers them compares what it is sent with its
 * numbers, and so the body of a request has to hold one. In a URL there are only texts.
 */
export class WrittenIds {
  private numbered: ReadonlySet<string> = new Set();

  /** Those that the latest catalog writes as numbers. */
  take(numbered: ReadonlySet<string>): void {
    this.numbered = numbered;
  }

  /** The body of a request with its ids as the catalog writes them. */
  in(body: object): object {
    const { previous_values: previous, ...rest } = body as Record<string, unknown>;
    const fields = this.written(rest);
    if (typeof previous !== "object" || previous === null) return fields;
    return { ...fields, previous_values: this.written(previous as Record<string, unknown>) };
  }

  private written(fields: Record<string, unknown>): Record<string, unknown> {
    const { service_id: service, plan_id: plan } = fields;
    return {
      ...fields,
      ...(this.numbered.has(keyOf(service)) && { service_id: Number(service) }),
      ...(this.numbered.has(keyOf(plan, service)) && { plan_id: Number(plan) }),
    };
  }
}
