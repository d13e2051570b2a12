import type * as AgainstIntentModule from "../../../provider/resources/check-against-intent";
import type * as CheckModule from "../../../provider/resources/service-instance/check";
import type * as ConflictModule from "../../../provider/resources/service-instance/create-conflict";
import type * as IdsModule from "../../../provider/resources/broker/ids";
import type * as IntentEndModule from "../../../provider/resources/broker/intent-end";
import type * as CopiesModule from "../../../provider/resources/copies-pending-delete";
import type * as SavedStateModule from "../../../provider/host/saved-state";
import type * as WorkModule from "../../../sdk/broker/operations";
import { openBroker } from "../../../provider/resources/broker/account";
import { BrokerRunState } from "../../../provider/resources/broker/run-state";
import { StopError } from "../../../provider/host/contract";
import { Replacements } from "../../../provider/resources/service-binding/replacements";
import { RunState } from "../../../provider/host/run-state";
import { Redactor } from "../../../sdk/http/redact";
import { caseNamed } from "../cases";
import { type Safeguard, declareSafeguards, replacing } from "../safeguard";
import type { BrokerOperation } from "./operations";
import * as suite from "./suite";

const ofInstance = (name: string): suite.BrokerCase => caseNamed(suite.instanceMatrix.cases, name);
const ofBinding = (name: string): suite.BrokerCase => caseNamed(suite.bindingMatrix.cases, name);

/** A case at a broker that answers 409 to a repeated PUT, also where that asks for what is there. */
const atStubbornBroker = (one: suite.BrokerCase): suite.BrokerCase => ({
  ...one,
  operation: {
    ...one.operation,
    simulator: { ...one.operation.simulator, conflictsAsNoOp: true },
  },
});

const FORGOTTEN = /exists, is not in the state, and was not named|nothing in the state leads to it/;

