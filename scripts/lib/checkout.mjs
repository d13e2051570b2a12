import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the checkout. */
export const inCheckout = (...parts) => join(checkout, ...parts);

/** A path in the checkout's own cache, which git ignores. */
export const inCache = (...parts) => inCheckout(".cache", ...parts);
