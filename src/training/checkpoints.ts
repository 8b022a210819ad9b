import { saveModel } from '../formats/model-file.ts';
import { readSafetensors, type Writable, writeSafetensors } from '../formats/safetensors.ts';
import { fields, number, optional, recordOf, text, whole } from '../formats/shape.ts';
import type { Loss } from '../losses/loss.ts';
import type { OptimizerRule } from '../optimizers/optimizer.ts';
import { checkOptions } from '../options.ts';
import type { Labelled } from '../sequences.ts';
import type { EpochEvent } from './events.ts';
import type { Progress } from './progress.ts';
import { type AnswerShape, answerShape } from './rows.ts';
import type { Schedule } from './schedules.ts';
import type { Keeper, Training } from './settings.ts';

/** What becomes of checkpoints. */
export interface CheckpointOptions {
  /** Told a checkpoint after every epoch, and where a signal ends training, and what it holds; training waits for it. By default nothing is kept. */
  readonly keep?: ((bytes: Uint8Array, progress: Progress) => void | Promise<void>) | undefined;
  /** A checkpoint of the same training, to go on from; by default it begins anew. */
  readonly resume?: Uint8Array | undefined;
}

const optionKinds = {
  keep: { wanted: 'a function', holds: (value: unknown) => typeof value === 'function' },
  resume: { wanted: 'the bytes of a checkpoint', holds: (value: unknown) => value instanceof Uint8Array },
};

/**
 * The option `checkpoint` of `train` and `fit`: checkpoints as the bytes of a safetensors file. A training that goes on from one ends with the bits that it would
 * have had without a break; one with another model, other data or other settings is refused, with what differs.
 */
export const checkpoints = (options: CheckpointOptions): Keeper => {
  checkOptions('checkpoints', options, optionKinds);
  const { keep, resume } = options;
  return (training) => {
    const conditions = conditionsOf(training);
    return {
      resumed: resume && progressOf(resume, conditions, training.start.epochs),
      keep: (progress) => keep?.(bytesOf(progress, conditions), progress),
    };
  };
};

/** What decides the bits of a training, by name: words and numbers, and behind # a hash of what these do not tell. */
type Conditions = Readonly<Record<string, string>>;

const VERSION = 1;
const KEY = 'rivulet-checkpoint';
/** Before the names of the optimizer's arrays. */
const OWN = 'optimizer.';

/** All of a checkpoint that is no array. */
interface CheckpointData extends Pick<Progress, 'epoch' | 'batch' | 'sums' | 'seconds'> {
  readonly version: number;
  readonly conditions: Conditions;
  /** Of the optimizer. */
  readonly step: number;
  readonly best?: { readonly epoch: number; readonly loss: number; readonly metric: number } | undefined;
}

const dataShape = fields({
  conditions: recordOf(text),
  epoch: whole,
  batch: whole,
  sums: fields({ loss: number, weight: number, norm: number }),
  best: optional(fields({ epoch: whole, loss: number, metric: number })),
  seconds: number,
  step: whole,
});

/** The numbers of an epoch, in the order of the columns of the array `history`. */
const rowOf = ({ train, valid, best, learningRate, gradientNorm, seconds }: EpochEvent): readonly number[] => [
  train,
  valid.loss,
  valid.metric,
  Number(best),
  learningRate,
  gradientNorm,
  seconds,
];
const COLUMNS = 7;

function epochsOf(history: Float64Array, epochs: number): EpochEvent[] {
  return Array.from({ length: history.length / COLUMNS }, (_, k) => {
    const [train, loss, metric, best, learningRate, gradientNorm, seconds] = history.subarray(k * COLUMNS);
    return {
      kind: 'epoch',
      epoch: k + 1,
      epochs,
      train: train!,
      valid: { loss: loss!, metric: metric! },
      best: best === 1,
      learningRate: learningRate!,
      gradientNorm: gradientNorm!,
      seconds: seconds!,
    };
  });
}

function bytesOf(progress: Progress, conditions: Conditions): Uint8Array {
  const { parameters, optimizer, best, history, epoch, batch, sums, seconds } = progress;
  const data: CheckpointData = {
    version: VERSION,
    conditions,
    ...{ epoch, batch, sums, seconds },
    step: optimizer.step,
    best: best && { epoch: best.epoch, loss: best.loss, metric: best.metric },
  };
  const arrays = {
    parameters,
    ...(best ? { best: best.parameters } : {}),
    ...Object.fromEntries(Object.entries(optimizer.arrays).map(([name, array]) => [OWN + name, array])),
  };
  const tensors = new Map<string, Writable>(
    Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
  tensors.set('history', { shape: [history.length, COLUMNS], data: Float64Array.from(history.flatMap(rowOf)) });
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(data) });
}

