import { parseArgs } from 'node:util';
import { nearest } from '../equation/nearest.ts';
import { type Period, periodNames, periods } from '../predictor/periods.ts';
import type { Command, DataChoice, Topic } from './commands.ts';
import { type Flags, flags } from './flags.ts';
import { distinct, finite, list, oneOf, positive, range, share, whole } from './option-values.ts';
import { usageError } from './usage-error.ts';

/** The command that a word names. */
export function topicOf(word: string | undefined): Topic | undefined {
  return word !== undefined && Object.hasOwn(flags, word) ? (word as Topic) : undefined;
}

/** Understand a command line (without the program's own name); throws a usage error that says what is wrong. */
export function parse(argv: readonly string[]): Command {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const word = rest.find((each) => !each.startsWith('-'));
    if (word !== undefined && topicOf(word) === undefined) throw unknownCommand(word);
    return { kind: 'help', topic: topicOf(word) };
  }
  if (first === '--version' || first === '-v') return { kind: 'version' };
  if (first === 'train') return train(rest);
  if (first === 'data') return data(rest);
  if (first === 'init') return init(rest);
  if (first === 'conform') return conform(rest);
  if (first === 'compile') return compile(rest);
  if (first === 'expressivity') return expressivity(rest);
  if (first === 'inspect') return inspect(rest);
  if (first === 'eval') return evaluation(rest);
  if (first === 'predict') return predict(rest);
  if (first === 'stream') return stream(rest);
  if (first === 'compare') return compare(rest);
  throw unknownCommand(first);
}

function unknownCommand(word: string): Error {
  const known = Object.keys(flags);
  return usageError(
    `${word.startsWith('-') ? 'option' : 'command'} "${word}" is not known; commands are ${known.join(', ')}${nearest(word, known)}`,
  );
}

/** The numbers that a program may compute in. */
const precisions = ['float32', 'float64'] as const;

function train(argv: readonly string[]): Command {
  const { values, positionals } = split('train', argv);
  if (values.help) return { kind: 'help', topic: 'train' };
  const [data, ...more] = positionals;
  if (data === undefined)
    throw usageError(
      'train: which data? Give the name of a data set, or a file or folder; rivulet init keeps it in a file',
    );
  const text = (name: string) => values[name] as string | undefined;
  const count = (name: string) => whole('train', name, text(name), 1);
  const backend = oneOf('train', 'backend', text('backend'), ['wasm', 'javascript']);
  const precision = oneOf('train', 'precision', text('precision'), precisions);
  if (backend === 'javascript' && precision === 'float32') {
    throw usageError('train: --backend javascript computes in float64 only; wanted --precision float64, or none');
  }
  return {
    kind: 'train',
    data,
    more,
    ...dataChoice('train', values),
    cell: text('cell'),
    mixedMemory: values['mixed-memory'] === true,
    wiring: text('wiring'),
    solver: text('solver'),
    units: list('train', 'units', text('units'), 1),
    bidirectional: values.bidirectional === true,
    dropout: share('train', 'dropout', text('dropout')),
    unfolds: count('unfolds'),
    interpolation: oneOf('train', 'interpolation', text('interpolation'), ['hold', 'linear'] as const),
    missing: oneOf('train', 'missing', text('missing'), ['hold', 'mean', 'zero'] as const),
    epochs: count('epochs'),
    batch: count('batch'),
    learningRate: positive('train', 'learning-rate', text('learning-rate')),
    schedule: text('schedule'),
    optimizer: text('optimizer'),
    gradient: text('gradient'),
    clip: positive('train', 'clip', text('clip')),
    loss: text('loss'),
    metric: text('metric'),
    patience: count('patience'),
    seeds: seedsOf(list('train', 'seed', text('seed'), 0) ?? [1], count('seeds')),
    jobs: count('jobs'),
    backend,
    precision,
    threads: count('threads'),
    out: text('out'),
    resume: values.resume === true,
    tensorboard: values.tensorboard === true,
    svg: values.svg === true,
    plain: values.plain === true,
    json: values.json === true,
  };
}

/** The seeds that are named, or as many as are wanted from the one that is named. */
function seedsOf(named: readonly number[], many: number | undefined): readonly number[] {
  if (many === undefined) return distinct('train', 'seed', named);
  if (named.length === 1) return Array.from({ length: many }, (_, k) => named[0]! + k);
  throw usageError(`train: --seeds ${many} counts on from one seed, but --seed is "${named}"; wanted one of the two`);
}

function data(argv: readonly string[]): Command {
  const { values, positionals } = split('data', argv);
  if (values.help) return { kind: 'help', topic: 'data' };
  const [file, ...more] = positionals;
  if (file === undefined) throw usageError('data: which files? Give one or more files, or a folder');
  return { kind: 'data', data: file, more, ...dataChoice('data', values), json: values.json === true };
}

