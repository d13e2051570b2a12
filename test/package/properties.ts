import { z } from "zod";
import { type Markers, markersOf, unwrap } from "../../provider/schema/markers";

/** A property that programs see, of a resource's inputs or outputs. */
export interface Property {
  readonly name: string;
  /** What an editor is to show of it. */
  readonly documentation: string;
  readonly isList: boolean;
  /** The properties of the object that it is, or of those that are in its list. */
  readonly within: readonly Property[];
  readonly markers: Markers;
}

/** The properties that a schema declares, but for those that no program sees. */
export function propertiesOf(schema: z.ZodType): Property[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, property]) => {
    const markers = markersOf(property);
    if (markers.internal) return [];
    const inner = unwrap(property);
    const isList = inner instanceof z.ZodArray;
    const within = propertiesOf(isList ? unwrap(inner.element as z.ZodType) : inner);
    const { description = "" } = property.meta() ?? {};
    const documentation =
      markers.default === undefined ? description : `${description} Default: ${markers.default}.`;
    return [{ name, documentation, isList, within, markers }];
  });
}
