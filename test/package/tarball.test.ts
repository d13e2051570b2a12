import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeBelow } from "../support/readme";
import { type Consumer, createConsumer } from "./consumer";

jest.setTimeout(300_000);

/** What the programs make of the credentials that they get from mocks. */
const secretData = { port: "5432", type: "postgres" };

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

  it("serves a strict TypeScript program on a service broker", async () => {
    await consumer.npx("typescript", "tsc", "-p", "tsconfig.node16.json");
    expect(await consumer.node("typescript", "out/broker.js")).toEqual({
      registered: ["ServiceBinding", "ServiceBindingIntent", "ServiceInstance", "ServiceInstanceIntent"],
      secretData: { ...secretData, provider: "example" },
      isAccepted: true,
      isRefused: true,
      areSame: true,
      unused: 2,
    });
  });

  it("is mocked in a unit test of a program as docs/testing.md says", async () => {
    const program = codeBelow("## Unit tests", "ts", "docs/testing.md");
    writeFileSync(join(consumer.folder, "typescript", "unit.ts"), program);
    const options = ["--module", "node16", "--moduleResolution", "node16", "--target", "es2022", "--strict"];
    const more = ["--types", "node", "--skipLibCheck", "--outDir", "out", "unit.ts"];
    await consumer.npx("typescript", "tsc", ...options, ...more);
    expect(await consumer.node("typescript", "out/unit.js")).toEqual({
      instanceId: "i-1",
      dbId: "db-id",
      secretData: { password: "made up", type: "postgres" },
      counts: [1, 1, 1, 1],
      name: "postgres",
      id: "p-1",
    });
  });

  it("serves a plain JavaScript program with require", async () => {
    expect(await consumer.node("commonjs", "program.js")).toEqual({ name: "tenant-a", licenses: 2 });
  });

  it("serves a plain JavaScript program on a service broker with require", async () => {
    expect(await consumer.node("commonjs", "broker.js")).toEqual({ secretData, services: 4, plan: "small" });
  });

  it("serves a program of ES modules", async () => {
    expect(await consumer.node("module", "program.js")).toEqual({
      name: "tenant-a",
      licenses: 2,
      functions: ["function", "function", "function"],
    });
  });

  it("serves a program of ES modules on a service broker", async () => {
    expect(await consumer.node("module", "broker.js")).toEqual({
      secretData,
      services: 4,
      plan: "small",
      functions: ["function", "function", "function", "function", "function"],
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

  it("serves a program that uses the broker's client alone", async () => {
    await consumer.npx("client", "tsc", "-p", "tsconfig.json");
    expect(await consumer.node("client", "out/broker.js")).toEqual({
      broker: "http://127.0.0.1:1/openservicebroker",
      isTyped: true,
      mustBeCleanedUp: false,
    });
  });

  it("has the simulator as a command", async () => {
    expect(await consumer.npx("client", "provisor", "simulate", "--help")).toContain("--port");
  });
});
