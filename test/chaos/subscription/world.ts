import { type Simulator, type SimulatorOptions, startSimulator } from "../../../sdk/simulator";
import { Gateway } from "../gateway";
import { CANARY, REQUEST_TIMEOUT_MS, type World, fastClock, headerSecret } from "../world";

/** What things take, in milliseconds of the fast clock. */
export const timings = {
  appearAfterMs: 600,
  provisionMs: 3_000,
  pollMs: 400,
  appearTimeoutMs: 4_000,
  operationMs: 40_000,
};

const clientSecret = "CLIENT-SECRET-CANARY-7hX2";

/** The subscription service. */
export type SubscriptionWorld = World<Simulator>;

export async function startWorld(options: SimulatorOptions = {}): Promise<SubscriptionWorld> {
  const clock = fastClock();
  const { appearAfterMs, provisionMs } = timings;
  const tsgId = "1000000001";
  const clientId = "client@chaos";
  const { simulator, env, stop } = await startSimulator({
    appearAfterMs,
    provisionMs,
    clients: [{ clientId, clientSecret, tsgId }],
    ...options,
    clock,
  });
  const gateway = new Gateway({ host: "127.0.0.1", port: Number(env["SCM_PORT"]) });
  await gateway.open();
  const tokens = issuedTokens(simulator);
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return {
    simulator,
    gateway,
    clock,
    written: [],
    env: {
      ...env,
      SCM_HOST: gateway.host,
      SCM_PORT: String(gateway.port),
      SCM_AUTH_URL: `http://${gateway.host}:${gateway.port}/oauth2/access_token`,
      SCM_HEADERS: JSON.stringify({ "x-gateway-key": headerSecret }),
      PROVISOR_DEBUG: "true",
      PROVISOR_POLL_INTERVAL: `${timings.pollMs}ms`,
      PROVISOR_APPEAR_TIMEOUT: `${timings.appearTimeoutMs}ms`,
      PROVISOR_REQUEST_TIMEOUT: `${REQUEST_TIMEOUT_MS}ms`,
    },
    echo: () => [basic, clientSecret, headerSecret, ...tokens].join(" and "),
    startRun: () => {
      tokens.length = 0;
    },
    isLeak: (text) => CANARY.test(text) || text.includes(basic),
    repair: async () => {
      simulator.faults.clear();
      await gateway.open();
    },
    stop: async () => {
      await gateway.close();
      await stop();
    },
  };
}

/** The tokens that a simulator issues from now on. */
function issuedTokens({ clients }: Simulator): string[] {
  const tokens: string[] = [];
  const issue = clients.issue.bind(clients);
  clients.issue = (...about) => {
    const token = issue(...about);
    tokens.push(token);
    return token;
  };
  return tokens;
}
