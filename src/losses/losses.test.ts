import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { measureLoss } from '../training/measure-loss.ts';
import type { AnswerShape } from '../training/rows.ts';
import { losses } from './index.ts';
import { type Loss, targetWidth } from './loss.ts';

const { mse, mae, huber, gaussian } = losses;
const [crossEntropy, binaryCrossEntropy] = [losses['cross-entropy'], losses['binary-cross-entropy']];

/** Every loss as its defaults have it, and with its options. All serve four outputs. */
const variants: Record<string, Loss> = {
  ...Object.fromEntries(Object.entries(losses).map(([name, make]) => [name, make()])),
  'huber with a small delta': huber({ delta: 0.3 }),
  'gaussian with a large epsilon': gaussian({ epsilon: 0.5 }),
  'cross-entropy with class weights': crossEntropy({ classWeights: [0.1, 1.6, 0, 2] }),
  'binary-cross-entropy with positive weights': binaryCrossEntropy({ positiveWeights: [2, 0.5, 7, 0] }),
};
const options = { seed: 2, numRuns: 40 };

/**
 * Labelled sequences with a mask and weights; NaN wherever nothing may be read. Outputs and targets lie on grids half a
 * step apart, so that no error comes nearer than 0.05 to a kink of a loss: 0, or a delta of 0.3 or 1.
 */
const drawn = (seed: number, batch: number, steps: number, shape: AnswerShape, loss: Loss) => {
  const { uniform, integer, normal } = random(seed);
  const perSequence = shape.when === 'every' ? steps : 1;
  const rows = batch * perSequence;
  const mask = Float64Array.from({ length: batch * steps }, () => (uniform() < 0.7 ? 1 : 0));
  const weights = Float64Array.from({ length: rows }, () => (uniform() < 0.2 ? 0 : uniform() + 0.1));
  const counts = (row: number) =>
    weights[row]! > 0 &&
    (shape.when === 'every' ? mask[row] === 1 : mask.slice(row * steps, (row + 1) * steps).includes(1));
  const outputs = new Float64Array(rows * shape.outputs);
  const width = targetWidth(loss, shape.outputs);
  const target = new Float64Array(rows * width);
  const wanted = {
    numbers: () => Math.round(10 * normal()) / 10,
    classes: () => integer(shape.outputs),
    labels: () => (integer(3) === 0 ? uniform() : integer(2)),
  }[loss.target];
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < shape.outputs; k++) {
      outputs[row * shape.outputs + k] = counts(row) ? Math.round(20 * normal()) / 10 + 0.05 : NaN;
    }
    for (let k = 0; k < width; k++) target[row * width + k] = counts(row) ? wanted() : NaN;
  }
  const data: Labelled = { batch, steps, x: [], mask, target, weights };
  return { data, outputs, counts };
};

const settings = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 20 }),
  steps: fc.integer({ min: 1, max: 5 }),
  when: fc.constantFrom('every' as const, 'last' as const),
});

for (const [name, loss] of Object.entries(variants)) {
  test(`${name}: the cotangent meets central differences, and what does not count stays exactly 0`, () => {
    fc.assert(
      fc.property(settings, ({ seed, batch, steps, when }) => {
        const shape = { outputs: 4, when };
        const { data, outputs, counts } = drawn(seed, batch, steps, shape, loss);
        const cotangent = new Float64Array(outputs.length).fill(NaN);
        const scratch = new Float64Array(outputs.length);
        const { loss: value } = measureLoss(loss, outputs, data, shape, cotangent);
        expect(Number.isFinite(value)).toBe(true);
        for (let at = 0; at < outputs.length; at++) {
          if (!counts(Math.floor(at / 4))) {
            expect(cotangent[at]).toBe(0);
            continue;
          }
          const h = 1e-5;
          const moved = (by: number) => {
            const changed = outputs.slice();
            changed[at] = changed[at]! + by;
            return measureLoss(loss, changed, data, shape, scratch).loss;
          };
          // Central differences: truncation h² · third derivative ≤ 1e-10, rounding 1e-16 · loss / h ≤ 1e-9, both relative
          // to the loss where that is large: a Gaussian that is narrow and wrong.
          const bound = 2e-9 * Math.max(1, Math.abs(value));
          expect(Math.abs((moved(h) - moved(-h)) / (2 * h) - cotangent[at]!)).toBeLessThan(bound);
        }
      }),
      options,
    );
  });

  test(`${name}: nothing that counts gives loss 0, weight 0 and no gradient`, () => {
    const shape = { outputs: 4, when: 'every' } as const;
    const cotangent = new Float32Array(8).fill(7);
    const target = new Float64Array(2 * targetWidth(loss, 4)).fill(NaN);
    const data = { batch: 1, steps: 2, x: [], mask: [0, 0], target };
    expect(measureLoss(loss, [NaN, 1, 2, Infinity, 0, 0, 0, 0], data, shape, cotangent)).toEqual({
      loss: 0,
      weight: 0,
    });
    expect([...cotangent]).toEqual(new Array(8).fill(0));
  });
}

