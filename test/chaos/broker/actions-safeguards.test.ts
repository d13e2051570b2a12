import type * as IntentEndModule from "../../../provider/resources/broker/intent-end";
import type * as RetryModule from "../../../sdk/http/retry";
import { BrokerRunState } from "../../../provider/resources/broker/run-state";
import { caseNamed } from "../cases";
import { type Safeguard, declareSafeguards, replacing } from "../safeguard";
import * as suite from "./actions-suite";
import type { BrokerOperation } from "./operations";

const ofAction = (name: string) => caseNamed(suite.actionMatrix.cases, name);

const TWICE = /2 actions were carried out, and 1 asked for/;

const safeguards: Safeguard<BrokerOperation>[] = [
  {
    name: "that a request which may have arrived is not repeated",
    breaks: TWICE,
    cases: [ofAction("create: the PUT is reset after its effect, once")],
    replace: replacing<typeof RetryModule>("../../sdk/http/retry", ({ isTransient }) => ({
      neverArrived: isTransient,
    })),
  },
  {
    name: "that an action which an earlier run may have asked for is not carried out",
    breaks: TWICE,
    cases: [ofAction("up after a create that was killed after its PUT: the catalog is answered 503, once")],
    patch: () => {
      jest.spyOn(BrokerRunState.prototype, "hasBegun").mockReturnValue(true);
    },
  },
  {
    name: "the words on what an Intent alone knows of",
    breaks: /what the action of \S+ made stays, and was not named/,
    cases: [ofAction("create, destroyed after that: the PUT is reset after its effect, once")],
    replace: replacing<typeof IntentEndModule>("../../provider/resources/broker/intent-end", () => ({
      endIntent: () => Promise.resolve(),
    })),
  },
];

declareSafeguards("broker of actions", safeguards, suite, "./broker/actions-suite");
