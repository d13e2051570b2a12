import { createSimulator } from "../../../../sdk/simulator";
import { Caller, loggedIn } from "../../../support/call-simulator";
import { FakeClock } from "../../../support/fake-clock";

const list = "/subscription/v1/instances";
const scope = "tsg_id:1000000001";
const grant_type = "client_credentials";

describe("the token endpoint", () => {
  test("gives a token that lives for 899 seconds", async () => {
    const answer = await new Caller(createSimulator()).login();
    expect(answer.body).toMatchObject({ token_type: "Bearer", expires_in: 899, scope });
  });

  test("answers on the path of the vendor's Terraform provider too", async () => {
    const simulator = createSimulator();
    const answer = await simulator.handle({
      method: "POST",
      path: "/auth/v1/oauth2/access_token",
      headers: {
        Authorization: new Caller(simulator).basic(),
        "Content-Type": "application/x-www-form-urlencoded",
      },
      body: `grant_type=${grant_type}&scope=${scope}`,
    });
    expect(answer).toMatchObject({ status: 200 });
  });

  test("refuses a wrong secret with 401", async () => {
    const caller = new Caller(createSimulator());
    expect(await caller.requestToken({ grant_type, scope }, caller.basic("wrong"))).toMatchObject({
      status: 401,
    });
  });

  test.each([
    ["another grant", { grant_type: "password", scope }],
    ["no scope", { grant_type }],
    ["a scope that is no TSG", { grant_type, scope: "tsg_id:12" }],
    ["a TSG to which the client has no access", { grant_type, scope: "tsg_id:1999999999" }],
  ])("refuses %s with 400", async (_, form) => {
    expect(await new Caller(createSimulator()).requestToken(form)).toMatchObject({ status: 400 });
  });

  test("gives a token for a child TSG, which then sees only that child", async () => {
    const simulator = createSimulator({ instances: [{ appId: "dlp", tsg: "tenant-b" }, { appId: "dlp" }] });
    const caller = new Caller(simulator);
    await caller.login(`tsg_id:${simulator.tenants.find("tenant-b").id}`);
    expect(await caller.list()).toHaveLength(1);
  });
});

describe("a request with a token", () => {
  test("is refused as text/plain when the token's time is over", async () => {
    const clock = new FakeClock();
    const caller = await loggedIn(createSimulator({ clock }));
    await clock.advance(899_000);
    expect(await caller.get(list)).toEqual({
      status: 401,
      headers: { "content-type": "text/plain" },
      body: "Jwt is expired",
    });
  });

  test("is accepted until just before that", async () => {
    const clock = new FakeClock();
    const caller = await loggedIn(createSimulator({ clock }));
    await clock.advance(898_999);
    expect(await caller.get(list)).toMatchObject({ status: 200 });
  });

  test("is refused when all tokens were expired by hand", async () => {
    const caller = await loggedIn(createSimulator());
    caller.simulator.clients.expireTokens();
    expect(await caller.get(list)).toMatchObject({ status: 401 });
  });

  test("is refused when nobody gave that token", async () => {
    const caller = await loggedIn(createSimulator());
    caller.token = "made-up";
    expect(await caller.get(list)).toMatchObject({ status: 401 });
  });

  test("is forbidden when the role lacks it", async () => {
    const caller = await loggedIn(createSimulator());
    caller.simulator.clients.forbid("tenants");
    expect(await caller.get("/tenancy/v1/tenant_service_groups")).toMatchObject({ status: 403 });
  });

  test("is allowed again when the role has it back", async () => {
    const caller = await loggedIn(createSimulator());
    caller.simulator.clients.forbid("tenants");
    caller.simulator.clients.permit("tenants");
    expect(await caller.get("/tenancy/v1/tenant_service_groups")).toMatchObject({ status: 200 });
  });

  test("is answered 404 for a path that the API does not have", async () => {
    expect(await (await loggedIn(createSimulator())).get("/subscription/v1/jobs")).toMatchObject({
      status: 404,
    });
  });

  test("is answered 405 for a method that the path does not have", async () => {
    const answer = await createSimulator().handle({ method: "DELETE", path: list });
    expect(answer).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
  });

  test("meets another client's own tree only", async () => {
    const other = { clientId: "other", clientSecret: "other-secret", tsgId: "1500000000" };
    const simulator = createSimulator({
      parents: [
        { id: "1000000001", name: "Root" },
        { id: "1500000000", name: "Other" },
      ],
      clients: [{ clientId: "own", clientSecret: "own-secret", tsgId: "1000000001" }, other],
      instances: [{ appId: "dlp", tsg: "Root" }],
    });
    const caller = new Caller(simulator, simulator.clients.all()[1]);
    await caller.login();
    expect(await caller.list()).toEqual([]);
  });
});
