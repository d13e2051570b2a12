import { codesOf } from "../../../../../provider/resources/subscription/account";

const instance = { appId: "prisma_access", instanceId: "i-1" };

describe("the codes of an instance", () => {
  test("are its auth code, and the keys among what else the API tells", () => {
    const extra = { wildfire_api_key: "a1b2", nested: [{ client_secret: "s-1", region: "americas" }] };
    expect(codesOf({ ...instance, authCode: "C0DE-77", extra })).toEqual(["C0DE-77", "a1b2", "s-1"]);
  });

  test("are not what the API shows in the open too", () => {
    const extra = { product_key: "prisma_access", api_key: "a1b2" };
    expect(codesOf({ ...instance, extra })).toEqual(["a1b2"]);
  });

  test("are none where the API tells none", () => {
    expect(codesOf({ ...instance, extra: { sku_code: "GBL-SKU", monkey: 5 } })).toEqual([]);
  });
});
