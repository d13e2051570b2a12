import {
  createSubscriptionClient,
  type SubscriptionClient,
  type SubscriptionClientOptions,
} from "../../sdk/subscription";
import { json, startServer, type Answer, type LocalServer, type Received } from "./local-server";
import { RecordingClock } from "./recording-clock";

export const TOKEN_PATH = "/auth/v1/oauth2/access_token";

/** A server that hands out token-1, token-2, … and answers the API as it is told, and a client for it. */
export interface Subscription {
  client: SubscriptionClient;
  server: LocalServer;
  /** Requests to the API. */
  calls(): Received[];
  /** Requests for a token. */
  tokenRequests(): Received[];
}

/** `api` is told the number of the API request, token requests not counted. */
export async function startSubscription(
  api: Answer,
  options: Partial<SubscriptionClientOptions> = {},
): Promise<Subscription> {
  const calls = (): Received[] => server.received.filter(({ path }) => path !== TOKEN_PATH);
  const tokenRequests = (): Received[] => server.received.filter(({ path }) => path === TOKEN_PATH);
  const server = await startServer((response, request, count) => {
    if (request.path !== TOKEN_PATH) {
      api(response, request, calls().length);
    } else {
      json(200, { access_token: `token-${tokenRequests().length}`, expires_in: 899 })(
        response,
        request,
        count,
      );
    }
  });
  const client = createSubscriptionClient({
    clientId: "me@1234567890.iam",
    clientSecret: "hush-hush",
    scope: "tsg_id:1234567890",
    baseUrl: server.url,
    authUrl: server.url,
    ...options,
  });
  return { client, server, calls, tokenRequests };
}

/** Starts subscriptions for the tests of a file, on a clock that only records, and closes them after each test. */
export function subscriptions(): typeof startSubscription {
  const started: Subscription[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ server }) => server.close()));
  });
  return async (api, options = {}) => {
    const subscription = await startSubscription(api, { clock: new RecordingClock(), ...options });
    started.push(subscription);
    return subscription;
  };
}