function progressOf(bytes: Uint8Array, conditions: Conditions, epochs: number): Progress {
  const { tensors, metadata } = readSafetensors(bytes);
  const json = metadata[KEY];
  if (json === undefined)
    throw new Error(`checkpoints: this safetensors file is no checkpoint: its metadata has no "${KEY}" entry`);
  const { version, conditions: then, step, best, ...rest } = parsed(json);
  if (version !== VERSION)
    throw new Error(`checkpoints: the checkpoint has version ${version}, but this library reads version ${VERSION}`);
  const differing = Object.keys(conditions).filter((name) => conditions[name] !== then[name]);
  if (differing.length > 0) {
    const said = differing.map((name) => difference(name, conditions[name]!, then[name] ?? 'not known'));
    throw new Error(`checkpoints: this is not the training that the checkpoint is of: ${said.join('; ')}`);
  }
  const array = (name: string): Float64Array => {
    const data = tensors.get(name)?.data;
    if (data instanceof Float64Array) return data;
    throw new Error(`checkpoints: the checkpoint has no float64 array "${name}"`);
  };
  const own = [...tensors.keys()].filter((name) => name.startsWith(OWN));
  return {
    ...rest,
    parameters: array('parameters'),
    optimizer: { step, arrays: Object.fromEntries(own.map((name) => [name.slice(OWN.length), array(name)])) },
    best: best && { ...best, parameters: array('best') },
    history: epochsOf(array('history'), epochs),
  };
}

function parsed(json: string): CheckpointData {
  let data: CheckpointData;
  try {
    data = JSON.parse(json);
  } catch (error) {
    throw new Error(`checkpoints: the "${KEY}" entry of the metadata is not JSON: ${(error as Error).message}`);
  }
  fields({ version: whole })(data, `checkpoints: ${KEY}`);
  if (data.version === VERSION) dataShape(data, `checkpoints: ${KEY}`);
  return data;
}

/** How a condition differs, in words: those before # where they do. */
function difference(name: string, now: string, then: string): string {
  const [here, there] = [now, then].map((value) => value.split('#')[0]!.trim());
  if (here !== there) return `${name} is ${here}, but was ${there}`;
  return here === '' ? `the ${name} is another` : `${name} is another ${here}`;
}

function conditionsOf({ model, train, valid, settings, start }: Training): Conditions {
  const { loss, optimizer, gradient, dropLast, learningRate, clip, patience, seed, batch } = settings;
  const { epochs, backend, precision, fma, metric } = start;
  const plain = { epochs, batch, dropLast, learningRate, clip, patience, seed, backend, precision, fma };
  return {
    model: `#${hash(saveModel(model))}`,
    'training part': `#${hash(...arraysOf(train))}`,
    'validation part': `#${hash(...arraysOf(valid))}`,
    // Functions are told apart by what they do.
    loss: `${loss.name} #${hash(lossesOfZeros(loss, train, answerShape(model)))}`,
    metric: metric.name,
    optimizer: `${optimizer.name} #${hash(twoSteps(optimizer))}`,
    schedule: `#${hash(rates(settings.schedule, epochs * start.batches))}`,
    gradient: JSON.stringify(gradient),
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, String(value)])),
  };
}

const arraysOf = ({ batch, steps, x, dt, mask, initial, target, weights }: Labelled) => [
  [batch, steps],
  ...[x, dt, mask, initial, target, weights].map((array) => array ?? []),
];

/** What a loss says of the first rows when all outputs are 0, and how much each counts: another for every choice of its options. */
function lossesOfZeros(loss: Loss, data: Labelled, { outputs, when }: AnswerShape): number[] {
  const rows = Math.min(when === 'every' ? data.batch * data.steps : data.batch, 1000);
  const [zeros, cotangent] = [new Float64Array(rows * outputs), new Float64Array(rows * outputs)];
  return Array.from({ length: rows }, (_, row) => [
    loss.row(zeros, data.target, row, outputs, 1, cotangent),
    loss.weight?.(data.target, row) ?? 1,
  ]).flat();
}

/** Where an optimizer takes two parameters, the first a weight, in two steps. */
function twoSteps(rule: OptimizerRule): Float64Array {
  const optimizer = rule.start(2, Uint8Array.of(1, 0));
  const parameters = Float64Array.of(1, -2);
  for (const gradients of [Float64Array.of(0.5, -1e-3), Float64Array.of(-0.25, 1e-3)])
    optimizer.step(parameters, gradients, 0.1);
  return parameters;
}

/** Factors of the learning rate from the first step to the last. */
const rates = (schedule: Schedule, total: number): number[] =>
  Array.from({ length: 17 }, (_, k) => schedule(Math.round((k / 16) * (total - 1)), total));

/** A hash of 64 bits of numbers, as text; arrays that are cut elsewhere are others. Two words mixed as by MurmurHash3's 32-bit steps. */
function hash(...arrays: readonly ArrayLike<number>[]): string {
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  let a = 1;
  let b = 2;
  const add = (value: number) => {
    number[0] = value;
    if (Number.isNaN(value)) words.fill(0x7ff80000); // whose bits are not always the same
    for (const word of words) {
      a = Math.imul(a ^ word, 0xcc9e2d51);
      a = (a << 15) | (a >>> 17);
      b = Math.imul(b ^ word, 0x1b873593) + a;
      b = (b << 13) | (b >>> 19);
    }
  };
  for (const array of arrays) {
    add(array.length);
    for (let i = 0; i < array.length; i++) add(array[i]!);
  }
  return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
