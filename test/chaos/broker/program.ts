import type { Declared, Program, Properties } from "../engine";
import { secretParameter, timings } from "./world";

const duration = `${timings.timeoutMs}ms`;
const common = {
  origin: { stack: "chaos", project: "matrix" },
  timeouts: { create: duration, update: duration, delete: duration },
};

/** A ServiceInstance, with what its program adds. */
export const instance = (inputs: Properties): Declared => ({
  kind: "ServiceInstance",
  inputs: { ...common, ...inputs },
  secrets: [secretParameter],
});

/** A ServiceBinding of the instance of a name. */
export const bindingOf = (name: string, inputs: Properties = {}): Declared => ({
  kind: "ServiceBinding",
  needs: [name],
  inputs: (reads) => ({
    ...common,
    instance: {
      instanceId: reads(name, "instanceId"),
      service: reads(name, "serviceId"),
      plan: reads(name, "planId"),
    },
    ...inputs,
  }),
  secrets: [secretParameter],
});

/** A database that is provisioned asynchronously and can be fetched, as is all about it. */
export const database = (inputs: Properties = {}): Declared =>
  instance({
    service: "postgres",
    plan: "small",
    parameters: { storageGb: 20, password: secretParameter },
    ...inputs,
  });

/** A cache that is provisioned at once and cannot be fetched. */
export const cache = (inputs: Properties = {}): Declared =>
  instance({ service: "cache", plan: "basic", parameters: { eviction: "lru" }, ...inputs });

/** One ServiceInstance. */
export const only = (declared: Declared): Program => ({ db: declared });

/** An instance and a binding of it. */
export const bound = (declared: Declared, inputs?: Properties): Program => ({
  db: declared,
  login: bindingOf("db", inputs),
});
