import { expect, test } from 'vitest';
import { cfc } from './cells/cfc.ts';
import { ltc } from './cells/ltc.ts';
import { loadModel, saveModel } from './formats/model-file.ts';
import { load } from './inference.ts';
import { crossEntropy } from './losses/cross-entropy.ts';
import { type ModelOptions, model } from './model.ts';
import type { Network } from './network.ts';
import { notedLoss } from './predictor/noted-loss.ts';
import { type Signature, signatureNotes, signatureOf } from './predictor/signature.ts';
import { type Predictor, predictor, type Readings, type Time } from './predictor.ts';
import { program } from './program.ts';
import { saveCompiled } from './save-compiled.ts';
import { stack } from './stack.ts';

const net = (outputs = 1, options: Partial<ModelOptions> = {}) =>
  model({ cell: ltc(), inputs: 2, units: 5, timeUnit: 60, readout: { outputs, when: 'every' }, seed: 3, ...options });
const room: Signature = {
  inputNames: ['warm', 'damp'],
  outputNames: ['co2'],
  timeNames: ['seconds'],
  scaler: { mean: [20, 60], deviation: [2, 10] },
  targetScaler: { mean: [400], deviation: [50] },
};
const opened = (of: Network = net(), signature = room) => predictor(program(of).stream(), signatureNotes(signature));
const rows = Array.from({ length: 30 }, (_, k) => ({
  seconds: 50 * k + (k % 3),
  warm: 20 + 3 * Math.sin(k),
  damp: 60 + 5 * Math.cos(k / 3),
}));

test('readings are answered as a stream answers their samples, in units and names of training', () => {
  const room = opened();
  const stream = program(net()).stream();
  for (const row of rows) {
    const [y] = stream.push([(row.warm - 20) / 2, (row.damp - 60) / 10], row.seconds);
    expect(room.push(row)).toEqual({ predicted: { co2: y! * 50 + 400 } });
  }
  const at = rows.at(-1)!.seconds + 25;
  expect(room.predictAt(at)).toEqual({ predicted: { co2: stream.predictAt(at)[0]! * 50 + 400 } });
  expect(room.sensors).toMatchObject({ names: ['warm', 'damp'], time: ['seconds'], takesMissing: false });
});

