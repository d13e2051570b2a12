import { MatrixBroker, type MatrixOptions, type Verb, thingOf } from "../support/broker-matrix";
import { type StatusCase, statuses } from "../support/broker-matrix-statuses";
import { type Row, type Way, isPoll, rows } from "../support/broker-matrix-rows";

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

/** The next run, with a broker that is well: it brings about what was wanted, and nothing else is left. */
async function expectRecovery(verb: Verb, wasRemoved: boolean): Promise<void> {
  broker.simulator.faults.clear();
  if (wasRemoved) await broker.removeReported(verb);
  const held = thingOf(verb) === "binding" ? broker.binding : broker.instance;
  const isDelete = verb === "deprovision" || verb === "unbind";
  if (isDelete) broker.settle();
  if (isDelete && held.saved) await broker.agree(verb, {});
  if (!isDelete || held.saved) expect(await broker.act(verb, {})).toEqual({ to: "done", words: "" });
  expect(broker.forgotten).toEqual([]);
  expect(broker.alive(verb)).toEqual(isDelete ? [] : [held.id]);
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
  const { to } = await broker.act(verb);
  const isMitigated = row.mitigates && options.orphanMitigation !== "report";
  const thing = thingOf(verb);
  expect(broker.mitigating(thing === "binding" ? "unbind" : "deprovision") > 0).toBe(isMitigated);
  expect(broker.mitigating(thing === "binding" ? "deprovision" : "unbind")).toBe(0);
  expect(broker.forgotten).toEqual([]);
  const isReported = row.mitigates && !isMitigated && (verb === "provision" || verb === "bind");
  if (isReported) expect(to).toBe("failed");
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
  const { verb, on = verb, status, body, headers, effect, times, isScripted, to, says, options } = one;
  broker = await MatrixBroker.start(verb, options);
  if (isScripted) broker.simulator.fault({ on, kind: { status, body, headers }, effect, times });
  const seen = await broker.act(verb);
  const answers = broker.simulator.ledger.of("answer", on);
  expect(answers.map((answer) => answer.status)).toContain(status);
  expect(seen.to).toBe(to);
  expect(seen.words).toMatch(says);
  expect(broker.forgotten).toEqual([]);
  await expectRecovery(verb, false);
  ran.statuses.add([on, status, one.code].join(" "));
  ran.cases++;
}

describe("The status", () => {
  test.each(statuses)("$status of $on during $verb ($words): $to", runStatus);
});
