import type { BrokerEvent } from "../../../../../sdk/simulator";
import { behindGateway, type GatewayAnswer, gatewayAnswers } from "../../../../support/gateway";
import { BrokerStack, database } from "../../../../support/service-instance";

const archive = { service: "archive", plan: "cold" };

describe.each(Object.keys(gatewayAnswers) as GatewayAnswer[])("a gateway's %s", (answer) => {
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start();
  });
  afterEach(() => stack.stop());

  const astray = (): (() => void) => behindGateway(stack.simulator, answer);

  /** From the next answer to such a request on. */
  const astrayAfter = (request: NonNullable<BrokerEvent["request"]>): { back: () => void } => {
    const gateway = { back: () => {} };
    const stop = stack.simulator.on((event) => {
      if (event.kind !== "answer" || event.request !== request) return;
      stop();
      gateway.back = astray();
    });
    return gateway;
  };

  it("for all requests does not have a delete forget the instance", async () => {
    const { state } = await stack.up(database);
    const back = astray();
    await expect(stack.destroy()).rejects.toThrow(
      new RegExp(
        `Its catalog could not be had: .*404.*instance ${state.instanceId} .*still in the state.*Run the same command ` +
          "again.*pulumi state delete",
        "s",
      ),
    );
    expect([stack.saved.real?.id, stack.existing]).toEqual([state.instanceId, [state.instanceId]]);
    back();
    await stack.destroy();
    expect([stack.saved.real, stack.existing]).toEqual([undefined, []]);
  });

  it("that ends while a delete is repeated has the instance deleted", async () => {
    await stack.up(database);
    const back = astray();
    let sent = 0;
    const stop = stack.simulator.on(({ kind, request }) => {
      if (kind === "answer" && request === "catalog" && ++sent === 2) back();
    });
    await stack.destroy();
    stop();
    expect(stack.existing).toEqual([]);
  });

  it("in between is passed over while a delete is under way", async () => {
    const { state } = await stack.up(archive);
    stack.simulator.fail({ on: "deprovision", kind: "never-finishes" });
    const kind = { status: 404, body: gatewayAnswers[answer] };
    stack.simulator.fault({ on: "last-operation", kind, times: 2 });
    const stop = stack.simulator.on(({ kind, request, status }) => {
      if (kind !== "answer" || request !== "last-operation" || status !== 200) return;
      stop();
      stack.simulator.finishOperation(state.instanceId);
    });
    await stack.destroy();
    expect([stack.existing, stack.sent("last-operation").length > 3]).toEqual([[], true]);
  });

  it("for all requests while a delete is under way keeps the instance in the state", async () => {
    await stack.up(archive);
    stack.simulator.fail({ on: "deprovision", kind: "never-finishes" });
    astrayAfter("deprovision");
    await expect(stack.destroy()).rejects.toThrow(/could not be waited for.*Its catalog could not be had/s);
    expect(stack.saved.real).toBeDefined();
  });

  it("is not taken for the success of a clean-up", async () => {
    stack.simulator.fault({ on: "provision", kind: { status: 500 }, effect: "after" });
    astrayAfter("provision");
    const up = await stack.up(archive);
    expect(up.state).toMatchObject({ state: "failed", mitigated: false });
    expect(up.unfinished?.join()).toMatch(/may exist at the broker: .*Its catalog could not be had/s);
    expect(stack.existing).toEqual([up.state.instanceId]);
  });

  it("is not taken for a clean-up by the user", async () => {
    const env = { PROVISOR_ORPHAN_MITIGATION: "report" };
    stack.simulator.fail({ on: "provision", kind: "fails-and-leaves" });
    await stack.up(archive, {}, env);
    const [left] = stack.existing;
    astrayAfter("catalog");
    const up = await stack.up(archive, {}, env);
    expect(up.unfinished?.join()).toMatch(/may exist at the broker/);
    expect(stack.existing).toEqual([left]);
  });

  it("does not have a refresh drop the instance", async () => {
    const { state } = await stack.up(database);
    astrayAfter("catalog");
    await expect(stack.refresh()).rejects.toThrow(
      new RegExp(
        `instance ${state.instanceId} .*could not be refreshed, and its state is as it was.*Its catalog could not be had`,
        "s",
      ),
    );
    expect(stack.saved.real?.state).toEqual(state);
  });

  it("does not have an intent be silent of what a run that died made", async () => {
    await stack.killedUp(database, "provision", "effect");
    const [left = ""] = stack.existing;
    astrayAfter("catalog");
    const { recorded } = await stack.destroy();
    expect(recorded.warnings.join()).toMatch(
      new RegExp(`Service instance ${left} may be at the broker .*Its catalog could not be had`, "s"),
    );
  });
});

describe("an instance whose service is not in the catalog any more", () => {
  let stack: BrokerStack;
  beforeEach(async () => {
    stack = await BrokerStack.start();
  });
  afterEach(() => stack.stop());

  it("is not taken for gone because of 404", async () => {
    await stack.up(database);
    for (const on of ["deprovision", "last-operation"] as const)
      stack.simulator.fault({ on, kind: { status: 404 }, times: 1000 });
    stack.simulator.setCatalog(stack.simulator.services.filter(({ name }) => name !== "postgres"));
    await expect(stack.destroy()).rejects.toThrow(
      /Its catalog does not have the service .*still in the state/s,
    );
    expect(stack.saved.real).toBeDefined();
  });
});