test.for(Object.entries(losses))('%s carries its name', ([name, make]) => {
  expect(make().name).toBe(name);
});

// Values and gradients of torch.nn.functional 1.13.1 in float64, mean reduction: mse_loss, l1_loss, huber_loss,
// gaussian_nll_loss(mean, target, softplus(raw) + 1e-6), cross_entropy, binary_cross_entropy_with_logits.
const numbers = { outputs: [1.5, -0.5, 0.25, 2, -1, 0.75], target: [0.5, 0, 0.5, -1, -1.25, 0.5] };
const logits = [1.5, -0.5, 0.2, 0.25, 2, -1, -1, 0.75, 0.1, 3, 2, 1];
const classes = { outputs: logits, target: [0, 2, 1, 0] };
const labels = { outputs: logits, target: [1, 0, 1, 0, 0.25, 1, 1, 1, 0, 0, 0, 1] };
const heads = { outputs: [1.5, -0.5, 0.3, -2, 0.25, 2, 1.25, 0, -1, 0.75, -5, 3], target: numbers.target };
const torch: readonly {
  readonly of: string;
  readonly loss: Loss;
  readonly n: number;
  readonly given: { readonly outputs: readonly number[]; readonly target: readonly number[] };
  readonly value: number;
  readonly gradient: readonly number[];
}[] = [
  {
    of: 'mse',
    loss: mse(),
    n: 2,
    given: numbers,
    value: 1.7395833333333333,
    gradient: [
      0.3333333333333333, -0.16666666666666666, -0.08333333333333333, 1.0, 0.08333333333333333, 0.08333333333333333,
    ],
  },
  {
    of: 'mae',
    loss: mae(),
    n: 2,
    given: numbers,
    value: 0.875,
    gradient: [
      0.16666666666666666, -0.16666666666666666, -0.16666666666666666, 0.16666666666666666, 0.16666666666666666,
      0.16666666666666666,
    ],
  },
  {
    of: 'huber',
    loss: huber(),
    n: 2,
    given: numbers,
    value: 0.5364583333333334,
    gradient: [
      0.16666666666666666, -0.08333333333333333, -0.041666666666666664, 0.16666666666666666, 0.041666666666666664,
      0.041666666666666664,
    ],
  },
  {
    of: 'huber with delta 0.3',
    loss: huber({ delta: 0.3 }),
    n: 2,
    given: numbers,
    value: 0.21812499999999999,
    gradient: [
      0.049999999999999996, -0.049999999999999996, -0.041666666666666664, 0.049999999999999996, 0.041666666666666664,
      0.041666666666666664,
    ],
  },
  {
    of: 'huber with delta 2',
    loss: huber({ delta: 2 }),
    n: 2,
    given: numbers,
    value: 0.7864583333333334,
    gradient: [
      0.16666666666666666, -0.08333333333333333, -0.041666666666666664, 0.3333333333333333, 0.041666666666666664,
      0.041666666666666664,
    ],
  },
  {
    of: 'gaussian',
    loss: gaussian(),
    n: 4,
    given: heads,
    value: 1.6185210649239312,
    gradient: [
      0.1950786545375409, -0.6565349611454893, -0.009551667659619114, -0.07588213703262549, -0.027742081461836907,
      0.7213464797614926, 0.0413331483892998, -0.720398909149655, 6.203767826248987, 0.013667528003627482,
      -0.6897161581515021, 0.02550484078994468,
    ],
  },
  {
    of: 'cross-entropy',
    loss: crossEntropy(),
    n: 3,
    given: classes,
    value: 1.119903378906247,
    gradient: [
      -0.0724264177963175, 0.02403197104287529, 0.04839444675344222, 0.0355057781696156, 0.20432164606853576,
      -0.23982742423815132, 0.02561798600690531, -0.10257866917078537, 0.07696068316388008, -0.08368976105629455,
      0.06118211776369941, 0.02250764329259511,
    ],
  },
  {
    of: 'cross-entropy with class weights',
    loss: crossEntropy({ classWeights: [0.1, 1.6, 0.5] }),
    n: 3,
    given: classes,
    value: 1.0960508222992382,
    gradient: [
      -0.012595898747185653, 0.004179473224847876, 0.008416425522337777, 0.030874589712709212, 0.17767099658133542,
      -0.2085455862940446, 0.07128483062791043, -0.28543629682305494, 0.21415146619514455, -0.014554741053268618,
      0.010640368306730331, 0.003914372746538279,
    ],
  },
  {
    of: 'binary-cross-entropy',
    loss: binaryCrossEntropy(),
    n: 3,
    given: labels,
    value: 1.081088721152177,
    gradient: [
      -0.015202126983863029, 0.03146172239984545, -0.037513833557293506, 0.046848041740483175, 0.052566423164823524,
      -0.06092154821916707, -0.06092154821916707, -0.026735108402050584, 0.043748265623245, 0.07938117723520279,
      0.07339975649815686, -0.02241178511416626,
    ],
  },
  {
    of: 'binary-cross-entropy with positive weights',
    loss: binaryCrossEntropy({ positiveWeights: [2, 0.5, 7] }),
    n: 3,
    given: labels,
    value: 2.3022009651164583,
    gradient: [
      -0.030404253967726058, 0.03146172239984545, -0.2625968349010545, 0.046848041740483175, 0.053808120269220584,
      -0.42645083753416957, -0.12184309643833414, -0.013367554201025292, 0.043748265623245, 0.07938117723520279,
      0.07339975649815686, -0.15688249579916383,
    ],
  },
];

