/** How many cases there are of each kind of resource. */
export const wantedCases = { ChildInstance: 25, broker: 12, Terraform: 12 };

/** A case of `npm run test:kill` as a line for people. */
export function describeCase({ n, event, provider, home, doubles, lost, green, ok }) {
  const faults = [
    doubles > 0 && `${doubles} double allocations`,
    lost > 0 && `${lost} lost instances`,
    !green && "second run red",
  ].filter(Boolean);
  const result = ok ? "good" : faults.join(", ") || "not as promised, see above";
  return `${String(n).padStart(2)}  ${event.padEnd(42)}  provider ${provider.padEnd(10)}  ${home.padEnd(7)} home  ${result}`;
}

/**
 * All cases of one kind of resource in one line.
 * @returns whether every case was told of, and whether all is as promised
 */
export function summarise(resources, all, seconds, seed) {
  const wanted = wantedCases[resources];
  const cases = all.filter((one) => one.resources === resources);
  const sum = (of) => cases.reduce((total, one) => total + of(one), 0);
  const doubles = sum(({ doubles }) => doubles);
  const lost = sum(({ lost }) => lost);
  const green = sum(({ green }) => (green ? 1 : 0));
  const longest = Math.max(0, ...cases.map(({ orphanMs }) => orphanMs ?? 0));
  const isWhole = cases.length === wanted;
  return {
    line:
      `kill (${resources}): ${cases.length} cases, ${doubles} double allocations, ${lost} lost instances, ${green} green second runs, ` +
      `${seconds} s (seed ${seed}); an orphaned provider lived at most ${(longest / 1000).toFixed(1)} s`,
    isWhole,
    isGood: isWhole && doubles === 0 && lost === 0 && green === wanted && cases.every(({ ok }) => ok),
  };
}
