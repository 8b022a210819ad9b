// The instructions that kernels are made of. Rows are the opcode of the first name, then names with consecutive opcodes; '_' skips one.
// 0xfd000 + n and 0xfc000 + n are prefixed. Source: WebAssembly 2.0 and relaxed SIMD, binary format of instructions.

const plainRows = [
  [0x00, 'unreachable nop'],
  [0x0f, 'return'],
  [0x1b, 'select'],
  [0x47, 'i32.ne _ i32.lt_u'],
  [0x6a, 'i32.add i32.sub i32.mul'],
  [0x74, 'i32.shl _ i32.shr_u'],
  [0x92, 'f32.add'],
  [0xa0, 'f64.add'],
  [0xbb, 'f64.promote_f32'],
  [0xfc000, 'i32.trunc_sat_f32_s _ i32.trunc_sat_f64_s'],
  [0xfd037, 'i32x4.eq'],
  [0xfd041, 'f32x4.eq _ f32x4.lt'],
  [0xfd047, 'f64x2.eq _ f64x2.lt'],
  [0xfd04e, 'v128.and _ v128.or v128.xor v128.bitselect'],
  [0xfd06a, 'f32x4.nearest'],
  [0xfd094, 'f64x2.nearest'],
  [0xfd0ab, 'i32x4.shl _ i32x4.shr_u i32x4.add'],
  [0xfd0cb, 'i64x2.shl _ i64x2.shr_u i64x2.add'],
  [0xfd0d6, 'i64x2.eq'],
  [0xfd0e0, 'f32x4.abs f32x4.neg _ f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div'],
  [0xfd0ea, 'f32x4.pmin f32x4.pmax'],
  [0xfd0ec, 'f64x2.abs f64x2.neg _ f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div'],
  [0xfd0f6, 'f64x2.pmin f64x2.pmax'],
  [0xfd105, 'f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd'],
] as const;

const memoryRows = [
  [0x28, 'i32.load _ f32.load f64.load'],
  [0x36, 'i32.store'],
  [0xfd000, 'v128.load'],
  [0xfd009, 'v128.load32_splat v128.load64_splat v128.store'],
  [
    0xfd056,
    'v128.load32_lane v128.load64_lane _ _ v128.store32_lane v128.store64_lane v128.load32_zero v128.load64_zero',
  ],
] as const;

const laneRows = [
  [0xfd01b, 'i32x4.extract_lane _ _ _ f32x4.extract_lane'],
  [0xfd021, 'f64x2.extract_lane'],
] as const;

type Rows = readonly (readonly [number, string])[];
type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;
type Names<Table extends Rows> = Exclude<Words<Table[number][1]>, '_'>;

/** An instruction without immediates, by its WebAssembly name. */
export type PlainOp = Names<typeof plainRows>;
/** A load or store; those named `_lane` also take a lane number. */
export type MemoryOp = Names<typeof memoryRows>;
/** Reads or replaces one lane of a vector. */
export type LaneOp = Names<typeof laneRows>;

const table = <Op extends string>(rows: Rows): Readonly<Record<Op, number>> =>
  Object.fromEntries(rows.flatMap(([first, names]) => names.split(' ').map((name, i) => [name, first + i]))) as Record<
    Op,
    number
  >;

/** Opcodes of instructions without immediates; from 0xfc000 on, the part above 12 bits is the prefix byte. */
export const plainOpcodes = /* @__PURE__ */ table<PlainOp>(plainRows);
/** Opcodes of loads and stores. */
export const memoryOpcodes = /* @__PURE__ */ table<MemoryOp>(memoryRows);
/** Opcodes of lane access. */
export const laneOpcodes = /* @__PURE__ */ table<LaneOp>(laneRows);
