/** Stands for a value that Terraform does not know yet. No configuration holds this text. */
export const UNKNOWN = "provisor:unknown:7c1f6c9e-5d0b-4a52-9a3e-1f0f6f3c8e21";

export const isUnknown = (value: unknown): boolean => value === UNKNOWN;
