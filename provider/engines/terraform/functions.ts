import { secretDataOf } from "../../resources/service-binding/secret-data";
import type { TfType } from "./types";

/** A function of the provider, `provider::provisor::NAME`. */
export interface ProviderFunction {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: TfType;
    readonly description: string;
    readonly allowsNull: boolean;
  }[];
  readonly result: TfType;
  /** @throws Error for the user. */
  call(values: readonly unknown[]): unknown;
}

type Given = Readonly<Record<string, unknown>>;

const textIn = (given: Given | null | undefined, name: string): string | undefined => {
  const value = given?.[name];
  return typeof value === "string" ? value : undefined;
};

export const functions: readonly ProviderFunction[] = [
  {
    name: "secret_data",
    summary: "A binding's credentials as a flat map of texts",
    description:
      "What `data` of a Kubernetes secret wants, with the entries `type` and `provider` of the Service Binding Specification for " +
      "Kubernetes. Objects and lists become JSON; a character that Kubernetes forbids in a key becomes `_`.",
    parameters: [
      {
        name: "binding",
        type: "dynamic",
        description: "A `provisor_service_binding`, or an object with its `credentials` and `service_name`.",
        allowsNull: false,
      },
      {
        name: "options",
        type: "dynamic",
        description: "`type` and `provider` where the credentials do not say them, or null.",
        allowsNull: true,
      },
    ],
    result: ["map", "string"],
    call: ([binding, options]) => {
      const source = (binding ?? {}) as Given;
      const given = options as Given | null | undefined;
      return secretDataOf(
        {
          credentials: (source["credentials"] ?? undefined) as Given | undefined,
          service: textIn(source, "service_name"),
        },
        { type: textIn(given, "type"), provider: textIn(given, "provider") },
      );
    },
  },
];
