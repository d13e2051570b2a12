import * as pulumi from "@pulumi/pulumi";
import { withoutMarks } from "./wire";

/** An apply that is also run where a part of the value is not known yet, so that the other parts stay known. */
type ApplyAlways = (read: (value: unknown) => unknown, withUnknowns: true) => pulumi.Output<unknown>;

/**
 * Makes the outputs of a resource what they are to a program. The SDK takes off one secret mark and no further: where the
 * program calls an object secret in which leaves were marked when it was saved, it would show the inner mark as an object.
 */
export function makeOutputsReadable(resource: pulumi.CustomResource): void {
  for (const [name, output] of Object.entries(resource)) {
    if (name === "id" || name === "urn" || !pulumi.Output.isInstance(output)) continue;
    const apply = output.apply.bind(output) as ApplyAlways;
    const read = apply((value) => (pulumi.containsUnknowns(value) ? value : withoutMarks(value)), true);
    Object.assign(resource, { [name]: read });
  }
}
