import {
  AuthenticationError,
  SettingsError,
  type BrokerClientOptions,
  type BrokerError,
  type RequestEvent,
} from "../../../../sdk/broker";
import { inTurn, json, raw, reset } from "../../../support/local-server";
import { brokers, calls, endOf, matching, plan, provisionRequest } from "./broker";

const start = brokers();
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const identities = (received: { headers: NodeJS.Dict<string | string[]> }[]): unknown[] =>
  received.map(({ headers }) => headers["x-broker-api-request-identity"]);

describe("The version header", () => {
  it("is 2.17 unless another one is wanted", async () => {
    const usual = await start(json(200, { services: [] }));
    const other = await start(json(200, { services: [] }), { apiVersion: "2.14" });
    await usual.client.getCatalog();
    await other.client.getCatalog();
    expect([usual, other].map(({ server }) => server.received[0]?.headers["x-broker-api-version"])).toEqual([
      "2.17",
      "2.14",
    ]);
  });

  it("is named, with how to set it, where the broker wants another one", async () => {
    const { client } = await start(json(412, { description: "This broker needs version 2.13." }));
    expect(await endOf(client.getCatalog())).toMatchObject({
      code: "PreconditionFailed",
      message: matching(/needs version 2\.13\. X-Broker-API-Version 2\.17 .*set apiVersion\./),
    });
  });
});

describe("The originating identity", () => {
  const originatingIdentity = { platform: "provisor", value: { user_id: "Jürgen" } };
  const header = `provisor ${Buffer.from('{"user_id":"Jürgen"}', "utf8").toString("base64")}`;
  const sent = (received: { headers: NodeJS.Dict<string | string[]> }[]): unknown[] =>
    received.map(({ headers }) => headers["x-broker-api-originating-identity"]);

  it("is the platform and the Base64 of its JSON in UTF-8", async () => {
    const { client, server } = await start(json(201, {}), { originatingIdentity });
    await client.provision("i-1", provisionRequest);
    expect(sent(server.received)).toEqual([header]);
  });

  it("is that of the call where it has one, and none where that is null", async () => {
    const { client, server } = await start(json(200, {}), { originatingIdentity });
    const other = { platform: "kubernetes", value: {} };
    await client.deprovision("i-1", plan, { originatingIdentity: other });
    await client.deprovision("i-1", plan, { originatingIdentity: null });
    expect(sent(server.received)).toEqual(["kubernetes e30=", undefined]);
  });

  it("is not sent unless there is one", async () => {
    const { client, server } = await start(json(200, { services: [] }));
    await client.getCatalog();
    expect(sent(server.received)).toEqual([undefined]);
  });

  it.each(["", "two words", "line\nbreak", "ü"])("of the platform %j is refused", async (platform) => {
    await expect(start(json(200, {}), { originatingIdentity: { platform, value: {} } })).rejects.toThrow(
      SettingsError,
    );
  });
});

it("An originating identity whose value is a list is refused", async () => {
  const originatingIdentity = { platform: "provisor", value: [] as never };
  await expect(start(json(200, {}), { originatingIdentity })).rejects.toThrow(
    /originatingIdentity.value must be an object/,
  );
});

describe("The request identity", () => {
  it("is a fresh one for each transmission, and told of each", async () => {
    const events: RequestEvent[] = [];
    const { client, server } = await start(inTurn(reset, json(503, {}), json(201, {})), {
      onRequest: (event) => events.push(event),
    });
    await client.provision("i-1", provisionRequest);
    const sent = identities(server.received);
    expect(new Set(sent).size).toBe(3);
    for (const identity of sent) expect(identity).toMatch(UUID);
    expect(events.map(({ requestIdentity }) => requestIdentity)).toEqual(sent);
    expect(events.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it.each([
    ["a BrokerError", json(400, { description: "no" })],
    ["an AuthenticationError", json(401, {})],
    ["a ResponseFormatError", raw(201, "<html>")],
    ["a ConnectionError", reset],
  ])("ends the message of %s", async (_what, answer) => {
    const { client, server } = await start(answer, { retry: { maxAttempts: 1 } });
    const error = (await endOf(client.provision("i-1", provisionRequest))) as Error;
    expect(error.message.endsWith(`(request identity ${String(identities(server.received)[0])})`)).toBe(true);
  });

  it("is in a BrokerError by itself", async () => {
    const { client, server } = await start(json(409, {}));
    const error = (await endOf(client.provision("i-1", provisionRequest))) as BrokerError;
    expect(error.requestIdentity).toBe(identities(server.received)[0]);
  });
});

describe("Authentication", () => {
  it.each<[string, Partial<BrokerClientOptions>, string | undefined]>([
    ["basic", { username: "Jürgen", password: "pä:ss" }, "Basic SsO8cmdlbjpww6Q6c3M="],
    ["bearer", { username: undefined, password: undefined, token: "abc.def" }, "Bearer abc.def"],
    ["none", { username: undefined, password: undefined }, undefined],
  ])("%s is sent, and named where it is refused", async (name, options, header) => {
    const { client, server } = await start(json(401, { description: "Who are you?" }), options);
    const error = (await endOf(calls.provision(client, true))) as Error;
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([header]);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toMatch(/Who are you\?/);
    expect(error.message).toContain(name);
  });

  it("is never sent to where a redirect leads", async () => {
    const elsewhere = await start(json(200, {}));
    const { client } = await start((response) =>
      response.writeHead(307, { Location: `${elsewhere.server.url}/steal?token=x` }).end(),
    );
    expect(await endOf(calls.provision(client, true))).toMatchObject({
      status: 307,
      message: matching(/a redirect to 127\.0\.0\.1:\d+\. Redirects are not followed/),
    });
    expect(elsewhere.server.received).toEqual([]);
  });

  it.each<[string, Partial<BrokerClientOptions>, RegExp]>([
    ["both kinds", { token: "abc" }, /^Only one of username with password, token/],
    ["a password alone", { username: undefined }, /username is missing/],
    ["a user name alone", { password: undefined }, /password is missing/],
    ["a user name with a colon", { username: "a:b" }, /username must not hold a colon/],
    ["a token with a line break", { username: undefined, password: undefined, token: "a\nb" }, /token/],
    ...[
      "X-BROKER-API-VERSION",
      "x-broker-api-originating-identity",
      "X-Broker-Api-Request-Identity",
      "if-none-match",
    ].map((name): [string, Partial<BrokerClientOptions>, RegExp] => [
      `the client's own header ${name}`,
      { headers: { [name]: "3" } },
      /set by the client itself/,
    ]),
    ["a header that is no text", { headers: { "X-Team": 7 as never } }, /"X-Team" must be a text/],
    ["an Authorization header", { headers: { Authorization: "x" } }, /set by the client itself/],
    ["a version without a minor one", { apiVersion: "2" }, /MAJOR\.MINOR/],
    ["a plain http address", { url: "http://broker.example.com" }, /plain http/],
    ["the API's own path", { url: "https://broker.example.com/osb/v2/" }, /url must end before \/v2/],
    ["no time at all", { pollIntervalMs: 0 }, /pollIntervalMs/],
  ])("with %s is refused before anything is sent", async (_what, options, message) => {
    await expect(start(json(200, {}), options)).rejects.toThrow(message);
    await expect(start(json(200, {}), options)).rejects.toThrow(SettingsError);
  });
});
