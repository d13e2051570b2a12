import { say } from "../../words";
import type { Host, Problem } from "../../host/contract";
import type { Broker } from "./account";
import { marksOf } from "./marks";
import { othersOf, ownOf } from "../../host/saved-state";

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
export function claimProblems(host: Host, broker: Broker, { noun, id, path, key }: GivenId): Problem[] {
  if (id === undefined || host.isUnknown(id)) return [];
  const owner = key === undefined || host.isUnknown(key) ? host.address : key;
  const isOwn = ownOf(host)?.[`${noun}Id`] === id;
  const isFree = marksOf(host.session).claim(owner, broker.client.baseUrl, id);
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
