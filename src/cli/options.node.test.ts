import { expect, test } from 'vitest';
import { cells } from '../cells/index.ts';
import { datasets } from '../datasets/index.ts';
import { gradients } from '../gradients/index.ts';
import { metrics } from '../metrics/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { solvers } from '../solvers/index.ts';
import type { Topic } from './commands.ts';
import { fittingLosses } from './fitting.ts';
import { flags } from './flags.ts';
import { help } from './help.ts';
import { parse } from './options.ts';
import { choose, isUsageError } from './usage-error.ts';

const complaint = (...argv: string[]) => {
  try {
    parse(argv);
  } catch (error) {
    expect(isUsageError(error)).toBe(true);
    return (error as Error).message;
  }
  return 'no complaint';
};

test('a full command line of train is understood, options before or after the data', () => {
  const line =
    '--epochs 5 cheetah --seed=9 --learning-rate 0.02 --precision float64 --threads 2 --out here --plain ' +
    '--optimizer sgd:momentum=0.9 --clip 5 --loss huber:delta=0.5 --metric mae --gradient checkpointed';
  expect(parse(['train', ...line.split(' ')])).toMatchObject({
    kind: 'train',
    data: 'cheetah',
    epochs: 5,
    seeds: [9],
    jobs: undefined,
    learningRate: 0.02,
    precision: 'float64',
    threads: 2,
    out: 'here',
    plain: true,
    units: undefined,
    optimizer: 'sgd:momentum=0.9',
    clip: 5,
    loss: 'huber:delta=0.5',
    metric: 'mae',
    gradient: 'checkpointed',
  });
});

test('what is to be resumed is a flag, so that data or a folder may stand beside it', () => {
  expect(parse(['train', 'sine'])).toMatchObject({ resume: false, tensorboard: false });
  expect(parse(['train', '--resume', 'runs/sine'])).toMatchObject({ data: 'runs/sine', resume: true });
  expect(parse(['train', 'sine', '--tensorboard', '--resume'])).toMatchObject({ resume: true, tensorboard: true });
});

test('several seeds are understood, each once', () => {
  expect(parse(['train', 'sine'])).toMatchObject({ seeds: [1] });
  expect(parse(['train', 'sine', '--seed', '3,0,12', '--jobs', '2'])).toMatchObject({ seeds: [3, 0, 12], jobs: 2 });
  expect(complaint('train', 'sine', '--seed', '1,2,1')).toBe(
    'train: --seed is "1,2,1", with 1 twice; wanted each once',
  );
  expect(complaint('train', 'sine', '--seed', '1,')).toBe('train: --seed is ""; wanted a whole number, 0 or more');
  expect(complaint('train', 'sine', '--jobs', '0')).toBe('train: --jobs is "0"; wanted a whole number, 1 or more');
});

test('a number of seeds counts on from the one that is named', () => {
  expect(parse(['train', 'sine', '--seeds', '3'])).toEqual(parse(['train', 'sine', '--seed', '1,2,3']));
  expect(parse(['train', 'sine', '--seeds', '2', '--seed', '7'])).toMatchObject({ seeds: [7, 8] });
  expect(complaint('train', 'sine', '--seeds', '0')).toBe('train: --seeds is "0"; wanted a whole number, 1 or more');
  expect(complaint('train', 'sine', '--seeds', '2', '--seed', '1,2')).toBe(
    'train: --seeds 2 counts on from one seed, but --seed is "1,2"; wanted one of the two',
  );
});

test('a flag is taken back with --no, an option with a value is not', () => {
  expect(parse(['train', 'sine', '--plain', '--no-plain'])).toEqual(parse(['train', 'sine']));
  expect(complaint('train', 'sine', '--no-epochs')).toBe(
    'train: option "--no-epochs" is not known; only flags can be taken back',
  );
  expect(complaint('train', 'sine', '--no-plian')).toBe(
    'train: option "--no-plian" is not known; did you mean "--no-plain"?',
  );
});

test('an option that takes its value from another option is refused', () => {
  expect(complaint('train', 'sine', '--epochs', '--out', 'here')).toBe(
    'train: --epochs wants a value, as in --epochs=…, but "--out" follows',
  );
});

test('a precision that the backend does not have is refused before anything is loaded', () => {
  expect(complaint('train', 'sine', '--backend', 'javascript', '--precision', 'float32')).toContain('float64 only');
});