function init(argv: readonly string[]): Command {
  const { values, positionals } = split('init', argv);
  if (values.help) return { kind: 'help', topic: 'init' };
  const [file = 'sine', ...more] = positionals;
  return {
    kind: 'init',
    data: file,
    more,
    ...dataChoice('init', values),
    isTypeScript: values.ts === true,
    force: values.force === true,
  };
}

function dataChoice(topic: Topic, values: Readonly<Record<string, unknown>>): DataChoice {
  const text = (name: string) => values[name] as string | undefined;
  const names = (name: string) => {
    const given = text(name)
      ?.split(',')
      .map((each) => each.trim());
    return given && distinct(topic, name, given);
  };
  const long = names('long');
  if (long?.length === 1)
    throw usageError(`${topic}: --long is "${long}"; wanted what says what was measured, and its value: NAME,VALUE`);
  const task = oneOf(topic, 'task', text('task'), ['forecast', 'regress', 'classify', 'sequence'] as const);
  return {
    target: text('target'),
    time: names('time'),
    classify: values.classify === true || task === 'classify',
    task: task === 'classify' ? undefined : task,
    horizon: whole(topic, 'horizon', text('horizon'), 1),
    window: whole(topic, 'window', text('window'), 2),
    calendar: text('calendar') === 'none' ? [] : periodsNamed(topic, names('calendar')),
    split: oneOf(topic, 'split', text('split'), ['time', 'recording'] as const),
    labels: text('labels'),
    test: names('test'),
    ignore: names('ignore'),
    repeated: oneOf(topic, 'repeated', text('repeated'), ['first', 'last'] as const),
    header: oneOf(topic, 'header', text('header'), ['yes', 'no'] as const),
    dateOrder: oneOf(topic, 'date-order', text('date-order'), ['dmy', 'mdy'] as const),
    recording: text('recording'),
    long,
    na: names('na'),
  };
}

/** Periods of the calendar by name, the shortest first. */
function periodsNamed(topic: Topic, given: readonly string[] | undefined): readonly Period[] | undefined {
  const other = given?.find((name) => !Object.hasOwn(periods, name));
  if (other !== undefined)
    throw usageError(
      `${topic}: --calendar is "${given!.join()}"; wanted some of ${periodNames.join()} or none${nearest(other, periodNames)}`,
    );
  return given && periodNames.filter((name) => given.includes(name));
}

function conform(argv: readonly string[]): Command {
  const { values, positionals } = split('conform', argv);
  if (values.help) return { kind: 'help', topic: 'conform' };
  if (positionals.length === 0) throw usageError('conform: which files? Give one or more files or folders');
  return { kind: 'conform', paths: positionals, json: values.json === true, debug: values.debug === true };
}

function compile(argv: readonly string[]): Command {
  const { values, positionals } = split('compile', argv);
  if (values.help) return { kind: 'help', topic: 'compile' };
  const [model, ...extra] = positionals;
  if (model === undefined) throw noNetwork('compile');
  if (extra.length > 0) throw usageError(`compile: one network at a time, but "${extra[0]}" was given too`);
  const precision = oneOf('compile', 'precision', values.precision as string | undefined, precisions);
  return { kind: 'compile', model, out: values.out as string | undefined, precision };
}

function expressivity(argv: readonly string[]): Command {
  const { values, positionals } = split('expressivity', argv);
  if (values.help) return { kind: 'help', topic: 'expressivity' };
  if (positionals.length > 0) {
    throw usageError(`expressivity: takes options only, but "${positionals[0]}" was given; --panel names panels`);
  }
  const text = (name: string) => values[name] as string | undefined;
  const panels = text('panel')?.split(',');
  const count = (name: string, least: number) => whole('expressivity', name, text(name), least);
  return {
    kind: 'expressivity',
    panels: panels && distinct('expressivity', 'panel', panels),
    samples: count('samples', 1) ?? 100,
    as: text('as') ?? 'code',
    seed: count('seed', 0) ?? 1,
    jobs: count('jobs', 1),
    out: text('out') ?? 'runs/expressivity',
    json: values.json === true,
  };
}

/** What a file holds, by how its name ends. */
const forms = [
  ['.html', 'page'],
  ['.json', 'json'],
  ['.txt', 'text'],
] as const;

