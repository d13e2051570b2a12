import type { Catalog } from "../../../sdk/broker";
import type { Host } from "../../host/contract";
import type { Broker } from "./account";
import { unusableWords } from "./catalog";

/** Says once which broker is addressed, and who said so. */
export function announce(host: Host, { client, settings }: Broker): void {
  const { source, unused } = settings;
  if (unused.length > 0 && host.session.first(`unused:${client.baseUrl}:${source}`))
    host.log.warn(
      `${unused.join(" and ")} ${unused.length > 1 ? "are" : "is"} set, and not used: the broker's URL comes from ${source}, ` +
        "which holds no credentials. What makes up a connection comes from one source together. Set all of it in one place.",
    );
  if (host.preview && host.session.first(`announced:${client.baseUrl}:${settings.source}`))
    host.log.info(`Broker ${client.baseUrl}; its settings come from ${settings.source}.`);
}

/** Names once what the catalog has and nobody can use. */
export function warnOfUnusable(host: Host, { client }: Broker, { unusable = [] }: Catalog): void {
  if (unusable.length === 0) return;
  const words = unusable.map(unusableWords).join(". Nor can be used: ");
  if (!host.session.first(`unusable:${client.baseUrl}:${words}`)) return;
  host.log.warn(
    client.redact(
      `The catalog of the broker ${client.baseUrl} has entries that are malformed. They cannot be used: ${words}. The others can. ` +
        "The broker's operator has to mend them.",
    ),
  );
}
