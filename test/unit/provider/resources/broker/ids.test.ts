import { followingId, guidOf, newKey } from "../../../../../provider/resources/broker/ids";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("ids of instances and bindings", () => {
  it("are UUIDs as every broker takes them", () => {
    expect([newKey(), followingId("key", "id"), guidOf("project")].filter((id) => !UUID.test(id))).toEqual(
      [],
    );
  });

  it("begin with a key that is random in each digit", () => {
    const keys = Array.from({ length: 1000 }, newKey);
    const digitsAt = (place: number): number => new Set(keys.map((key) => key[place])).size;
    const places = Array.from(keys[0] ?? "", (_digit, place) => digitsAt(place));
    // A UUID's hyphens and version are fixed, its variant is one of four; each other digit is one of sixteen.
    expect([new Set(keys).size, places.filter((count) => count === 16).length]).toEqual([1000, 30]);
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
