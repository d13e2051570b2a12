import { spokenIn } from "../../../../../provider/host/speaking";
import { testSpeech } from "../../../../support/speech";
import {
  hasExpired,
  lacksExpiry,
  rotationReasons,
} from "../../../../../provider/resources/service-binding/rotation";
import { FakeClock } from "../../../../support/fake-clock";

const HOUR_MS = 3_600_000;
const createdAt = "2026-01-01T00:00:00.000Z";

/** A clock at `createdAt`. */
const clockAtCreation = (): FakeClock => new FakeClock(Date.parse(createdAt));

/** The inputs that make a rotation due. */
const due = (...args: Parameters<typeof rotationReasons>): string[] =>
  rotationReasons(...args).map(({ input }) => input);

describe("rotateAfter", () => {
  test("is due when that long has passed since the creation, and no millisecond before", async () => {
    const clock = clockAtCreation();
    await clock.advance(720 * HOUR_MS - 1);
    expect(due({ rotateAfter: "720h" }, { createdAt }, clock.now())).toEqual([]);
    await clock.advance(1);
    expect(due({ rotateAfter: "720h" }, { createdAt }, clock.now())).toEqual(["rotateAfter"]);
  });

  test("says since when, and by which rule", async () => {
    const clock = clockAtCreation();
    await clock.advance(100 * 24 * HOUR_MS);
    expect(spokenIn(rotationReasons({ rotateAfter: "30d" }, { createdAt }, clock.now()), testSpeech)).toEqual(
      [{ input: "rotateAfter", words: "since 2026-01-31T00:00:00.000Z (rotateAfter 30d)" }],
    );
  });

  test("is never due for a binding that has not been created yet", () => {
    expect(due({ rotateAfter: "1s" }, {}, Infinity)).toEqual([]);
  });
});

describe("rotateBefore", () => {
  const metadata = { expiresAt: "2026-01-10T00:00:00.0Z" };

  test("is due when the binding expires in that long", async () => {
    const clock = clockAtCreation();
    await clock.advance(7 * 24 * HOUR_MS - 1);
    expect(due({ rotateBefore: "48h" }, { createdAt, metadata }, clock.now())).toEqual([]);
    await clock.advance(1);
    expect(due({ rotateBefore: "48h" }, { createdAt, metadata }, clock.now())).toEqual(["rotateBefore"]);
  });

  test("is due when the broker's renewBefore has passed, though it expires much later", async () => {
    const clock = clockAtCreation();
    await clock.advance(24 * HOUR_MS);
    const early = { ...metadata, renewBefore: "2026-01-02T00:00:00.0Z" };
    expect(
      spokenIn(rotationReasons({ rotateBefore: "1h" }, { metadata: early }, clock.now()), testSpeech),
    ).toEqual([
      { input: "rotateBefore", words: "since 2026-01-02T00:00:00.000Z (the broker's renewBefore)" },
    ]);
  });

  test("can never be due where the broker tells no moment", () => {
    expect(due({ rotateBefore: "48h" }, { createdAt }, Infinity)).toEqual([]);
    expect(lacksExpiry({ rotateBefore: "48h" }, { createdAt })).toBe(true);
    expect(lacksExpiry({ rotateBefore: "48h" }, { createdAt, metadata })).toBe(false);
  });

  test("takes a moment that cannot be read for none", () => {
    expect(due({ rotateBefore: "48h" }, { metadata: { expiresAt: "soon" } }, Infinity)).toEqual([]);
  });

  test("leaves the broker's moments alone where it is not given", () => {
    expect(due({}, { createdAt, metadata }, Infinity)).toEqual([]);
  });
});

describe("rotationTrigger", () => {
  test("is due when its value is another, at any depth", () => {
    const saved = { rotationTrigger: { version: 1, of: ["a"] } };
    expect(due({ rotationTrigger: { version: 1, of: ["a"] } }, saved, 0)).toEqual([]);
    expect(due({ rotationTrigger: { version: 1, of: ["b"] } }, saved, 0)).toEqual(["rotationTrigger"]);
  });

  test.each([
    ["added", { rotationTrigger: 1 }, {}],
    ["taken away", {}, { rotationTrigger: 1 }],
  ])("is due when it is %s", (_what, rules, saved) => {
    expect(due(rules, saved, 0)).toEqual(["rotationTrigger"]);
  });

  test("takes null for no trigger", () => {
    expect(due({ rotationTrigger: null }, {}, 0)).toEqual([]);
  });

  test("shows no value, since it may be a secret", () => {
    const [reason] = rotationReasons({ rotationTrigger: "s3cret" }, { rotationTrigger: "old" }, 0);
    expect(reason?.words).not.toMatch(/s3cret|old/);
  });
});

test("every input that makes a rotation due is named", () => {
  const rules = { rotateAfter: "1h", rotateBefore: "1h", rotationTrigger: 2 };
  const metadata = { expiresAt: "2026-01-01T02:00:00.0Z" };
  const now = Date.parse(createdAt) + HOUR_MS;
  expect(due(rules, { createdAt, metadata, rotationTrigger: 1 }, now)).toEqual([
    "rotationTrigger",
    "rotateAfter",
    "rotateBefore",
  ]);
});

test("a binding has expired from the moment that the broker gave", () => {
  const metadata = { expiresAt: "2026-01-01T01:00:00.0Z" };
  expect(hasExpired({ metadata }, Date.parse(createdAt))).toBe(false);
  expect(hasExpired({ metadata }, Date.parse(createdAt) + HOUR_MS)).toBe(true);
  expect(hasExpired({}, Date.parse(createdAt) + HOUR_MS)).toBe(false);
});
