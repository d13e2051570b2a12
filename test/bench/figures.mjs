/** The middle one of some numbers; between two of them where their count is even. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** Results of the same measurement, repeated, as one: the median of each figure. */
export function medians([first, ...others]) {
  const all = [first, ...others];
  return Object.fromEntries(
    Object.entries(first).map(([name, value]) => {
      const values = all.map((result) => result[name]);
      if (typeof value === "object") return [name, medians(values)];
      return [name, typeof value === "number" ? median(values) : value];
    }),
  );
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
export const megabytes = (bytes) => (bytes === undefined ? "not told" : `${Math.round(bytes / 1e6)} MB`);
