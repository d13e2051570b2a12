import type { Ids } from "../ids";
import type { BrokerWorld } from "./call";
import type { ServiceBinding } from "./things";
import type { BrokerService } from "./catalog-schema";

const port = 5432;
const hostOf = (instanceId: string): string => `${instanceId.toLowerCase()}.db.example.com`;

/** Credentials like those of many a database. */
export function credentialsOf(ids: Ids, service: string, instanceId: string): Record<string, unknown> {
  const username = `user-${ids.text("username", 10)}`;
  const password = `CREDENTIAL-CANARY-${ids.text("password", 24)}`;
  const host = hostOf(instanceId);
  const database = "main";
  const uri = `${service}://${username}:${password}@${host}:${String(port)}/${database}`;
  return { uri, username, password, host, port, database };
}

/** What answers tell of a binding, parameters left out (section "Binding", "Body"). */
export function shownBinding(
  { settings }: BrokerWorld,
  { requires = [] }: BrokerService,
  binding: ServiceBinding,
): Record<string, unknown> {
  const { id, instanceId, credentials, expiresAt, renewBefore } = binding;
  const isHidden = settings.credentialsOnce && binding.shown;
  binding.shown = true;
  const has = (permission: string, fields: Record<string, unknown>) =>
    (requires as string[]).includes(permission) ? fields : {};
  return {
    ...(isHidden ? {} : { credentials }),
    endpoints: [{ host: hostOf(instanceId), ports: [String(port)] }],
    ...(expiresAt === undefined || renewBefore === undefined
      ? {}
      : { metadata: { expires_at: date(expiresAt), renew_before: date(renewBefore) } }),
    ...has("syslog_drain", { syslog_drain_url: `syslog://${id}.logs.example.com:514` }),
    ...has("route_forwarding", { route_service_url: `https://${id}.routes.example.com` }),
    ...has("volume_mount", {
      volume_mounts: [
        {
          driver: "nfs",
          container_dir: `/data/${id}`,
          mode: "rw",
          device_type: "shared",
          device: { volume_id: instanceId, mount_config: { path: `/exports/${instanceId}` } },
        },
      ],
    }),
  };
}

const date = (ms: number): string => new Date(ms).toISOString();
