import { serviceBinding } from "../../../../support/one-process";
import { BoundBroker, type Inputs } from "../../../../support/service-binding";

describe("two ServiceBindings with the same given id", () => {
  const given: Inputs = { bindingId: "given" };
  const another: Inputs = { ...given, intent: { key: "33333333-3333-4333-8333-333333333333" } };
  let broker: BoundBroker;
  beforeEach(async () => {
    broker = await BoundBroker.start();
  });
  afterEach(() => broker.stop());

  it("do not both get it in one run", async () => {
    await broker.check(given);
    const { problems } = await broker.check(another);
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      expect.stringMatching(/^bindingId another resource of this stack has binding given, or is to get it/),
    ]);
  });

  it("do not both get it in different runs", async () => {
    const { problems } = await broker.check(given, undefined, {
      saved: { others: [{ type: "ServiceBinding", state: { bindingId: "given" } }] },
    });
    expect(problems).toMatchObject([{ path: "bindingId" }]);
  });

  it("may be the same at different brokers", async () => {
    const others = [
      { type: "ServiceBinding", state: { bindingId: "given", broker: "https://other.example.com" } },
    ];
    const { problems } = await broker.check(given, undefined, { saved: { others } });
    expect(problems).toEqual([]);
  });

  it("do not end each other where an earlier run let both have it", async () => {
    const one = await broker.up(given);
    const other = await broker.up(another);
    const { host } = await broker.up(given, one);
    await serviceBinding.delete(host, other.id, other.state);
    expect(broker.bound).toEqual(["given"]);
    expect(host.recorded.warnings.join()).toMatch(/binding given .*another resource of this stack has it/);
  });
});