const safeguards: Safeguard<BrokerOperation>[] = [
  {
    name: "the intent, handed to the next run",
    breaks: /2 instances existed at once/,
    cases: [ofInstance("resume of a create that was killed after its PUT: the PUT is answered 503, once")],
    habits: { forgetsIntents: true },
  },
  {
    name: "the comparison with what the intent was shown",
    breaks: /of-old is somebody else's and is in the state/,
    cases: [ofInstance("up whose Intent is for another id: the catalog is answered 503, once")],
    replace: replacing<typeof AgainstIntentModule>("../../provider/resources/check-against-intent", () => ({
      checkAgainstIntent: (_of, check) => check,
    })),
  },
  {
    name: "the check ahead, before an intent is moved on",
    breaks: /a run asked for a change that nobody wants/,
    cases: [
      ofInstance("up after a change that was refused and is taken back: the catalog is answered 503, once"),
    ],
    replace: replacing<typeof CheckModule>("../../provider/resources/service-instance/check", () => ({
      refusalsOfServiceInstance: () => Promise.resolve([]),
    })),
  },
  {
    name: "ids that follow from those before",
    breaks: FORGOTTEN,
    cases: [
      ofInstance(
        "resume of a replacement that was killed after its PUT: the PUT is reset before its effect, once",
      ),
      ofBinding(
        "resume of a rotation that was killed after its PUT: the PUT is reset before its effect, once",
      ),
    ],
    replace: replacing<typeof IdsModule>("../../provider/resources/broker/ids", ({ newKey }) => ({
      followingId: newKey,
    })),
  },
  {
    name: "orphan mitigation",
    breaks: FORGOTTEN,
    cases: [
      ofInstance("create: the PUT fails at the broker and leaves something, once"),
      ofBinding("bind: the PUT fails at the broker and leaves something, once"),
    ],
    replace: replacing<typeof WorkModule>("../../sdk/broker/operations", () => ({
      cleanUp: () => Promise.resolve({ confirmed: true }),
    })),
  },
  {
    name: "the words on what an Intent alone knows of",
    breaks: /the destroy leaves .* at the broker, and does not name it/,
    cases: [
      ofInstance("delete of an Intent that a killed run left alone: the catalog is answered 503, once"),
      ofBinding("delete of an Intent that a killed run left alone: the fetch is answered 503, once"),
    ],
    replace: replacing<typeof IntentEndModule>("../../provider/resources/broker/intent-end", () => ({
      endIntent: () => Promise.resolve(),
    })),
  },
  {
    name: "that an Intent which leaves alone deletes nothing",
    // The broker may still be at it.
    breaks: /was there before, and is gone|the destroy leaves .* at the broker, and does not name it/,
    cases: [
      ofInstance("delete of an Intent whose instance is in another stack: the fetch is answered 503, once"),
      ofInstance("delete of an Intent that a killed run left alone: the fetch is answered 503, once"),
    ],
    replace: replacing<typeof IntentEndModule>("../../provider/resources/broker/intent-end", () => ({
      endIntent: async (host, _noun, { key, asked, profile }) => {
        const broker = openBroker(host.session, host.settings, profile);
        const { services } = await broker.catalog.get(0);
        const { service = "", plan = "" } = asked[0] ?? {};
        const offering = services.find(({ name }) => name === service);
        const planId = offering?.plans.find(({ name }) => name === plan)?.id ?? "";
        await broker.client.deprovision(key, { serviceId: offering?.id ?? "", planId });
      },
    })),
  },
  {
    name: "that a create cleans up only what it made",
    breaks: /was there before, and is gone/,
    cases: [
      ofInstance(
        "up of a program whose instance has left the state without its Intent: the PUT is answered 500, always",
      ),
    ],
    patch: () => {
      jest.spyOn(BrokerRunState.prototype, "isFirstUse").mockReturnValue(true);
    },
  },
  {
    name: "the look at what a 409 is about",
    breaks: /the recovery run is not green/,
    cases: [
      atStubbornBroker(
        ofInstance("resume of a create that was killed after its PUT: the PUT is answered 503, once"),
      ),
    ],
    replace: replacing<typeof ConflictModule>(
      "../../provider/resources/service-instance/create-conflict",
      () => ({
        settleConflict: () => Promise.reject(new StopError("The id is taken.")),
      }),
    ),
  },
  {
    name: "the mark of a predecessor that its successor holds",
    breaks: /is in the state and does not exist/,
    cases: [ofBinding("rotation with an overlap: the PUT is answered 503, once")],
    patch: () => {
      jest.spyOn(Replacements.prototype, "isHeldBeside").mockReturnValue(false);
    },
  },
  {
    name: "what stays, which no copy ends",
    breaks: /was there before, and is gone|is in the state and does not exist/,
    cases: [
      ofInstance("update beside a copy that is pending deletion: the PATCH is answered 503, once"),
      ofBinding(
        "end of a predecessor beside copies that are pending deletion: the DELETE of the predecessor is answered 503, once",
      ),
    ],
    replace: replacing<typeof CopiesModule>("../../provider/resources/copies-pending-delete", () => ({
      sparingCopies: (resource) => resource,
    })),
  },
  {
    name: "that what is not told is not taken for nothing",
    breaks: /exists, is not in the state, and was not named/,
    cases: [
      ofBinding(
        "resume of a rotation that was killed after its PUT, of which nothing is told at first: the PUT takes effect and gets no answer, once",
      ),
    ],
    replace: replacing<typeof SavedStateModule>("../../provider/host/saved-state", () => ({
      assertTold: () => undefined,
    })),
  },
  {
    name: "redaction",
    breaks: /a secret was written/,
    cases: [
      ofInstance("create: the PUT is answered 400, once"),
      ofBinding("refresh: the fetch is answered 503, always"),
    ],
    patch: () => {
      jest.spyOn(RunState.prototype, "redact").mockImplementation((text) => text);
      jest.spyOn(Redactor.prototype, "clean").mockImplementation((text) => text);
    },
  },
];

declareSafeguards("broker", safeguards, suite, "./broker/suite");
