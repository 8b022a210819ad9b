import { count, duration, quantity } from './quantity.ts';
import { extent, fitting } from './scale.ts';
import { textWidth } from './table.ts';

/** A time constant with its unit. */
export interface TimeConstant {
  readonly value: number;
  readonly unit: 's' | 'steps';
}

/** One finished epoch, as the curves and lines show it. */
export interface Point {
  readonly epoch: number;
  readonly train: number;
  readonly valid: number;
  /** The validation metric, where it is not the loss. */
  readonly metric?: number;
  readonly best: boolean;
  /** The median time constant after it. */
  readonly tau?: TimeConstant;
  /** Mean norm of the gradient over its minibatches, before clipping. */
  readonly gradientNorm: number;
  readonly seconds: number;
}

/** What a live view shows: where training stands. */
export interface History {
  readonly title: string;
  readonly epochs: number;
  readonly points: readonly Point[];
  /** The name of the validation metric, where it is not the loss. */
  readonly metric?: string;
  /** Batches done of the epoch under way. */
  readonly batch?: number;
  readonly batches?: number;
  /** Sequences to train on, each once an epoch. */
  readonly sequences: number;
  /** Seconds since training began. */
  readonly elapsed: number;
}

const colours = { train: '36', valid: '33', dim: '2', bold: '1' } as const;
type Paint = (style: keyof typeof colours, text: string) => string;
const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour && text !== '' ? `\u001b[${colours[style]}m${text}\u001b[0m` : text;

/** The live view in exactly `height` lines of at most `width` columns: title, loss curves, legend, progress. */
export function draw(history: History, width: number, height: number, colour = false): string {
  const paint = painter(colour);
  const last = history.points.at(-1);
  const best = history.points.findLast((point) => point.best);
  const isLow = height < 8;
  const [train, valid] = isNarrow(width) ? ['train', 'valid'] : ['training', 'validation'];
  const chart = curves(history, width, Math.max(1, height - (isLow ? 3 : 4)), paint);
  const legend = [
    `${paint('train', '━')} ${train} ${last ? quantity(last.train) : '–'}`,
    `${paint('valid', '━')} ${valid} ${last ? quantity(last.valid) : '–'}`,
    best ? paint('dim', `best ${written(best, history)} (epoch ${best.epoch})`) : '',
  ];
  const lines = [
    paint('bold', cut(history.title, width)),
    ...chart,
    inWidth(legend, width),
    ...(isLow ? [] : [paint('dim', courses(history, width))]),
    progress(history, width),
  ];
  return lines.slice(0, height).join('\n');
}

const isNarrow = (width: number) => width < 60;

/** How gradient and time constant went over the epochs, and how fast it goes. */
function courses(history: History, width: number): string {
  const { points } = history;
  const last = points.at(-1);
  const room = isNarrow(width) ? 6 : 12;
  const taus = points.flatMap(({ tau }) => tau?.value ?? []);
  const norms = points.map(({ gradientNorm }) => gradientNorm);
  const rate = speed(history);
  return inWidth(
    [
      last ? `gradient ${sparkline(norms, room)} ${quantity(last.gradientNorm, 3)}` : '',
      last?.tau ? `τ ${sparkline(taus, room)} ${shown(last.tau)}` : '',
      Number.isFinite(rate) ? `${perSecond(rate)} sequences/s` : '',
    ],
    width,
  );
}

/** One plain line for a finished epoch, for logs. */
export function epochLine(point: Point, history: Pick<History, 'epochs' | 'metric'>): string {
  const epoch = `epoch ${String(point.epoch).padStart(String(history.epochs).length)}/${history.epochs}`;
  const metric = point.metric === undefined || !history.metric ? '' : `  ${history.metric} ${quantity(point.metric)}`;
  const tau = point.tau ? `  τ ${shown(point.tau)}` : '';
  const gradient = `  gradient ${quantity(point.gradientNorm, 3)}`;
  const mark = point.best ? '  best' : '';
  return `${epoch}  train ${quantity(point.train)}  valid ${quantity(point.valid)}${metric}${gradient}${tau}  ${duration(point.seconds)}${mark}`;
}

/** The seconds still to go, from the epochs done so far; NaN before there is anything to go by. */
export function remaining(history: History): number {
  const done = epochsDone(history);
  return done > 0 ? (history.elapsed / done) * Math.max(0, history.epochs - done) : Number.NaN;
}

/** Epochs done, with the share of the one under way. */
export const epochsDone = ({ points, batch = 0, batches = 1 }: History): number =>
  points.length + batch / Math.max(1, batches);

/** Sequences a second so far, validation counted in the time; NaN before there is anything to go by. */
export function speed(history: History): number {
  const done = epochsDone(history);
  return done > 0 && history.elapsed > 0 ? (done * history.sequences) / history.elapsed : Number.NaN;
}

/** How many a second: in whole numbers from 10 on. */
const perSecond = (rate: number): string => (rate >= 10 ? count(Math.round(rate)) : quantity(rate, 2));

