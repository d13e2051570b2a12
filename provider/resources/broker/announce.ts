import type { Host } from "../contract";
import type { Broker } from "./account";

/** Says once which broker is addressed, and who said so. */
export function announce(host: Host, { client, settings }: Broker): void {
  const { source, unused } = settings;
  if (unused.length > 0 && host.session.first(`unused:${client.baseUrl}:${source}`))
    host.log.warn(
      `${unused.join(" and ")} ${unused.length > 1 ? "are" : "is"} set, and not used: the broker's URL comes from ${source}, ` +
        "which holds no credentials, and what makes up a connection comes from one source together. Set all of it in one place.",
    );
  if (host.preview && host.session.first(`announced:${client.baseUrl}:${settings.source}`))
    host.log.info(`Broker ${client.baseUrl}; its settings come from ${settings.source}.`);
}
