import type { Topic } from './commands.ts';

/** How an option is written: `--name VALUE`, or `--name` alone. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
}

/** The options of a command by name. */
export type Flags = Readonly<Record<string, Flag>>;

/** What every command takes, which a config file does not say. */
export const commonFlags = {
  help: { type: 'boolean', short: 'h' },
  debug: { type: 'boolean' },
  config: { type: 'string' },
} as const satisfies Flags;

/** What is said of files of data. */
const dataFlags = {
  target: { type: 'string' },
  time: { type: 'string' },
  classify: { type: 'boolean' },
  task: { type: 'string' },
  horizon: { type: 'string' },
  window: { type: 'string' },
  calendar: { type: 'string' },
  split: { type: 'string' },
  labels: { type: 'string' },
  test: { type: 'string' },
  ignore: { type: 'string' },
  repeated: { type: 'string' },
  header: { type: 'string' },
  'date-order': { type: 'string' },
  recording: { type: 'string' },
  long: { type: 'string' },
  na: { type: 'string' },
} as const satisfies Flags;

/** The options of every command: what the command line and config files may say of it. */
export const flags = {
  train: {
    ...commonFlags,
    ...dataFlags,
    cell: { type: 'string' },
    'mixed-memory': { type: 'boolean' },
    wiring: { type: 'string' },
    solver: { type: 'string' },
    units: { type: 'string' },
    bidirectional: { type: 'boolean' },
    dropout: { type: 'string' },
    unfolds: { type: 'string' },
    interpolation: { type: 'string' },
    missing: { type: 'string' },
    epochs: { type: 'string' },
    batch: { type: 'string' },
    'learning-rate': { type: 'string' },
    schedule: { type: 'string' },
    optimizer: { type: 'string' },
    gradient: { type: 'string' },
    clip: { type: 'string' },
    loss: { type: 'string' },
    metric: { type: 'string' },
    patience: { type: 'string' },
    seed: { type: 'string' },
    seeds: { type: 'string' },
    jobs: { type: 'string' },
    backend: { type: 'string' },
    precision: { type: 'string' },
    threads: { type: 'string' },
    out: { type: 'string' },
    resume: { type: 'boolean' },
    tensorboard: { type: 'boolean' },
    svg: { type: 'boolean' },
    plain: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  data: { ...commonFlags, ...dataFlags, json: { type: 'boolean' } },
  init: {
    help: commonFlags.help,
    debug: commonFlags.debug,
    ...dataFlags,
    ts: { type: 'boolean' },
    force: { type: 'boolean' },
  },
  conform: { ...commonFlags, json: { type: 'boolean' } },
  compile: { ...commonFlags, out: { type: 'string' }, precision: { type: 'string' } },
  expressivity: {
    ...commonFlags,
    panel: { type: 'string' },
    samples: { type: 'string' },
    as: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  inspect: {
    ...commonFlags,
    data: { type: 'string' },
    target: { type: 'string' },
    time: { type: 'string' },
    inputs: { type: 'string' },
    kernels: { type: 'boolean' },
    json: { type: 'boolean' },
    out: { type: 'string' },
  },
  eval: {
    ...commonFlags,
    target: dataFlags.target,
    time: dataFlags.time,
    split: dataFlags.split,
    labels: dataFlags.labels,
    test: dataFlags.test,
    repeated: dataFlags.repeated,
    header: dataFlags.header,
    'date-order': dataFlags['date-order'],
    recording: dataFlags.recording,
    long: dataFlags.long,
    na: dataFlags.na,
    json: { type: 'boolean' },
  },
  predict: {
    ...commonFlags,
    time: { type: 'string' },
    recording: { type: 'string' },
    long: { type: 'string' },
    json: { type: 'boolean' },
    out: { type: 'string' },
  },
  stream: {
    ...commonFlags,
    state: { type: 'string' },
    'save-every': { type: 'string' },
    time: { type: 'string' },
    json: { type: 'boolean' },
  },
  compare: { ...commonFlags, json: { type: 'boolean' }, out: { type: 'string' } },
} as const satisfies Record<Topic, Flags>;

/** What a command takes that is no option, in order: what a config file calls it. The last may be several where the command says so. */
export const operands = {
  train: ['data'],
  data: ['files'],
  init: ['files'],
  conform: ['paths'],
  compile: ['model'],
  expressivity: [],
  inspect: ['model'],
  eval: ['model', 'data'],
  predict: ['model', 'data'],
  stream: ['model'],
  compare: ['runs'],
} as const satisfies Record<Topic, readonly string[]>;
