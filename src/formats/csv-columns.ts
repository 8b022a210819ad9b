import { DECIMAL_COMMA } from './csv-records.ts';
import { type DateOrder, isClock, isTime, parseTime } from './time.ts';

/** A column of a table: numbers (NaN where missing), times in seconds since 1970 or since the recording's own zero, or class numbers (−1 where missing). */
export type Column =
  | {
      readonly kind: 'number';
      readonly values: Float64Array;
      /** What its commas are, where it has some: decimal, or between thousands. */
      readonly commas?: Commas;
    }
  | {
      readonly kind: 'time';
      readonly seconds: Float64Array;
      /** What comes first in its dates, where that is a matter of taste. */
      readonly order?: DateOrder;
      /** Times of day without a date. */
      readonly isClock?: true;
    }
  | { readonly kind: 'class'; readonly values: Int32Array; readonly classes: readonly string[] };

/** What commas in numbers are: decimal (`0,5`, `1.234,5`), or between thousands (`1,234.5`). */
export type Commas = 'decimal' | 'thousands';

/** What a column holds. */
export type Kind = Column['kind'];

/** Takes the fields of a column one by one; throws what `refuse` throws, which is told what was wanted. */
export interface ColumnReader {
  push(field: string): void;
  /** Whether its commas can only be decimal. */
  readonly isDecimal?: boolean;
  /** The column; commas that may be either are decimal, or between thousands. */
  end(areDecimal: boolean): Column;
}

/** Throws an Error that says where a field is, what it holds (or what field of the column is meant) and what was wanted. */
export type Refuse = (wanted: string, field?: string) => never;

