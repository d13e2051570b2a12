import { BrokerError, type LastOperation, ProvisorError } from "../../../sdk/broker";
import type { Orphan } from "../../../sdk/broker";
import { deletionUrl, confirmAbsence } from "../../../sdk/broker/operations";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { say } from "../../words";
import { withoutFullStop } from "../../host/errors";
import type { Host } from "../../host/contract";
import { type Broker, CATALOG_MAX_AGE_MS, identityFor, workOf } from "./account";
import { newKey } from "./ids";

/**
 * What may be at a broker under an id of ours, and is in no state that we know: another stack may have it, or a run that
 * was killed made it. It is looked at and told of, and never deleted.
 */

/** What a look told. */
export type Sight =
  | { kind: "nothing" }
  /** It is there; `how` is a clause. */
  | { kind: "there"; how: string }
  /** Nobody can tell; `why` is a clause. */
  | { kind: "untold"; why: string };

/**
 * What there is, as far as the broker tells: by a fetch, where its services allow that, and by the last operation.
 * @param isConfirmed Whether that it is not there takes a second look; false where a request follows that would tell.
 */
export async function sightOf(
  host: Host,
  broker: Broker,
  stray: Orphan,
  deadline: number,
  isConfirmed = true,
): Promise<Sight> {
  const { clock } = host.session;
  try {
    const { services } = await withDeadline(broker.catalog.get(CATALOG_MAX_AGE_MS), clock, deadline);
    const offering = services.find(({ id }) => id === stray.serviceId);
    const isRetrievable =
      stray.bindingId === undefined ? offering?.instancesRetrievable : offering?.bindingsRetrievable;
    const look = (): Promise<Sight> => lookOnce(host, broker, stray, isRetrievable === true, deadline);
    const first = await look();
    // One answer that it is not there may be a gateway's.
    return first.kind === "nothing" && isConfirmed
      ? await confirmAbsence(workOf(host, broker), stray.serviceId, deadline, look)
      : first;
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    return { kind: "untold", why: `it could not be looked at: ${withoutFullStop(error.message)}` };
  }
}

const THERE: Sight = { kind: "there", how: "the broker shows it" };
const BUSY: Sight = { kind: "there", how: "an operation on it is in progress" };
const NOTHING: Sight = { kind: "nothing" };

async function lookOnce(
  host: Host,
  broker: Broker,
  stray: Orphan,
  isRetrievable: boolean,
  deadline: number,
): Promise<Sight> {
  const ask = asking(host, broker, stray, deadline);
  if (isRetrievable) {
    const fetched = await answerTo(() => ask.fetch());
    if (!(fetched instanceof BrokerError)) return THERE;
    if (fetched.code === "ConcurrencyError") return BUSY;
    if (!isAbsence(fetched)) return { kind: "untold", why: withoutFullStop(fetched.message) };
  }
  const last = await answerTo(() => ask.last(stray.bindingId ?? stray.instanceId));
  if (last instanceof BrokerError) {
    // A broker may know no operation of what it has done at once: alone this tells nothing.
    const knowsNone = last.code === "NotFound" || last.status === 405 || last.status === 501;
    if (knowsNone && isRetrievable) return NOTHING;
    const why = knowsNone ? "the broker does not tell whether it is there" : withoutFullStop(last.message);
    return { kind: "untold", why };
  }
  switch (last.state) {
    case "in progress":
      return BUSY;
    case "gone":
      return isRetrievable || (await ask.isDiscerning())
        ? NOTHING
        : { kind: "untold", why: "the broker says of any id that it is gone" };
    default:
      // One that was still being made when it was fetched can be fetched by now.
      if (isRetrievable && !((await answerTo(() => ask.fetch())) instanceof BrokerError)) return THERE;
      return { kind: "untold", why: `its last operation ${last.state}, and what came after is not told` };
  }
}

const isAbsence = ({ code }: BrokerError): boolean => code === "NotFound" || code === "Gone";

/** What the broker answers, be it a refusal. @throws ProvisorError where it does not answer */
async function answerTo<T>(request: () => Promise<T>): Promise<T | BrokerError> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
}

