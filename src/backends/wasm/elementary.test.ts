import { expect, test } from 'vitest';
import { random } from '../../random.ts';
import { elementary } from './elementary.ts';
import { CONSTANTS, moduleBuilder } from './encoder.ts';
import { hasRelaxedSimd } from './features.ts';
import { type LaneOptions, lanes } from './lanes.ts';

type Elementary = keyof typeof elementary;
const elementaryNames = Object.keys(elementary) as Elementary[];

/** Runs the emitted function over numbers, two vectors side by side. */
function compiled(name: Elementary, options: LaneOptions) {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const builder = moduleBuilder({ memory: { min: 8 } });
  const f = builder.fn({ name: 'run', params: ['i32'] });
  const at = f.local('i32');
  f.loop(() => {
    const l = lanes(f, options, 2);
    const x = l.hold((k) => {
      f.get(at);
      f.memory('v128.load', CONSTANTS.end + 16 * k);
    });
    const y = l.hold(elementary[name](l, x));
    for (const k of [0, 1]) {
      f.get(at);
      y(k);
      f.memory('v128.store', 2 ** 18 + 16 * k);
    }
    l.release();
    f.get(at);
    f.i32(32);
    f.op('i32.add');
    f.tee(at);
    f.get(0);
    f.op('i32.lt_u');
    f.brIf(0);
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), { env: { memory } });
  const run = exports.run as (bytes: number) => void;
  const Lane = options.precision === 'float32' ? Float32Array : Float64Array;
  return (xs: readonly number[]): number[] => {
    new Lane(memory.buffer, CONSTANTS.end).set(xs);
    run(xs.length * Lane.BYTES_PER_ELEMENT);
    return Array.from(new Lane(memory.buffer, 2 ** 18, xs.length));
  };
}

// The oracle: fixed-point numbers with so many bits after the point, as integers.
const bits = 1280n;
const one = 1n << bits;
const times = (a: bigint, b: bigint) => (a * b) >> bits;
const over = (a: bigint, b: bigint) => (a << bits) / b;
/** A double, exactly (the smallest normal double is 2^-1022, with 52 bits after it). */
const fixed = (x: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = (word >> 52n) & 2047n;
  const size = ((word & (2n ** 52n - 1n)) | (exponent ? 2n ** 52n : 0n)) << ((exponent || 1n) - 1075n + bits);
  return x < 0 ? -size : size;
};
/** Sum of terms, each made from the one before, until they vanish. */
function series(first: bigint, next: (term: bigint, k: bigint) => bigint): bigint {
  let sum = 0n;
  let k = 1n;
  for (let term = first; term > 2n || term < -2n; term = next(term, k++)) sum += term;
  return sum;
}
const arctanInverse = (n: bigint) => {
  let [sum, power, k] = [0n, one / n, 1n];
  for (; power; power /= n * n, k += 2n) sum += (k % 4n === 1n ? power : -power) / k;
  return sum;
};
const pi = 16n * arctanInverse(5n) - 4n * arctanInverse(239n);
const ln2 = series(one / 2n, (t, k) => (t * k) / (2n * (k + 1n)));
function root(a: bigint): bigint {
  let guess = 1n << (bits + 2n);
  for (let next = 0n; ; guess = next) {
    next = (guess + (a << bits) / guess) / 2n;
    if (next >= guess) return guess;
  }
}
function exponential(x: bigint): bigint {
  const n = (2n * x + ln2) / (2n * ln2) - (x < 0n ? 1n : 0n);
  const r = (x - n * ln2) >> 12n;
  let power = series(one, (t, k) => times(t, r) / k);
  for (let i = 0; i < 12; i++) power = times(power, power);
  return n >= 0n ? power << n : power >> -n;
}
/** Newton's method on e^y = x from a double; the error is cubed. */
const logarithm = (x: bigint, near: number): bigint => {
  const e = exponential(fixed(near));
  return fixed(near) + 2n * over(x - e, x + e);
};
const sine = (x: bigint): bigint => {
  const r = x % (2n * pi);
  return series(r, (t, k) => -times(times(t, r), r) / (2n * k * (2n * k + 1n)));
};
const exact: Record<Elementary, (x: bigint, double: number) => bigint> = {
  exp: exponential,
  log: (x, double) => logarithm(x, Math.log(double)),
  softplus: (x, double) =>
    logarithm(one + exponential(x), Math.max(double, 0) + Math.log1p(Math.exp(-Math.abs(double)))),
  sigmoid: (x) => over(one, one + exponential(-x)),
  tanh: (x) => over(exponential(2n * x) - one, exponential(2n * x) + one),
  phi: (x) => (x ? over(exponential(x) - one, x) : one),
  dphi: (x) => (x ? over(over(times(exponential(x), x - one) + one, x), x) : one / 2n),
  sin: sine,
  cos: (x) => sine(x + pi / 2n),
  erf: (x) => {
    const square = times(x, x);
    const sum = series(x, (t, k) => (2n * times(t, square)) / (2n * k + 1n));
    return times(over(2n * sum, root(pi)), exponential(-square));
  },
};