const MISSING = new Set(['', '?', 'na', 'n/a', 'nan', 'null']);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A date whose day and month may be either way round. */
const YEAR_AT_THE_END = /^\d\d?[-/]\d/;
const INFINITE = /^[+-]?inf(inity)?$/i;
/** A calendar date without dashes, such as 19580329. */
const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)$/;
/** Plain times from 1e11 on are milliseconds (as seconds they would lie after the year 5000), from 1e14 on micro- and from 1e17 on nanoseconds. */
const fractions = [
  [1e17, 1e9],
  [1e14, 1e6],
  [1e11, 1e3],
] as const;
const PERCENT = /\s*%$/;
/** Thousands set apart by commas, by points, or by spaces or apostrophes, which part nothing else. */
const THOUSANDS = {
  comma: /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/,
  // Four groups are an address.
  point: /^[+-]?[1-9]\d{0,2}(\.\d{3}){1,2}\s*%?$/,
  space: /^[+-]?[1-9]\d{0,2}([ '’\u00a0\u2009\u202f]\d{3})+([.,]\d*)?\s*%?$/,
} as const;

/** Whether a field says that there is no value. */
export function isMissing(field: string): boolean {
  const first = field.charCodeAt(0);
  // No sign and no digit begins what is missing, which are most fields of a large file.
  const isNumeric = first >= 0x2b && first <= 0x39;
  return !isNumeric && MISSING.has(field.toLowerCase());
}

/** Whether a field says so as always, or by one of some texts, or by the number of one, however it is written. */
export function missingTest(also: readonly string[]): (field: string) => boolean {
  if (also.length === 0) return isMissing;
  const texts = new Set(also.map((text) => text.toLowerCase()));
  const numbers = new Set(also.filter(isNumber).map(Number));
  return (field) =>
    isMissing(field) || texts.has(field.toLowerCase()) || (isNumber(field) && numbers.has(Number(field)));
}

/** Whether a field is written as a number. */
export const isNumber = (field: string): boolean => NUMBER.test(field);

/** The number that a field holds (of `1,234.5`, `1 234.5` and `45 %` too), NaN where it is missing; undefined for any other text, and for what is not finite. */
export function parseNumber(field: string): number | undefined {
  if (isNumber(field)) {
    const value = Number(field);
    return Number.isFinite(value) ? value : undefined;
  }
  if (isMissing(field)) return Number.NaN;
  const bare = withoutSpaces(field).replace(PERCENT, '');
  const plain = THOUSANDS.comma.test(bare) ? bare.replaceAll(',', '') : bare;
  return plain !== field && isNumber(plain) ? parseNumber(plain) : undefined;
}

/** The number that a field holds where commas are decimal, and points, if there are any, between thousands; undefined for any other text. */
export function parseDecimalCommas(field: string): number | undefined {
  const bare = withoutSpaces(field);
  if (DECIMAL_COMMA.test(bare) || THOUSANDS.point.test(bare))
    return parseNumber(bare.replaceAll('.', '').replace(',', '.'));
  return bare.includes('.') ? undefined : parseNumber(bare);
}

const withoutSpaces = (field: string): string =>
  THOUSANDS.space.test(field) ? field.replace(/(?<=\d)[ '’\u00a0\u2009\u202f](?=\d)/g, '') : field;

/** What a field of numbers has to hold. */
export const wantedNumber =
  'a number; correct it, or leave it empty (or write NA, NaN, null or ?) where the value is missing';

/** What is wanted in the place of a field of numbers, which may be one with another decimal sign. */
function wantedOf(field: string, isNumberOfOthers: boolean): string {
  if (isNumberOfOthers) return 'written like the numbers before it, with the same decimal sign; write them all alike';
  if (isNumber(field) || INFINITE.test(field)) return 'finite; leave it empty where there is no value';
  return `${wantedNumber}, or say that it means so (on the command line --na ${field})`;
}

/** What a field of times has to hold. */
export const wantedTime = 'a time (seconds, or a date such as 2024-03-01T12:00:00Z, 1.3.2024 12:00 or 3/1/2024)';

/** The same field with a decimal point in the place of a decimal comma, and nothing between thousands. */
export function withPoint(field: string): string {
  const bare = withoutSpaces(field);
  return DECIMAL_COMMA.test(bare) ? bare.replaceAll('.', '').replace(',', '.') : field;
}

/** How columns are read: whether times may have decimal commas, what comes first in dates, where that is known, and what means that there is no value. */
export interface Reading {
  readonly hasCommas: boolean;
  readonly dateOrder: DateOrder | undefined;
  readonly isMissing: (field: string) => boolean;
}

/** A reader of a column of a kind; by default of what its first value that is not missing looks like (a plain number is a number, not a time). */
export function columnReader(kind: Kind | undefined, refuse: Refuse, reading: Reading): ColumnReader {
  if (kind) return readers[kind](refuse, reading);
  let reader: ColumnReader | undefined;
  let missing = 0;
  const begin = (chosen: Kind): ColumnReader => {
    const made = readers[chosen](refuse, reading);
    for (; missing > 0; missing--) made.push('');
    return made;
  };
  return {
    push(field) {
      if (reader) reader.push(field);
      else if (reading.isMissing(field)) missing++;
      else {
        reader = begin(kindOf(field));
        reader.push(field);
      }
    },
    get isDecimal() {
      return reader?.isDecimal === true;
    },
    end: (areDecimal) => (reader ?? begin('number')).end(areDecimal),
  };
}

/** What a field that is not missing looks like. */
export function kindOf(field: string): Kind {
  if (isNumber(field) || INFINITE.test(field)) return 'number';
  if (parseNumber(field) !== undefined || parseDecimalCommas(field) !== undefined) return 'number';
  return isTime(field) ? 'time' : 'class';
}

const readers = {
  number(refuse, { isMissing }) {
    const plain = growing();
    // The same with decimal commas, from where that makes a difference.
    let decimal: ReturnType<typeof growing> | undefined;
    let hasCommas = false;
    let mayBePlain = true;
    let mayBeDecimal = true;
    return {
      push(field) {
        const isNone = isMissing(field);
        const value = isNone ? Number.NaN : parseNumber(field);
        const hasComma = !isNone && field.includes(',');
        const isAlike = isNone || !mayBeDecimal || (!hasComma && !field.includes('.'));
        const other = isAlike ? value : parseDecimalCommas(field);
        const isPlain = mayBePlain && value !== undefined;
        const isDecimal = mayBeDecimal && other !== undefined;
        if (!isPlain && !isDecimal)
          refuse(wantedOf(field, (mayBeDecimal ? value : parseDecimalCommas(field)) !== undefined));
        mayBePlain = isPlain;
        mayBeDecimal = isDecimal;
        if (!Object.is(value, other)) decimal ??= growing(plain.taken());
        hasCommas ||= hasComma;
        plain.push(value ?? Number.NaN);
        decimal?.push(other ?? Number.NaN);
      },
      get isDecimal() {
        return !mayBePlain;
      },
      end(areDecimal) {
        const isDecimal = !mayBePlain || (areDecimal && hasCommas && mayBeDecimal);
        const values = (isDecimal ? (decimal ?? plain) : plain).taken();
        return { kind: 'number', values, ...(hasCommas ? { commas: isDecimal ? 'decimal' : 'thousands' } : {}) };
      },
    };
  },
  time(refuse, { dateOrder, hasCommas }) {
    const days = growing();
    // The same with the month first, from where that makes a difference.
    let months: ReturnType<typeof growing> | undefined;
    let plain = 0;
    let clocks = 0;
    let doubt = '';
    const possible = new Set<DateOrder>(dateOrder ? [dateOrder] : ['dmy', 'mdy']);
    return {
      push(given) {
        const field = hasCommas ? withPoint(given) : given;
        const number = isNumber(field) ? parseNumber(field) : undefined;
        if (number !== undefined) plain++;
        else if (isClock(field)) clocks++;
        const dmy = number ?? parseTime(field, dateOrder ?? 'dmy');
        const mdy = number ?? (YEAR_AT_THE_END.test(field) ? parseTime(field, dateOrder ?? 'mdy') : dmy);
        if (dmy === undefined && mdy === undefined) refuse(wantedTime);
        if (dmy === undefined) possible.delete('dmy');
        if (mdy === undefined) possible.delete('mdy');
        if (dmy !== mdy) {
          doubt ||= field;
          months ??= growing(days.taken());
        }
        days.push(dmy ?? Number.NaN);
        months?.push(mdy ?? Number.NaN);
        const isAlike = (count: number) => count === 0 || count === days.length;
        if (!isAlike(plain) || !isAlike(clocks) || possible.size === 0) refuse('written like the times before it');
      },
      end() {
        const dmy = days.taken();
        const mdy = months?.taken() ?? dmy;
        if (plain > 0) return { kind: 'time', seconds: plainTimes(dmy) };
        if (clocks > 0) return { kind: 'time', seconds: dmy, isClock: true };
        if (doubt === '') return { kind: 'time', seconds: dmy, ...(dateOrder ? { order: dateOrder } : {}) };
        const order = possible.size === 1 ? [...possible][0] : inOrderOfTime(dmy, mdy);
        if (order) return { kind: 'time', seconds: order === 'dmy' ? dmy : mdy, order };
        return refuse(
          'clear, nor any other of the column: its day and month may be either way round; say which comes first (on the command line --date-order dmy or mdy)',
          doubt,
        );
      },
    };
  },
  class(_, { isMissing }) {
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
} satisfies Record<Kind, (refuse: Refuse, reading: Reading) => ColumnReader>;

/** The only one of two readings of the same dates that never goes back. */
function inOrderOfTime(dmy: Float64Array, mdy: Float64Array): DateOrder | undefined {
  const isOrdered = (times: Float64Array) => times.every((time, i) => i === 0 || time >= times[i - 1]!);
  const [day, month] = [isOrdered(dmy), isOrdered(mdy)];
  return day === month ? undefined : day ? 'dmy' : 'mdy';
}

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
 * milli-, micro- or nanoseconds when some are 1e11, 1e14 or 1e17 or more.
 */
export function plainTimes(values: Float64Array): Float64Array {
  const dates = values.map((value) => dateOf(String(value)) ?? Number.NaN);
  if (!dates.some(Number.isNaN)) return dates;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const perSecond = perSecondOf(largest);
  return perSecond === 1 ? values : values.map((value) => value / perSecond);
}

/** How many of the units that a plain time of this size counts make a second. */
const perSecondOf = (size: number): number => fractions.find(([from]) => size >= from)?.[1] ?? 1;

/**
 * Seconds of a field that stands alone: a plain number is seconds, milli-, micro- or nanoseconds by its size, and where samples are `days`
 * apart, a date (`19580329`); any other text is a time with its date in this order, or undefined.
 */
export function parseSeconds(field: string, days: boolean, order?: DateOrder): number | undefined {
  const value = isNumber(field) ? parseNumber(field) : undefined;
  if (value === undefined) return parseTime(field, order);
  return days ? plainTimes(Float64Array.of(value))[0] : value / perSecondOf(Math.abs(value));
}

/** Seconds since 1970 of a date without dashes. */
function dateOf(text: string): number | undefined {
  const [, year, month, day] = COMPACT_DATE.exec(text) ?? [];
  return day === undefined ? undefined : parseTime(`${year}-${month}-${day}`);
}

/** Numbers whose number is not known beforehand, after some that are there already. */
function growing(before = new Float64Array(0)) {
  let values = new Float64Array(Math.max(64, 2 * before.length));
  values.set(before);
  let { length } = before;
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
