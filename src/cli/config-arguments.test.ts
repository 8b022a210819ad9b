import { expect, test } from 'vitest';
import { camelCase, dashed } from './choice.ts';
import { configArguments } from './config-arguments.ts';
import { commonFlags, flags, operands } from './flags.ts';

const complaint = (config: unknown) => {
  try {
    configArguments(config, 'train', 'the file');
  } catch (error) {
    expect((error as Error).name).toBe('UsageError');
    return (error as Error).message;
  }
  return 'no complaint';
};

test('every option of every command but init is a key in camelCase, and becomes the flag that it is named after', () => {
  const { init: _, ...commands } = flags;
  for (const [topic, options] of Object.entries(commands)) {
    const own = Object.entries(options).filter(([name]) => !Object.hasOwn(commonFlags, name));
    const section = Object.fromEntries(
      own.map(([name, { type }]) => [camelCase(name), type === 'boolean' ? true : `a ${name}`]),
    );
    const { options: made } = configArguments({ [topic]: section }, topic as keyof typeof commands, 'the file');
    expect(Object.fromEntries(made)).toEqual(
      Object.fromEntries(
        own.map(([name, { type }]) => [name, type === 'boolean' ? `--${name}` : `--${name}=a ${name}`]),
      ),
    );
    for (const name of Object.keys(options)) expect(dashed(camelCase(name))).toBe(name);
    // What is given beside options must not be taken for one.
    for (const operand of operands[topic as keyof typeof operands]) expect(Object.keys(options)).not.toContain(operand);
  }
});

test('numbers and lists are written as the command line has them, and a flag may be taken back', () => {
  const train = { units: [32, 16], learningRate: 0.002, time: ['date', 'clock'], plain: false, metric: undefined };
  const { options } = configArguments({ train }, 'train', 'the file');
  expect([...options.values()]).toEqual(['--units=32,16', '--learning-rate=0.002', '--time=date,clock', '--no-plain']);
});

test('what is no option stands in order, up to the first that is lacking', () => {
  const of = (config: object) => configArguments(config, 'eval', 'the file').operands;
  expect(of({ eval: { model: 'm', data: ['a', 'b'] } })).toEqual([['m'], ['a', 'b']]);
  expect(of({ eval: { model: 'm' } })).toEqual([['m']]);
  expect(of({ eval: { data: 'a' } })).toEqual([]);
  expect(of({})).toEqual([]);
  expect(configArguments({ train: { data: 'sine', target: 'x' } }, 'train', 'the file').operands).toEqual([['sine']]);
});

test('an error names the path of what is not known, or is of another kind', () => {
  expect(complaint([1])).toBe('the file is [1]; wanted a section for each command, as in { "train": { … } }');
  expect(complaint({ trian: {} })).toMatch(/^the file: trian is no section; wanted train, .*; did you mean "train"\?$/);
  expect(complaint({ learningRate: 1 })).toBe(
    'the file: learningRate is no section; wanted { "train": { "learningRate": … } }',
  );
  expect(complaint({ train: 3 })).toBe('the file: train is 3; wanted an object, as in { "train": { … } }');
  expect(complaint({ train: { 'learning-rate': 1 } })).toBe(
    'the file: train.learning-rate is not known; did you mean "learningRate"?',
  );
  expect(complaint({ train: { help: true } })).toBe('the file: train.help is not known');
  expect(complaint({ train: { plain: 'yes' } })).toBe('the file: train.plain is "yes"; wanted true or false');
  expect(complaint({ train: { units: [16, null] } })).toBe(
    'the file: train.units[1] is null; wanted a text, a number, or a list of them',
  );
  expect(complaint({ train: { epochs: true } })).toContain('train.epochs is true; wanted a text');
  expect(complaint({ train: { ignore: ['a,b'] } })).toBe(
    'the file: train.ignore[0] is "a,b"; wanted no comma in what is listed',
  );
  // Also in the section of another command.
  expect(complaint({ eval: { modle: 'm' } })).toBe('the file: eval.modle is not known; did you mean "model"?');
});
