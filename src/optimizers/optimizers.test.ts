import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { optimizers } from './index.ts';
import type { OptimizerRule } from './optimizer.ts';

const { adam, adamw, rmsprop, sgd } = optimizers;

/** Every optimizer as its defaults have it, and with its options. */
const variants: Record<string, OptimizerRule> = {
  ...Object.fromEntries(Object.entries(optimizers).map(([name, make]) => [name, make()])),
  'adam with other moments': adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }),
  'adamw with a strong decay': adamw({ beta1: 0.8, beta2: 0.95, weightDecay: 0.3 }),
  'sgd with momentum': sgd({ momentum: 0.9 }),
  "sgd with Nesterov's momentum": sgd({ momentum: 0.8, nesterov: true }),
  'rmsprop with momentum': rmsprop({ alpha: 0.9, epsilon: 1e-4, momentum: 0.7 }),
  'rmsprop centered': rmsprop({ alpha: 0.9, momentum: 0.5, centered: true }),
};

// Six steps at rate 0.01 from the first line; the parameters below are those of torch.optim 1.13.1 in float64, whose
// Adam, AdamW, SGD and RMSprop were given the options above.
const start = [0.5, -1.25, 2, 0];
const gradients = [
  [0.3, -0.2, 1.5, 0],
  [-0.1, -0.4, 0.7, 1e-9],
  [0.25, 0, -2, 1e-3],
  [0.05, 3, -0.6, -1e-3],
  [-0.7, -0.3, 0.1, 10],
  [0.2, 0.1, 0.4, -0.5],
];
const torch: Record<keyof typeof variants, readonly number[]> = {
  adam: [0.4765125860726481, -1.2344965515062734, 1.9841460637719803, -0.01635804478813011],
  'adam with other moments': [0.4789446577480407, -1.2360823868764974, 1.9868559454284844, -0.01330088654616476],
  adamw: [0.4762221380358156, -1.2337565126249628, 1.9829544968882373, -0.01635546869442755],
  'adamw with a strong decay': [0.4701917753147763, -1.2139356863422899, 1.9513407283200537, -0.017545927197495415],
  sgd: [0.5, -1.272, 1.999, -0.09500000001],
  'sgd with momentum': [0.49138583, -1.30084842, 1.98019045, -0.185007290040951],
  "sgd with Nesterov's momentum": [0.4954350079999999, -1.3103800319999999, 1.9902076800000004, -0.2350040960368928],
  rmsprop: [0.4195814385203481, -1.1528170733659855, 1.9386605634740768, -0.12507814626072364],
  'rmsprop with momentum': [0.4139205412353133, -1.1421753630528582, 1.9413281049472255, -0.07208249554387623],
  'rmsprop centered': [0.4401357887134996, -1.1765675509336562, 1.958066771868348, -0.07248627663584416],
};

