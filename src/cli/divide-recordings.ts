import { deal } from '../datasets/deal.ts';
import { divide, type Part, type PartName, type Parts } from '../datasets/divide.ts';
import type { TableRecordings } from './table-recordings.ts';

/** Each recording by time, or whole recordings; by default the latter where each has one answer, or there are ten or more. */
export type Splitting = 'time' | 'recording';

const fractions = { train: 0.7, valid: 0.15, test: 0.15 };
/** Where the test part is files of its own. */
const withoutTest = { train: 0.85, valid: 0.15, test: 0 };
/** Recordings from which on they are divided whole. */
const MANY = 10;
/** The order that recordings are dealt in is the same for every training. */
const SEED = 1;

/**
 * Divide recordings, but for those whose names say that they are the test part, and say in words how. Throws where a part has no recording, none as long as
 * a window, or where the target is the same all over the training part.
 */
export function divideRecordings(
  name: string,
  made: TableRecordings,
  isTest: ReadonlySet<string>,
  asked: Splitting | undefined,
  window: number | undefined,
): { readonly parts: Parts; readonly said: string } {
  const { recordings, classes, each } = made;
  const test = recordings.flatMap(({ name }, k) => (isTest.has(name) ? [k] : []));
  const rest = recordings.flatMap(({ name }, k) => (isTest.has(name) ? [] : [k]));
  const shares = isTest.size > 0 ? withoutTest : fractions;
  const percent = `${Math.round(shares.train * 100)} % to train, ${Math.round(shares.valid * 100)} % to validate${shares.test > 0 ? `, ${Math.round(shares.test * 100)} % to test` : '; the test part is files of its own'}`;
  const isWhole = each === 'sequence' || (asked ?? (rest.length >= MANY ? 'recording' : 'time')) === 'recording';
  if (isWhole) {
    const groups = rest.map((k) => (classes && each === 'sequence' ? recordings[k]!.target[0]! : 0));
    const dealt = deal(groups, { fractions: shares }, SEED);
    const numbers = (part: PartName) => dealt[part].map((place) => rest[place as number]!);
    const by = { train: numbers('train'), valid: numbers('valid'), test: [...numbers('test'), ...test] };
    if (Object.values(by).some((part) => part.length === 0))
      throw new Error(
        `${name}: ${rest.length} ${rest.length === 1 ? 'recording' : 'recordings'}; wanted 5 or more to divide them whole${each === 'step' ? ', or --split time' : ''}`,
      );
    const parts = divide(recordings, by);
    refuseShort(name, parts, window);
    refuseSame(name, made, parts.train);
    return {
      parts,
      said: `divided by recording${classes && each === 'sequence' ? ', each class alike' : ''}: ${percent}`,
    };
  }
  if (recordings.length === 1 && window !== undefined) {
    const fewest = Math.ceil(window / fractions.test);
    if (recordings[0]!.steps < fewest)
      throw new Error(
        `${name}: ${recordings[0]!.steps} rows to learn from; wanted ${fewest} or more, so that the 15 % to validate and the 15 % to test hold a window of ${window} each: give more rows, or a shorter --window`,
      );
  }
  const parts = divide(recordings, { fractions: shares, ...(isTest.size > 0 ? { test } : {}) });
  refuseShort(name, parts, window);
  refuseSame(name, made, parts.train);
  return { parts, said: `divided by time: ${percent}` };
}

const partNames = ['train', 'valid', 'test'] as const;

/** Refuse parts without a recording as long as a window. */
function refuseShort(name: string, parts: Parts, window: number | undefined): void {
  if (window === undefined) return;
  for (const part of partNames) {
    const longest = parts[part].recordings.reduce((most, { steps }) => Math.max(most, steps), 0);
    if (longest < window)
      throw new Error(
        `${name}: the longest stretch of the ${part} part has ${longest} rows; wanted a window of ${window}: give more rows, or a shorter --window`,
      );
  }
}

/** How many recordings of a part, or pieces of them, hold no window. */
export const shorterThan = (window: number, { recordings }: Part): number =>
  recordings.filter(({ steps }) => steps < window).length;

/** Refuse a training part that has one answer only. */
function refuseSame(name: string, { targets, classes }: TableRecordings, train: Part<'train'>): void {
  const n = targets.length;
  const answers = train.recordings[0]!.target;
  const isSame = (k: number) =>
    train.recordings.every(({ target }) => target.every((value, at) => at % n !== k || value === answers[k]));
  const same = targets.findIndex((_, k) => isSame(k));
  if (same < 0) return;
  const answer = answers[same]!;
  const rows = train.recordings.reduce((sum, { steps }) => sum + steps, 0);
  throw new Error(
    `${name}: "${targets[same]}" is ${classes ? `"${classes[answer]}"` : answer} in all ${rows} rows of the training part, and changes only later; wanted ${classes ? 'two classes or more' : 'a target that changes'} there: give rows from before, or several recordings and --split recording`,
  );
}
