import { inLines } from './in-lines.ts';
import { parseTime } from './time.ts';

/** One series of an archive file: its channels side by side, and its label. */
export interface UeaSeries {
  /** The line of the text that it stands in, the first being 1. */
  readonly line: number;
  readonly steps: number;
  /** `(channels, steps)`, NaN where missing. */
  readonly values: Float64Array;
  /** Seconds, where the file has them. */
  readonly times?: Float64Array;
  /** The number of its class among `classes`, or the number that is its target; undefined where the file has neither. */
  readonly label?: number;
}

/** A file of the UEA and UCR archives of time series (`.ts`). */
export interface Uea {
  /** What the file calls its problem. */
  readonly problem: string | undefined;
  readonly channels: number;
  /** The names of the classes in the file's own order, where series are labelled by classes. */
  readonly classes?: readonly string[];
  readonly isLabelled: boolean;
  readonly series: readonly UeaSeries[];
}

/** Takes the text of an archive file piece by piece. */
export interface UeaReader {
  push(text: string): void;
  end(): Uea;
}

/**
 * Read a `.ts` file of the UEA and UCR archives (as sktime and aeon write them): `@` headers, then a series a line, its channels apart by colons,
 * values by commas, `?` or NaN where missing, last its class (`@classLabel true …`) or number (`@targetLabel true`). Series may differ in length, the channels
 * of one may not. With `@timeStamps true`, values are pairs `(time,value)`, a time being seconds or ISO 8601. Throws an Error that names the line.
 */
export function readUea(text: string, name = 'ts'): Uea {
  const reader = ueaReader(name);
  reader.push(text);
  return reader.end();
}

/** A reader of such a file as {@link readUea} reads it, piece by piece. */
export function ueaReader(name = 'ts'): UeaReader {
  let line = 0;
  let isData = false;
  const headers = new Map<string, string>();
  const series: UeaSeries[] = [];
  let classes: readonly string[] | undefined;
  let isLabelled = false;
  let channels = 0;

  const fail = (what: string): never => {
    throw new Error(`${name}:${line}: ${what}`);
  };
  const says = (header: string) => /^true\b/i.test(headers.get(header) ?? '');
  const begin = (): void => {
    isData = true;
    const listed = (headers.get('classlabel') ?? '').split(/\s+/).slice(1);
    if (says('classlabel')) {
      if (listed.length === 0) fail('@classLabel is true, but names no classes; wanted @classLabel true NAME NAME …');
      classes = listed;
    }
    isLabelled = classes !== undefined || says('targetlabel');
  };
  const read = (text: string): void => {
    line++;
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.startsWith('#') || (trimmed.startsWith('%') && !isData)) return;
    if (isData) {
      const next = seriesOf(trimmed, { line, classes, isLabelled, isTimed: says('timestamps'), fail });
      const found = next.values.length / next.steps;
      if (series.length === 0) {
        channels = found;
        const stated = Number(headers.get('dimensions') ?? headers.get('dimension') ?? found);
        if (stated !== found) fail(`the series has ${found} channels, but @dimensions is ${stated}`);
      }
      if (found !== channels)
        fail(`the series has ${found} channels, wanted ${channels} as in line ${series[0]!.line}`);
      series.push(next);
    } else if (/^@data\b/i.test(trimmed)) begin();
    else {
      const [, header, value] =
        /^@(\w+)\s*(.*)$/.exec(trimmed) ??
        fail('neither a header that begins with @ nor a comment that begins with #, and @data has not come yet');
      headers.set(header!.toLowerCase(), value!);
    }
  };
  const lines = inLines(read);
  return {
    push: lines.push,
    end() {
      lines.end();
      if (series.length === 0) throw new Error(`${name}: no series; wanted headers, then @data, then a series a line`);
      return { problem: headers.get('problemname'), channels, isLabelled, ...(classes ? { classes } : {}), series };
    },
  };
}

interface SeriesContext {
  readonly line: number;
  readonly classes: readonly string[] | undefined;
  readonly isLabelled: boolean;
  readonly isTimed: boolean;
  readonly fail: (what: string) => never;
}

function seriesOf(text: string, { line, classes, isLabelled, isTimed, fail }: SeriesContext): UeaSeries {
  // ISO times hold colons: those inside brackets part nothing.
  const parts = isTimed ? text.split(/:(?![^(]*\))/) : text.split(':');
  const last = isLabelled ? parts.pop()!.trim() : undefined;
  if (isLabelled && parts.length === 0) fail('only one field; wanted the channels and, after a colon, the label');
  const [first, ...others] = parts.map((channel, c) =>
    isTimed ? timed(channel, c, fail) : { values: plain(channel, c, fail), times: undefined },
  );
  const { values: one, times } = first!;
  const steps = one.length;
  const values = new Float64Array(parts.length * steps);
  values.set(one);
  others.forEach((other, c) => {
    if (other.values.length !== steps)
      fail(`channel ${c + 2} has ${other.values.length} values, wanted ${steps} as in channel 1`);
    if (other.times?.some((time, t) => time !== times![t]))
      fail(
        `channel ${c + 2} has other times than channel 1; wanted all channels measured at once, ? where one is missing`,
      );
    values.set(other.values, (c + 1) * steps);
  });
  return {
    line,
    steps,
    values,
    ...(times ? { times } : {}),
    ...(last === undefined ? {} : { label: labelOf(last, classes, fail) }),
  };
}

function labelOf(text: string, classes: readonly string[] | undefined, fail: (what: string) => never): number {
  if (classes) {
    const number = classes.indexOf(text);
    return number >= 0
      ? number
      : fail(`"${text}" is none of the classes that @classLabel names: ${classes.join(', ')}`);
  }
  return numberOf(text) ?? fail(`"${text}" is not a number, which @targetLabel promises`);
}

/** A value; NaN where missing, undefined where the text is no finite number. */
function numberOf(text: string): number | undefined {
  if (text === '?' || /^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
}

function plain(channel: string, c: number, fail: (what: string) => never): Float64Array {
  const fields = channel.split(',');
  return Float64Array.from(fields, (field, t) => {
    const text = field.trim();
    return (
      numberOf(text) ??
      fail(`channel ${c + 1}, value ${t + 1}: "${text}" is not a finite number, nor ? where it is missing`)
    );
  });
}

function timed(channel: string, c: number, fail: (what: string) => never) {
  const pairs = [...channel.matchAll(/\(([^,()]*),([^()]*)\)/g)];
  if (pairs.length === 0) fail(`channel ${c + 1} has no pairs (time,value), which @timeStamps promises`);
  const times = new Float64Array(pairs.length);
  const values = Float64Array.from(pairs, ([, time, value], t) => {
    const at = time!.trim();
    times[t] = parseTime(at) ?? numberOf(at) ?? Number.NaN;
    if (Number.isNaN(times[t])) fail(`channel ${c + 1}, pair ${t + 1}: "${at}" is not a time (seconds, or ISO 8601)`);
    return (
      numberOf(value!.trim()) ?? fail(`channel ${c + 1}, pair ${t + 1}: "${value!.trim()}" is not a finite number`)
    );
  });
  return { times, values };
}
