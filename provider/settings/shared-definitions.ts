import { define } from "./definition";
import { oneOf, someText, yesOrNo } from "./schemas";

/** Settings that mean the same for every API. */
export const sharedDefinitions = {
  caFile: define({
    name: "caFile",
    env: "PROVISOR_CA_FILE",
    schema: someText,
    description:
      "Path of a PEM file with certificates to trust besides the usual ones: of a private CA, such as that of a company's proxy.",
  }),
  progress: define({
    name: "progress",
    env: "PROVISOR_PROGRESS",
    schema: oneOf("auto", "live", "log"),
    default: "auto",
    description:
      "How waiting is shown: `live` on the resource's row, or as lines of a `log`; `auto` is live in a terminal.",
  }),
  debug: define({
    name: "debug",
    env: "PROVISOR_DEBUG",
    schema: yesOrNo,
    default: "false",
    description:
      "Says each request to the API and each operation, as lines of its own. No secret is in them.",
  }),
};
