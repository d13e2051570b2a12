import type { Instance } from "../../../sdk/subscription";

/** Where an instance may be. */
export interface Place {
  /** TSGs in which it may show; undefined where that cannot be told. */
  tsgIds: readonly string[] | undefined;
  /** Ids of all known tenants; undefined where they were not asked for. */
  knownTsgIds: ReadonlySet<string> | undefined;
}

/** Whether an instance may be at a place: a TSG id that is no known tenant's says nothing. */
export const mayBeAt = ({ tsgIds, knownTsgIds }: Place, { tsgId }: Instance): boolean =>
  tsgIds === undefined || tsgId === undefined || tsgIds.includes(tsgId) || knownTsgIds?.has(tsgId) === false;

/**
 * Tells of an instance whether somebody else certainly made it. Only a list that names this client as a creator tells:
 * elsewhere creators may be named otherwise than by client id.
 */
export function madeByOthers(list: readonly Instance[], clientId: string): (instance: Instance) => boolean {
  const showsClient = list.some(({ createdBy }) => createdBy === clientId);
  return ({ createdBy }) => showsClient && createdBy !== undefined && createdBy !== clientId;
}
