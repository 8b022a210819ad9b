import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mt19937, type NumpyDraws, pcg64, random } from './random.ts';

const runs = { seed: 20210 };

describe('random', () => {
  test('equal seeds give equal draws and other seeds give others', () => {
    const draw = (seed: number) => {
      const source = random(seed);
      return Array.from({ length: 8 }, () => source.uniform());
    };
    expect(draw(7)).toEqual(draw(7));
    const starts = new Set(
      [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((seed) => draw(seed)[0]),
    );
    expect(starts.size).toBe(7);
  });

  test('a seed gives the same numbers from release to release', () => {
    const source = random(7);
    expect([source.uniform(), source.integer(1000), source.normal()]).toEqual([
      0.049009592574554284, 120, 0.4492847209050003,
    ]);
  });

  test('uniform draws lie in [0, 1) with the mean and variance of the uniform distribution', () => {
    const source = random(1);
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const value = source.uniform();
      if (!(value >= 0 && value < 1)) throw new Error(`uniform() gave ${value}`);
      sum += value;
      squares += value * value;
    }
    // Five standard errors: sqrt(1/12/n) = 6.5e-4, and 6.7e-4 for the second moment.
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(3.3e-3);
    expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(3.4e-3);
  });

  test('normal draws have the first four moments of the normal distribution', () => {
    const source = random(2);
    const n = 200_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const value = source.normal();
      for (let k = 0; k < 4; k++) moments[k]! += value ** (k + 1) / n;
    }
    // Five standard errors of each moment: sqrt((E x^2k − (E x^k)²) / n) with 1, 2, 15, 96 on top.
    [0, 1, 0, 3].forEach((wanted, k) => {
      expect(Math.abs(moments[k]! - wanted)).toBeLessThan(5 * Math.sqrt([1, 2, 15, 96][k]! / n));
    });
  });

  test('integer draws reach every value below n equally often', () => {
    const source = random(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[source.integer(10)]!++;
    // Five standard errors of a count of 10,000: 5 · sqrt(100000 · 0.1 · 0.9) = 474.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(474);
  });

  test('integer draws stay below n for every n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.nat(), (n, seed) => {
        const value = random(seed).integer(n);
        return Number.isInteger(value) && value >= 0 && value < n;
      }),
      runs,
    );
  });

  test('a seed or a size that is not a whole number in range is refused by name', () => {
    expect(() => random(1.5)).toThrow('random: the seed is a whole number from 0 to 9007199254740991, given 1.5');
    expect(() => random(-1)).toThrow('given -1');
    expect(() => random(1).integer(0)).toThrow('integer: n is a whole number from 1 to 4294967296, given 0');
    expect(() => mt19937(2 ** 32)).toThrow(
      'mt19937: the seed is a whole number from 0 to 4294967295, given 4294967296',
    );
    expect(() => pcg64(0.5)).toThrow('pcg64: the seed is a whole number from 0 to 9007199254740991, given 0.5');
    for (const draws of [pcg64(0), mt19937(0)]) {
      expect(() => draws.integer(0)).toThrow('integer: n is a whole number from 1 to 4294967296, given 0');
      expect(() => draws.choose(2 ** 31, 1)).toThrow(
        'choose: n is a whole number from 0 to 2147483647, given 2147483648',
      );
      expect(() => draws.choose(3, 4)).toThrow('choose: size is a whole number from 0 to 3, given 4');
    }
    expect(() => mt19937(0).permutation(-1)).toThrow('permutation: n is a whole number from 0 to 2147483647, given -1');
  });
});

describe('mt19937', () => {
  // Figures of NumPy: RandomState(seed).permutation(n), shuffle and rand.
  test.each([
    { seed: 893429, n: 8127, starts: [6363, 3457, 1549, 7541, 6256, 590] },
    { seed: 893429, n: 7336, starts: [3270, 5796, 1515, 2261, 6508, 3152] },
    { seed: 23489, n: 605, starts: [83, 132, 184, 497, 535, 461] },
    { seed: 23489, n: 12043, starts: [9574, 592, 7869, 3610, 1473, 2425] },
    { seed: 23489, n: 32, starts: [7, 12, 9, 22, 23, 8, 21] },
    { seed: 23489, n: 626, starts: [35, 551, 277, 260, 439, 40] },
    { seed: 27731, n: 10000, starts: [2755, 8925, 3437, 7191, 4025, 8182] },
  ])('permutation($n) of seed $seed is that of NumPy', ({ seed, n, starts }) => {
    expect([...mt19937(seed).permutation(n).slice(0, starts.length)]).toEqual(starts);
  });

  test('shuffle orders 400 items as NumPy does', () => {
    const items = Array.from({ length: 400 }, (_, i) => i);
    mt19937(125487).shuffle(items);
    expect(items.slice(0, 4)).toEqual([263, 266, 253, 163]);
  });

  test('uniform draws the numbers of NumPy rand', () => {
    const source = mt19937(891374);
    for (const wanted of [0.56693553, 0.63880349, 0.56735296, 0.9555464]) {
      expect(source.uniform()).toBeCloseTo(wanted, 8);
    }
  });

  test('a permutation holds each number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (n, seed) => {
        const order = mt19937(seed).permutation(n).sort();
        return order.length === n && order.every((value, i) => value === i);
      }),
      runs,
    );
  });
});

