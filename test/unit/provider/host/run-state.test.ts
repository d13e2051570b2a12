import { newSession } from "../../../support/host";

describe("what a session takes out of a text", () => {
  test("is what each client of the run takes out", () => {
    const session = newSession();
    session.addCleaner((text) => text.replace("secret-1", "*"));
    session.addCleaner((text) => text.replace("secret-2", "*"));
    expect(session.redact("secret-1, secret-2")).toBe("*, *");
  });

  test("are secret inputs", () => {
    const session = newSession();
    session.secretInputs.add(["acme-corporation"]);
    expect(session.redact("tenant acme-corporation")).toBe("tenant [redacted]");
  });

  test.each([
    ["in a sentence", "the code I8866-99. It", "the code [redacted]. It"],
    ["in JSON", '{"x":"I8866-99"}', '{"x":"[redacted]"}'],
    ["as a part of another word not", "I8866-990", "I8866-990"],
    ["as the end of another word not", "xI8866-99", "xI8866-99"],
    ["in an address", "?key=k%2Fey%20one", "?key=[redacted]"],
    ["short ones not, which are words", "one of us", "one of us"],
  ])("are auth codes and keys that were listed: %s", (_where, text, redacted) => {
    const session = newSession();
    session.addCodes(["I8866-99", "k/ey one", "us"]);
    expect(session.redact(text)).toBe(redacted);
  });

  test("are codes whole where one holds another", () => {
    const session = newSession();
    session.addCodes(["I8866-99", "I8866-99 of 2026"]);
    expect(session.redact("the code I8866-99 of 2026.")).toBe("the code [redacted].");
  });

  test("is nothing where nothing is known", () => {
    expect(newSession().redact("tenant acme")).toBe("tenant acme");
  });
});
