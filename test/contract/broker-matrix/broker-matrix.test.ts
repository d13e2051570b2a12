import { MatrixBroker, type MatrixOptions, type Verb, thingOf } from "./matrix";
import type { StatusCase } from "./case";
import type { Came } from "./held";
import { type Row, type Way, isPoll, reported, rows } from "./rows";
import { statuses } from "./statuses";

/** The resources against every answer that the specification knows, on real sockets. */

let broker: MatrixBroker;
afterEach(() => broker.stop());

const ran = { rows: new Set<string>(), cases: 0, statuses: new Set<string>() };
afterAll(() => {
  process.stdout.write(
    `broker matrix: ${ran.rows.size} rows of orphan mitigation, ${ran.statuses.size} statuses of verbs, ` +
      `${ran.cases} cases\n`,
  );
});

/** Where polls fail for ever, only the user's own time-out ends the wait. */
const SHORT = "20s";

const isDelete = (verb: Verb): boolean => verb === "deprovision" || verb === "unbind";
const heldFor = (verb: Verb) => (thingOf(verb) === "binding" ? broker.binding : broker.instance);

/** Does what sends `verb`. A refusal leaves the state as it was; else it holds what there is, as far as anybody knows. */
async function expectEnd(verb: Verb, to: Came["to"]): Promise<Came> {
  const before = structuredClone(heldFor(verb).saved);
  const came = await broker.act(verb);
  expect(came.to).toBe(to);
  const { saved } = heldFor(verb);
  if (to === "refused") expect(saved).toEqual(before);
  else expect(saved === undefined).toBe(to === "gone" || (to === "done" && isDelete(verb)));
  return came;
}

/** The next run, with a broker that is well: it brings about what was wanted, and nothing else is left. */
async function expectRecovery(verb: Verb, wasRemoved: boolean, options: MatrixOptions = {}): Promise<void> {
  broker.simulator.faults.clear();
  if (wasRemoved) await broker.removeReported(verb);
  const held = heldFor(verb);
  if (isDelete(verb)) broker.settle();
  if (isDelete(verb) && held.saved) await broker.agree(verb, {});
  // What a refresh has taken out of the state is made by the next up.
  const next = verb === "fetch-binding" && !held.saved ? "bind" : verb;
  if (!isDelete(verb) || held.saved)
    expect(await broker.act(next, options)).toEqual({ to: "done", words: "" });
  expect(broker.forgotten).toEqual([]);
  expect(broker.alive(verb)).toEqual(isDelete(verb) ? [] : [held.id]);
}

async function runCase(row: Row, way: Way, verb: Verb, options: MatrixOptions): Promise<void> {
  const isPolled = isPoll(verb);
  broker = await MatrixBroker.start(verb, {
    sync: way.sync && !isPolled,
    ...(isPolled ? { timeout: SHORT } : {}),
    ...(way.isSilent ? { requestTimeout: "200ms" } : {}),
    ...options,
  });
  way.script(broker, verb);
  const isMitigated = row.mitigates && options.orphanMitigation !== "report";
  await expectEnd(verb, (row.mitigates && !isMitigated ? reported : row.to)[verb]);
  const thing = thingOf(verb);
  expect(broker.mitigating(thing === "binding" ? "unbind" : "deprovision") > 0).toBe(isMitigated);
  expect(broker.mitigating(thing === "binding" ? "deprovision" : "unbind")).toBe(0);
  expect(broker.forgotten).toEqual([]);
  const isReported = row.mitigates && !isMitigated && (verb === "provision" || verb === "bind");
  await expectRecovery(verb, isReported);
  ran.rows.add(`${row.request} ${row.response}`);
  ran.cases++;
}

describe.each(rows)('Orphan mitigation, row "$request | $response"', (row) => {
  const cases = row.verbs.flatMap((verb) => row.ways.map((way) => ({ verb, way, answer: way.with })));
  if (row.mitigates) {
    test.each(cases)("$verb, answered with $answer: is cleaned up", ({ verb, way }) =>
      runCase(row, way, verb, {}),
    );
    test.each(cases)(
      '$verb, answered with $answer: is left alone with orphanMitigation "report"',
      ({ verb, way }) => runCase(row, way, verb, { orphanMitigation: "report" }),
    );
  } else
    test.each(cases)("$verb, answered with $answer: nothing is cleaned up", ({ verb, way }) =>
      runCase(row, way, verb, {}),
    );
});

async function runStatus(one: StatusCase): Promise<void> {
  const { verb, on, status, body, headers, effect, times, isScripted, failure, to, says, options, next } =
    one;
  broker = await MatrixBroker.start(verb, options);
  if (isScripted) broker.simulator.fault({ on, kind: { status, body, headers }, effect, times });
  if (failure) broker.simulator.fail(failure);
  const { words } = await expectEnd(verb, to);
  expect(broker.answersTo(on)).toContain(status);
  expect(words).toMatch(says);
  expect(broker.forgotten).toEqual([]);
  await expectRecovery(verb, false, next);
  ran.statuses.add([on, status, one.code].join(" "));
  ran.cases++;
}

describe("The status", () => {
  test.each(statuses)("$status of $on during $verb ($words): $to", runStatus);
});
