import type { RunningBrokerSimulator } from "../../sdk/simulator";
import { brokerRequestKinds } from "../../sdk/simulator/broker/requests";

/** How a gateway answers in place of a broker that starts anew, and one that has moved. */
export const gatewayAnswers = {
  "404 as text": "404 Not Found: Requested route (broker.example.com) does not exist.",
  "404 as JSON": { description: "There is no such path." },
} as const;

export type GatewayAnswer = keyof typeof gatewayAnswers;

/** Every request gets this answer of a gateway, the catalog's too, until the function that is given back is called. */
export function behindGateway(
  simulator: Pick<RunningBrokerSimulator["simulator"], "fault">,
  answer: GatewayAnswer,
): () => void {
  const kind = { status: 404, body: gatewayAnswers[answer] };
  const faults = brokerRequestKinds.map((on) => simulator.fault({ on, kind, times: 100_000 }));
  return () => {
    for (const one of faults) one.cancel();
  };
}
