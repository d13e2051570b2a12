import { BrokerError, ResponseFormatError, type UnusableEntry } from "../../../../sdk/broker";
import { inTurn, json, type LocalServer } from "../../../support/local-server";
import { brokers, endOf, matching, provisionRequest } from "./broker";

const start = brokers();
const parameters = { $schema: "http://json-schema.org/draft-04/schema#", type: "object" };
const service = (over: object = {}): object => ({
  id: "svc",
  name: "database",
  description: "A database.",
  bindable: true,
  plans: [{ id: "small", name: "small", description: "A small one." }],
  ...over,
});

describe("A catalog", () => {
  it("is read whole, but for the secret of the dashboard", async () => {
    const wire = service({
      tags: ["sql"],
      requires: ["volume_mount"],
      instances_retrievable: true,
      bindings_retrievable: true,
      allow_context_updates: true,
      plan_updateable: true,
      metadata: { displayName: "Database" },
      dashboard_client: { id: "d", secret: "hush" },
      plans: [
        {
          id: "small",
          name: "small",
          description: "A small one.",
          free: false,
          bindable: false,
          binding_rotatable: true,
          plan_updateable: false,
          metadata: { bullets: ["5 TB"] },
          schemas: {
            service_instance: { create: { parameters }, update: { parameters } },
            service_binding: { create: { parameters } },
          },
          maximum_polling_duration: 600,
          maintenance_info: { version: "2.1.1+abcdef", description: "Expect downtime." },
        },
      ],
    });
    const { client } = await start(json(200, { services: [wire] }));
    await expect(client.getCatalog()).resolves.toEqual({
      services: [
        {
          id: "svc",
          name: "database",
          description: "A database.",
          tags: ["sql"],
          requires: ["volume_mount"],
          bindable: true,
          instancesRetrievable: true,
          bindingsRetrievable: true,
          allowContextUpdates: true,
          planUpdateable: true,
          metadata: { displayName: "Database" },
          plans: [
            {
              id: "small",
              name: "small",
              description: "A small one.",
              free: false,
              bindable: false,
              bindingRotatable: true,
              planUpdateable: false,
              metadata: { bullets: ["5 TB"] },
              schemas: {
                serviceInstance: { create: { parameters }, update: { parameters } },
                serviceBinding: { create: { parameters } },
              },
              maximumPollingDurationMs: 600_000,
              maintenanceInfo: { version: "2.1.1+abcdef", description: "Expect downtime." },
            },
          ],
        },
      ],
    });
  });

  it("has the defaults of the specification where the broker says nothing", async () => {
    const nothing = { tags: null, metadata: null, schemas: null, maximum_polling_duration: null };
    const { client } = await start(
      json(200, {
        services: [service({ plans: [{ id: "p", name: "p", description: "p", ...nothing }], ...nothing })],
      }),
    );
    await expect(client.getCatalog()).resolves.toEqual({
      services: [
        {
          id: "svc",
          name: "database",
          description: "A database.",
          tags: [],
          requires: [],
          bindable: true,
          instancesRetrievable: false,
          bindingsRetrievable: false,
          allowContextUpdates: false,
          planUpdateable: false,
          plans: [
            {
              id: "p",
              name: "p",
              description: "p",
              free: true,
              bindable: true,
              bindingRotatable: false,
              planUpdateable: false,
            },
          ],
        },
      ],
    });
  });

  it("takes odd fields for absent, and what they clearly mean for that", async () => {
    const odd = {
      free: "true",
      bindable: "false",
      binding_rotatable: 1,
      metadata: "",
      schemas: {
        service_instance: { create: { parameters: true }, update: { parameters } },
        service_binding: [],
      },
      maximum_polling_duration: "600",
      maintenance_info: {},
    };
    const plans = [
      { id: "p", name: "p", description: 7, ...odd },
      { id: "q", name: "q", description: "q", schemas: true, maximum_polling_duration: "soon" },
    ];
    const { client } = await start(
      json(200, { services: [service({ plans, tags: "x", requires: [1], metadata: [], description: {} })] }),
    );
    const [only] = (await client.getCatalog()).services;
    expect(only).toMatchObject({ tags: [], requires: [], metadata: {}, description: "", bindable: true });
    expect(only?.plans).toEqual([
      {
        id: "p",
        name: "p",
        description: "",
        free: true,
        bindable: false,
        bindingRotatable: true,
        planUpdateable: false,
        schemas: { serviceInstance: { create: {}, update: { parameters } } },
        maximumPollingDurationMs: 600_000,
      },
      {
        id: "q",
        name: "q",
        description: "q",
        free: true,
        bindable: true,
        bindingRotatable: false,
        planUpdateable: false,
      },
    ]);
  });

  it.each([
    ["plan_updateable", true],
    ["plan_updatable", true],
  ])("lets plans take %s over from their service", async (spelling, wanted) => {
    const plans = [
      { id: "p", name: "p", description: "p" },
      { id: "q", name: "q", description: "q", [spelling]: false },
    ];
    const { client } = await start(json(200, { services: [service({ [spelling]: wanted, plans })] }));
    const [only] = (await client.getCatalog()).services;
    expect(only?.planUpdateable).toBe(true);
    expect(only?.plans.map(({ planUpdateable }) => planUpdateable)).toEqual([true, false]);
  });

  it("without a list of services is refused, with its path", async () => {
    const { client } = await start(json(200, {}));
    const error = await endOf(client.getCatalog());
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(error).toMatchObject({ status: 200, message: matching(/\(services: /) });
  });

  it.each<[string, object, Partial<UnusableEntry>]>([
    ["a service without an id", { id: undefined }, { name: "database", why: "id: " }],
    ["a service without a name", { name: "" }, { id: "svc", why: "name: " }],
    ["a service without plans", { plans: undefined }, { id: "svc", name: "database", why: "plans: " }],
    ["a service whose id is no whole number", { id: 1.5 }, { name: "database", why: "id: " }],
  ])("with %s has the others", async (_what, over, { why = "", ...names }) => {
    const { client } = await start(json(200, { services: [service(over), service({ id: "other" })] }));
    const { services, unusable } = await client.getCatalog();
    expect(services.map(({ id }) => id)).toEqual(["other"]);
    expect(unusable).toEqual([{ kind: "service", index: 0, ...names, why: matching(new RegExp(`^${why}`)) }]);
  });

  it("with a plan that nobody can name has the others", async () => {
    const plans = [{ name: "p" }, { id: "q", name: "q" }, null];
    const { client } = await start(json(200, { services: [service({ plans })] }));
    const { services, unusable } = await client.getCatalog();
    expect(services[0]?.plans.map(({ id }) => id)).toEqual(["q"]);
    const of = { kind: "plan", service: { id: "svc", name: "database" } };
    expect(unusable).toEqual([
      { ...of, index: 0, name: "p", why: matching(/^id: /) },
      { ...of, index: 2, why: matching(/^the body: /) },
    ]);
  });
});

describe("A catalog with ids that are numbers", () => {
  const numbered = service({
    id: 1,
    plans: [
      { id: 2, name: "two" },
      { id: "3", name: "three" },
    ],
  });
  const sent = (server: LocalServer): unknown => JSON.parse(server.received.at(-1)?.body ?? "");
  const refs = { serviceId: "1", planId: "2" };

  it("is read as texts, and answered in bodies as it is written", async () => {
    const { client, server } = await start(json(200, { services: [numbered] }));
    const [only] = (await client.getCatalog()).services;
    expect([only?.id, only?.plans.map(({ id }) => id)]).toEqual(["1", ["2", "3"]]);
    await endOf(client.provision("i", { ...provisionRequest, ...refs }));
    expect(sent(server)).toMatchObject({ service_id: 1, plan_id: 2 });
    await endOf(client.updateInstance("i", { serviceId: "1", planId: "3", previousValues: refs }));
    expect(sent(server)).toMatchObject({
      service_id: 1,
      plan_id: "3",
      previous_values: { service_id: 1, plan_id: 2 },
    });
    await endOf(client.bind("i", "b", refs));
    expect(sent(server)).toMatchObject({ service_id: 1, plan_id: 2 });
  });

  it("has a text where the same is there as both", async () => {
    const { client, server } = await start(json(200, { services: [numbered, service({ id: "1" })] }));
    await client.getCatalog();
    await endOf(client.bind("i", "b", refs));
    expect(sent(server)).toMatchObject({ service_id: "1" });
  });

  it("is no reason to fail where an instance tells of them", async () => {
    const { client } = await start(json(200, { service_id: 1, plan_id: 2 }));
    await expect(client.getInstance("i")).resolves.toEqual(refs);
  });
});

describe("A catalog with an ETag", () => {
  it("is asked for again with it, and is the same object after 304", async () => {
    const { client, server } = await start(
      inTurn(json(200, { services: [] }, { ETag: '"v1"' }), (response) => response.writeHead(304).end()),
    );
    const first = await client.getCatalog();
    expect(await client.getCatalog()).toBe(first);
    expect(server.received.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"v1"']);
  });

  it("is replaced by the next one", async () => {
    const { client, server } = await start(
      inTurn(
        json(200, { services: [] }, { ETag: '"v1"' }),
        json(200, { services: [service()] }, { ETag: '"v2"' }),
        json(200, { services: [] }),
        json(200, { services: [] }),
      ),
    );
    const sizes = [];
    for (let i = 0; i < 4; i++) sizes.push((await client.getCatalog()).services.length);
    expect(sizes).toEqual([0, 1, 0, 0]);
    expect(server.received.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      '"v1"',
      '"v2"',
      undefined,
    ]);
  });

  it("is not there for a 304 that nobody asked for", async () => {
    const { client } = await start((response) => response.writeHead(304).end());
    expect(await endOf(client.getCatalog())).toBeInstanceOf(BrokerError);
  });
});
