import type { HttpAnswer, Simulator } from "../../sdk/simulator";

/** One item of a bundle that the simulator's default licenses can serve. */
export const prismaItem = (tsgName: string, units = "100") => ({
  app_id: "prisma_access",
  license_id: "123456789",
  allocation_type: "SHARED",
  allocation: [{ app_id: "prisma_access_edition", license_type: "GBL-SKU", allocation_size: units }],
  platform_region: "americas",
  tsg_name: tsgName,
  is_eula_accepted: true,
});

/** A request for a free app that is in order. */
export const freeApp = {
  app_id: "directory_sync",
  region: "americas",
  support_account_id: "123456",
  support_account_name: "Acme Ltd",
  is_eula_accepted: true,
};

/** An answer whose JSON has been read. */
export interface JsonAnswer extends Omit<HttpAnswer, "body"> {
  body: unknown;
}

/** Calls a simulator in process as the first client, or as another one. */
export class Caller {
  token = "";
  constructor(
    readonly simulator: Simulator,
    private readonly client = simulator.clients.first,
  ) {}

  basic(secret = this.client.clientSecret): string {
    return `Basic ${Buffer.from(`${this.client.clientId}:${secret}`).toString("base64")}`;
  }

  /** Asks for a token and keeps it for the calls that follow. */
  async login(scope = `tsg_id:${this.client.tsgId}`): Promise<JsonAnswer> {
    const answer = await this.requestToken({ grant_type: "client_credentials", scope });
    this.token = (answer.body as { access_token?: string }).access_token ?? "";
    return answer;
  }

  requestToken(form: Record<string, string>, authorization = this.basic()): Promise<JsonAnswer> {
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams(form).toString();
    return this.send({ method: "POST", path: "/oauth2/access_token", headers, body });
  }

  get(path: string, query: Record<string, string> = {}): Promise<JsonAnswer> {
    return this.send({ method: "GET", path, query, headers: { authorization: `Bearer ${this.token}` } });
  }

  post(body: unknown): Promise<JsonAnswer> {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
    return this.send({
      method: "POST",
      path: "/subscription/v1/instances",
      headers,
      body: JSON.stringify(body),
    });
  }

  async list(): Promise<Record<string, unknown>[]> {
    const answer = await this.get("/subscription/v1/instances", { with_children: "true" });
    return answer.body as Record<string, unknown>[];
  }

  async licenses(): Promise<{ licenses: { remaining_size: unknown }[] }[]> {
    const answer = await this.get("/subscription/v1/licenses");
    return answer.body as { licenses: { remaining_size: unknown }[] }[];
  }

  private async send(request: Parameters<Simulator["handle"]>[0]): Promise<JsonAnswer> {
    const answer = await this.simulator.handle(request);
    if (!("status" in answer)) throw new Error("The simulator gave no answer.");
    const isJson = answer.headers["content-type"] === "application/json";
    return { ...answer, body: isJson && answer.body ? (JSON.parse(answer.body) as unknown) : answer.body };
  }
}

/** A caller with a token. */
export async function loggedIn(simulator: Simulator): Promise<Caller> {
  const caller = new Caller(simulator);
  await caller.login();
  return caller;
}
