import { say } from "../words";
import type { Host } from "../host/contract";

/** What may have asked for a replacement, where the inputs do not. */
export const forcedBy = ({ replacers }: Host): string =>
  [...replacers.map((option) => `the option ${option}`), say.replacers].join(", ");

/** How the replacement is taken back. */
export const unforced = ({ replacers }: Host): string =>
  replacers.length > 0
    ? `${say.unreplace}, or take out the option ${replacers.join(" or ")}, or what changed in it`
    : say.unreplace;
