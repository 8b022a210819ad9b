import type { SavedModel } from '../formats/model-file.ts';
import type { Shape } from '../formats/shape.ts';

/** The notes of a saved network: what they hold as JSON, and the text of those that are none. */
export const readNotes = (notes: SavedModel['notes']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(notes).map(([name, text]) => {
      try {
        return [name, JSON.parse(text)];
      } catch {
        return [name, text];
      }
    }),
  );

/** The notes of these shapes; what somebody noted under the same names that is of another kind is left out. */
export function notesOfShapes<Known>(
  notes: SavedModel['notes'],
  shapes: Readonly<Record<keyof Known, Shape>>,
): Partial<Known> {
  const read = readNotes(notes);
  return Object.fromEntries(
    Object.entries<Shape>(shapes).flatMap(([name, shape]) => {
      try {
        shape(read[name], name);
        return [[name, read[name]]];
      } catch {
        return [];
      }
    }),
  ) as Partial<Known>;
}

/** What is known, as notes of a file: JSON. */
export const notesOf = (known: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value)]])),
  );
