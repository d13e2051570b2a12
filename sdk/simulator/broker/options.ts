import { z } from "zod";
import type { Clock } from "../../wait/clock";
import { checked } from "../problems";
import { readScenarioFile } from "../scenario-file";
import { actionServices } from "./action-services";
import { catalogSchema } from "./catalog";
import { type BrokerFailure, brokerFailureSchema } from "./failures";
import { type BrokerFault, brokerFaultSchema } from "./faults";
import type { OperationKind } from "./requests";
import { usualServices } from "./usual-services";
import type { BrokerService } from "./catalog-schema";

const milliseconds = z.number().min(0);
const seconds = z.number().min(0);

/**
 * What a simulated broker is like: `standard` is the specification's; `actions` carries out its plans' actions and keeps
 * nothing, as that of Oracle REST Data Services does.
 */
export const brokerKinds = ["standard", "actions"] as const;
export type BrokerKind = (typeof brokerKinds)[number];

/** The part of the options that a JSON file can hold. */
const brokerScenarioSchema = z.strictObject({
  /** All ids follow from it. Default 1. */
  seed: z.int().optional(),
  /** What the broker is like. Default `standard`. */
  kind: z.enum(brokerKinds).optional(),
  /** Of basic authentication. Default `broker`. */
  username: z.string().min(1).optional(),
  /** Default `simulated-password`. */
  password: z.string().min(1).optional(),
  /**
   * A client that may ask for tokens at `/oauth/token` (OAuth 2), beside user name and password. Default: none; of actions
   * `broker-client`, unless a user name, a password or a token is given.
   */
  clientId: z.string().min(1).optional(),
  /** Default `simulated-client-secret`. */
  clientSecret: z.string().min(1).optional(),
  /** Lifetime of such a token in seconds. Default 3600. */
  tokenLifetimeS: seconds.optional(),
  /** A bearer token, in place of user name and password. */
  token: z.string().min(1).optional(),
  /** The values of X-Broker-API-Version that are accepted; others are answered with 412. Default 2.13 to 2.17. */
  apiVersions: z
    .array(z.string().regex(/^\d+\.\d+$/))
    .min(1)
    .optional(),
  /** What comes before `/v2` in every path, for instance `/openservicebroker`. Default: nothing. */
  basePath: z
    .string()
    .regex(/^(?:\/[^/]+)*$/, "starts with a slash and ends without one")
    .optional(),
  /** The catalog, in the specification's names. Default: `usualServices(seed)`, of actions `actionServices(seed)`. */
  services: catalogSchema.optional(),
  /** Milliseconds that an asynchronous operation, or an action, takes: for all, or by kind of operation. Default 3000. */
  operationMs: z
    .union([
      milliseconds,
      z.strictObject({
        provision: milliseconds.optional(),
        update: milliseconds.optional(),
        deprovision: milliseconds.optional(),
        bind: milliseconds.optional(),
        unbind: milliseconds.optional(),
      }),
    ])
    .optional(),
  /** The Retry-After header of what is accepted or in progress, in seconds. Default: none. */
  retryAfterS: seconds.optional(),
  /** Milliseconds until any answer is given; its effect takes place at once. Default 0. */
  delayMs: milliseconds.optional(),
  /**
   * `instance` (default): an instance does one operation at a time, those of its bindings included; others are
   * answered with 422 ConcurrencyError. `free`: updates and bindings run beside each other.
   */
  concurrency: z.enum(["instance", "free"]).optional(),
  /** Whether the id of an instance or binding that is gone may be used again (`allow`, default) or not (400). */
  reuseIds: z.enum(["allow", "refuse"]).optional(),
  /** Answers 409 to a repeated PUT that asks for what exists already, in place of 200 or 202. Default false. */
  conflictsAsNoOp: z.boolean().optional(),
  /** What `last_operation` says when all is deleted: 410 (`gone`, default), the state `succeeded`, or an error's status. */
  deletedAs: z.union([z.enum(["gone", "succeeded"]), z.literal([400, 404, 422, 500])]).optional(),
  /** Seconds until a binding expires; it is to be renewed when a tenth of that is left. Default: never. */
  bindingLifetimeS: seconds.optional(),
  /** Whether a binding must name an application (else 422 RequiresApp). Default false. */
  requiresApp: z.boolean().optional(),
  /** Whether a binding's credentials are shown only the first time. Default false. */
  credentialsOnce: z.boolean().optional(),
  faults: z.array(brokerFaultSchema).optional(),
  failures: z.array(brokerFailureSchema).optional(),
});