function inspect(argv: readonly string[]): Command {
  const { values, positionals } = split('inspect', argv);
  if (values.help) return { kind: 'help', topic: 'inspect' };
  const [model, ...extra] = positionals;
  if (model === undefined) throw noNetwork('inspect');
  if (extra.length > 0) throw usageError(`inspect: one network at a time, but "${extra[0]}" was given too`);
  const text = (name: string) => values[name] as string | undefined;
  const [data, out] = [text('data'), text('out')];
  for (const name of ['target', 'time']) {
    if (data === undefined && text(name) !== undefined)
      throw usageError(`inspect: --${name} is about the data, but there is no --data`);
  }
  const named = forms.find(([ending]) => out?.toLowerCase().endsWith(ending))?.[1];
  if (out !== undefined && named === undefined)
    throw usageError(`inspect: --out is "${out}"; wanted a file that ends in .html, .json or .txt`);
  if (values.json && (named ?? 'json') !== 'json')
    throw usageError(`inspect: --json and --out "${out}" ask for two forms; wanted one`);
  return {
    kind: 'inspect',
    model,
    data,
    target: text('target'),
    time: text('time'),
    inputs: range('inspect', 'inputs', text('inputs')),
    kernels: values.kernels === true,
    form: values.json ? 'json' : (named ?? 'text'),
    out,
  };
}

function evaluation(argv: readonly string[]): Command {
  const { values, positionals } = split('eval', argv);
  if (values.help) return { kind: 'help', topic: 'eval' };
  const [model, data, ...extra] = positionals;
  if (model === undefined) throw noNetwork('eval');
  if (extra.length > 0) throw usageError(`eval: one data set at a time, but "${extra[0]}" was given too`);
  return { kind: 'eval', model, data, ...dataChoice('eval', values), json: values.json === true };
}

function predict(argv: readonly string[]): Command {
  const { values, positionals } = split('predict', argv);
  if (values.help) return { kind: 'help', topic: 'predict' };
  const [model, data, ...more] = positionals;
  if (model === undefined) throw noNetwork('predict');
  if (data === undefined) throw usageError('predict: of which data? Give files, or a folder, behind the network');
  const text = (name: string) => values[name] as string | undefined;
  return {
    kind: 'predict',
    model,
    data,
    more,
    recording: text('recording'),
    long: dataChoice('predict', values).long,
    time: dataChoice('predict', values).time,
    out: text('out'),
    json: values.json === true,
  };
}

function stream(argv: readonly string[]): Command {
  const { values, positionals } = split('stream', argv);
  if (values.help) return { kind: 'help', topic: 'stream' };
  const [model, ...extra] = positionals;
  if (model === undefined) throw noNetwork('stream');
  if (extra.length > 0) throw usageError(`stream: reads standard input, but "${extra[0]}" was given too`);
  const text = (name: string) => values[name] as string | undefined;
  const state = text('state');
  const saveEvery = finite('stream', 'save-every', text('save-every'), (value) => value >= 0, 'seconds, 0 or more');
  if (saveEvery !== undefined && state === undefined)
    throw usageError('stream: --save-every is about the state, but there is no --state');
  return {
    kind: 'stream',
    model,
    state,
    saveEvery: saveEvery ?? 10,
    time: dataChoice('stream', values).time,
    json: values.json === true,
  };
}

function compare(argv: readonly string[]): Command {
  const { values, positionals } = split('compare', argv);
  if (values.help) return { kind: 'help', topic: 'compare' };
  if (positionals.length === 0) throw usageError('compare: which runs? Give folders that training wrote');
  const out = values.out as string | undefined;
  if (out !== undefined && !out.toLowerCase().endsWith('.html'))
    throw usageError(`compare: --out is "${out}"; wanted a file that ends in .html`);
  return { kind: 'compare', folders: positionals, json: values.json === true, out };
}

/** The options and the rest of a command line; a usage error for options that the command does not have. */
export function split(topic: Topic, argv: readonly string[]) {
  const options: Flags = flags[topic];
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    allowNegative: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const known = options[token.name];
    const isNot = token.rawName.startsWith('--no-');
    if (known === undefined || (isNot && known.type === 'string' && token.name !== 'config')) {
      const names = Object.keys(options).map((name) => (isNot ? `--no-${name}` : `--${name}`));
      const near = known === undefined ? nearest(token.rawName, names) : '; only flags can be taken back';
      throw usageError(`${topic}: option "${token.rawName}" is not known${near}`);
    }
    if (isNot) continue;
    const isNext = token.inlineValue === false && token.value.startsWith('--');
    if (known.type === 'string' && (token.value === undefined || isNext)) {
      const instead = isNext ? `, but "${token.value}" follows` : '';
      throw usageError(`${topic}: --${token.name} wants a value, as in --${token.name}=…${instead}`);
    }
    if (known.type === 'boolean' && token.value !== undefined) {
      throw usageError(`${topic}: --${token.name} takes no value, but "${token.value}" was given`);
    }
  }
  return { values, positionals };
}

const noNetwork = (command: Topic): Error =>
  usageError(`${command}: which network? Give the model.safetensors that training wrote, or its folder`);
