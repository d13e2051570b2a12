import { hideCredentials, type Shown } from "../../../../../provider/resources/service-binding/credentials";
import { newSession } from "../../../../support/host";
import { FastClock } from "../../../../support/fast-clock";

const base: Shown = {
  bindingId: "b-1",
  serviceName: "postgres",
  instance: { instanceId: "i-1", service: "postgres", plan: "small" },
  broker: "https://broker.example.com",
  endpoints: [{ host: "db-1.example.com", ports: ["5432"], protocol: "tcp" }],
};

/** What is said of `text` by a process that has seen this binding in a state. */
function said(text: string, binding: Partial<Shown>): string {
  const session = newSession(new FastClock());
  hideCredentials(session, { ...base, ...binding });
  return session.redact(text);
}

test.each<[string, string, Partial<Shown>]>([
  ["a number", "839201847563", { credentials: { password: 839201847563 } }],
  ["a number in a list", "9182736455", { credentials: { arr: [9182736455] } }],
  ["a short number of a secret's name", "8392", { credentials: { password: 8392 } }],
  ["a short text of a secret's name", "abc12", { credentials: { nested: { dbPassword: "abc12" } } }],
  ["the password of an address", "drain-me", { syslogDrainUrl: "syslog://user:drain-me@logs.example.com" }],
  ["what a driver is passed", "m0unt-me", { volumeMounts: [mountWith({ password: "m0unt-me" })] }],
])("%s is in no message", (_what, text, binding) => {
  expect(said(`cannot delete ${text} now`, binding)).not.toContain(text);
});

test("ports, ids and addresses stay, though the credentials have them", () => {
  const text = "instance i-1, binding b-1 at db-1.example.com:5432, 20 of 100 connections, service postgres";
  const credentials = {
    username: "b-1",
    host: "db-1.example.com",
    port: 5432,
    limit: 100,
    engine: "postgres",
  };
  expect(said(text, { credentials })).toBe(text);
});

function mountWith(mountConfig: Record<string, unknown>): NonNullable<Shown["volumeMounts"]>[number] {
  return {
    driver: "nfs",
    containerDir: "/data",
    mode: "rw",
    deviceType: "shared",
    device: { volumeId: "v-1", mountConfig },
  };
}