for (const [name, rule] of Object.entries(variants)) {
  test(`${name} takes the steps of PyTorch`, () => {
    const parameters = Float64Array.from(start);
    const optimizer = rule.start(4);
    for (const g of gradients) optimizer.step(parameters, Float64Array.from(g), 0.01);
    // Six steps of numbers near 1, a few roundings of 1e-16 in each.
    parameters.forEach((value, i) => {
      expect(Math.abs(value - torch[name]![i]!)).toBeLessThan(1e-14);
    });
  });

  test(`${name} restored from its state goes on bit for bit, and the state does not change with later steps`, () => {
    const { normal } = random(8);
    const drawn = () => Float64Array.from({ length: 5 }, normal);
    const one = rule.start(5);
    const p = drawn();
    for (let i = 0; i < 4; i++) one.step(p, drawn(), 0.01);
    const saved = one.state();
    const copy = structuredClone(saved);
    const two = rule.start(5);
    two.restore(saved);
    const q = p.slice();
    for (let i = 0; i < 3; i++) {
      const g = drawn();
      one.step(p, g, 0.01);
      two.step(q, g, 0.01);
    }
    expect(q).toEqual(p);
    expect(two.state()).toEqual(one.state());
    expect(saved).toEqual(copy);
    expect(saved.step).toBe(4);
  });

  test(`${name} goes down a bowl in float32`, () => {
    const parameters = Float32Array.of(3, -2);
    const height = () => parameters[0]! ** 2 + 4 * parameters[1]! ** 2;
    const optimizer = rule.start(2);
    const before = height();
    for (let i = 0; i < 300; i++) {
      optimizer.step(parameters, Float32Array.of(2 * parameters[0]!, 8 * parameters[1]!), 0.02);
    }
    expect(height()).toBeLessThan(before / 100);
  });

  test(`${name} refuses a state of another size or optimizer, and keeps its own`, () => {
    const optimizer = rule.start(3);
    optimizer.step(new Float64Array(3), Float64Array.of(1, 2, 3), 0.1);
    const before = optimizer.state();
    const [array] = Object.entries(before.arrays).find(([, { length }]) => length > 0) ?? [];
    if (array !== undefined) {
      expect(() => optimizer.restore(rule.start(2).state())).toThrow(
        `${rule.name}: array "${array}" of the saved state has 2 numbers; wanted 3 numbers`,
      );
    }
    expect(() => optimizer.restore({ step: 4, arrays: { other: new Float64Array(3) } })).toThrow(rule.name);
    const more = { ...before.arrays, other: new Float64Array(3) };
    expect(() => optimizer.restore({ step: 4, arrays: more })).toThrow(
      `${rule.name}: the saved state has an array "other", so it is of another optimizer`,
    );
    for (const step of [undefined, -1, 0.5])
      expect(() => optimizer.restore({ ...before, step: step as number })).toThrow(
        `${rule.name}: step of the saved state is ${step}; wanted a whole number of steps taken`,
      );
    expect(optimizer.state()).toEqual(before);
  });
}

test.for(Object.entries(optimizers))(
  '%s carries its name, and refuses options that it does not have',
  ([name, make]) => {
    expect(make().name).toBe(name);
    expect(() => (make as (options: object) => unknown)({ speed: 3 })).toThrow(
      `${name}: there is no option "speed"; the options are `,
    );
  },
);

test('numbers out of range are refused with what was given', () => {
  expect(() => adam({ beta1: 1 })).toThrow('adam: beta1 is 1, but must be a number from 0 to below 1');
  expect(() => adam({ beta2: NaN })).toThrow('adam: beta2 is NaN');
  expect(() => adam({ epsilon: 0 })).toThrow('adam: epsilon is 0, but must be a positive number');
  expect(() => adamw({ weightDecay: -1 })).toThrow('adamw: weightDecay is -1, but must be a number of at least 0');
  expect(() => adamw({ decays: 'biases' as 'all' })).toThrow(
    'adamw: decays is "biases", but must be "weights" or "all"',
  );
  expect(() => sgd({ momentum: 1 })).toThrow('sgd: momentum is 1, but must be a number from 0 to below 1');
  expect(() => sgd({ nesterov: true })).toThrow('sgd: nesterov is true and momentum is 0; wanted momentum above 0');
  expect(() => rmsprop({ alpha: -0.1 })).toThrow('rmsprop: alpha is -0.1');
});

test('adamw takes its share of weights only, unless all are to decay, and does so apart from the gradient', () => {
  const isWeight = Uint8Array.of(1, 0, 1);
  const decayed = (decays: 'weights' | 'all') => {
    const parameters = Float64Array.of(2, 2, -4);
    adamw({ weightDecay: 0.1, decays }).start(3, isWeight).step(parameters, new Float64Array(3), 0.5);
    return [...parameters];
  };
  expect(decayed('weights')).toEqual([1.9, 2, -3.8]);
  expect(decayed('all')).toEqual([1.9, 1.9, -3.8]);
});
