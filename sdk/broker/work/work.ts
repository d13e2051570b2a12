import type { Clock } from "../../wait/clock";
import type { Catalog } from "../catalog-types";
import type { BrokerClient } from "../client";

/** With what several requests are made that belong together. */
export interface Work {
  client: BrokerClient;
  clock: Clock;
  /** The catalog as it is now. */
  freshCatalog: () => Promise<Catalog>;
  /** Ends the work with its reason. */
  signal: AbortSignal | undefined;
  /** Called before each request; a rejection ends the work with it. */
  beforeSend: () => Promise<void>;
  /** Told what is waited for, and since when (milliseconds since the epoch); `news` is the part whose change is news. */
  onWait: (words: string, since: number, news?: string) => void;
}
