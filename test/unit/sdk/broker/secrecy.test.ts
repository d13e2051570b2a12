import fc from "fast-check";
import { createBrokerClient, REDACTED, type RequestEvent } from "../../../../sdk/broker";
import { inTurn, json, raw } from "../../../support/local-server";
import { brokers, calls, endOf, plan, type Verb } from "./broker";

const start = brokers();
const identity = { platform: "provisor", value: { user_id: "683ea748" } };
const identityValue = Buffer.from(JSON.stringify(identity.value)).toString("base64");
const basic = Buffer.from("platform:s3cret-of-the-broker").toString("base64");

/** All that an error can show. */
const shownBy = (error: unknown): string => {
  const { message, stack } = error as Error;
  return JSON.stringify([message, stack, { ...(error as object) }]);
};

describe("No error shows", () => {
  it.each(["provision", "update", "deprovision", "bind", "unbind", "catalog"] as Verb[])(
    "a credential that the broker repeats in its answer to %s",
    async (verb) => {
      const secrets = ["s3cret-of-the-broker", basic, identityValue, "header-value-1"];
      const description = `You sent ${secrets.join(" and ")}.`;
      const events: RequestEvent[] = [];
      const { client } = await start(json(400, { error: `E ${basic}`, description }), {
        originatingIdentity: identity,
        headers: { "X-Trace": "header-value-1" },
        onRequest: (event) => events.push(event),
      });
      const error = await endOf(calls[verb](client, true));
      const shown = shownBy(error) + JSON.stringify(events);
      for (const secret of secrets) expect(shown).not.toContain(secret);
      expect(shown).toContain(REDACTED);
    },
  );

  it.each([
    ["AsyncRequired", "Required"],
    ["ConcurrencyError", "Error"],
  ])(
    "a parameter, though the code %s has its letters, and is understood all the same",
    async (code, secret) => {
      const { client } = await start(json(422, { error: code, description: `It is ${secret}.` }));
      const request = { ...plan, organizationGuid: "o", spaceGuid: "s", parameters: { password: secret } };
      const error = await endOf(client.provision("i-1", request));
      expect(error).toMatchObject({ code, description: `It is ${REDACTED}.` });
    },
  );

  it("credentials of a binding that were given before", async () => {
    const credentials = { password: "pass1", nested: [{ uri: "db://h/x" }], note: "a text of some length" };
    const { client } = await start(
      inTurn(
        json(201, { credentials }),
        json(400, { description: "pass1, db://h/x, a text of some length" }),
      ),
    );
    await client.bind("i-1", "b-1", plan);
    const error = await endOf(client.unbind("i-1", "b-1", plan));
    expect((error as { description?: string }).description).toBe(`${REDACTED}, ${REDACTED}, ${REDACTED}`);
  });

  const url = "amqps://user:p%40ss%2Fw0rd@mq.example.com:5671/vhost?heartbeat=5&authToken=t%20k%2B1";
  it.each<[string, object, string[]]>([
    ["a number as password", { credentials: { password: 12345678, db_pwd: 4711 } }, ["12345678", "4711"]],
    ["a numeric text as password", { credentials: { adminPassword: "4711" } }, ["4711"]],
    [
      "passwords in a list",
      { credentials: { passwords: ["abc1"], keys: [{ key1: "k-12" }] } },
      ["abc1", "k-12"],
    ],
    ["the password in a URL", { credentials: { uri: url } }, ["p%40ss%2Fw0rd", "p@ss/w0rd"]],
    ["a secret in a URL's query", { credentials: { endpoint: url } }, ["t%20k%2B1", "t k+1"]],
    ["a secret in a connection string", { credentials: { jdbc: "x:h;user=sa;password=Pw-1;a=b" } }, ["Pw-1"]],
    [
      "a secret in a form's spelling",
      { credentials: { a: "x?key=p+q%2Fr%20s" } },
      ["p+q%2Fr%20s", "p q/r s"],
    ],
    ["a short data source name", { credentials: { sentry_dsn: "ab1c" } }, ["ab1c"]],
    ["a drain", { syslog_drain_url: "syslog://u:drain-pw@h" }, ["drain-pw", "syslog://u:drain-pw@h"]],
    ["a route service", { route_service_url: "https://r/abc" }, ["https://r/abc"]],
    [
      "how a volume is mounted",
      { volume_mounts: [{ device: { mount_config: { password: "mnt1", nested: { secret: 123456 } } } }] },
      ["mnt1", "123456"],
    ],
  ])("%s, which a broker repeats in an error", async (_what, body, secrets) => {
    const { client } = await start(
      inTurn(json(400, body), json(400, { description: `It is ${secrets.join(" or ")}.` })),
    );
    await endOf(client.bind("i-1", "b-1", plan));
    const error = await endOf(client.unbind("i-1", "b-1", plan));
    expect((error as { description?: string }).description).toBe(
      `It is ${secrets.map(() => REDACTED).join(" or ")}.`,
    );
  });

  it.each([201, 203, 400, 500])("credentials that come with a broken answer of %d", async (status) => {
    const credentials = { password: "pass1" };
    const { client } = await start(
      json(status, { credentials, volume_mounts: 7, description: "It is pass1." }),
    );
    const error = await endOf(client.bind("i-1", "b-1", plan));
    expect(error).toBeInstanceOf(Error);
    expect(shownBy(error)).not.toContain("pass1");
  });

  it.each([202, 206, 404, 409, 422, 500])(
    "what a binding gives, whatever its names, where it comes with %d",
    async (status) => {
      const body = JSON.stringify({ credentials: { pin: "91x5" } });
      for (const text of [body, body.slice(0, -2)]) {
        const { client } = await start(raw(status, text));
        const errors = await Promise.all([
          endOf(client.bind("i-1", "b-1", plan, { acceptsIncomplete: false })),
          endOf(client.getBinding("i-1", "b-1", plan)),
        ]);
        for (const error of errors) expect(shownBy(error)).not.toContain("91x5");
      }
    },
  );

  it("a secret parameter that the broker repeats", async () => {
    const { client } = await start(
      json(400, { description: "The value x9y8z7 is weak, size 12345 too small." }),
    );
    const parameters = { admin: { adminPassword: "x9y8z7" }, size: 12345 };
    const error = await endOf(client.updateInstance("i-1", { serviceId: "svc", parameters }));
    expect((error as { description?: string }).description).toBe(
      `The value ${REDACTED} is weak, size 12345 too small.`,
    );
  });

  it("a token that the client was given", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x7e]{8,40}$/), (token) => {
        const client = createBrokerClient({ url: "http://127.0.0.1", token });
        expect(client.redact(`before ${token} after`)).not.toContain(token);
      }),
    );
  });

  it("a password that the client was given, in the spelling that is sent", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7eäöü€]{8,40}$/), (password) => {
        fc.pre(password.trim() !== "");
        const client = createBrokerClient({ url: "http://127.0.0.1", username: "u", password });
        const sent = Buffer.from(`u:${password}`).toString("base64");
        const shown = client.redact(JSON.stringify({ a: password, b: sent }) + encodeURIComponent(password));
        expect(shown).not.toContain(JSON.stringify(password).slice(1, -1));
        expect(shown).not.toContain(sent);
      }),
    );
  });
});

