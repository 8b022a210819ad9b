/** A seeded source of random numbers: equal seeds give equal sequences on every machine. */
export interface Random {
  /** The next number of [0, 1), with 53 random bits. */
  uniform(): number;
  /** The next whole number of 0 … n − 1, each equally likely; `n` is 1 … 2^32. */
  integer(n: number): number;
  /** The next draw from the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
}

/** NumPy's legacy `RandomState`, as far as published splits and wirings need it. */
export interface RandomState {
  /** The next number of [0, 1) with 53 random bits: NumPy's `random_sample()` and `rand()`. */
  uniform(): number;
  /** 0 … n − 1 in NumPy's `permutation(n)` order. */
  permutation(n: number): Int32Array;
  /** Shuffle in place as NumPy's `shuffle` does. */
  shuffle<T>(items: T[] | Int32Array): void;
}

const TWO_32 = 2 ** 32;

/** The library's own generator: xoshiro128** 1.1 (Blackman and Vigna 2021, doi:10.1145/3460772), its state filled from the seed by SplitMix32. */
export function random(seed: number): Random {
  checkSeed('random', seed, Number.MAX_SAFE_INTEGER);
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
      if (!Number.isInteger(n) || n < 1 || n > TWO_32) {
        throw new RangeError(`integer: n is a whole number from 1 to 2^32, given ${n}`);
      }
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
  checkSeed('mt19937', seed, TWO_32 - 1);
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
  /** A whole number of 0 … largest by masked rejection, one 32-bit draw an attempt. */
  const upTo = (largest: number): number => {
    if (largest === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(largest);
    for (;;) {
      const draw = (next() & mask) >>> 0;
      if (draw <= largest) return draw;
    }
  };
  const shuffle = <T>(items: T[] | Int32Array): void => {
    const list = items as T[];
    for (let i = list.length - 1; i > 0; i--) {
      const j = upTo(i);
      const kept = list[i]!;
      list[i] = list[j]!;
      list[j] = kept;
    }
  };

  return {
    uniform: () => sample53(next),
    permutation(n) {
      if (!Number.isInteger(n) || n < 0 || n > 2 ** 31 - 1) {
        throw new RangeError(`permutation: n is a whole number from 0 to 2^31 − 1, given ${n}`);
      }
      const order = Int32Array.from({ length: n }, (_, i) => i);
      shuffle(order);
      return order;
    },
    shuffle,
  };
}

/** 53 bits of [0, 1) from two 32-bit draws, the high 27 bits first. */
function sample53(next: () => number): number {
  const high = next() >>> 5;
  return (high * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

function checkSeed(name: string, seed: number, largest: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed > largest) {
    throw new RangeError(`${name}: the seed is a whole number from 0 to ${largest}, given ${seed}`);
  }
}
