import { createSimulator } from "../../../../sdk/simulator";
import { loggedIn } from "../../../support/call-simulator";

const list = "/subscription/v1/instances";

describe("the list of instances", () => {
  test("holds only the token's TSG", async () => {
    const caller = await loggedIn(createSimulator({ instances: [{ appId: "dlp", tsg: "tenant-a" }] }));
    expect((await caller.get(list)).body).toEqual([]);
  });

  test.each(["true", "false", ""])("holds the descendants too when with_children is %j", async (value) => {
    const simulator = createSimulator({ instances: [{ appId: "dlp", tsg: "tenant-a" }] });
    simulator.tenants.add({ name: "grandchild", parentId: simulator.tenants.find("tenant-a").id });
    simulator.addInstance({ appId: "dlp", tsg: "grandchild" });
    const caller = await loggedIn(simulator);
    expect((await caller.get(list, { with_children: value })).body).toHaveLength(2);
  });

  test("shows what was patched in the portal", async () => {
    const simulator = createSimulator({ instances: 1 });
    simulator.patchInstance(simulator.instances[0]?.instanceId ?? "", { url: "https://changed.example.com" });
    expect(await (await loggedIn(simulator)).list()).toMatchObject([{ url: "https://changed.example.com" }]);
  });

  test("no longer shows what was removed in the portal", async () => {
    const simulator = createSimulator({ instances: 2 });
    simulator.removeInstance(simulator.instances[0]?.instanceId ?? "");
    expect(await (await loggedIn(simulator)).list()).toHaveLength(1);
  });

  test("shows who created an instance", async () => {
    const caller = await loggedIn(
      createSimulator({ instances: [{ appId: "dlp", createdBy: "someone@x.com" }] }),
    );
    expect(await caller.list()).toMatchObject([{ created_by: "someone@x.com" }]);
  });

  test("holds canaries where the API holds secrets", async () => {
    const [instance] = await (await loggedIn(createSimulator({ instances: 1 }))).list();
    expect(instance).toMatchObject({
      auth_code: expect.stringMatching(/^AUTHCODE-CANARY-/) as string,
      extra: { wildfire_api_key: expect.stringMatching(/^WFKEY-CANARY-/) as string },
    });
  });

  test("holds thousands", async () => {
    const caller = await loggedIn(createSimulator({ tenants: 100, instances: 5000 }));
    expect(await caller.list()).toHaveLength(5000);
  });
});

describe("the licenses", () => {
  test("have numbers where the examples have them", async () => {
    const caller = await loggedIn(createSimulator());
    expect(await caller.licenses()).toMatchObject([
      { license_id: 123456789, licenses: [{ purchased_size: 10000, remaining_size: 10000 }] },
      { license_id: 123456790 },
    ]);
  });

  test("can be asked for by id", async () => {
    const caller = await loggedIn(createSimulator());
    const answer = await caller.get("/subscription/v1/licenses", { license_id: "123456790" });
    expect(answer.body).toMatchObject([{ app_id: "logging_service" }]);
  });

  test("are none for an id that does not exist", async () => {
    const caller = await loggedIn(createSimulator());
    expect((await caller.get("/subscription/v1/licenses", { license_id: "1" })).body).toEqual([]);
  });
});

describe("the tenants", () => {
  const path = "/tenancy/v1/tenant_service_groups";

  test("are the token's TSG and its descendants, counted in a string as in the example", async () => {
    const answer = await (await loggedIn(createSimulator({ tenants: 2 }))).get(path);
    expect(answer.body).toEqual({
      count: "3",
      items: [
        { id: "1000000001", display_name: "Root" },
        { id: "1000000002", display_name: "tenant-a", parent_id: "1000000001" },
        { id: "1000000003", display_name: "tenant-b", parent_id: "1000000001" },
      ],
    });
  });

  test("name a grandchild in another field, as the example does", async () => {
    const simulator = createSimulator({ tenants: 1 });
    simulator.tenants.add({ name: "grandchild", parentId: "1000000002" });
    const answer = await (await loggedIn(simulator)).get(path);
    expect(answer.body).toMatchObject({ items: [{}, {}, { name: "grandchild" }] });
  });

  test("come as a tree when asked for", async () => {
    const answer = await (await loggedIn(createSimulator({ tenants: 1 }))).get(path, { hierarchy: "true" });
    expect(answer.body).toMatchObject({
      count: "2",
      items: [{ id: "1000000001", children: [{ display_name: "tenant-a" }] }],
    });
  });

  test("are named on through the alphabet", () => {
    const names = createSimulator({ tenants: 28 })
      .tenants.all()
      .map((tenant) => tenant.name);
    expect([names[1], names[26], names[27], names[28]]).toEqual([
      "tenant-a",
      "tenant-z",
      "tenant-aa",
      "tenant-ab",
    ]);
  });
});
