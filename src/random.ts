/** A seeded source of random numbers: equal seeds give equal sequences on every machine. */
export interface Random {
  /** The next number of [0, 1), with 53 random bits. */
  uniform(): number;
  /** The next whole number of 0 … n − 1, each equally likely; `n` is 1 … 2^32. */
  integer(n: number): number;
  /** The next draw from the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
}

/** What NumPy's two generators have in common: the draws that published splits and wirings are made of. */
export interface NumpyDraws {
  /** The next whole number of 0 … n − 1, and the place that `choice` of `n` things takes; `n` is 1 … 2^32. */
  integer(n: number): number;
  /** `size` different numbers of 0 … n − 1 in NumPy's order: `choice(n, size, replace=False)`. */
  choose(n: number, size: number): Int32Array;
}

/** NumPy's legacy `RandomState`, as far as published splits and wirings need it. */
export interface RandomState extends NumpyDraws {
  /** The next number of [0, 1) with 53 random bits: NumPy's `random_sample()` and `rand()`. */
  uniform(): number;
  /** 0 … n − 1 in NumPy's `permutation(n)` order. */
  permutation(n: number): Int32Array;
  /** Shuffle in place as NumPy's `shuffle` does. */
  shuffle<T>(items: T[] | Int32Array): void;
}

const TWO_32 = 2 ** 32;
const LONGEST = 2 ** 31 - 1;

/** The library's own generator: xoshiro128** 1.1 (Blackman and Vigna 2021, doi:10.1145/3460772), its state filled from the seed by SplitMix32. */
export function random(seed: number): Random {
  checkWhole('random: the seed', seed, 0, Number.MAX_SAFE_INTEGER);
  let mixed = (seed ^ Math.imul(Math.floor(seed / TWO_32), 0x85ebca6b)) | 0;
  const mix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  // Four successive outputs of a bijection on a counter: never all zero, which is the one state xoshiro must not have.
  let a = mix();
  let b = mix();
  let c = mix();
  let d = mix();
  let spare: number | undefined;

  const next = (): number => {
    const scaled = Math.imul(b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const uniform = (): number => sample53(next);

  return {
    uniform,
    integer(n) {
      checkWhole('integer: n', n, 1, TWO_32);
      const fair = TWO_32 - (TWO_32 % n);
      for (;;) {
        const draw = next();
        if (draw < fair) return draw % n;
      }
    },
    // Marsaglia's polar method: two draws at a time, one kept for the next call.
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      for (;;) {
        const u = 2 * uniform() - 1;
        const v = 2 * uniform() - 1;
        const square = u * u + v * v;
        if (square > 0 && square < 1) {
          const scale = Math.sqrt((-2 * Math.log(square)) / square);
          spare = v * scale;
          return u * scale;
        }
      }
    },
  };
}

/** MT19937 seeded and drawn as by NumPy's legacy `RandomState(seed)` (Matsumoto and Nishimura 1998); `seed` is 0 … 2^32 − 1. */
export function mt19937(seed: number): RandomState {
  checkWhole('mt19937: the seed', seed, 0, TWO_32 - 1);
  const LENGTH = 624;
  const MIDDLE = 397;
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let i = 1; i < LENGTH; i++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  let at = LENGTH;

  const next = (): number => {
    if (at === LENGTH) {
      for (let i = 0; i < LENGTH; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % LENGTH]! & 0x7fffffff);
        state[i] = state[(i + MIDDLE) % LENGTH]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  /** A whole number of 0 … n − 1 by masked rejection, one 32-bit draw an attempt. */
  const below = (n: number): number => {
    if (n === 1) return 0;
    const mask = 0xffffffff >>> Math.clz32(n - 1);
    for (;;) {
      const draw = (next() & mask) >>> 0;
      if (draw < n) return draw;
    }
  };
  const permutation = (n: number): Int32Array => {
    checkWhole('permutation: n', n, 0, LONGEST);
    const order = firstNumbers(n);
    shuffleWith(below, order);
    return order;
  };

  return {
    uniform: () => sample53(next),
    integer(n) {
      checkWhole('integer: n', n, 1, TWO_32);
      return below(n);
    },
    choose(n, size) {
      checkChoice(n, size);
      return permutation(n).slice(0, size);
    },
    permutation,
    shuffle: (items) => shuffleWith(below, items),
  };
}

const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const MASK_128 = (1n << 128n) - 1n;
const MASK_64 = (1n << 64n) - 1n;

/**
 * PCG64 seeded and drawn as by NumPy's `default_rng(seed)` (O'Neill 2014, HMC-CS-2014-0905, XSL-RR 128/64); `seed` is 0 … 2^53 − 1.
 * Whole numbers are drawn by multiplication and rejection (Lemire 2019, doi:10.1145/3230636).
 */
export function pcg64(seed: number): NumpyDraws {
  checkWhole('pcg64: the seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const [start, sequence] = seedSequence(seed);
  const increment = ((sequence << 1n) | 1n) & MASK_128;
  const step = (state: bigint): bigint => (state * MULTIPLIER + increment) & MASK_128;
  let state = step(increment + start);
  let spare: number | undefined;

  // Each 64-bit output is two draws, the low half first.
  const next = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    state = step(state);
    const folded = (state >> 64n) ^ (state & MASK_64);
    const turn = state >> 122n;
    const word = ((folded >> turn) | (folded << (64n - turn))) & MASK_64;
    spare = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  };
  const below = (n: number): number => {
    if (n === 1) return 0;
    for (;;) {
      const draw = next();
      const low = Math.imul(draw, n) >>> 0;
      // The product has up to 64 bits, rounded here to 53; without its low half it is a multiple of 2^32, which the last rounding restores.
      if (low >= TWO_32 % n) return Math.round((draw * n - low) / TWO_32);
    }
  };

  return {
    integer(n) {
      checkWhole('integer: n', n, 1, TWO_32);
      return below(n);
    },
    choose(n, size) {
      checkChoice(n, size);
      // NumPy's own bounds: large shares of large populations are the tail of a shuffle, all others are Floyd's sample, shuffled.
      if (n > 10_000 && size > Math.floor(n / 50)) {
        const order = firstNumbers(n);
        shuffleWith(below, order, Math.max(n - size, 1));
        return order.slice(n - size);
      }
      const chosen = new Set<number>();
      for (let largest = n - size; largest < n; largest++) {
        const draw = below(largest + 1);
        chosen.add(chosen.has(draw) ? largest : draw);
      }
      const order = Int32Array.from(chosen);
      shuffleWith(below, order);
      return order;
    },
  };
}

/** The first two 128-bit words of NumPy's `SeedSequence(seed)` (O'Neill 2015, "Developing a seed_seq alternative"). */
function seedSequence(seed: number): [bigint, bigint] {
  const scrambler = (constant: number, multiplier: number) => (value: number) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, multiplier);
    const product = Math.imul(mixed, constant);
    return product ^ (product >>> 16);
  };
  const absorb = scrambler(0x43b0d7e5, 0x931e8875);
  const pool = [seed | 0, Math.floor(seed / TWO_32), 0, 0].map(absorb);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from === to) continue;
      const mixed = Math.imul(0xca01f9dd, pool[to]!) - Math.imul(0x4973f715, absorb(pool[from]!));
      pool[to] = mixed ^ (mixed >>> 16);
    }
  }
  const emit = scrambler(0x8b51f9dd, 0x58f38ded);
  const words = [...pool, ...pool].map((value) => BigInt(emit(value) >>> 0));
  // Two 32-bit words make 64 bits, the low one first; two of those make 128, the high one first.
  const [a, b, c, d] = [0, 2, 4, 6].map((k) => words[k]! | (words[k + 1]! << 32n)) as [bigint, bigint, bigint, bigint];
  return [(a << 64n) | b, (c << 64n) | d];
}

/** Fisher–Yates from the last item down to the one at `first`; `below(n)` draws 0 … n − 1. */
function shuffleWith<T>(below: (n: number) => number, items: T[] | Int32Array, first = 1): void {
  const list = items as T[];
  for (let i = list.length - 1; i >= first; i--) {
    const j = below(i + 1);
    const kept = list[i]!;
    list[i] = list[j]!;
    list[j] = kept;
  }
}

const firstNumbers = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

/** 53 bits of [0, 1) from two 32-bit draws, the high 27 bits first. */
function sample53(next: () => number): number {
  const high = next() >>> 5;
  return (high * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/** Throws, in words, unless `value` is a whole number from `least` to `most`; `what` is the function and the argument. */
function checkWhole(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${what} is a whole number from ${least} to ${most}, given ${value}`);
  }
}

function checkChoice(n: number, size: number): void {
  checkWhole('choose: n', n, 0, LONGEST);
  checkWhole('choose: size', size, 0, n);
}
