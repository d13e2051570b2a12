import type { z } from "zod";
import { commonFaults, faultSchemaOf } from "../fault-script";
import { brokerRequestKinds } from "./requests";

export const brokerFaultSchema = faultSchemaOf(brokerRequestKinds, commonFaults);

/** A fault by script: which requests it hits, and what it does to them. */
export type BrokerFault = z.input<typeof brokerFaultSchema>;
