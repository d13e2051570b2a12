import { savedOutputs } from "../../../../provider/engines/pulumi-dynamic/properties";
import { secret } from "../../../../provider/engines/pulumi-dynamic/wire";
import { toSave } from "../../../../provider/host/serve";
import { registry } from "../../../../provider/resources/registry";
import type { ServiceBindingState } from "../../../../provider/resources/service-binding/schema";

const PASSWORD = "pa55-w0rd-canary";

const state: ServiceBindingState = {
  version: 1,
  bindingId: "b-1",
  serviceId: "s-1",
  serviceName: "postgres",
  planId: "p-1",
  instance: { instanceId: "i-1", service: "postgres", plan: "small" },
  context: {},
  broker: "https://broker.example.com",
  state: "succeeded",
  credentials: { username: "b-1", password: PASSWORD, host: "db-1.example.com", port: 5432 },
};

/** What is saved of a binding that gives this besides. */
const savedWith = (more: Partial<ServiceBindingState>): Record<string, unknown> =>
  savedOutputs(
    registry.serviceBinding,
    toSave(
      registry.serviceBinding,
      { port: { marksWritten: true } },
      { ...state, ...more },
      { values: [], names: [] },
      {},
    ),
  );

const volumeMounts = [
  {
    driver: "nfs",
    containerDir: "/data",
    mode: "rw",
    deviceType: "shared",
    device: { volumeId: "v-1", mountConfig: { export: "/x" } },
  },
];

describe("the saved state of a binding", () => {
  test.each<[string, Partial<ServiceBindingState>]>([
    ["user info", { syslogDrainUrl: "syslog-tls://user:drain-me@logs.example.com:6514" }],
    ["user info without a password", { routeServiceUrl: "https://let-me-in@route.example.com/" }],
    ["a query", { syslogDrainUrl: "https://logs.example.com/drain?token=let-me-in" }],
    ["a credential in its path", { routeServiceUrl: `https://route.example.com/${PASSWORD}/x` }],
  ])("hides an address with %s", (_what, more) => {
    const [[name, value] = []] = Object.entries(more);
    expect(savedWith(more)).toMatchObject({ [name ?? ""]: secret(value) });
  });

  test("hides volumes for which a driver is passed something", () => {
    expect(savedWith({ volumeMounts })).toMatchObject({ volumeMounts: secret(volumeMounts) });
  });

  test("hides an output as a whole that repeats a credential", () => {
    const endpoints = [{ host: `${PASSWORD}.example.com`, ports: ["1"], protocol: "tcp" as const }];
    expect(savedWith({ endpoints })).toMatchObject({ endpoints: secret(endpoints) });
  });

  test("leaves in plain text what is no secret, though the credentials have it too", () => {
    const plain = {
      bindingId: "b-1",
      syslogDrainUrl: "syslog://logs.example.com:514",
      endpoints: [{ host: "db-1.example.com", ports: ["5432"], protocol: "tcp" as const }],
    };
    expect(savedWith(plain)).toMatchObject(plain);
  });
});
