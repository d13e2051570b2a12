import { createBrokerClient, SettingsError, type BrokerClientOptions } from "../../../../sdk/broker";
import { json, reset, startServer, type Answer, type LocalServer } from "../../../support/local-server";
import { RecordingClock } from "../../../support/recording-clock";
import { endOf, matching, plan, provisionRequest } from "./broker";

const running: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const SECRET = "hush-of-the-client";

/** Issues `issued-1`, `issued-2`, …, for half an hour each. */
const issue: Answer = (response, request, count) =>
  json(200, { access_token: `issued-${count}`, token_type: "bearer", expires_in: 1800 })(
    response,
    request,
    count,
  );

/** A broker and whoever issues tokens for it. */
async function start(
  answer: Answer,
  { issuer = issue, ...options }: Partial<BrokerClientOptions> & { issuer?: Answer } = {},
) {
  const tokens = await startServer(issuer);
  const broker = await startServer(answer);
  running.push(tokens, broker);
  const client = createBrokerClient({
    url: broker.url,
    tokenUrl: `${tokens.url}/oauth/token`,
    clientId: "me",
    clientSecret: SECRET,
    headers: { "X-Team": "a-header" },
    clock: new RecordingClock(),
    random: () => 0,
    ...options,
  });
  return { client, tokens, broker };
}

const given = ({ broker }: { broker: LocalServer }): (string | undefined)[] =>
  broker.received.map(({ headers }) => headers.authorization);

/** Takes these tokens only. */
const taking =
  (...good: string[]): Answer =>
  (response, request, count) =>
    json(good.includes(request.headers.authorization ?? "") ? 200 : 401, { services: [] })(
      response,
      request,
      count,
    );

describe("A broker's client of OAuth", () => {
  it("asks for a token with its id and secret, and with the scope where there is one", async () => {
    const { client, tokens } = await start(taking("Bearer issued-1"), { scope: "of the broker" });
    await client.getCatalog();
    expect(tokens.received).toHaveLength(1);
    const [asked] = tokens.received;
    expect(asked).toMatchObject({
      method: "POST",
      path: "/oauth/token",
      body: "grant_type=client_credentials&scope=of+the+broker",
    });
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}`);
    expect(asked?.headers).not.toHaveProperty("x-team");
  });

  it("sends no scope where there is none", async () => {
    const { client, tokens } = await start(taking("Bearer issued-1"));
    await client.getCatalog();
    expect(tokens.received[0]?.body).toBe("grant_type=client_credentials");
  });

  it("asks once for any number of calls", async () => {
    const { client, tokens, broker } = await start(taking("Bearer issued-1"));
    await Promise.all(Array.from({ length: 20 }, () => client.getCatalog()));
    expect([tokens.received.length, broker.received.length]).toEqual([1, 20]);
  });

  it("asks anew once for a token that the broker refuses, and sends the request once more", async () => {
    const created: Answer = (response, request, count) =>
      json(request.headers.authorization === "Bearer issued-2" ? 201 : 401, {})(response, request, count);
    const all = await start(created);
    await expect(all.client.provision("i-1", provisionRequest)).resolves.toEqual({ outcome: "created" });
    expect(given(all)).toEqual(["Bearer issued-1", "Bearer issued-2"]);
    expect(all.tokens.received).toHaveLength(2);
  });

  it("says where the broker refuses a new token too, after two transmissions", async () => {
    const all = await start(taking());
    expect(await endOf(all.client.provision("i-1", provisionRequest))).toMatchObject({
      name: "AuthenticationError",
      effect: "none",
      message: matching(/refuses a token that was issued just now.*Check tokenUrl, /),
    });
    expect(all.broker.received).toHaveLength(2);
  });

  it("is asked before each transmission whether it may be sent", async () => {
    const all = await start(taking("Bearer issued-2"));
    let asked = 0;
    await all.client.getCatalog({ beforeSend: () => Promise.resolve(void (asked += 1)) });
    expect(asked).toBe(2);
  });

  it("says that the credentials were refused, and nothing was sent", async () => {
    const issuer = json(401, { error: "invalid_client", error_description: `not ${SECRET}` });
    const all = await start(taking(), { issuer });
    const error = await endOf(all.client.provision("i-1", provisionRequest));
    expect(error).toMatchObject({
      name: "AuthenticationError",
      effect: "none",
      message: matching(
        /credentials were refused by 127\.0\.0\.1:\d+: .*Check clientId, clientSecret and scope/,
      ),
    });
    expect((error as Error).message).not.toMatch(/tenant|TSG/);
    expect((error as Error).message).not.toContain(SECRET);
    expect(all.broker.received).toHaveLength(0);
  });

  it.each([
    ["fails", json(503, {})],
    ["does not answer", reset],
    ["answers something else", json(200, { token: "x" })],
  ])("cleans nothing up where whoever issues tokens %s: nothing was sent", async (_what, issuer) => {
    const { client, broker } = await start(json(200, {}), { issuer });
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect(error).toMatchObject({ name: "ConnectionError", effect: "none" });
    const orphan = { instanceId: "i-1", ...plan };
    expect(await client.mitigateOrphan("provision", error, orphan)).toEqual({ outcome: "none" });
    expect(broker.received).toHaveLength(0);
  });

  it("remembers that an earlier transmission may have arrived where no new token is to be had", async () => {
    const issuer: Answer = (response, request, count) =>
      (count === 1 ? issue : json(401, {}))(response, request, count);
    const broker: Answer = (response, request, count) =>
      (count === 1 ? reset : json(401, {}))(response, request, count);
    const all = await start(broker, { issuer });
    expect(await endOf(all.client.provision("i-1", provisionRequest))).toMatchObject({
      name: "AuthenticationError",
      effect: "unknown",
    });
  });

  it("shows neither its secret nor a token", async () => {
    const { client } = await start(json(400, { description: `issued-1 and ${SECRET}` }));
    const error = await endOf(client.provision("i-1", provisionRequest));
    expect((error as Error).message).toMatch(/answered 400: \[redacted\] and \[redacted\]/);
    expect(client.redact(`issued-1 ${SECRET}`)).toBe("[redacted] [redacted]");
  });

  it.each<[Partial<BrokerClientOptions>, RegExp]>([
    [{ username: "u", password: "p-p-p-p" }, /Only one of/],
    [{ token: "t-t-t-t" }, /Only one of/],
    [{ tokenUrl: undefined }, /tokenUrl is missing/],
    [{ clientId: undefined }, /clientId is missing/],
    [{ clientId: "a:b" }, /clientId must not hold a colon/],
    [{ clientSecret: "" }, /clientSecret must not be blank/],
    [{ tokenUrl: "http://broker.example.com/token" }, /tokenUrl is plain http/],
  ])("cannot be made with %j", (more, problem) => {
    const options = { url: "https://broker.example.com", clientId: "me", clientSecret: SECRET };
    const create = (): unknown =>
      createBrokerClient({ ...options, tokenUrl: "https://broker.example.com/token", ...more });
    expect(create).toThrow(SettingsError);
    expect(create).toThrow(problem);
  });
});