test.for(torch)('$of has the value and the gradient of PyTorch', ({ loss, n, given, value, gradient }) => {
  const cotangent = new Float64Array(given.outputs.length);
  const data = { batch: given.outputs.length / n, steps: 1, x: [], target: given.target };
  const measured = measureLoss(loss, given.outputs, data, { outputs: n, when: 'every' }, cotangent);
  // A dozen roundings of 1e-16 in numbers up to 6.
  expect(Math.abs(measured.loss - value)).toBeLessThan(5e-15);
  cotangent.forEach((slope, at) => {
    expect(Math.abs(slope - gradient[at]!)).toBeLessThan(5e-15);
  });
});

test('mse is the mean over kept steps and outputs', () => {
  const data = { batch: 2, steps: 2, x: [], mask: [1, 0, 1, 1], target: [0, 0, NaN, NaN, 1, 1, 0, 0] };
  const cotangent = new Float64Array(8);
  const shape = { outputs: 2, when: 'every' } as const;
  const outputs = [1, 2, 9, 9, 1, 4, 0, -1];
  expect(measureLoss(mse(), outputs, data, shape, cotangent)).toEqual({
    loss: (1 + 4 + 0 + 9 + 0 + 1) / 6,
    weight: 3,
  });
  expect([...cotangent].map((value) => value * 3)).toEqual([1, 2, 0, 0, 0, 3, 0, -1]);
});

test('weights make a weighted mean: weight 2 counts as the same step twice', () => {
  const shape = { outputs: 1, when: 'last' } as const;
  const scratch = new Float64Array(3);
  const twice = { batch: 3, steps: 1, x: [], target: [0, 0, 1] };
  const weighted = { batch: 2, steps: 1, x: [], target: [0, 1], weights: [2, 1] };
  const a = measureLoss(mse(), [3, 3, 5], twice, shape, scratch);
  const b = measureLoss(mse(), [3, 5], weighted, shape, scratch.subarray(1));
  expect(a).toEqual(b);
});

test('cross-entropy of equal outputs is the logarithm of their number', () => {
  const data = { batch: 1, steps: 1, x: [], target: [3] };
  const shape = { outputs: 5, when: 'every' } as const;
  const { loss } = measureLoss(crossEntropy(), [7, 7, 7, 7, 7], data, shape, new Float64Array(5));
  expect(loss).toBeCloseTo(Math.log(5), 15);
});

test('cross-entropy does not overflow: outputs ±1e6 give a finite loss and gradient', () => {
  const data = { batch: 2, steps: 1, x: [], target: [0, 1] };
  const shape = { outputs: 2, when: 'every' } as const;
  const cotangent = new Float64Array(4);
  const { loss } = measureLoss(crossEntropy(), [1e6, -1e6, 1e6, -1e6], data, shape, cotangent);
  expect(loss).toBe(1e6);
  expect([...cotangent]).toEqual([0, 0, 0.5, -0.5]);
});

test('a class of weight 2 counts as its rows twice, and one of weight 0 not at all', () => {
  const shape = { outputs: 3, when: 'last' } as const;
  const plain = { batch: 3, steps: 1, x: [], target: [0, 0, 1] };
  const weighted = { batch: 3, steps: 1, x: [], target: [0, 1, 2] };
  const a = measureLoss(crossEntropy(), [1, 2, 3, 1, 2, 3, 4, 0, 1], plain, shape, new Float64Array(9));
  const b = measureLoss(
    crossEntropy({ classWeights: [2, 1, 0] }),
    [1, 2, 3, 4, 0, 1, 9, 9, 9],
    weighted,
    shape,
    new Float64Array(9),
  );
  expect(b).toEqual(a);
});

