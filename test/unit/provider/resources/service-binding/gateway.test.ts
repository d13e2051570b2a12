import { errorOf } from "../../../../support/child-instance";
import { behindGateway, type GatewayAnswer, gatewayAnswers } from "../../../../support/gateway";
import { BoundBroker, KEY } from "../../../../support/service-binding";

describe.each(Object.keys(gatewayAnswers) as GatewayAnswer[])("a gateway's %s", (answer) => {
  let broker: BoundBroker;
  beforeEach(async () => {
    broker = await BoundBroker.start();
  });
  afterEach(() => broker.stop());

  const astray = (): (() => void) => behindGateway(broker.simulator, answer);

  it("in between is passed over while a binding is unbound", async () => {
    const saved = await broker.up();
    const kind = { status: 404, body: gatewayAnswers[answer] };
    broker.simulator.fault({ on: "last-binding-operation", kind, times: 2 });
    await broker.destroy(saved);
    expect([broker.bound, broker.sent("last-binding-operation") > 2]).toEqual([[], true]);
  });

  it("for all requests while a binding is unbound keeps it in the state", async () => {
    const saved = await broker.up();
    broker.simulator.fail({ on: "unbind", kind: "never-finishes" });
    const stop = broker.simulator.on(({ kind, request }) => {
      if (kind !== "answer" || request !== "unbind") return;
      stop();
      astray();
    });
    const { message } = await errorOf(broker.destroy(saved));
    expect(message).toMatch(new RegExp(`${KEY}: .*Its catalog could not be had.*stays in the state`, "s"));
  });

  it("is not taken for the success of a clean-up", async () => {
    broker.simulator.fault({ on: "bind", kind: { status: 500 }, effect: "after" });
    const stop = broker.simulator.on(({ kind, request }) => {
      if (kind !== "answer" || request !== "bind") return;
      stop();
      astray();
    });
    const failed = await broker.up();
    expect(failed.state).toMatchObject({ state: "failed", mitigated: false });
    expect(failed.unfinished?.join()).toMatch(/Its catalog could not be had/);
  });

  it("is not taken for a clean-up by the user", async () => {
    const env = { PROVISOR_ORPHAN_MITIGATION: "report" };
    broker.simulator.fail({ on: "bind", kind: "fails-and-leaves" });
    const failed = await broker.up({}, undefined, env);
    const stop = broker.simulator.on(({ kind, request }) => {
      if (kind !== "answer" || request !== "catalog") return;
      stop();
      astray();
    });
    const again = await broker.up({}, failed, env);
    expect(again.unfinished?.join()).toMatch(
      /it is not sure that nothing is left: .*Its catalog could not be had/,
    );
  });

  it("does not have a refresh drop the binding", async () => {
    const saved = await broker.up();
    const stop = broker.simulator.on(({ kind, request }) => {
      if (kind !== "answer" || request !== "catalog") return;
      stop();
      astray();
    });
    const { message } = await errorOf(broker.refresh(saved));
    expect(message).toMatch(
      new RegExp(
        `${KEY} could not be refreshed, and its state is as it was.*Its catalog could not be had`,
        "s",
      ),
    );
  });
});
