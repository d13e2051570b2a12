import { Redactor } from "../http/redact";
import type { BrokerCallOptions } from "./call-options";
import { createCatalogCalls } from "./catalog-cache";
import { FirstLooks } from "./first-looks";
import { checkOptions, type BrokerClientOptions } from "./options";
import {
  bindCall,
  bindingCall,
  deleteCall,
  instanceCall,
  lastOperationCall,
  provisionCall,
  rotateCall,
  updateCall,
  type Target,
} from "./requests";
import { createSession, type BrokerCall } from "./session";
import { waitForOperation } from "./wait-for-operation";
import { mitigateOrphan } from "./operations";
import { WrittenIds } from "./written-ids";
import type { BrokerClient, SettledOperation, WaitForOperation } from "./interface";

/** How long a clean-up that a caller sets no deadline for may take. */
const CLEAN_UP_MS = 60 * 60_000;

/** A client for one broker. Sends nothing yet. Throws SettingsError for wrong options. */
export function createBrokerClient(options: BrokerClientOptions): BrokerClient {
  const checked = checkOptions(options);
  const { clock, random, pollIntervalMs, pollIntervalMaxMs, orphanMitigation } = checked;
  const pollSchedule = { firstMs: pollIntervalMs, maxMs: pollIntervalMaxMs, random };
  const redactor = new Redactor();
  for (const secret of checked.secrets) redactor.add(secret);
  const call = createSession(checked, redactor);
  const ids = new WrittenIds();
  const catalogCall = createCatalogCalls(ids);
  const firstLooks = new FirstLooks(clock);
  const begin = <T>(change: BrokerCall<T>, caller: BrokerCallOptions | undefined): Promise<T> =>
    call(firstLooks.noting({ ...change, json: change.json && ids.in(change.json) }), caller);

  const settled = async (target: Target, wait: WaitForOperation): Promise<SettledOperation> => {
    const poll = lastOperationCall(target, wait);
    return waitForOperation(
      {
        clock,
        schedule: pollSchedule,
        poll: (caller) => call({ ...poll, once: true }, caller),
        firstLook: firstLooks.take(poll.path),
      },
      wait,
    );
  };

  const client: BrokerClient = {
    baseUrl: checked.baseUrl,
    orphanMitigation,
    keepsInstances: checked.keepsInstances,
    sendsPlatform: checked.sendsPlatform,
    pollSchedule,
    getCatalog: (caller) => call(catalogCall(), caller),
    provision: async (instanceId, request, caller) =>
      begin(provisionCall({ instanceId }, request, checked, caller), caller),
    getInstance: async (instanceId, plan, caller) => call(instanceCall({ instanceId }, plan), caller),
    updateInstance: async (instanceId, request, caller) =>
      begin(updateCall({ instanceId }, request, checked, caller), caller),
    getLastOperation: async (instanceId, query, caller) =>
      call(lastOperationCall({ instanceId }, query), caller),
    deprovision: async (instanceId, plan, caller) =>
      begin(deleteCall({ instanceId }, plan, checked, caller), caller),
    bind: async (instanceId, bindingId, request, caller) =>
      begin(bindCall({ instanceId, bindingId }, request, checked, caller), caller),
    rotateBinding: async (instanceId, bindingId, request, caller) =>
      begin(rotateCall({ instanceId, bindingId }, request, caller), caller),
    getBinding: async (instanceId, bindingId, plan, caller) =>
      call(bindingCall({ instanceId, bindingId }, plan), caller),
    getLastBindingOperation: async (instanceId, bindingId, query, caller) =>
      call(lastOperationCall({ instanceId, bindingId }, query), caller),
    unbind: async (instanceId, bindingId, plan, caller) =>
      begin(deleteCall({ instanceId, bindingId }, plan, checked, caller), caller),
    waitForInstanceOperation: (instanceId, wait) => settled({ instanceId }, wait),
    waitForBindingOperation: (instanceId, bindingId, wait) => settled({ instanceId, bindingId }, wait),
    mitigateOrphan: async (request, failure, orphan, { signal, deadline } = {}) =>
      mitigateOrphan(
        {
          client,
          clock,
          freshCatalog: () => client.getCatalog({ signal, originatingIdentity: null }),
          signal,
          beforeSend: () => Promise.resolve(),
          onWait: () => undefined,
        },
        orphanMitigation,
        request,
        failure,
        orphan,
        { deadline: deadline ?? clock.now() + CLEAN_UP_MS },
      ),
    redact: (text) => redactor.clean(text),
  };
  return client;
}