/** What a scenario file of a simulated broker holds. */
export type BrokerScenario = z.input<typeof brokerScenarioSchema>;

/** What a simulated broker is made from: all that a scenario file can hold, and what only a program can give. */
export interface BrokerSimulatorOptions extends BrokerScenario {
  /** Default: the machine's clock. */
  clock?: Clock | undefined;
}

/** Timings and manners of a simulated broker, as `BrokerSimulatorOptions`; changes hold for what comes after. */
export interface BrokerSettings {
  kind: BrokerKind;
  basePath: string;
  apiVersions: string[];
  operationMs: number | Partial<Record<OperationKind, number | undefined>>;
  retryAfterS: number | undefined;
  delayMs: number;
  concurrency: "instance" | "free";
  reuseIds: "allow" | "refuse";
  conflictsAsNoOp: boolean;
  deletedAs: "gone" | "succeeded" | 400 | 404 | 422 | 500;
  bindingLifetimeS: number | undefined;
  requiresApp: boolean;
  credentialsOnce: boolean;
  tokenLifetimeS: number;
}

/** An OAuth client. */
export interface BrokerClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** How the platform proves who it is: with what is there. */
export type BrokerCredentials =
  { token: string } | { username: string; password: string; client?: BrokerClientCredentials };

interface ParsedOptions {
  seed: number;
  settings: BrokerSettings;
  credentials: BrokerCredentials;
  services: BrokerService[];
  faults: BrokerFault[];
  failures: BrokerFailure[];
}

const usualOperationMs = 3000;

/** Milliseconds that an asynchronous operation of this kind takes. */
export const durationOf = ({ operationMs }: BrokerSettings, kind: OperationKind): number =>
  typeof operationMs === "number" ? operationMs : (operationMs[kind] ?? usualOperationMs);

/** Checks options and fills in the defaults. @throws Error that names the path of each thing that is wrong. */
export function brokerOptionsOf(input: Omit<BrokerSimulatorOptions, "clock">): ParsedOptions {
  const options = checked(brokerScenarioSchema, input, "Wrong simulator options");
  const { seed = 1, kind = "standard" } = options;
  return {
    seed,
    credentials: credentialsOf(options, kind),
    services: options.services ?? (kind === "actions" ? actionServices(seed) : usualServices(seed)),
    faults: options.faults ?? [],
    failures: options.failures ?? [],
    settings: {
      kind,
      basePath: options.basePath ?? "",
      apiVersions: options.apiVersions ?? ["2.13", "2.14", "2.15", "2.16", "2.17"],
      operationMs: options.operationMs ?? usualOperationMs,
      retryAfterS: options.retryAfterS,
      delayMs: options.delayMs ?? 0,
      concurrency: options.concurrency ?? "instance",
      reuseIds: options.reuseIds ?? "allow",
      conflictsAsNoOp: options.conflictsAsNoOp ?? false,
      deletedAs: options.deletedAs ?? "gone",
      bindingLifetimeS: options.bindingLifetimeS,
      requiresApp: options.requiresApp ?? false,
      credentialsOnce: options.credentialsOnce ?? false,
      tokenLifetimeS: options.tokenLifetimeS ?? 3600,
    },
  };
}

function credentialsOf({ token, ...given }: BrokerScenario, kind: BrokerKind): BrokerCredentials {
  if (token !== undefined) return { token };
  const isBasic = given.username !== undefined || given.password !== undefined;
  const hasClient = given.clientId !== undefined || (kind === "actions" && !isBasic);
  const { username = "broker", password = "simulated-password" } = given;
  const { clientId = "broker-client", clientSecret = "simulated-client-secret" } = given;
  return { username, password, ...(hasClient ? { client: { clientId, clientSecret } } : {}) };
}

/**
 * Reads a scenario file of a simulated broker.
 * @throws Error that names the file, and the path in it, of each thing that is wrong.
 */
export const readBrokerScenario = (file: string): BrokerScenario =>
  readScenarioFile(brokerScenarioSchema, file);