interface Claim {
  readonly kind: 'relative' | 'absolute';
  /** Largest error in ulps of the result, or in units of 2^-23 / 2^-52. */
  readonly float32: number;
  readonly float64: number;
  /** Largest argument tried in each precision; all magnitudes below it and both signs are. */
  readonly reach: readonly [number, number];
  readonly range?: readonly [number, number];
}
const claims: Record<Elementary, Claim> = {
  exp: { kind: 'relative', float32: 2, float64: 2, reach: [88.72, 709.78] },
  log: { kind: 'relative', float32: 2, float64: 2, reach: [3e38, 1e308] },
  softplus: { kind: 'relative', float32: 2, float64: 2, reach: [87.3, 708.3] },
  sigmoid: { kind: 'absolute', float32: 1, float64: 1, reach: [200, 1000], range: [0, 1] },
  tanh: { kind: 'absolute', float32: 1, float64: 1, reach: [200, 1000], range: [-1, 1] },
  phi: { kind: 'relative', float32: 4, float64: 4, reach: [92, 700] },
  dphi: { kind: 'relative', float32: 1e-5 * 2 ** 23, float64: 1e-12 * 2 ** 52, reach: [92, 700] },
  sin: { kind: 'absolute', float32: 2, float64: 2, reach: [1e4, 1e4], range: [-1.0000003, 1.0000003] },
  cos: { kind: 'absolute', float32: 2, float64: 2, reach: [1e4, 1e4], range: [-1.0000003, 1.0000003] },
  erf: { kind: 'absolute', float32: 2, float64: 2, reach: [7, 7], range: [-1, 1] },
};

/** Arguments of every magnitude from 2^-60 to the reach, evenly and by exponent, both signs, a multiple of eight of them. */
function sweep(name: Elementary, reach: number, count: number, seed: number): number[] {
  const { uniform } = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const size =
      i % 4 === 0 ? reach * uniform() : i % 4 === 1 ? Math.min(reach, 8) * uniform() : reach * 2 ** (-60 * uniform());
    if (name === 'log') return i % 4 === 3 ? 0.5 + uniform() : reach ** (2 * uniform() - 1);
    return uniform() < 0.5 ? -size : size;
  });
}

const worst = (errors: readonly number[]) => errors.reduce((a, b) => (Number.isNaN(b) || b > a ? b : a), 0);
/** Spacing of the numbers around a value with so many digits, subnormal ones included. */
const ulp = (value: number, digits: number) =>
  2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), digits === 23 ? -126 : -1022) - digits);
const fmas = hasRelaxedSimd() ? [false, true] : [false];

