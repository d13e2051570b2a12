import { type Consumer, createConsumer } from "./consumer";

jest.setTimeout(300_000);

describe("the packed package, beside Pulumi", () => {
  let consumer: Consumer;

  beforeAll(async () => {
    const packages = ["@pulumi/pulumi", "typescript", "@types/node"];
    consumer = await createConsumer(packages, ["typescript", "commonjs", "module"]);
  });

  afterAll(() => {
    consumer.remove();
  });

  it("serves a strict TypeScript program that is resolved as Node does", async () => {
    await consumer.npx("typescript", "tsc", "-p", "tsconfig.node16.json");
    expect(await consumer.node("typescript", "out/program.js")).toEqual({
      name: "directory",
      isRegistered: true,
      licenses: 2,
      functions: 6,
      unused: 2,
    });
  });

  it("type-checks in a strict TypeScript program that is resolved for a bundler", async () => {
    expect(await consumer.npx("typescript", "tsc", "-p", "tsconfig.bundler.json", "--noEmit")).toBe("");
  });

  it("serves a plain JavaScript program with require", async () => {
    expect(await consumer.node("commonjs", "program.js")).toEqual({ name: "tenant-a", licenses: 2 });
  });

  it("serves a program of ES modules", async () => {
    expect(await consumer.node("module", "program.js")).toEqual({
      name: "tenant-a",
      licenses: 2,
      functions: ["function", "function", "function"],
    });
  });
});

describe("the packed package, without Pulumi", () => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await createConsumer(["typescript", "@types/node"], ["client"]);
  });

  afterAll(() => {
    consumer.remove();
  });

  it("does not bring Pulumi with it", () => {
    expect(consumer.installed()).not.toContain("@pulumi");
  });

  it("serves a program that uses the client alone", async () => {
    await consumer.npx("client", "tsc", "-p", "tsconfig.json");
    expect(await consumer.node("client", "out/program.js")).toEqual({ parent: "1000000001", isTyped: true });
  });

  it("has the simulator as a command", async () => {
    expect(await consumer.npx("client", "provisor", "simulate", "--help")).toContain("--port");
  });
});