/** `choice` by its first four numbers, its last two and the sum of number · (place + 1), which any exchange of two changes. */
const digest = (chosen: Int32Array) => [
  [...chosen.slice(0, 4)],
  [...chosen.slice(-2)],
  chosen.reduce((sum, value, k) => sum + value * (k + 1), 0),
];

interface Figures {
  readonly make: (seed: number) => NumpyDraws;
  /** One after the other: integers(3), 1, 1000, 2^31 + 5, 2^32, 3. */
  readonly integers: Readonly<Record<number, readonly number[]>>;
  readonly seed: number;
  readonly choices: readonly (readonly [n: number, size: number, starts: number[], ends: number[], sum: number])[];
}

// Figures of NumPy 2.4.6: default_rng(seed).integers(n), RandomState(seed).randint(n), and choice(n, size, replace=False) of a fresh generator.
const figures: Readonly<Record<string, Figures>> = {
  pcg64: {
    make: pcg64,
    integers: {
      0: [2, 0, 636, 661058653, 175979945, 0],
      1111: [2, 0, 859, 1288339541, 2840230349, 2],
      22222: [1, 0, 667, 1987934245, 2284319805, 0],
      [2 ** 32 + 5]: [0, 0, 774, 1010869266, 3773568960, 2],
      [2 ** 53 - 1]: [0, 0, 786, 1777095756, 2604052580, 2],
    },
    seed: 1111,
    // Floyd's sample up to 10,000 numbers or one in fifty of them; else the tail of a shuffle, of all but the first at most.
    choices: [
      [5, 0, [], [], 0],
      [1, 1, [0], [0], 0],
      [7, 7, [0, 5, 1, 2], [3, 4], 97],
      [10000, 201, [3430, 4006, 9348, 7217], [1398, 6485], 98519505],
      [10001, 200, [2078, 2789, 2002, 6408], [6486, 4024], 103624862],
      [10001, 201, [1001, 9522, 9956, 5901], [8593, 8398], 105892093],
      [10201, 10201, [355, 1068, 9550, 6036], [8765, 8566], 263788321087],
    ],
  },
  mt19937: {
    make: mt19937,
    integers: {
      0: [0, 0, 559, 1819583497, 2678185683, 1],
      22222: [1, 0, 898, 1342442730, 288109640, 2],
      [2 ** 32 - 1]: [2, 0, 12, 77050329, 1217888032, 2],
    },
    seed: 22222,
    choices: [
      [5, 0, [], [], 0],
      [1, 1, [0], [0], 0],
      [7, 3, [6, 3, 4], [3, 4], 24],
      [300, 150, [189, 279, 282, 102], [211, 45], 1646107],
    ],
  },
};

describe.for(Object.entries(figures))('the draws of %s', ([, { make, integers, seed, choices }]) => {
  test.for(Object.entries(integers))('are the whole numbers of NumPy from seed %s', ([given, wanted]) => {
    const draws = make(Number(given));
    expect([3, 1, 1000, 2 ** 31 + 5, 2 ** 32, 3].map((n) => draws.integer(n))).toEqual(wanted);
  });

  test.for(choices)('choose of %i numbers %i as NumPy does', ([n, size, ...wanted]) => {
    expect(digest(make(seed).choose(n, size))).toEqual(wanted);
  });

  test('choose different numbers below n', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (n, share, anySeed) => {
        const chosen = make(anySeed).choose(n, Math.round(share * n));
        expect(chosen).toHaveLength(Math.round(share * n));
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.every((value) => value >= 0 && value < n)).toBe(true);
      }),
      runs,
    );
  });
});
