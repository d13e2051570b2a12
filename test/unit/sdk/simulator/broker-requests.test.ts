import { BrokerCaller } from "../../../support/call-broker";

const identity = (platform: string, value: unknown): string =>
  `${platform} ${Buffer.from(JSON.stringify(value)).toString("base64")}`;

describe("a simulated broker", () => {
  test.each([
    ["no credentials", { authorization: undefined }],
    ["a wrong password", { authorization: `Basic ${Buffer.from("broker:wrong").toString("base64")}` }],
    ["a bearer token where it wants a password", { authorization: "Bearer abc" }],
  ])("answers 401 to %s", async (_, headers) => {
    expect(await new BrokerCaller().catalog(headers)).toMatchObject({ status: 401 });
  });

  test("takes a bearer token where it is told so", async () => {
    const answer = await new BrokerCaller({ token: "abc" }).catalog({ authorization: "Bearer abc" });
    expect(answer.status).toBe(200);
  });

  test.each<[string, string | undefined, number]>([
    ["no version", undefined, 400],
    ["a version that is none", "2", 400],
    ["a version that it does not speak", "3.0", 412],
    ["a version that it speaks", "2.14", 200],
  ])("answers %s as the specification says", async (_, version, status) => {
    const answer = await new BrokerCaller().catalog({ "x-broker-api-version": version });
    expect(answer.status).toBe(status);
  });

  test("says which versions it speaks", async () => {
    const answer = await new BrokerCaller({ apiVersions: ["2.16"] }).catalog();
    expect(answer.body["description"]).toContain("speaks version 2.16 of the API, not 2.17");
  });

  test.each([
    ["no value", "provisor"],
    ["a value that is no Base64", "provisor {}"],
    ["a value that is no object", identity("provisor", [1])],
    ["no platform", ` ${Buffer.from("{}").toString("base64")}`],
  ])("refuses an originating identity with %s", async (_, value) => {
    const answer = await new BrokerCaller().catalog({ "x-broker-api-originating-identity": value });
    expect(answer.status).toBe(400);
  });

  test("refuses an originating identity of another platform than the context's", async () => {
    const headers = { "x-broker-api-originating-identity": identity("kubernetes", { uid: "1" }) };
    expect(await new BrokerCaller().provision({}, { headers })).toMatchObject({
      status: 400,
      body: { description: expect.stringContaining("of the platform kubernetes, the context of provisor") },
    });
  });

  test("gives the request identity back, with errors too", async () => {
    const answer = await new BrokerCaller().catalog({
      "x-broker-api-request-identity": "request-1",
      "x-broker-api-version": undefined,
    });
    expect(answer).toMatchObject({ status: 400, headers: { "x-broker-api-request-identity": "request-1" } });
  });

  test("answers below its base path only", async () => {
    const caller = new BrokerCaller({ basePath: "/openservicebroker" });
    const answers = [await caller.catalog(), await caller.send("GET", "/openservicebroker/v2/catalog")];
    expect(answers.map(({ status }) => status)).toEqual([404, 200]);
  });

  test.each([
    ["GET", "/v2/nothing", 404],
    ["POST", "/v2/catalog", 405],
  ])("has no %s %s", async (method, path, status) => {
    expect((await new BrokerCaller().send(method, path)).status).toBe(status);
  });

  test.each<[string, string, string]>([
    ["provision", "PUT", "/v2/service_instances/i2"],
    ["update", "PATCH", "/v2/service_instances/i1"],
    ["deprovision", "DELETE", "/v2/service_instances/i1"],
    ["bind", "PUT", "/v2/service_instances/i1/service_bindings/b2"],
    ["unbind", "DELETE", "/v2/service_instances/i1/service_bindings/b1"],
  ])("wants a boolean for accepts_incomplete, though %s is synchronous", async (_, method, path) => {
    const caller = await (await new BrokerCaller({}, "cache").provisioned()).bound();
    const answer = await caller.send(method, path, {
      query: { accepts_incomplete: "banana", ...caller.ids },
      ...(method === "DELETE" ? {} : { body: caller.provisionBody() }),
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { description: "accepts_incomplete must be true or false." },
    });
  });

  test("takes a context that names no platform, whoever asks", async () => {
    const headers = { "x-broker-api-originating-identity": identity("kubernetes", { uid: "1" }) };
    expect(await new BrokerCaller().provision({ context: {} }, { headers })).toMatchObject({ status: 202 });
  });

  test("reads ids that are percent-encoded", async () => {
    const caller = new BrokerCaller();
    await caller.provision({}, { id: "a%2Fb%20c" });
    expect(caller.simulator.instances[0]?.id).toBe("a/b c");
  });
});

describe("the catalog", () => {
  test("does not show how the services are played", async () => {
    const { body } = await new BrokerCaller().catalog();
    expect(JSON.stringify(body)).not.toContain("simulated");
  });

  test("is not sent again while it has not changed", async () => {
    const caller = new BrokerCaller();
    const { headers } = await caller.catalog();
    expect(await caller.catalog({ "if-none-match": headers["etag"] })).toMatchObject({
      status: 304,
      body: {},
    });
  });

  test.each<[string, (etag: string) => string, number]>([
    ["a weak ETag", (etag) => `W/${etag}`, 304],
    ["a list that holds its ETag", (etag) => `"other", W/"third",${etag}`, 304],
    ["any ETag", () => "*", 304],
    ["a list of others", () => '"other", W/"third"', 200],
  ])("is sent to who knows %s as RFC 7232 says", async (_, conditionOf, status) => {
    const caller = new BrokerCaller();
    const { headers } = await caller.catalog();
    const answer = await caller.catalog({ "if-none-match": conditionOf(headers["etag"] ?? "") });
    expect(answer.status).toBe(status);
  });

  test("has another ETag once a plan has another maintenance version", async () => {
    const caller = new BrokerCaller();
    const { headers } = await caller.catalog();
    caller.simulator.setMaintenanceVersion("postgres", "small", "1.1.0");
    expect(await caller.catalog({ "if-none-match": headers["etag"] })).toMatchObject({ status: 200 });
  });

  test("has no maintenance version that is no semantic one", () => {
    const { simulator } = new BrokerCaller();
    expect(() => {
      simulator.setMaintenanceVersion("postgres", "small", "banana");
    }).toThrow("must be a semantic version");
  });

  test("can be replaced", async () => {
    const caller = new BrokerCaller();
    caller.simulator.setCatalog(caller.simulator.services.slice(1, 2));
    expect((await caller.catalog()).body).toMatchObject({ services: [{ name: "cache" }] });
  });

  test("has ids that follow from the seed", () => {
    const [one, same, other] = [7, 7, 8].map((seed) => new BrokerCaller({ seed }).plan);
    expect([one, other]).toEqual([same, expect.not.objectContaining(same as object)]);
  });
});
