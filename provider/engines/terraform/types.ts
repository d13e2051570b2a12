/** A type of Terraform's, as its JSON has it: `"string"`, `["list", "string"]`, `["object", {…}]`. */
export type TfType =
  | "string"
  | "number"
  | "bool"
  | "dynamic"
  | readonly ["list" | "set" | "map", TfType]
  | readonly ["tuple", readonly TfType[]]
  | readonly ["object", Readonly<Record<string, TfType>>];

export const typeBytes = (type: TfType): Uint8Array => Buffer.from(JSON.stringify(type));
