import type { Assembler } from './assembler.ts';
import type { PlainOp } from './opcodes.ts';

/** The number format of a kernel, and whether it may use relaxed multiply-add. */
export interface LaneOptions {
  /** What kernels compute in. */
  readonly precision: 'float32' | 'float64';
  /** Whether they use relaxed multiply-add. */
  readonly fma: boolean;
}

/** Pushes its value for vector number `k` of those worked on side by side. */
export type Term = (k: number) => void;

/** Vector arithmetic in either precision: constructors of terms, named as in mathematics, that emit when pushed. */
export type Lanes = ReturnType<typeof lanes>;

/**
 * Arithmetic on `count` vectors side by side: a held step is emitted for all of them before the next, so that their chains overlap.
 * Of vectors that are known to be equal, `of` names the one that is computed. Call `release` when everything has been emitted.
 */
export function lanes(
  f: Assembler,
  { precision, fma }: LaneOptions,
  count: number,
  of: (k: number) => number = (k) => k,
) {
  const single = precision === 'float32';
  const [real, whole] = single ? (['f32x4', 'i32x4'] as const) : (['f64x2', 'i64x2'] as const);
  const held: number[] = [];
  const emit =
    (name: PlainOp) =>
    (...operands: readonly Term[]): Term =>
    (k) => {
      for (const operand of operands) operand(k);
      f.op(name);
    };
  const shift =
    (name: PlainOp) =>
    (a: Term, bits: number): Term =>
    (k) => {
      a(k);
      f.i32(bits);
      f.op(name);
    };
  const constant =
    (value: number): Term =>
    () =>
      f.constant(real, value);
  const add = emit(`${real}.add`);
  const sub = emit(`${real}.sub`);
  const mul = emit(`${real}.mul`);
  const madd = fma ? emit(`${real}.relaxed_madd`) : (a: Term, b: Term, c: Term) => add(mul(a, b), c);
  return {
    single,
    fma,
    /** 1.5·2^p: added to a small number it leaves the nearest integer in the low bits. */
    magic: single ? 1.5 * 2 ** 23 : 1.5 * 2 ** 52,
    bias: single ? 127 : 1023,
    mantissa: single ? 23 : 52,
    constant,
    add,
    sub,
    mul,
    /** a·b + c, fused where that was asked for and the machine can. */
    madd,
    /** c − a·b, likewise. */
    nmadd: fma ? emit(`${real}.relaxed_nmadd`) : (a: Term, b: Term, c: Term) => sub(c, mul(a, b)),
    div: emit(`${real}.div`),
    abs: emit(`${real}.abs`),
    neg: emit(`${real}.neg`),
    sqrt: emit(`${real}.sqrt`),
    nearest: emit(`${real}.nearest`),
    /** The smaller; where one is NaN, the first. */
    min: emit(`${real}.pmin`),
    /** The larger; where one is NaN, the first. */
    max: emit(`${real}.pmax`),
    lessThan: emit(`${real}.lt`),
    equal: emit(`${real}.eq`),
    and: emit('v128.and'),
    or: emit('v128.or'),
    xor: emit('v128.xor'),
    /** The first where the mask is set, else the second. */
    select: (mask: Term, a: Term, b: Term) => emit('v128.bitselect')(a, b, mask),
    integer:
      (value: bigint): Term =>
      () =>
        f.constant(whole, value),
    integerAdd: emit(`${whole}.add`),
    integerEqual: emit(`${whole}.eq`),
    shiftLeft: shift(`${whole}.shl`),
    shiftRight: shift(`${whole}.shr_u`),
    /** Coefficients in rising powers of z. */
    polynomial(z: Term, coefficients: readonly number[]): Term {
      let sum = constant(coefficients.at(-1)!);
      for (let i = coefficients.length - 2; i >= 0; i--) sum = madd(sum, z, constant(coefficients[i]!));
      return sum;
    },
    /** Emits the term for every vector now, into locals; the result reads them. */
    hold(term: Term): Term {
      const locals = Array.from({ length: count }, (_, k) => {
        if (of(k) !== k) return undefined;
        term(k);
        const local = f.local('v128');
        f.set(local);
        held.push(local);
        return local;
      });
      return (k) => f.get(locals[of(k)]!);
    },
    release: () => f.free(...held.splice(0)),
  };
}
