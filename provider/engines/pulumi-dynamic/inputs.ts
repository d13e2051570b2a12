import type { Input } from "@pulumi/pulumi";

/** The arguments of a function, of which each may be an output of a resource. */
export type Inputs<T> = { [K in keyof T]: Input<T[K]> };