test('binary cross-entropy of one output is the cross-entropy of that output beside a 0', () => {
  const z = [-30, -1.5, 0, 0.25, 2, 40];
  const target = [0, 1, 1, 0, 1, 0];
  const data = { batch: 6, steps: 1, x: [], target };
  const one = measureLoss(binaryCrossEntropy(), z, data, { outputs: 1, when: 'every' }, new Float64Array(6));
  const pairs = z.flatMap((value) => [0, value]);
  const two = measureLoss(crossEntropy(), pairs, data, { outputs: 2, when: 'every' }, new Float64Array(12));
  expect(one.loss).toBeCloseTo(two.loss, 14);
});

test('binary cross-entropy does not overflow: outputs ±1e6 give a finite loss and gradient', () => {
  const cotangent = new Float64Array(2);
  const data = { batch: 1, steps: 1, x: [], target: [1, 1] };
  const shape = { outputs: 2, when: 'every' } as const;
  expect(measureLoss(binaryCrossEntropy(), [1e6, -1e6], data, shape, cotangent).loss).toBe(5e5);
  expect([...cotangent]).toEqual([0, -0.5]);
});

test('the gaussian loss of a sample is least at its mean and variance', () => {
  const target = [-1, 0.5, 2, 0.5];
  const [mean, variance] = [0.5, 1.125];
  const raw = Math.log(Math.expm1(variance - 1e-6));
  const shape = { outputs: 2, when: 'every' } as const;
  const data = { batch: 4, steps: 1, x: [], target };
  const gradient = (m: number, r: number) => {
    const cotangent = new Float64Array(8);
    measureLoss(gaussian(), [m, r, m, r, m, r, m, r], data, shape, cotangent);
    return [0, 1].map((k) => [0, 1, 2, 3].reduce((sum, row) => sum + cotangent[2 * row + k]!, 0));
  };
  // Rounding of numbers near 1.
  for (const slope of gradient(mean, raw)) expect(Math.abs(slope)).toBeLessThan(1e-15);
  expect(gradient(mean + 0.1, raw)[0]).toBeGreaterThan(0);
  expect(gradient(mean, raw - 0.1)[1]).toBeLessThan(0);
});

test('a gaussian states the deviation whose square is its variance, and no other loss states one', () => {
  // Two rows of two targets: means, then raw scales.
  const outputs = [0, 0, 0.5, -1, 0, 0, 2, 3];
  const softplus = (raw: number) => Math.log1p(Math.exp(raw));
  const loss = gaussian({ epsilon: 0.25 });
  const stated = [0, 1].flatMap((row) => [0, 1].map((k) => loss.deviation!(outputs, row, 4, k)));
  // The library's softplus is another formula.
  [0.5, -1, 2, 3].forEach((raw, k) => {
    expect(Math.abs(stated[k]! ** 2 - softplus(raw) - 0.25)).toBeLessThan(1e-14);
  });
  for (const other of [mse(), mae(), huber()]) expect(other.deviation).toBeUndefined();
});

test('a raw scale far below 0 leaves a gaussian its least variance, and a finite gradient', () => {
  const cotangent = new Float64Array(2);
  const data = { batch: 1, steps: 1, x: [], target: [0] };
  const { loss } = measureLoss(gaussian(), [1e-3, -1e6], data, { outputs: 2, when: 'every' }, cotangent);
  expect(loss).toBeCloseTo((Math.log(1e-6) + 1) / 2, 12);
  expect(cotangent[0]).toBeCloseTo(1e3, 9);
  expect(cotangent[1]).toBe(0);
});

test('options that make no loss are refused with what was given', () => {
  expect(() => huber({ delta: 0 })).toThrow('huber: delta is 0, but must be a positive number');
  expect(() => crossEntropy({ weights: [1] } as object)).toThrow('cross-entropy: there is no option "weights"');
  expect(() => binaryCrossEntropy({ weights: [1] } as object)).toThrow('binary-cross-entropy: there is no option');
  expect(() => huber({ slope: 2 } as object)).toThrow('huber: there is no option "slope"; the options are delta');
  expect(() => gaussian({ epsilon: NaN })).toThrow('gaussian: epsilon is NaN, but must be a positive number');
  expect(() => crossEntropy({ classWeights: [1, -1] })).toThrow(
    'cross-entropy: classWeights[1] is -1; wanted a finite',
  );
  expect(() => crossEntropy({ classWeights: [0, 0] })).toThrow('classWeights is [0,0]; wanted one above 0');
  expect(() => binaryCrossEntropy({ positiveWeights: [Infinity] })).toThrow('positiveWeights[0] is Infinity');
});
