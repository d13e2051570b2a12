import { z } from "zod";
import type { Ids } from "./ids";
import { requestKinds, type RequestKind } from "./protocol";
import { tsgIdSchema } from "./tenants";

export const clientSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** The TSG that the client belongs to; it may ask for tokens of this one and of its descendants. */
  tsgId: tsgIdSchema,
  /** Requests that its role does not allow. Default: none. */
  forbidden: z.array(z.enum(requestKinds)).optional(),
});

/** A service account to add. */
export type ClientOptions = z.input<typeof clientSchema>;

/** A service account of the simulator. */
export interface SimulatedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tsgId: string;
  /** Requests that its role does not allow. */
  readonly forbidden: Set<RequestKind>;
}

/** What a token stands for. */
export interface Grant {
  readonly client: SimulatedClient;
  /** The TSG that the token is bound to. */
  readonly tsgId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Whether a basic authorization header gives the id and the secret of this client. */
export function namesClient(
  header: string | undefined,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): boolean {
  const encoded = /^basic +(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return false;
  // RFC 6749 has both parts form-encoded; most clients send them as they are.
  return [
    `${clientId}:${clientSecret}`,
    `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`,
  ].includes(Buffer.from(encoded, "base64").toString("utf8"));
}

/** The service accounts, and the tokens that they were given. */
export class Clients {
  private readonly clients: SimulatedClient[] = [];
  private readonly grants = new Map<string, Grant>();
  constructor(private readonly ids: Ids) {}

  all(): SimulatedClient[] {
    return [...this.clients];
  }

  get first(): SimulatedClient {
    const [first] = this.clients;
    if (!first) throw new Error("The simulator needs at least one client.");
    return first;
  }

  add(input: ClientOptions): SimulatedClient {
    const { forbidden = [], ...rest } = clientSchema.parse(input);
    const client = { ...rest, forbidden: new Set(forbidden) };
    this.clients.push(client);
    return client;
  }

  /** Switches off what a role allows (of one client, or of all): such requests are answered 403. */
  forbid(kind: RequestKind, clientId?: string): void {
    for (const client of this.of(clientId)) client.forbidden.add(kind);
  }

  /** Switches on what a role allows. */
  permit(kind: RequestKind, clientId?: string): void {
    for (const client of this.of(clientId)) client.forbidden.delete(kind);
  }

  /** The client whose id and secret a basic authorization header gives. */
  authenticate(header: string | undefined): SimulatedClient | undefined {
    return this.clients.find((client) => namesClient(header, client));
  }

  issue(client: SimulatedClient, tsgId: string, expiresAt: number): string {
    const token = `TOKEN-CANARY-${this.ids.text("token", 32)}`;
    this.grants.set(token, { client, tsgId, expiresAt });
    return token;
  }

  /** What the token of a bearer authorization header stands for, expired or not. */
  grant(header: string | undefined): Grant | undefined {
    return this.grants.get(/^bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "");
  }

  /** Expires the token of a bearer authorization header. */
  expire(header: string | undefined): void {
    const grant = this.grant(header);
    if (grant) grant.expiresAt = 0;
  }

  /** Expires every token that was given so far. */
  expireTokens(): void {
    for (const grant of this.grants.values()) grant.expiresAt = 0;
  }

  private of(clientId: string | undefined): SimulatedClient[] {
    return this.clients.filter((client) => clientId === undefined || client.clientId === clientId);
  }
}
