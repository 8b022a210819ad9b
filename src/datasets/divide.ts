declare const divided: unique symbol;

/** Rows measured one after another in one go, with what is to be said at each. */
export interface Recording {
  readonly name: string;
  readonly steps: number;
  readonly inputs: number;
  readonly outputs: number;
  /** `(steps, inputs)`. */
  readonly features: Float64Array;
  /** `(steps, outputs)` numbers, or class numbers with `outputs` = 1. */
  readonly target: Float64Array;
  /** Seconds at which the rows were measured, not decreasing. */
  readonly times?: Float64Array;
}

/** The uses that data are divided among. */
export type PartName = 'train' | 'valid' | 'test';

/** Recordings set aside for one use. Only `divide` makes parts, and only parts can be cut into windows, so no window reaches into two of them. */
export interface Part<Name extends PartName = PartName> {
  readonly part: Name;
  readonly recordings: readonly Recording[];
  readonly [divided]: true;
}

/** All three parts of the data. */
export interface Parts {
  readonly train: Part<'train'>;
  readonly valid: Part<'valid'>;
  readonly test: Part<'test'>;
}

/** Which recordings go where, by name or number from 0; those named nowhere are left out. */
export type Assignment = Readonly<Record<PartName, readonly (string | number)[]>>;

/** How much of every recording goes where, first to train, then to valid, then to test in the order of time; the sum is 1. */
export interface Fractions {
  readonly fractions: Readonly<Record<PartName, number>>;
  /** Recordings that are test data as a whole, by name or number from 0; the others have no test fraction then. */
  readonly test?: readonly (string | number)[];
}

const partNames = ['train', 'valid', 'test'] as const;

/** Divide recordings among train, valid and test, whole recordings by name or each one by time; no row comes to lie in two parts. Throws where that leaves no training part. */
export function divide(recordings: readonly Recording[], by: Assignment | Fractions): Parts {
  recordings.forEach(checkRecording);
  const chosen = 'fractions' in by ? byTime(recordings, by) : byName(recordings, by);
  if (chosen.train.length === 0) throw new Error('divide: no recording is left to train on');
  const part = <Name extends PartName>(name: Name) =>
    ({ part: name, recordings: chosen[name] as readonly Recording[] }) as Part<Name>;
  return { train: part('train'), valid: part('valid'), test: part('test') };
}

/** The same part with its recordings changed one by one: the only way to a new part but `divide`. */
export function mapPart<Name extends PartName>(
  part: Part<Name>,
  change: (recording: Recording) => Recording,
): Part<Name> {
  return { ...part, recordings: part.recordings.map(change) };
}

function byName(recordings: readonly Recording[], by: Assignment): Record<PartName, Recording[]> {
  const takenBy = new Map<Recording, PartName>();
  const take = (part: PartName) =>
    by[part].map((key) => {
      const found = typeof key === 'number' ? recordings[key] : recordings.find(({ name }) => name === key);
      if (!found) {
        throw new Error(`divide: ${part} names recording ${JSON.stringify(key)}, known are ${namesOf(recordings)}`);
      }
      const before = takenBy.get(found);
      if (before) throw new Error(`divide: recording "${found.name}" is named by ${before} and by ${part}`);
      takenBy.set(found, part);
      return found;
    });
  return { train: take('train'), valid: take('valid'), test: take('test') };
}

function byTime(recordings: readonly Recording[], by: Fractions): Record<PartName, Recording[]> {
  const { fractions } = by;
  const sum = partNames.reduce((total, part) => total + fractions[part], 0);
  if (!(Math.abs(sum - 1) < 1e-9) || partNames.some((part) => !(fractions[part] >= 0))) {
    throw new Error(`divide: the fractions ${JSON.stringify(fractions)} are not three parts of 1`);
  }
  if (by.test && fractions.test !== 0)
    throw new Error(
      `divide: the test fraction is ${fractions.test}, wanted 0 beside recordings that are the test part`,
    );
  const pieces = byName(recordings, { train: [], valid: [], test: by.test ?? [] });
  const apart = new Set(pieces.test);
  for (const recording of recordings) {
    if (apart.has(recording)) continue;
    const ends = {
      train: Math.round(recording.steps * fractions.train),
      valid: Math.round(recording.steps * (fractions.train + fractions.valid)),
      test: recording.steps,
    };
    let start = 0;
    for (const part of partNames) {
      if (ends[part] > start) pieces[part].push(piece(recording, start, ends[part]));
      start = ends[part];
    }
  }
  return pieces;
}

/** Rows `start` … `end` − 1 of a recording. */
function piece(recording: Recording, start: number, end: number): Recording {
  const { name, inputs, outputs, features, target, times } = recording;
  return {
    ...recording,
    name: `${name}[${start}:${end}]`,
    steps: end - start,
    features: features.subarray(start * inputs, end * inputs),
    target: target.subarray(start * outputs, end * outputs),
    ...(times && { times: times.subarray(start, end) }),
  };
}

function checkRecording(recording: Recording, index: number, all: readonly Recording[]): void {
  const { name, steps, inputs, outputs, features, target, times } = recording;
  const wrong = (what: string): never => {
    throw new Error(`divide: recording "${name}" ${what}`);
  };
  const first = all[0]!;
  if (inputs !== first.inputs || outputs !== first.outputs) {
    wrong(`has ${inputs} inputs and ${outputs} outputs, "${first.name}" has ${first.inputs} and ${first.outputs}`);
  }
  if (all.findIndex((other) => other.name === name) < index) wrong('comes twice');
  if (features.length !== steps * inputs) {
    wrong(`has ${features.length} features, wanted steps × inputs = ${steps} × ${inputs}`);
  }
  if (target.length !== steps * outputs) {
    wrong(`has ${target.length} targets, wanted steps × outputs = ${steps} × ${outputs}`);
  }
  if (times && times.length !== steps) wrong(`has ${times.length} times, wanted ${steps}`);
  for (let i = 1; times && i < steps; i++) {
    if (!(times[i]! >= times[i - 1]!)) wrong(`goes back in time at step ${i}: ${times[i - 1]} s, then ${times[i]} s`);
  }
}

function namesOf(recordings: readonly Recording[]): string {
  const shown = recordings.slice(0, 8).map(({ name }) => name);
  return `${shown.join(', ')}${recordings.length > 8 ? `, … (${recordings.length})` : ''}`;
}
