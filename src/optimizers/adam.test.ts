import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adam } from './adam.ts';

test('adam follows the closed form of its moments over any sequence of gradients', () => {
  const gradients = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(gradients, (g) => {
      const parameters = Float64Array.of(0.5);
      const optimizer = adam().start(1);
      let expected = 0.5;
      for (let t = 1; t <= g.length; t++) {
        let m = 0;
        let v = 0;
        for (let i = 1; i <= t; i++) {
          m += 0.1 * 0.9 ** (t - i) * g[i - 1]!;
          v += 0.001 * 0.999 ** (t - i) * g[i - 1]! ** 2;
        }
        expected -= (0.01 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
        optimizer.step(parameters, Float64Array.of(g[t - 1]!), 0.01);
      }
      // 30 steps of at most about 0.01 each, in a few roundings of 1e-16 relative, cancellation in m included.
      expect(Math.abs(parameters[0]! - expected)).toBeLessThan(1e-13);
    }),
    { seed: 3, numRuns: 100 },
  );
});

test('the first step of adam has the size of the learning rate, whatever the gradient', () => {
  const parameters = new Float32Array(2);
  adam().start(2).step(parameters, Float32Array.of(1000, -0.001), 0.25);
  expect(parameters[0]).toBeCloseTo(-0.25, 5);
  expect(parameters[1]).toBeCloseTo(0.25, 5);
});