describe("Words that are no secrets", () => {
  it.each([
    [{ connectionLimit: "5000" }, "5000 rows"],
    [{ tokenTtl: 3600, keySize: "4096", passwordMaxAge: "7200s" }, "3600 and 4096 and 7200s"],
    [{ account: "123456789012", since: 1700000000000 }, "123456789012 at 1700000000000"],
    [{ authType: "basic", useSecret: "true", keyspace: "main" }, "basic is true of main"],
    [{ uri: "https://h.example.com/?heartbeat=5000" }, "5000 ms"],
    [{ jdbc: "jdbc:sqlserver://h;encrypt=true;trustServerCertificate=true" }, "adopt: true"],
  ])("stay although %j is among the credentials", async (credentials, words) => {
    const { client } = await start(json(201, { credentials }));
    await client.bind("i-1", "b-1", plan);
    expect(client.redact(words)).toBe(words);
  });

  it("stay although they are the value of a parameter with the name of a secret", async () => {
    const { client } = await start(json(201, {}));
    await client.bind("i-1", "b-1", { ...plan, parameters: { useSecret: "true", password: "none" } });
    expect(client.redact("none of it is true")).toBe("none of it is true");
  });

  it("stay although they are among the credentials", async () => {
    const credentials = { username: "postgres", host: "db-1", port: 5432 };
    const { client } = await start(json(201, { credentials }));
    await client.bind("i-1", "b-1", plan);
    expect(client.redact("postgres on db-1 at 5432")).toBe("postgres on db-1 at 5432");
  });
});
