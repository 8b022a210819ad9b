import { DECIMAL_COMMA } from './csv-records.ts';
import { parseTime } from './time.ts';

/** A column of a table: numbers (NaN where missing), times in seconds since 1970 or since the recording's own zero, or class numbers (−1 where missing). */
export type Column =
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'time'; readonly seconds: Float64Array }
  | { readonly kind: 'class'; readonly values: Int32Array; readonly classes: readonly string[] };

/** What a column holds. */
export type Kind = Column['kind'];

/** Takes the fields of a column one by one; throws what `refuse` throws, which is told what was wanted. */
export interface ColumnReader {
  push(field: string): void;
  end(): Column;
}

/** Throws an Error that says where a field is, what it holds and what was wanted. */
export type Refuse = (wanted: string) => never;

const MISSING = new Set(['', '?', 'na', 'n/a', 'nan', 'null']);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(inity)?$/i;
/** A calendar date without dashes, such as 19580329. */
const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)$/;
/** Plain times beyond this are milliseconds: as seconds they would lie after the year 5000. */
const MILLISECONDS_FROM = 1e11;

/** Whether a field says that there is no value. */
export const isMissing = (field: string): boolean => MISSING.has(field.toLowerCase());

/** Whether a field is written as a number. */
export const isNumber = (field: string): boolean => NUMBER.test(field);

/** The number that a field holds, NaN where it is missing; undefined for any other text, and for what is not finite. */
export function parseNumber(field: string): number | undefined {
  if (!isNumber(field)) return isMissing(field) ? Number.NaN : undefined;
  const value = Number(field);
  return Number.isFinite(value) ? value : undefined;
}

/** What a field of numbers has to hold. */
export const wantedNumber =
  'a number; correct it, or leave it empty (or write NA, NaN, null or ?) where the value is missing';

/** What a field of times has to hold. */
export const wantedTime = 'a time (seconds, or ISO 8601 such as 2024-03-01T12:00:00Z)';

/** The same field with a decimal point in the place of a decimal comma. */
export const withPoint = (field: string): string => (DECIMAL_COMMA.test(field) ? field.replace(',', '.') : field);

/**
 * A reader of a column of a kind; by default of what its first value that is not missing looks like (a plain number is a number, not a time). With `hasCommas`, numbers may have
 * decimal commas.
 */
export function columnReader(kind: Kind | undefined, refuse: Refuse, hasCommas: boolean): ColumnReader {
  const point = hasCommas ? withPoint : (field: string) => field;
  const readerOf = (chosen: Kind): ColumnReader => {
    const reader = readers[chosen](refuse);
    return chosen === 'class' ? reader : { ...reader, push: (field) => reader.push(point(field)) };
  };
  if (kind) return readerOf(kind);
  let reader: ColumnReader | undefined;
  let missing = 0;
  const begin = (chosen: Kind): ColumnReader => {
    const made = readerOf(chosen);
    for (; missing > 0; missing--) made.push('');
    return made;
  };
  return {
    push(field) {
      if (reader) reader.push(field);
      else if (isMissing(field)) missing++;
      else {
        reader = begin(kindOf(point(field)));
        reader.push(field);
      }
    },
    end: () => (reader ?? begin('number')).end(),
  };
}

/** What a field that is not missing looks like. */
export function kindOf(field: string): Kind {
  if (isNumber(field) || INFINITE.test(field)) return 'number';
  return parseTime(field) === undefined ? 'class' : 'time';
}

const readers = {
  number(refuse) {
    const values = growing();
    return {
      push(field) {
        const isInfinite = () => isNumber(field) || INFINITE.test(field);
        values.push(
          parseNumber(field) ?? refuse(isInfinite() ? 'finite; leave it empty where there is no value' : wantedNumber),
        );
      },
      end: () => ({ kind: 'number', values: values.taken() }),
    };
  },
  time(refuse) {
    const values = growing();
    let plain = 0;
    return {
      push(field) {
        const number = isNumber(field) ? parseNumber(field) : undefined;
        if (number !== undefined) plain++;
        values.push(number ?? parseTime(field) ?? refuse(wantedTime));
        if (plain !== 0 && plain !== values.length) refuse('written like the times before it');
      },
      end: () => ({ kind: 'time', seconds: plain > 0 ? plainTimes(values.taken()) : values.taken() }),
    };
  },
  class() {
    const numbers = new Map<string, number>();
    const values = growing();
    return {
      push(field) {
        if (isMissing(field)) return values.push(-1);
        if (!numbers.has(field)) numbers.set(field, numbers.size);
        return values.push(numbers.get(field)!);
      },
      end: () => classColumn(Int32Array.from(values.taken()), [...numbers.keys()]),
    };
  },
} satisfies Record<Kind, (refuse: Refuse) => ColumnReader>;

/** A column of classes, which get sorted: as numbers where all are, else as text. `values` are their numbers as given, −1 where missing. */
export function classColumn(values: Int32Array, given: readonly string[]): Extract<Column, { kind: 'class' }> {
  const classes = [...given].sort();
  if (classes.every(isNumber)) classes.sort((a, b) => Number(a) - Number(b));
  const places = new Map(classes.map((text, place) => [text, place]));
  const moved = given.map((text) => places.get(text)!);
  return { kind: 'class', values: values.map((number) => moved[number] ?? -1), classes };
}

/**
 * Seconds that plain numbers stand for: dates where all are dates without dashes (19580329, which does not happen by chance), else seconds, or
 * milliseconds when some are 1e11 or more.
 */
export function plainTimes(values: Float64Array): Float64Array {
  const dates = values.map((value) => dateOf(String(value)) ?? Number.NaN);
  if (!dates.some(Number.isNaN)) return dates;
  return values.some((value) => Math.abs(value) >= MILLISECONDS_FROM) ? values.map((value) => value / 1000) : values;
}

/**
 * Seconds of a field that stands alone: a plain number is seconds, milliseconds when it is 1e11 or more, and where samples are `days`
 * apart, a date (`19580329`); any other text is a time of ISO 8601, or undefined.
 */
export function parseSeconds(field: string, days: boolean): number | undefined {
  const value = isNumber(field) ? parseNumber(field) : undefined;
  if (value === undefined) return parseTime(field);
  if (days) return plainTimes(Float64Array.of(value))[0];
  return Math.abs(value) >= MILLISECONDS_FROM ? value / 1000 : value;
}

/** Seconds since 1970 of a date without dashes. */
function dateOf(text: string): number | undefined {
  const [, year, month, day] = COMPACT_DATE.exec(text) ?? [];
  return day === undefined ? undefined : parseTime(`${year}-${month}-${day}`);
}

/** Numbers whose number is not known beforehand. */
function growing() {
  let values = new Float64Array(64);
  let length = 0;
  return {
    push(value: number): void {
      if (length === values.length) {
        const longer = new Float64Array(2 * length);
        longer.set(values);
        values = longer;
      }
      values[length++] = value;
    },
    get length() {
      return length;
    },
    taken: () => values.slice(0, length),
  };
}