for (const name of elementaryNames) {
  const claim = claims[name];

  test(`${name} in float64 keeps its error bound against ${bits}-bit arithmetic`, () => {
    const xs = sweep(name, claim.reach[1], 1000, 3);
    const references = xs.map((x) => exact[name](fixed(x), x));
    for (const fma of fmas) {
      const ys = compiled(name, { precision: 'float64', fma })(xs);
      const errors = ys.map((y, i) => {
        const wanted = Number((references[i]! << 100n) >> bits) / 2 ** 100;
        const unit = claim.kind === 'absolute' ? 2 ** -52 : ulp(wanted || y, 52);
        const gap = fixed(y) - references[i]!;
        return Number((gap * 2n ** 64n) / (fixed(unit) || 1n)) / 2 ** 64;
      });
      expect(worst(errors.map(Math.abs)), `fma ${fma}`).toBeLessThanOrEqual(claim.float64);
    }
  });

  test(`${name} in float32 keeps its error bound and range on a dense sweep`, () => {
    const xs = sweep(name, claim.reach[0], 2 ** 15, 4).map(Math.fround);
    const references = compiled(name, { precision: 'float64', fma: false });
    for (const fma of fmas) {
      const run = compiled(name, { precision: 'float32', fma });
      for (let i = 0; i < xs.length; i += 4096) {
        const part = xs.slice(i, i + 4096);
        const wanted = references(part);
        const ys = run(part);
        const errors = ys.map(
          (y, k) => Math.abs(y - wanted[k]!) / (claim.kind === 'absolute' ? 2 ** -23 : ulp(wanted[k]!, 23)),
        );
        expect(worst(errors), `fma ${fma}`).toBeLessThanOrEqual(claim.float32);
        const [lo, hi] = claim.range ?? [-Infinity, Infinity];
        expect(ys.every((y) => y >= lo && y <= hi)).toBe(true);
      }
    }
  });
}

const [inf, nan] = [Infinity, NaN];
/** The value of each function at `given`; an angle of 1e38 leaves nothing to promise but the range. */
const given = [inf, -inf, 1e38, -1e38, 0, -0, nan];
const limits: Record<Elementary, readonly (number | undefined)[]> = {
  exp: [inf, 0, inf, 0, 1, 1, nan],
  log: [inf, nan, Math.log(1e38), nan, -inf, -inf, nan],
  softplus: [inf, 0, 1e38, 0, Math.LN2, Math.LN2, nan],
  sigmoid: [1, 0, 1, 0, 0.5, 0.5, nan],
  tanh: [1, -1, 1, -1, 0, -0, nan],
  phi: [inf, 0, inf, 1e-38, 1, 1, nan],
  dphi: [inf, 0, inf, 0, 0.5, 0.5, nan],
  sin: [nan, nan, undefined, undefined, 0, 0, nan],
  cos: [nan, nan, undefined, undefined, 1, 1, nan],
  erf: [1, -1, 1, -1, 0, -0, nan],
};

test('limits, zeros, huge arguments and NaN give what mathematics says, in every form', () => {
  for (const name of elementaryNames)
    for (const precision of ['float32', 'float64'] as const)
      for (const fma of fmas) {
        const ys = compiled(name, { precision, fma })([...given, 0]);
        given.forEach((x, i) => {
          const wanted = limits[name][i];
          const at = `${name} of ${x} in ${precision}`;
          if (wanted === undefined) expect(Math.abs(ys[i]!), at).toBeLessThan(1.000001);
          else if (wanted !== 0 && Number.isFinite(wanted)) expect(ys[i]! / wanted, at).toBeCloseTo(1, 6);
          else if (wanted === 0) expect(Math.abs(ys[i]!), at).toBeLessThan(1e-75);
          else expect(ys[i], at).toBe(wanted);
        });
      }
});

test('log reaches down to the subnormal numbers', () => {
  for (const [precision, x] of [
    ['float32', 2 ** -149],
    ['float64', 2 ** -1074],
  ] as const)
    for (const fma of fmas) {
      const [y] = compiled('log', { precision, fma })([x, 1, 1, 1, 1, 1, 1, 1]);
      expect(Math.abs(y! / Math.log(x) - 1)).toBeLessThan(2e-7);
    }
});

test('tanh and erf are odd and precise relative to their result near 0', () => {
  const xs = sweep('tanh', 1, 512, 5).map((x) => Math.fround(x * 2 ** -10));
  for (const fma of fmas) {
    const tanh = compiled('tanh', { precision: 'float32', fma });
    expect(tanh(xs.map((x) => -x))).toEqual(tanh(xs).map((y) => -y));
    expect(worst(tanh(xs).map((y, i) => Math.abs(y / Math.tanh(xs[i]!) - 1)))).toBeLessThan(2 ** -21);
    const erf = compiled('erf', { precision: 'float32', fma });
    const slope = 2 / Math.sqrt(Math.PI);
    expect(worst(erf(xs).map((y, i) => Math.abs(y / (slope * (xs[i]! - xs[i]! ** 3 / 3)) - 1)))).toBeLessThan(2 ** -21);
  }
});
