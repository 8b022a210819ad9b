import { isMissing, isNumber, type Kind, kindOf, withPoint } from './csv-columns.ts';
import type { Row } from './csv-records.ts';

/** What is known of a table's columns before it is read. */
export interface HeadingOptions {
  /** The name that errors begin with; default `csv`. */
  readonly name?: string;
  /** Whether the first line holds names; by default, when none of its fields is a number, a time or missing. */
  readonly header?: boolean;
  /** What columns hold; by default, what their first value that is not missing looks like (a plain number is a number, not a time). */
  readonly kinds?: Readonly<Record<string, Kind>>;
  /** Columns that are classes if there are such columns, whatever they hold; default none. */
  readonly texts?: readonly string[];
}

/** Rows that say what a text begins with: a comment, a header, a line of units, and one with values. */
export const OPENING = 4;

/** Whether a row of several fields is empty, as spreadsheets leave them at the end. */
export const isBlank = ({ fields }: Row): boolean => fields.length > 1 && fields.every((field) => field === '');

/** What a text says of its rows before they come. */
export interface Heading {
  readonly names: readonly string[];
  /** Whether the text says the names itself; else they are `column1`, … */
  readonly isNamed: boolean;
  /** Whether numbers may have decimal commas. */
  readonly hasCommas: boolean;
  /** The columns that a header has no name for, which are called by their places. */
  readonly unnamed: readonly string[];
  /** What of the text is no row, in words. */
  readonly notes: readonly string[];
}

/** What the first rows of a text come to. */
export interface Opening {
  readonly heading: Heading;
  readonly rows: readonly Row[];
  /** Fields before the named ones. */
  readonly skip: number;
  /** Fields of a row. */
  readonly width: number;
}

/** What the first rows of a text say of those that follow, among which are those that are left. */
export function opening(
  given: readonly Row[],
  { name = 'csv', header, kinds = {}, texts = [] }: HeadingOptions,
  hasCommas: boolean,
): Opening {
  // A comment is the header where it has as many fields as the rows, and they have none.
  const [top, under, next] = given;
  const isHeading =
    top?.isComment !== true ||
    (header !== false &&
      (under === undefined ||
        (top.fields.length === under.fields.length && !looksLikeHeader(under.fields, next?.fields))));
  const [first, ...others] = isHeading ? given : given.slice(1);
  if (!first) throw new Error(`${name}: no rows; wanted a header and a line for each sample`);
  const isNamed = header ?? looksLikeHeader(first.fields, others[0]?.fields);
  if (!isNamed) {
    const names = first.fields.map((_, i) => `column${i + 1}`);
    const heading = { names, isNamed, hasCommas, unnamed: [], notes: [] };
    return { heading, rows: [first, ...others], skip: 0, width: names.length };
  }
  const { names, unnamed, skip, width } = namesOf(first, others[0], name);
  const measured = names.flatMap((column, i) =>
    texts.includes(column) || kinds[column] === 'class' ? [] : [i + skip],
  );
  const units = areUnits(others[0], others[1], measured) ? others[0]! : undefined;
  const said = units?.fields.filter((field) => field !== '').join(', ');
  return {
    heading: {
      names,
      isNamed,
      hasCommas,
      unnamed,
      notes: units ? [`units in line ${units.line}, not used: ${said}`] : [],
    },
    rows: units ? others.slice(1) : others,
    skip,
    width,
  };
}

/** Whether a row of texts, or dashes, stands above values in each of these columns that it says something of: it says what they are measured in. */
function areUnits(row: Row | undefined, below: Row | undefined, columns: readonly number[]): boolean {
  if (row === undefined || below === undefined || row.fields.length !== below.fields.length) return false;
  const isText = (field: string) => kindOf(withPoint(field)) === 'class';
  const said = columns.filter((i) => !isMissing(row.fields[i]!) && row.fields[i] !== '-');
  return (
    said.length > 0 &&
    said.every((i) => isText(row.fields[i]!) && !isMissing(below.fields[i]!) && !isText(below.fields[i]!))
  );
}

/** The names of a header, and the fields of the rows below it, of which the first is known. */
function namesOf(
  first: Row,
  second: Row | undefined,
  name: string,
): Pick<Heading, 'names' | 'unnamed'> & Pick<Opening, 'skip' | 'width'> {
  const width = (second ?? first).fields.length;
  // Of rows that end with a separator, the last field is no column without a name.
  const isOpen = second !== undefined && first.fields.length === width - 1 && second.fields.at(-1) === '';
  const given = [...first.fields.map(headerName), ...(isOpen ? [''] : [])];
  const hasIndex = given.length === width - 1 || given[0] === '';
  const skip = hasIndex ? 1 : 0;
  const named = given[0] === '' ? given.slice(1) : given;
  if (named.length + skip !== width) {
    throw new Error(`${name}:${first.line}: the header has ${given.length} names, the rows have ${width} fields`);
  }
  const names = named.map((column, i) => column || `column${i + 1 + skip}`);
  const again = names.find((column, i) => names.indexOf(column) < i);
  if (again !== undefined)
    throw new Error(`${name}:${first.line}: two columns are called "${again}"; wanted another name for one of them`);
  return { names, skip, width, unnamed: names.filter((_, i) => named[i] === '') };
}

/** A name of a header as columns are called by it: in one line, the first of a header that is written as a comment without the sign. */
export const headerName = (name: string, i: number): string =>
  (i === 0 ? name.replace(/^#\s*/, '') : name).replaceAll(/\s+/g, ' ').trim();

/** Whether all fields of a row are names, but for an empty first one (of a row index), empty last ones, and others above values; numbers are names where they count the columns and the row below does not. */
function looksLikeHeader(fields: readonly string[], below: readonly string[] | undefined): boolean {
  if (below?.length === fields.length + 1 && below.at(-1) !== '') return true;
  const last = fields.findLastIndex((field) => field !== '');
  const named = fields.slice(0, last + 1);
  const isCounting =
    countsColumns(named) && below?.some((field) => isNumber(field) && !Number.isInteger(Number(field)));
  const isAbove = below?.some((field, i) => named[i] && !isMissing(field) && kindOf(withPoint(field)) !== 'class');
  const isName = (field: string, i: number) =>
    field === ''
      ? i === 0 || isAbove
      : !isMissing(field) && (kindOf(withPoint(field)) === 'class' || (isCounting && isNumber(field)));
  return named.some((field) => field !== '') && named.every(isName);
}

/** Whether the numbers among some names, three or more, are those of their columns, counted from 0 or 1. */
function countsColumns(names: readonly string[]): boolean {
  const numbers = names.flatMap((name, i) => (isNumber(name) ? [Number(name) - i] : []));
  return numbers.length > 2 && Math.abs(numbers[0]!) <= 1 && numbers.every((number) => number === numbers[0]);
}
