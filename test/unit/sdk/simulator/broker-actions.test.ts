import { BrokerCaller } from "../../../support/call-broker";
import { startBrokerSimulator } from "../../../../sdk/simulator";

const clone = { pdb_name: "SALES_DEV", src_pdb_name: "SALES" };
const ofActions = (service = "create-pluggable-database"): BrokerCaller =>
  new BrokerCaller({ kind: "actions", operationMs: 0 }, service);

const put = (caller: BrokerCaller, parameters: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  caller.send("PUT", "/v2/service_instances/i1", { body: { ...caller.ids, parameters, ...more } });

describe("A simulated broker of actions", () => {
  it("carries out the plan's action and answers with what came of it", async () => {
    const caller = ofActions();
    expect(await put(caller, clone)).toMatchObject({
      status: 201,
      body: { action: "clone-database", name: "SALES_DEV" },
    });
    expect(caller.simulator.ledger.effects("provision")).toHaveLength(1);
  });

  it("takes its time while the caller waits", async () => {
    const caller = new BrokerCaller({ kind: "actions", operationMs: 5000 }, "take-snapshot");
    const answer = put(caller, { pdb_name: "SALES" });
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    await caller.clock.advance(4999);
    expect(isAnswered).toBe(false);
    await caller.clock.advance(1);
    expect(await answer).toMatchObject({ status: 201 });
  });

  it("fails where the database has what is to be made, in a problem document", async () => {
    const caller = ofActions();
    await put(caller, clone);
    const { status, body, headers } = await put(caller, { ...clone, pdb_name: "sales_dev" });
    expect(status).toBe(500);
    expect(Object.keys(body)).toEqual(["code", "title", "message", "type", "instance"]);
    expect(body["message"]).toBe("ORA-65012: Pluggable database SALES_DEV already exists.");
    expect(headers["content-type"]).toBe("application/problem+json");
  });

  it("makes another where nothing has a name, whatever the id", async () => {
    const caller = ofActions("take-snapshot");
    for (let n = 0; n < 3; n++)
      expect(await put(caller, { pdb_name: "SALES" })).toMatchObject({ status: 201 });
    expect(caller.simulator.account()).toMatchObject({ instancesCreated: 3, instancesAlive: 3 });
  });

  it("answers a DELETE with 204, without a body and without removing anything", async () => {
    const caller = ofActions();
    await put(caller, clone);
    const answer = await caller.send("DELETE", "/v2/service_instances/i1", { query: caller.ids });
    expect(answer).toMatchObject({ status: 204, body: {} });
    expect(caller.simulator.instances).toHaveLength(1);
    expect(caller.simulator.ledger.effects("deprovision")).toEqual([]);
  });

  it.each([
    ["GET", "/v2/service_instances/i1"],
    ["GET", "/v2/service_instances/i1/last_operation"],
    ["PATCH", "/v2/service_instances/i1"],
    ["PUT", "/v2/service_instances/i1/service_bindings/b1"],
  ])("knows nothing of %s %s: 404", async (method, path) => {
    const caller = ofActions();
    await put(caller, clone);
    expect(await caller.send(method, path)).toMatchObject({ status: 404, body: { code: "NotFound" } });
  });

  it("answers what is no path of its own with a page", async () => {
    const { simulator } = ofActions();
    const answer = await simulator.handle({ method: "GET", path: "/v2/nothing" });
    expect(answer).toMatchObject({ status: 404, headers: { "content-type": "text/html" } });
  });

  it.each(["organization_guid", "space_guid", "context"])(
    "refuses %s, which it does not know",
    async (name) => {
      const value = name === "context" ? { platform: "provisor" } : "x";
      expect(await put(ofActions(), clone, { [name]: value })).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(name) as string },
      });
    },
  );

  it("wants its ids as the catalog writes them, blanks included", async () => {
    const caller = ofActions("create-database-user");
    const parameters = { user: "APP", password: "p-p-p-p" };
    expect(caller.plan.planId).toMatch(/ $/);
    const trimmed = { plan_id: caller.plan.planId.trim() };
    expect(await put(caller, parameters, trimmed)).toMatchObject({ status: 400 });
    expect(await put(caller, parameters)).toMatchObject({ status: 201 });
  });

  it("says in its environment what it is like", async () => {
    const { url, env, stop } = await startBrokerSimulator({ kind: "actions" });
    await stop();
    expect(env).toEqual({
      ...{ OSB_KEEPS_INSTANCES: "false", OSB_SENDS_PLATFORM: "false" },
      OSB_URL: url,
      OSB_TOKEN_URL: `${url}/oauth/token`,
      OSB_CLIENT_ID: "broker-client",
      OSB_CLIENT_SECRET: "simulated-client-secret",
    });
  });

  describe("gives tokens (OAuth 2, client credentials), which", () => {
    const authorization = `Basic ${Buffer.from("broker-client:simulated-client-secret").toString("base64")}`;
    const form = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const ask = async (
      { simulator }: BrokerCaller,
      headers: Record<string, string> = form,
      body = "grant_type=client_credentials",
    ): Promise<{ status: number; body: Record<string, unknown> }> => {
      const answer = await simulator.handle({ method: "POST", path: "/oauth/token", headers, body });
      if (!("status" in answer)) throw new Error("There was no answer.");
      return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
    };

    it("hold for their time", async () => {
      const caller = ofActions();
      const { body } = await ask(caller);
      expect(body).toMatchObject({ token_type: "bearer", expires_in: 3600 });
      const headers = { authorization: `Bearer ${String(body["access_token"])}` };
      expect(await caller.catalog(headers)).toMatchObject({ status: 200 });
      await caller.clock.advance(3_600_000);
      expect(await caller.catalog(headers)).toMatchObject({ status: 401 });
    });

    it("nobody else gets, nor for another grant", async () => {
      const caller = ofActions();
      const other = `Basic ${Buffer.from("broker-client:wrong").toString("base64")}`;
      expect(await ask(caller, { ...form, authorization: other })).toMatchObject({
        status: 401,
        body: { error: "invalid_client" },
      });
      expect(await ask(caller, form, "grant_type=password")).toMatchObject({
        status: 400,
        body: { error: "unsupported_grant_type" },
      });
    });

    it("a broker without a client does not have", async () => {
      expect(await ask(new BrokerCaller())).toMatchObject({ status: 404 });
    });
  });
});
