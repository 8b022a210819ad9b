import { parseNumber, wantedNumber, withPoint } from '../formats/csv-columns.ts';
import type { Row } from '../formats/csv-records.ts';
import { pivot } from '../formats/pivot.ts';
import { type Sensors, secondsOf } from '../predictor/sensors.ts';
import { quantity } from '../report/quantity.ts';
import { longName } from './wide-tables.ts';
import { within } from './within.ts';

/** What the rows of a recording in long format are of. */
export interface RowsOfValues {
  readonly file: string;
  readonly names: readonly string[];
  /** The columns that say what was measured, and at last its value. */
  readonly long: readonly string[];
  readonly sensors: Sensors;
  readonly hasCommas: boolean;
}

/**
 * The rows of a recording in long format as rows for each time: the fields of the time as they stand in the first row of it, then the values of a network's sensors, empty where there is none. What is
 * measured beside them makes rows too, as in training. Throws an Error that names the line of what is no number or no time, or goes back in time.
 */
export function wideRows(
  rows: readonly Row[],
  { file, names, long, sensors, hasCommas }: RowsOfValues,
): readonly Row[] {
  const at = (name: string) => names.indexOf(name);
  const stamps = sensors.time.map(at);
  const parts = long.slice(0, -1).map(at);
  const place = at(long.at(-1)!);
  // What is no input has the number behind those.
  const numbers = new Map(sensors.names.map((name, number) => [name, number]));
  const made = rows.map(({ line, fields }) =>
    within(`${file}:${line}`, () => {
      const name = longName(parts.map((part) => fields[part]!));
      const field = fields[place]!;
      const point = hasCommas || sensors.hasCommas ? withPoint(field) : field;
      const value = sensors.isMissing(field) ? Number.NaN : parseNumber(point);
      if (value === undefined) throw new Error(`column "${long.at(-1)}": "${field}" is not ${wantedNumber}`);
      const seconds = secondsOf(
        sensors,
        stamps.map((stamp) => fields[stamp]),
      )!;
      return { seconds, value, name: name === '' ? -1 : (numbers.get(name) ?? sensors.names.length) };
    }),
  );
  const wide = pivot(
    {
      seconds: made.map(({ seconds }) => seconds),
      names: made.map(({ name }) => name),
      values: made.map(({ value }) => value),
    },
    sensors.names.length + 1,
  );
  const { back } = wide;
  if (back)
    throw new Error(
      `${file}:${rows[back.row]!.line}: column "${sensors.time.join(', ')}" goes back in time by ${quantity(made[back.before]!.seconds - made[back.row]!.seconds)} s behind line ${rows[back.before]!.line}; wanted the rows of a quantity in order of time, or --recording COLUMN where there are several recordings`,
    );
  return wide.rows.map((row, k): Row => {
    const { line, fields } = rows[row]!;
    const said = sensors.names.map((_, number) => wide.columns[number]![k]!);
    return {
      line,
      fields: [
        ...stamps.map((stamp) => fields[stamp]!),
        ...said.map((value) => (Number.isNaN(value) ? '' : String(value))),
      ],
    };
  });
}