test('the same reading may come by name or in order, as numbers or text, with its time among it or beside', () => {
  const said: readonly (readonly [Readings, Time?])[] = [
    [{ warm: 21, damp: 55, seconds: 1709294400 }],
    [{ damp: '55', room: 'hall', seconds: '1709294400', warm: '2.1e1' }],
    [{ warm: 21, damp: 55 }, 1709294400],
    [{ warm: 21, damp: 55, seconds: 'never' }, [1709294400000]],
    [[21, 55], '2024-03-01T12:00:00Z'],
    [['21', 55], 1709294400000],
  ];
  const answers = said.map(([readings, time]) => {
    const each = opened();
    each.push([19, 66], 1709294340);
    return each.push(readings, time);
  });
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('without notes inputs are input1 and so on, outputs output1, and a time is not wanted', () => {
  const bare = predictor(program(net(2)).stream(), {});
  expect(Object.keys((bare.push({ input1: 1, input2: 0 }) as { predicted: object }).predicted)).toEqual([
    'output1',
    'output2',
  ]);
  expect(() => bare.push({ input1: 1, input2: 0, time: 60 })).toThrow('the time "60", but those before have none');
  const other = predictor(program(net()).stream(), {}, { time: ['when'] });
  other.push({ input1: 1, input2: 0, when: 60 });
  expect(() => other.push({ input1: 1, input2: 0 })).toThrow('no "when"; there are input1, input2');
  expect(() => predictor(program(net()).stream(), {}, { time: [] })).toThrow(
    'predictor: time is [], but must be a list of names',
  );
});

test('a network of files that had no times takes readings as one unit apart, whatever a name `time` holds', () => {
  const task = { each: 'step', window: 32 } as const;
  const untimed = opened(net(), { ...room, timeNames: undefined, task });
  const asInput = opened(net(), { ...room, timeNames: undefined, task, inputNames: ['warm', 'time'] });
  const stream = program(net()).stream();
  for (const { seconds, warm, damp } of rows) {
    const [y] = stream.push([(warm - 20) / 2, (damp - 60) / 10]);
    expect(untimed.push({ time: seconds, warm, damp })).toEqual({ predicted: { co2: y! * 50 + 400 } });
    expect(asInput.push({ time: damp, warm })).toEqual({ predicted: { co2: y! * 50 + 400 } });
  }
  expect(() => untimed.push([21, 60], 9)).toThrow('a time, but the network was trained on rows without times');
  const named = predictor(program(net()).stream(), signatureNotes({ ...room, timeNames: undefined, task }), {
    time: ['time'],
  });
  named.push({ time: 0, warm: 21, damp: 60 });
  expect(() => named.push({ time: -1, warm: 21, damp: 60 })).toThrow('-1');
});

test('classes come with probabilities that sum to 1, the likeliest first said', () => {
  const each = opened(net(3), { ...room, outputNames: undefined, targetScaler: undefined, classes: ['a', 'b', 'c'] });
  const answer = each.push(rows[0]!);
  if (!('class' in answer)) throw new Error('no class');
  const { probability } = answer;
  expect(Object.keys(probability)).toEqual(['a', 'b', 'c']);
  expect(probability[answer.class]).toBe(Math.max(...Object.values(probability)));
  // Three numbers rounded to 2^-53 each.
  expect(Object.values(probability).reduce((sum, p) => sum + p)).toBeCloseTo(1, 14);
});

test('a network that states its deviation tells it in units of the target', () => {
  const answer = opened(net(2), { ...room, loss: 'gaussian:epsilon=4' }).push(rows[0]!);
  if (!('deviation' in answer)) throw new Error('no deviation');
  // The variance is epsilon and something above 0.
  expect(answer.deviation!.co2).toBeGreaterThan(2 * 50);
  expect(notedLoss({ loss: 'huber:delta=2', classes: undefined }).name).toBe('huber');
  const weighted = notedLoss({ loss: 'cross-entropy:class-weights=1:5', classes: ['no', 'yes'] });
  expect(weighted.weight!([1], 0)).toBe(crossEntropy({ classWeights: [1, 5] }).weight!([1], 0));
  expect(() => notedLoss({ loss: 'hubr', classes: undefined })).toThrow(
    'notes the loss "hubr"; wanted one of mse, mae',
  );
});

test('a forecast of a change is of it from the present value, or the last there was', () => {
  const change: Signature = {
    ...room,
    outputNames: ['warm'],
    targetScaler: { mean: [0], deviation: [1] },
    task: { each: 'step', horizon: 1, of: 'change' },
  };
  const holding = net(1, { missing: 'hold' });
  const each = opened(holding, change);
  const stream = program(holding).stream();
  const told = (answer: unknown) => (answer as { predicted: { warm: number } }).predicted.warm;
  expect(() => each.push({ seconds: 0, damp: 60 })).toThrow('column "warm" has no value so far');
  const y = () => stream.push([0.5, 0], 0)[0]!;
  expect(told(each.push({ seconds: 0, warm: 21, damp: 60 }))).toBe(21 + y());
  const then = stream.push([Number.NaN, 0], 60)[0]!;
  const { state } = each;
  expect(told(each.push({ seconds: 60, warm: null, damp: 60 }))).toBe(21 + then);
  const again = opened(holding, change);
  again.restore(JSON.parse(JSON.stringify(state)));
  expect(told(again.push({ seconds: 60, damp: 60 }))).toBe(21 + then);
});

test('an input that is text is one input for each of its values', () => {
  const signature: Signature = {
    inputNames: ['warm', 'constructor=A', 'constructor=B'],
    encodings: { constructor: ['A', 'B'] },
  };
  const three = model({ cell: ltc(), inputs: 3, units: 4, seed: 1 });
  const stream = program(three).stream();
  const each = opened(three, signature);
  expect(each.push({ warm: 1, constructor: 'B' })).toEqual({
    predicted: Object.fromEntries([...stream.push([1, 0, 1])].map((y, k) => [`output${k + 1}`, y])),
  });
  expect(() => each.push({ warm: 1, constructor: 'C' })).toThrow(
    'column "constructor": "C" is not one of the values that the network was trained with: A, B',
  );
});

const networks = {
  'a model': net(),
  'a model without a flow': net(1, { cell: cfc() }),
  'a stack': stack({
    layers: [
      model({ cell: ltc(), inputs: 2, units: 3, timeUnit: 60, seed: 1 }),
      model({ cell: ltc(), inputs: 3, units: 3, timeUnit: 60, readout: { outputs: 1, when: 'every' }, seed: 2 }),
    ],
  }),
};

test.for(Object.keys(networks))('%s goes on from its state bit for bit, and begins anew', (name) => {
  const each = networks[name as keyof typeof networks];
  const answers = (of: Predictor, from: number, to?: number) => rows.slice(from, to).map((row) => of.push(row));
  const one = opened(each);
  const whole = answers(one, 0);
  const first = opened(each);
  const before = answers(first, 0, 11);
  const then = opened(each);
  then.restore(JSON.parse(JSON.stringify(first.state)));
  expect([...before, ...answers(then, 11)]).toEqual(whole);
  one.reset();
  expect(answers(one, 0)).toEqual(whole);
});

test.for(Object.keys(networks))('of the compiled file of %s, a predictor answers as of its own', (name) => {
  const of = networks[name as keyof typeof networks];
  const saved = loadModel(saveModel(of, signatureNotes(room)));
  const compiled = load(saveCompiled(of, signatureNotes(room)));
  const [one, other] = [
    predictor(program(saved.model, { fma: 'off' }).stream(), saved.notes),
    predictor(compiled.program.stream(), compiled.notes),
  ];
  for (const row of rows) expect(other.push(row)).toEqual(one.push(row));
  expect(other.sensors).toEqual(one.sensors);
});

test('what is wrong with a reading is told by name, and leaves the state as it was', () => {
  const good = { seconds: 60, warm: 21, damp: 55 };
  const cases: readonly (readonly [unknown, string])[] = [
    [{ ...good, damp: 'fifty' }, 'column "damp": "fifty" is not a number; correct it, or leave it empty'],
    [{ ...good, damp: Number.POSITIVE_INFINITY }, 'column "damp": "Infinity" is not a number'],
    [{ ...good, damp: true }, 'column "damp": "true" is not a number'],
    [{ ...good, damp: {} }, 'column "damp": "[object Object]" is not a number'],
    [{ ...good, damp: 1e300 }, 'inputs must be finite numbers up to'],
    ...[null, undefined, Number.NaN, '', 'NA'].map(
      (damp) => [{ ...good, damp }, 'column "damp" is missing, but this network was trained without missing'] as const,
    ),
    [{ warm: 21, damp: 55 }, 'no "seconds"; there are warm, damp'],
    [{ seconds: 60, Warm: 21 }, 'none of warm, damp; there are seconds, Warm'],
    [{ ...good, seconds: 'noon' }, 'column "seconds": "noon" is not a time (seconds, or a date'],
    [{ ...good, seconds: -1 }, 'seconds is -1, but the sample before was at 0; time must not run backwards'],
    [[21, 55, 60], '3 readings; wanted warm, damp'],
    [[21, 55], 'no time, unlike those before'],
    [21, 'readings are 21; wanted values by name: warm, damp'],
    [null, 'readings are null; wanted values by name: warm, damp'],
  ];
  const [each, untouched] = [opened(), opened()];
  for (const of of [each, untouched]) of.push(rows[0]!);
  for (const [readings, message] of cases) {
    expect(() => each.push(readings as Readings), message).toThrow(message);
    expect(each.state).toEqual(untouched.state);
  }
  expect(() => each.push([21, 55], [1, 2])).toThrow('2 parts of a time; wanted seconds');
  expect(() => each.predictAt([])).toThrow('0 parts of a time; wanted seconds');
  expect(each.push(good)).toEqual(untouched.push(good));
});

test('notes that do not fit the network are refused', () => {
  expect(() => opened(net(), { ...room, inputNames: ['warm'] })).toThrow('notes 1 inputs');
  expect(() => opened(net(), { ...room, outputNames: ['a', 'b'] })).toThrow('notes 2 outputs');
  expect(() => opened(net(), { ...room, task: { each: 'step', of: 'change' } })).toThrow(
    'notes forecasts of the change of "co2", which is none of its inputs',
  );
});

test('a signature comes back from its notes; what is of another kind is left out', () => {
  expect(signatureOf(signatureNotes(room))).toEqual(room);
  const { inputNames, ...rest } = room;
  expect(signatureOf({ ...signatureNotes(room), inputNames: '[1, 2]', author: 'me' })).toEqual(rest);
});
