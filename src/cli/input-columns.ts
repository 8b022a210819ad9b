import { column, type Table } from '../formats/csv.ts';
import { parseDecimalCommas, parseNumber } from '../formats/csv-columns.ts';
import { wantedValue } from '../predictor/sensors.ts';

/** A number that a network reads at every row of a table. */
export interface InputColumn {
  readonly name: string;
  of(table: Table): (row: number) => number;
}

/** The inputs that tables hold, the values of their columns of text, and what was not used, in words. */
export interface InputColumns {
  readonly inputs: readonly InputColumn[];
  readonly encodings: Readonly<Record<string, readonly string[]>>;
  readonly notes: readonly string[];
}

/** Columns of text with more values than this are names or remarks. */
const MOST_VALUES = 32;

/**
 * The inputs of tables with the same columns, among the columns that `isInput` lets through: numbers as they are, a column of text as one input `NAME=VALUE` for each of its
 * values, 1 where it is so and NaN where it is missing. Left out are columns without values, row numbers, times, and text with more than 32 values.
 */
export function inputColumns(
  tables: readonly Table[],
  isInput: (name: string) => boolean,
  isTimeNamed: boolean,
): InputColumns {
  const inputs: InputColumn[] = [];
  const encodings: Record<string, readonly string[]> = {};
  const unused = { blank: [] as string[], counting: [] as string[], text: [] as string[], times: [] as string[] };
  for (const name of tables[0]!.names.filter(isInput)) {
    const first = tables[0]!.columns.get(name)!;
    if (first.kind === 'time') unused.times.push(name);
    else if (first.kind === 'number') {
      const all = tables.map((table) => numbersOf(table, name));
      if (all.every((values) => values.every(Number.isNaN))) unused.blank.push(name);
      else if (countsRows(tables, name)) unused.counting.push(name);
      else inputs.push({ name, of: (table) => at(numbersOf(table, name)) });
    } else if (first.classes.length <= MOST_VALUES) {
      encodings[name] = first.classes;
      first.classes.forEach((value, number) => {
        inputs.push({ name: `${name}=${value}`, of: (table) => indicator(classesOf(table, name), number) });
      });
    } else {
      refuseNumbers(tables, name, first.classes);
      unused.text.push(name);
    }
  }
  const told = (what: string, names: readonly string[]) => (names.length > 0 ? [`${what}: ${names.join(', ')}`] : []);
  return {
    inputs,
    encodings,
    notes: [
      ...told('columns without any value, not used', unused.blank),
      ...told('columns that count the rows, not used', unused.counting),
      ...told(`columns of text with more than ${MOST_VALUES} values, not used`, unused.text),
      ...told(
        `columns of times, not used${isTimeNamed || unused.times.length < 2 ? '' : ' (--time names one)'}`,
        unused.times,
      ),
    ],
  };
}

/** Inputs by name, and the values of the columns of text among what they are read from. */
export interface NamedInputs extends Pick<InputColumns, 'encodings'> {
  readonly names: readonly string[];
}

/** The inputs of these names in tables with the same columns. Throws when a column is not there or holds something else, or a text is none of its values. */
export function namedInputs(tables: readonly Table[], { names, encodings }: NamedInputs): InputColumns {
  const texts = Object.entries(encodings);
  const inputs = names.map((name): InputColumn => {
    const found = texts.find(([text, values]) => values.some((value) => `${text}=${value}` === name));
    if (found === undefined) return { name, of: (table) => at(column(table, name, 'number').values) };
    const [text, values] = found;
    const value = values.find((each) => `${text}=${each}` === name)!;
    return {
      name,
      of: (table) => {
        const { classes, values: numbers } = column(table, text, 'class');
        return indicator(numbers, classes.indexOf(value));
      },
    };
  });
  for (const table of tables)
    for (const [text, values] of texts) {
      const { classes, values: numbers } = column(table, text, 'class');
      const row = numbers.findIndex((number) => number >= 0 && !values.includes(classes[number]!));
      if (row >= 0)
        throw new Error(
          `${table.name}:${table.lines[row]}: column "${text}": "${classes[numbers[row]!]}" is not ${wantedValue(values)}`,
        );
    }
  return { inputs, encodings, notes: [] };
}

function numbersOf(table: Table, name: string): Float64Array {
  const column = table.columns.get(name)!;
  return column.kind === 'number' ? column.values : new Float64Array(0);
}

function classesOf(table: Table, name: string): Int32Array {
  const column = table.columns.get(name)!;
  return column.kind === 'class' ? column.values : new Int32Array(0);
}

const at = (values: Float64Array) => (row: number) => values[row]!;

const indicator = (values: Int32Array, number: number) => (row: number) =>
  values[row]! < 0 ? Number.NaN : Number(values[row] === number);

/** Whether a column holds whole numbers that grow by one from row to row. */
export const countsRows = (tables: readonly Table[], name: string): boolean =>
  tables.every((table) => isCounting(numbersOf(table, name)));

const isCounting = (values: Float64Array): boolean =>
  values.length > 2 && Number.isInteger(values[0]) && values.every((value, i) => value === values[0]! + i);

/** Refuse a column that is text only because a few of its values are. */
function refuseNumbers(tables: readonly Table[], name: string, classes: readonly string[]): void {
  const isPlain = (text: string) => (parseNumber(text) ?? parseDecimalCommas(text)) !== undefined;
  const others = classes.filter((text) => !isPlain(text));
  if (others.length * 2 > classes.length) return;
  const culprit = others[0]!;
  for (const { name: file, columns, lines } of tables) {
    const column = columns.get(name)!;
    if (column.kind !== 'class') continue;
    const row = column.values.findIndex((number) => column.classes[number] === culprit);
    if (row < 0) continue;
    throw new Error(
      `${file}:${lines[row]}: column "${name}": "${culprit}" is not a number, as ${classes.length - others.length} of the ${classes.length} different values are; correct it, leave it empty where the value is missing (--na says what else means that), or leave the column out (--ignore)`,
    );
  }
}
