import { namesClient } from "../clients";
import type { Ids } from "../ids";
import { type HttpAnswer, jsonAnswer, type SimulatorRequest } from "../protocol";
import { applicant } from "../token";
import type { BrokerClientCredentials } from "./options";

/** Access tokens of a broker (OAuth 2, grant `client_credentials`). */
export class Tokens {
  /** Until when each is good, in milliseconds since the epoch. */
  private readonly ends = new Map<string, number>();
  constructor(private readonly ids: Ids) {}

  /** `POST /oauth/token`, of this client. */
  issue(
    request: SimulatorRequest,
    client: BrokerClientCredentials,
    { now, lifetimeS }: { now: number; lifetimeS: number },
  ): HttpAnswer {
    const asked = applicant(request, (authorization) => namesClient(authorization, client));
    if ("status" in asked) return asked;
    const token = `TOKEN-CANARY-${this.ids.text("token", 32)}`;
    this.ends.set(token, now + lifetimeS * 1000);
    return jsonAnswer(200, { access_token: token, token_type: "bearer", expires_in: lifetimeS });
  }

  /** Whether a bearer authorization header gives one that is still good. */
  has(authorization: string | undefined, now: number): boolean {
    const [, token = ""] = /^bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
    return (this.ends.get(token) ?? 0) > now;
  }
}