interface Asking {
  fetch: () => Promise<unknown>;
  last: (id: string) => Promise<LastOperation>;
  /** Whether it says of an id that never was anything else than that it is gone. */
  isDiscerning: () => Promise<boolean>;
}

function asking(host: Host, broker: Broker, stray: Orphan, deadline: number): Asking {
  const { client } = broker;
  const { instanceId, bindingId, serviceId, planId } = stray;
  const plan = { serviceId, planId };
  const options = {
    signal: host.signal,
    deadline,
    beforeSend: () => host.session.assertEngineAlive(),
    originatingIdentity: identityFor(broker, undefined),
  };
  const last = (id: string): Promise<LastOperation> =>
    bindingId === undefined
      ? client.getLastOperation(id, plan, options)
      : client.getLastBindingOperation(instanceId, id, plan, options);
  return {
    fetch: async () => {
      if (bindingId !== undefined) return client.getBinding(instanceId, bindingId, plan, options);
      const fetched = await answerTo(() => client.getInstance(instanceId, plan, options));
      if (!(fetched instanceof BrokerError)) return fetched;
      // It may have another plan by now.
      if (fetched.code === "BadRequest") return client.getInstance(instanceId, { serviceId }, options);
      throw fetched;
    },
    last,
    isDiscerning: async () => {
      const never = await answerTo(() => last(newKey()));
      return never instanceof BrokerError || never.state !== "gone";
    },
  };
}

type Ids = Pick<Orphan, "instanceId" | "bindingId">;

/** `Service instance 0a1b`, or `Service binding 0a1b of instance 2c3d`. */
const describeStray = ({ instanceId, bindingId }: Ids): string =>
  bindingId === undefined
    ? `Service instance ${instanceId}`
    : `Service binding ${bindingId} of instance ${instanceId}`;

/** What may be there, why it was left as it is, and the two ways on. `url`: where a DELETE of it goes, if that is known. */
export function strayAdviceAt(
  address: string,
  stray: Ids,
  sight: Exclude<Sight, { kind: "nothing" }>,
  url?: string,
): string {
  const id = stray.bindingId ?? stray.instanceId;
  // `adopt` does not find what the broker does not tell of; the request itself does.
  const input = sight.kind === "there" ? "adopt" : stray.bindingId === undefined ? "instanceId" : "bindingId";
  const known =
    sight.kind === "there"
      ? `is at the broker ${address}: ${sight.how}`
      : `may be at the broker ${address}: ${sight.why}`;
  return (
    `${describeStray(stray)} ${known}. It was left as it is, since it may be in use. Another ${say.stack} may have it ` +
    `(${say.move}), or it was let go of (${say.waysToForget}). Or a run that was killed ` +
    `made it. Where a ${say.stack} has it, run its ${say.program} there: ${say.destroy} deletes it. Else put it into a ${say.program} ` +
    `with ${say.set(input, id)}, which takes it up. Or delete it at the broker by its ids${url === undefined ? "" : `: DELETE ${url}`}.`
  );
}

/** The same, of what a DELETE can name. */
export const strayAdvice = (
  broker: Broker,
  stray: Orphan,
  sight: Exclude<Sight, { kind: "nothing" }>,
): string => strayAdviceAt(broker.client.baseUrl, stray, sight, removalUrl(broker, stray));

/** The address that a DELETE of it goes to. */
export const removalUrl = ({ client }: Broker, stray: Orphan): string => deletionUrl(client.baseUrl, stray);

/**
 * Looks whether something is there that only a run which was killed can have made, as what it belongs to leaves the state,
 * and tells of it.
 */
export async function tellOfStray(
  host: Host,
  broker: Broker,
  stray: Orphan,
  deadline: number,
): Promise<void> {
  const sight = await sightOf(host, broker, stray, deadline);
  if (sight.kind === "nothing") return;
  host.log.warn(
    broker.client.redact(
      `${host.name}: an earlier run may have tried once more, under another id. ${strayAdvice(broker, stray, sight)}`,
    ),
  );
}