test('help and version are found where people type them', () => {
  for (const argv of [[], ['--help'], ['-h'], ['help']])
    expect(parse(argv)).toEqual({ kind: 'help', topic: undefined });
  for (const argv of [
    ['train', '--help'],
    ['help', 'train'],
    ['train', 'x', '-h'],
  ]) {
    expect(parse(argv)).toEqual({ kind: 'help', topic: 'train' });
  }
  expect(parse(['--version'])).toEqual({ kind: 'version' });
});

test('a misspelled command or option gets the nearest name', () => {
  expect(complaint('trian')).toMatch(/^command "trian" is not known; commands are train, .*; did you mean "train"\?$/);
  expect(complaint('help', 'trian')).toMatch(/^command "trian" is not known; .*; did you mean "train"\?$/);
  expect(complaint('train', 'sine', '--epoch', '3')).toBe(
    'train: option "--epoch" is not known; did you mean "--epochs"?',
  );
  expect(complaint('train', 'sine', '--quux')).toBe('train: option "--quux" is not known');
});

test('a value that does not fit says what was wanted', () => {
  expect(complaint('train', 'sine', '--epochs', 'many')).toBe(
    'train: --epochs is "many"; wanted a whole number, 1 or more',
  );
  expect(complaint('train', 'sine', '--units', '2.5')).toBe(
    'train: --units is "2.5"; wanted a whole number, 1 or more',
  );
  expect(complaint('train', 'sine', '--learning-rate=-1')).toBe(
    'train: --learning-rate is "-1"; wanted a number above 0',
  );
  expect(complaint('train', 'sine', '--precision', 'float23')).toBe(
    'train: --precision is "float23"; wanted float32 or float64; did you mean "float32"?',
  );
  expect(complaint('train', 'sine', '--clip', '')).toBe('train: --clip is ""; wanted a number above 0');
  expect(complaint('train', 'sine', '--epochs')).toBe('train: --epochs wants a value, as in --epochs=…');
  expect(complaint('train', 'sine', '--plain=yes')).toBe('train: --plain takes no value, but "yes" was given');
});

test('data are asked for, and may be several files', () => {
  expect(complaint('train')).toContain('which data?');
  expect(parse(['train', 'a.csv', 'b.csv'])).toMatchObject({ data: 'a.csv', more: ['b.csv'] });
  expect(complaint('data')).toContain('which files?');
  expect(complaint('conform')).toContain('which files?');
});

test('conform takes several paths', () => {
  expect(parse(['conform', 'a', 'b', '--json'])).toEqual({
    kind: 'conform',
    paths: ['a', 'b'],
    json: true,
    debug: false,
  });
});

test('a name is chosen from a table, or the error lists the table', () => {
  expect(choose('solver', 'euler', { euler: 1, heun: 2 })).toBe(1);
  expect(() => choose('solver', 'huen', { euler: 1, heun: 2 })).toThrow(
    'solver "huen" is not one of euler, heun; did you mean "heun"?',
  );
});

test('help of every command has an example, names every option and fits a terminal', () => {
  for (const topic of [undefined, ...(Object.keys(flags) as Topic[])]) {
    expect(help(topic)).toMatch(/\nExamples?\b[^\n]*\n {2}(npx rivulet|tail .* npx rivulet)/);
    if (topic !== undefined)
      for (const name of Object.keys(flags[topic])) expect(help(topic)).toMatch(new RegExp(`--${name}\\b`));
    for (const line of help(topic).split('\n')) expect(line.length).toBeLessThanOrEqual(104);
  }
  const choices = [cells, solvers, datasets, optimizers, gradients, fittingLosses('numbers'), metrics];
  for (const name of choices.flatMap((table) => Object.keys(table))) {
    expect(help('train')).toContain(name);
  }
  for (const forms of ['sgd                      [momentum=X] [nesterov=true|false]', '[class-weights=X:X:…]'])
    expect(help('train')).toContain(forms);
});

test('a calendar is periods by name, in order, or none', () => {
  const of = (calendar: string) => parse(['train', 'x.csv', '--calendar', calendar]);
  expect(of('week,day')).toMatchObject({ calendar: ['day', 'week'] });
  expect(of('none')).toMatchObject({ calendar: [] });
  expect(parse(['train', 'x.csv'])).toMatchObject({ calendar: undefined });
  expect(complaint('train', 'x.csv', '--calendar', 'day,weak')).toBe(
    'train: --calendar is "day,weak"; wanted some of day,week,year or none; did you mean "week"?',
  );
});
