import { createHash, randomUUID } from "node:crypto";
import { say } from "../../words";
import type { Host, Problem } from "../../host/contract";
import type { Broker } from "./account";
import { brokerRunStateOf } from "./run-state";
import { othersOf, ownOf } from "../../host/saved-state";

/** A random id, chosen once: the key of an intent, which is the first id of its instance or binding. */
export const newKey = (): string => randomUUID();

/**
 * The id of what comes after `id`: its replacement, its rotated successor, the next attempt. The same for the same key
 * and id, so that a run that died after its PUT leaves a successor that the next one finds.
 */
export const followingId = (key: string, id: string): string => guidOf("following", key, id);

/** A UUID that is the same for the same texts. */
export function guidOf(...texts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(texts)).digest();
  // Some brokers accept only the variant and the versions of RFC 4122; 5 is the one for names.
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** An id that the program gives a resource. */
interface GivenId {
  noun: "instance" | "binding";
  id: string | undefined;
  /** The input that gives it. */
  path: string;
  /** Key of the resource's intent, which a preview may not know yet. */
  key: string | undefined;
}

/**
 * Claims an id for a resource, before anything is sent. What is wrong with it where another resource of this stack has it,
 * or claimed it in this run: to the broker both would be the same, and the end of one would be that of the other.
 */
export function reserveId(host: Host, broker: Broker, { noun, id, path, key }: GivenId): Problem[] {
  if (id === undefined || host.isUnknown(id)) return [];
  const owner = key === undefined || host.isUnknown(key) ? host.address : key;
  const isOwn = ownOf(host)?.[`${noun}Id`] === id;
  const isFree = brokerRunStateOf(host.session).claim(owner, broker.client.baseUrl, id);
  if (isFree && (isOwn || !isHeldElsewhere(host, broker, id))) return [];
  return [
    {
      path,
      message: `another resource of this ${say.stack} has ${noun} ${id}, or is to get it. Nothing was sent. Give each its own ${say.path(`${noun}Id`)}`,
    },
  ];
}

/** True where another resource of the saved stack has the id at this broker. One with no broker saved counts as at it. */
export const isHeldElsewhere = (host: Host, { client }: Broker, id: string): boolean =>
  othersOf(host).some(
    ({ state: { instanceId, bindingId = instanceId, broker = client.baseUrl } }) =>
      bindingId === id && broker === client.baseUrl,
  );
