import { type BrokerClientOptions, type MitigatedOrphan } from "../../../../sdk/broker";
import { FastClock } from "../../../support/fast-clock";
import { inTurn, json, reset, type Answer } from "../../../support/local-server";
import { brokers, endOf, plan, provisionRequest, type Broker } from "./broker";

const start = brokers();
const once = { retry: { maxAttempts: 1 } };
const orphan = { instanceId: "i-1", ...plan };

/** Provisions at a broker that answers so, and mitigates what comes of it. */
async function mitigated(
  answers: Answer[],
  options: Partial<BrokerClientOptions> = {},
): Promise<Broker & { result: MitigatedOrphan }> {
  const broker = await start(inTurn(...answers), { ...once, ...options });
  const failure = await endOf(broker.client.provision("i-1", provisionRequest));
  return { ...broker, result: await broker.client.mitigateOrphan("provision", failure, orphan) };
}

const sent = ({ server }: Broker): string[] => server.received.map(({ method, path }) => `${method} ${path}`);

describe("Mitigating an orphan", () => {
  it("deletes what a broker that failed may have made, in nobody's name", async () => {
    const originatingIdentity = { platform: "provisor", value: { user: "Zoe" } };
    const broker = await mitigated([json(500, {}), json(200, {})], { originatingIdentity });
    expect(broker.result).toEqual({ outcome: "removed" });
    const [put, removed] = broker.server.received;
    expect(put?.headers).toHaveProperty("x-broker-api-originating-identity");
    expect(removed?.headers).not.toHaveProperty("x-broker-api-originating-identity");
    expect(removed?.query.toString()).toBe("service_id=svc&plan_id=small&accepts_incomplete=true");
  });

  it("waits until the broker has deleted it", async () => {
    const goingOn = json(200, { state: "in progress" });
    const broker = await mitigated([reset, json(202, {}), goingOn, json(410, {})]);
    expect(broker.result).toEqual({ outcome: "removed" });
    expect(sent(broker)).toHaveLength(4);
  });

  it("deletes the binding alone", async () => {
    const broker = await start(inTurn(json(500, {}), json(200, {})), once);
    const failure = await endOf(broker.client.bind("i-1", "b-1", plan));
    await broker.client.mitigateOrphan("bind", failure, { ...orphan, bindingId: "b-1" });
    expect(sent(broker)[1]).toBe("DELETE /v2/service_instances/i-1/service_bindings/b-1");
  });

  it("says why something may be left where the broker goes on failing", async () => {
    const { result } = await mitigated([json(500, {})]);
    expect(result).toEqual({ outcome: "left", why: expect.stringMatching(/answered 500/) as string });
  });

  it("sends nothing where it is only to report", async () => {
    const broker = await mitigated([json(500, {})], { orphanMitigation: "report" });
    expect(broker.result).toEqual({ outcome: "left", why: expect.stringMatching(/report/) as string });
    expect(broker.server.received).toHaveLength(1);
  });

  it("sends nothing where the specification wants nothing deleted", async () => {
    const broker = await mitigated([json(400, {})]);
    expect(broker.result).toEqual({ outcome: "none" });
    expect(broker.server.received).toHaveLength(1);
  });

  it("sends nothing where only the caller's own deadline ended the request", async () => {
    const { client, clock, server } = await start(() => undefined, once);
    const failure = await endOf(client.provision("i-1", provisionRequest, { deadline: clock.now() + 300 }));
    expect(await client.mitigateOrphan("provision", failure, orphan)).toEqual({ outcome: "none" });
    expect(server.received).toHaveLength(1);
  });

  it("finds out, however late it is, that a 404 is the broker's own", async () => {
    const catalog = { services: [{ id: "svc", name: "db", plans: null }] };
    const broker: Answer = (response, request, count) => {
      const refusal = json(request.method === "PUT" ? 500 : 404, {});
      (request.path === "/v2/catalog" ? json(200, catalog) : refusal)(response, request, count);
    };
    const clock = new FastClock();
    const { client } = await start(broker, { ...once, clock });
    const failure = await endOf(client.provision("i-1", provisionRequest));
    const deadline = clock.now() - 1_000;
    expect(await client.mitigateOrphan("provision", failure, orphan, { deadline })).toEqual({
      outcome: "removed",
    });
  });

  it("deletes where the broker did not answer in the time that any request may take", async () => {
    const { client } = await start(
      inTurn(() => undefined, json(200, {})),
      { ...once, requestTimeoutMs: 300 },
    );
    const failure = await endOf(client.provision("i-1", provisionRequest));
    expect(await client.mitigateOrphan("provision", failure, orphan)).toEqual({ outcome: "removed" });
  });
});