/** The sequence that moves the cursor up over `lines` drawn lines and clears them. */
export function rewind(lines: number): string {
  return lines > 0 ? `\u001b[${lines}A\u001b[0J` : '';
}

const shown = ({ value, unit }: TimeConstant) => `${quantity(value, 3)} ${unit}`;

/** Numbers in a line of at most `width` columns, from the least positive one to the greatest on a logarithmic scale; of more numbers, every so many. */
export function sparkline(values: readonly number[], width = 12): string {
  const columns = Math.min(width, values.length);
  const logs = Array.from({ length: columns }, (_, k) =>
    Math.log(values[columns === 1 ? 0 : Math.round((k * (values.length - 1)) / (columns - 1))]!),
  );
  const { lo, hi } = extent([logs]) ?? { lo: 0, hi: 0 };
  const height = (log: number) => (hi > lo ? Math.round((7 * (log - lo)) / (hi - lo)) : 3);
  return logs.map((log) => '▁▂▃▄▅▆▇█'[Number.isFinite(log) ? height(log) : 0]).join('');
}

function written(point: Point, { metric }: History): string {
  return metric && point.metric !== undefined ? `${metric} ${quantity(point.metric)}` : quantity(point.valid);
}

function progress(history: History, width: number): string {
  const { points, epochs, batch = 0, elapsed } = history;
  const share = Math.min(1, epochsDone(history) / Math.max(1, epochs));
  const size = Math.max(0, Math.min(24, width - 48));
  const full = Math.round(share * size);
  const bar = size < 6 ? '' : '━'.repeat(full) + '─'.repeat(size - full);
  const epoch = `epoch ${Math.min(epochs, points.length + (batch > 0 ? 1 : 0))}/${epochs}`;
  const left = remaining(history);
  const eta = points.length >= epochs ? '' : `ETA ${duration(left)}`;
  return inWidth([epoch, bar, `${Math.floor(share * 100)} %`, duration(elapsed), eta], width);
}

/** Loss over epochs as braille dots, `height` lines: the lines of `valid` lie over those of `train`. */
function curves(history: History, width: number, height: number, paint: Paint): string[] {
  const { points, epochs } = history;
  const lists = [points.map((point) => point.train), points.map((point) => point.valid)];
  const gutter = 9;
  const columns = width - gutter - 1;
  if (columns < 4 || !extent(lists)) return Array.from({ length: height }, () => '');
  const scale = fitting(lists, 5);
  const layers = lists.map((values) => {
    const dots = new Uint8Array(columns * height);
    let before: { x: number; y: number } | undefined;
    values.forEach((value, i) => {
      const place = scale.at(value);
      if (!Number.isFinite(place)) {
        before = undefined;
        return;
      }
      const x = Math.round(((points[i]!.epoch - 1) / Math.max(1, epochs - 1)) * (columns * 2 - 1));
      const y = Math.round((1 - Math.min(1, Math.max(0, place))) * (height * 4 - 1));
      stroke(dots, columns, height, before ?? { x, y }, { x, y });
      before = { x, y };
    });
    return dots;
  });
  return Array.from({ length: height }, (_, row) => {
    const edge = row === 0 ? scale.hi : row === height - 1 ? scale.lo : undefined;
    const name = edge === undefined ? ''.padStart(gutter) : quantity(edge, 3).padStart(gutter);
    let cells = '';
    let run = '';
    let style: 'train' | 'valid' | undefined;
    for (let c = 0; c < columns; c++) {
      const [train = 0, valid = 0] = layers.map((dots) => dots[row * columns + c]!);
      const next = valid ? 'valid' : train ? 'train' : undefined;
      if (next !== style) {
        cells += style ? paint(style, run) : run;
        run = '';
        style = next;
      }
      run += next ? String.fromCharCode(0x2800 + (train | valid)) : ' ';
    }
    cells += style ? paint(style, run) : run;
    return `${paint('dim', `${name}${edge === undefined ? '│' : '┤'}`)}${cells}`;
  });
}

const dot = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

function stroke(
  dots: Uint8Array,
  columns: number,
  height: number,
  from: { x: number; y: number },
  to: { x: number; y: number },
) {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
  for (let s = 0; s <= steps; s++) {
    const x = Math.round(from.x + ((to.x - from.x) * s) / steps);
    const y = Math.round(from.y + ((to.y - from.y) * s) / steps);
    if (x < 0 || y < 0 || x >= columns * 2 || y >= height * 4) continue;
    dots[(y >> 2) * columns + (x >> 1)]! |= dot[x & 1]![y & 3]!;
  }
}

/** Parts joined by two spaces, as many as fit. */
function inWidth(parts: readonly string[], width: number): string {
  let text = '';
  for (const part of parts) {
    if (part === '') continue;
    const next = text === '' ? part : `${text}  ${part}`;
    if (textWidth(next) > width) break;
    text = next;
  }
  return text;
}

function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
