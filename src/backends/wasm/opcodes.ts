// Rows are the opcode of the first name, then names with consecutive opcodes; '_' skips one. 0xfd000 + n and 0xfc000 + n are prefixed.

const plainRows = [
  [0x00, 'unreachable nop'],
  [0x0f, 'return'],
  [0x1a, 'drop select'],
  [0x45, 'i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u'],
  [0x5b, 'f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge'],
  [0x67, 'i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u'],
  [0x71, 'i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u'],
  [0x8b, 'f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt'],
  [0x92, 'f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign'],
  [0x99, 'f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt'],
  [0xa0, 'f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign'],
  [0xb2, 'f32.convert_i32_s f32.convert_i32_u _ _ f32.demote_f64 f64.convert_i32_s f64.convert_i32_u'],
  [0xbb, 'f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64'],
  [0xfc000, 'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u'],
  [0xfd00e, 'i8x16.swizzle _ _ i32x4.splat i64x2.splat f32x4.splat f64x2.splat'],
  [0xfd037, 'i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u'],
  [0xfd03d, 'i32x4.le_s i32x4.le_u i32x4.ge_s i32x4.ge_u'],
  [0xfd041, 'f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge'],
  [0xfd047, 'f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge'],
  [0xfd04d, 'v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true'],
  [0xfd05e, 'f32x4.demote_f64x2_zero f64x2.promote_low_f32x4'],
  [0xfd067, 'f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest'],
  [0xfd074, 'f64x2.ceil f64x2.floor _ _ _ _ f64x2.trunc'],
  [0xfd094, 'f64x2.nearest'],
  [0xfd0a0, 'i32x4.abs i32x4.neg _ i32x4.all_true i32x4.bitmask'],
  [0xfd0ab, 'i32x4.shl i32x4.shr_s i32x4.shr_u i32x4.add _ _ i32x4.sub'],
  [0xfd0b5, 'i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u'],
  [0xfd0c0, 'i64x2.abs i64x2.neg _ i64x2.all_true i64x2.bitmask'],
  [0xfd0c7, 'i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u'],
  [0xfd0cb, 'i64x2.shl i64x2.shr_s i64x2.shr_u i64x2.add _ _ i64x2.sub'],
  [0xfd0d5, 'i64x2.mul i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s'],
  [0xfd0e0, 'f32x4.abs f32x4.neg _ f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div'],
  [0xfd0e8, 'f32x4.min f32x4.max f32x4.pmin f32x4.pmax'],
  [0xfd0ec, 'f64x2.abs f64x2.neg _ f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div'],
  [0xfd0f4, 'f64x2.min f64x2.max f64x2.pmin f64x2.pmax'],
  [0xfd0f8, 'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u'],
  [0xfd0fc, 'i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s'],
  [0xfd105, 'f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd'],
] as const;

const memoryRows = [
  [0x28, 'i32.load _ f32.load f64.load'],
  [0x36, 'i32.store _ f32.store f64.store'],
  [0xfd000, 'v128.load'],
  [0xfd009, 'v128.load32_splat v128.load64_splat v128.store'],
  [
    0xfd056,
    'v128.load32_lane v128.load64_lane _ _ v128.store32_lane v128.store64_lane v128.load32_zero v128.load64_zero',
  ],
] as const;

const laneRows = [
  [0xfd01b, 'i32x4.extract_lane i32x4.replace_lane _ _ f32x4.extract_lane f32x4.replace_lane'],
  [0xfd021, 'f64x2.extract_lane f64x2.replace_lane'],
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
