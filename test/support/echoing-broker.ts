import { json, type LocalServer, type Received, startServer } from "./local-server";

type Json = Record<string, unknown>;

/** A secret of the broker's own, which nobody gave it: in each answer to a PUT of an instance, and in its words later. */
export const RESULT = "RESULT-CANARY-5d2e";

/** A broker that says `word` in every field of every answer that can hold a text, and as a key where keys are free. */
export interface EchoingBroker {
  /** The OSB_* settings with which it is addressed. */
  readonly env: Record<string, string>;
  word: string;
  /** How an update ends. */
  updateEnds: "succeeded" | "failed";
  /** How a bind ends. */
  bindEnds: "succeeded" | "failed";
  close(): Promise<void>;
}

const SERVICE = "service-1";
const plans = ["small", "large"].map((name) => ({
  id: `plan-${name}`,
  name,
  description: "A plan",
  free: true,
}));
const catalog = {
  services: [
    {
      id: SERVICE,
      name: "echo",
      description: "Says it again",
      bindable: true,
      plan_updateable: true,
      instances_retrievable: true,
      bindings_retrievable: true,
      plans,
    },
  ],
};

export async function startEchoingBroker(): Promise<EchoingBroker> {
  const things = new Map<string, { body: Json; last: Json }>();
  const said = (): Json => {
    const { word } = broker;
    return {
      dashboard_url: `https://dashboard.example.com/${word}`,
      operation: `operation ${word}`,
      metadata: { labels: { [word]: word, owner: word }, attributes: { names: [word], count: 1 } },
      maintenance_info: { version: "1.0.0", description: word },
    };
  };
  const bound = (): Json => ({
    credentials: { password: "pass-word-1", note: broker.word },
    syslog_drain_url: `syslog://logs.example.com/${broker.word}`,
    route_service_url: `https://route.example.com/${broker.word}`,
    endpoints: [{ host: `${broker.word}.example.com`, ports: ["443"] }],
    volume_mounts: [
      {
        driver: broker.word,
        container_dir: `/${broker.word}`,
        mode: "rw",
        device_type: "shared",
        device: { volume_id: broker.word, mount_config: { [broker.word]: broker.word } },
      },
    ],
  });
  const answerTo = ({ method, path, body }: Received): [status: number, body: Json] => {
    if (path === "/v2/catalog") return [200, catalog];
    const id = path.replace(/\/last_operation$/, "");
    const thing = things.get(id);
    const isBinding = id.includes("/service_bindings/");
    if (path !== id) return thing ? [200, thing.last] : [410, {}];
    const own = isBinding ? "" : ` with ${RESULT}`;
    const done = { state: "succeeded", description: `Done for ${broker.word}${own}` };
    const asked = JSON.parse(body || "{}") as Json;
    switch (method) {
      case "PUT":
        things.set(id, { body: asked, last: isBinding ? { ...done, state: broker.bindEnds } : done });
        return isBinding
          ? [202, { operation: `operation ${broker.word}` }]
          : [202, { ...said(), result: { login: RESULT, [broker.word]: broker.word } }];
      case "PATCH":
        if (!thing) return [404, {}];
        thing.last = {
          state: broker.updateEnds,
          description: `It ${broker.updateEnds} for ${broker.word}${own}`,
        };
        if (broker.updateEnds === "succeeded") thing.body = { ...thing.body, ...asked };
        return [202, said()];
      case "DELETE":
        things.delete(id);
        return [200, {}];
      default:
        return thing ? [200, { ...thing.body, ...said(), ...(isBinding ? bound() : {}) }] : [404, {}];
    }
  };
  const server: LocalServer = await startServer((response, request, count) => {
    const [status, body] = answerTo(request);
    json(status, body)(response, request, count);
  });
  const broker: EchoingBroker = {
    env: { OSB_URL: server.url, OSB_USERNAME: "me", OSB_PASSWORD: "pass-of-me" },
    word: "nothing-to-say",
    updateEnds: "succeeded",
    bindEnds: "succeeded",
    close: () => server.close(),
  };
  return broker;
}
