import { apply } from "./apply";
import { propertiesOf } from "./attributes";
import { problemDiagnostics } from "./diagnostics";
import type { Managed } from "./managed";
import type { ManagedResource } from "./managed-resource";
import { plan } from "./plan";
import { importState, read } from "./read";

/** The resource as the protocol calls it. */
export const managedResource = (managed: Managed): ManagedResource => ({
  typeName: managed.kind.typeName,
  validate: (config) =>
    Promise.resolve(problemDiagnostics(managed.problemsOf(propertiesOf(managed.kind.inputs, config)))),
  plan: (request) => plan(managed, request),
  apply: (request) => apply(managed, request),
  read: (request) => read(managed, request),
  importState: (id) => importState(managed, id),
});
