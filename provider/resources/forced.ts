import type { Host } from "../host/contract";

/** What may have asked for a replacement, where the inputs do not. */
export const forcedBy = ({ replacers }: Host): string =>
  [...replacers.map((option) => `the option ${option}`), "--replace", "or a tainted state"].join(", ");

/** How the replacement is taken back. */
export const unforced = ({ replacers }: Host): string =>
  [
    ...(replacers.length > 0 ? [`Take out the option ${replacers.join(" or ")}, or what changed in it`] : []),
    "leave out --replace",
    "or clear the taint with `pulumi state untaint`",
  ]
    .join(", ")
    .replace(/^leave out --replace, or/, "Leave out --replace, or");
