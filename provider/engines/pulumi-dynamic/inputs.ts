import type { Input } from "@pulumi/pulumi";

type Primitive = string | number | boolean | null | undefined;

/** A type whose every part may be an output of another resource. */
export type Inputs<T> = T extends Primitive
  ? Input<T>
  : T extends readonly (infer E)[]
    ? Input<Inputs<E>[]>
    : T extends object
      ? Input<{ [K in keyof T]: Inputs<T[K]> }>
      : Input<T>;

/** The properties of a resource's arguments: each may be an output, the object itself may not. */
export type Args<T> = { [K in keyof T]: Inputs<T[K]> };
