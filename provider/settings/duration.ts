const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 24 * 3_600_000 };

/**
 * Milliseconds of a duration written as Go and Pulumi's `customTimeouts` write it: `90s`, `1h30m`, `500ms`; days of 24
 * hours beside, `30d`, for spans that only Provisor reads.
 * Undefined when the text is no such duration, or not a positive one.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g);
  let total = 0;
  for (const [, amount, unit] of parts) total += Number(amount) * (units[unit ?? ""] ?? 0);
  return total > 0 && Number.isFinite(total) ? total : undefined;
}

/** A span of time for people: `45s`, `2m 5s`, `1h 3m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}
