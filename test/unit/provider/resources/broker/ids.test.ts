import { followingId, guidOf, newKey } from "../../../../../provider/resources/broker/ids";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("ids of instances and bindings", () => {
  it("are UUIDs as every broker takes them", () => {
    expect([newKey(), followingId("key", "id"), guidOf("project")].filter((id) => !UUID.test(id))).toEqual(
      [],
    );
  });

  it("begin with a random key", () => {
    expect(newKey()).not.toBe(newKey());
  });

  it("follow from key and predecessor, the same in every run", () => {
    expect(followingId("key", "id")).toBe(followingId("key", "id"));
  });

  it("differ by key, by predecessor, and along a chain", () => {
    const first = followingId("key", "id");
    const ids = [first, followingId("other", "id"), followingId("key", "other"), followingId("key", first)];
    expect(new Set(ids).size).toBe(4);
  });
});
