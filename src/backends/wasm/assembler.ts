import { type LaneOp, laneOpcodes, type MemoryOp, memoryOpcodes, type PlainOp, plainOpcodes } from './opcodes.ts';
import type { Writer } from './writer.ts';

/** Type of a parameter, local, result or block value. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** Their binary codes. */
export const typeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
const none = 0x40;
const localGet = 0x20;
const localSet = 0x21;
const localTee = 0x22;

/** What a function takes and returns; it is exported under its name unless `exported` is false. */
export interface Signature {
  readonly name: string;
  readonly params?: readonly ValueType[];
  readonly results?: readonly ValueType[];
  readonly exported?: boolean;
}

/** Writes the body of one function, instruction by instruction; locals are numbers, parameters the first of them. */
export interface Assembler {
  readonly index: number;
  /** A local of that type: one that was freed, or a new one. Its value is undefined until set. */
  local(type: ValueType): number;
  /** Gives locals back, for `local` to hand out again. */
  free(...locals: readonly number[]): void;
  /** Instructions without immediates, in order. */
  op(...names: readonly PlainOp[]): void;
  /** Pushes locals, in order. */
  get(...locals: readonly number[]): void;
  set(local: number): void;
  tee(local: number): void;
  i32(value: number): void;
  f32(value: number): void;
  f64(value: number): void;
  /** Pushes a vector constant: one value for all four lanes, or four. */
  f32x4(...values: readonly number[]): void;
  f64x2(...values: readonly number[]): void;
  i32x4(...values: readonly number[]): void;
  i64x2(...values: readonly bigint[]): void;
  /**
   * Pushes a vector with this value in all lanes, which is loaded from the module's constants when the function begins: engines would
   * build one that is written in place anew at every use, inside loops too. For modules with a memory.
   */
  constant(shape: 'f32x4' | 'f64x2', value: number): void;
  constant(shape: 'i32x4' | 'i64x2', value: bigint): void;
  /** A load (address on the stack) or store (address, then value on the stack) `offset` bytes on; `_lane` forms take a lane. */
  memory(name: MemoryOp, offset?: number, lane?: number): void;
  /** Extracts or replaces one lane. */
  lane(name: LaneOp, lane: number): void;
  /** Bytes 0–15 come from the first operand, 16–31 from the second. */
  shuffle(bytes: readonly number[]): void;
  block(body: () => void, result?: ValueType): void;
  loop(body: () => void, result?: ValueType): void;
  /** Takes its i32 condition from the stack. */
  if(body: () => void, otherwise?: () => void, result?: ValueType): void;
  /** Branches to the block `depth` levels out, 0 being the innermost: to its end, or to a loop's beginning. */
  br(depth: number): void;
  brIf(depth: number): void;
  /** Adds a number to an i32 local. */
  move(local: number, by: number): void;
  /** A loop that an i32 local counts down to 0: at least one turn. */
  countDown(left: number, body: () => void): void;
  call(target: Assembler): void;
  /** destination, value, byte count on the stack. */
  fill(): void;
  /** destination, source, byte count on the stack. */
  copy(): void;
}

/** One function while it is written: the assembler appends to its locals and body. */
export interface Part {
  readonly signature: Required<Signature>;
  readonly locals: ValueType[];
  /** What stands before the body. */
  readonly head: Writer;
  readonly body: Writer;
}

/** The address of one lane of a constant, of four or eight bytes; undefined when there is no room left. */
export type Pool = (lane: Uint8Array) => number | undefined;

const scratch = new DataView(new ArrayBuffer(16));
const scratchBytes = new Uint8Array(scratch.buffer);
const memoryAlign = (name: string) => (name.includes('64') ? 3 : name.includes('32') ? 2 : 4);

/** Writes one lane of a vector constant. */
const put = {
  f32x4: (at: number, value: number | bigint) => scratch.setFloat32(at, Number(value), true),
  f64x2: (at: number, value: number | bigint) => scratch.setFloat64(at, Number(value), true),
  i32x4: (at: number, value: number | bigint) => scratch.setInt32(at, Number(value), true),
  i64x2: (at: number, value: number | bigint) => scratch.setBigInt64(at, BigInt(value), true),
};
/** Bytes of a lane. */
const bytesOf = (shape: string) => (shape.endsWith('x4') ? 4 : 8);

/** Starts writing the body of function number `index`. */
export function assembler(part: Part, index: number, pool: Pool): Assembler {
  const { signature, locals, head, body } = part;
  const types = [...signature.params];
  const spare: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  const opcode = (code: number) => {
    if (code < 0x100) return body.byte(code);
    body.byte(code >> 12);
    body.unsigned(code & 0xfff);
  };
  const indexed = (code: number, value: number) => {
    body.byte(code);
    body.unsigned(value);
  };
  const vector = (shape: keyof typeof put, values: readonly (number | bigint)[]) => {
    const bytes = bytesOf(shape);
    for (let at = 0; at < 16; at += bytes) put[shape](at, values[(at / bytes) % values.length]!);
    opcode(0xfd00c);
    body.bytes(scratchBytes);
  };
  const pooled = new Map<string, number>();
  const nested = (code: number, inside: () => void, result?: ValueType) => {
    body.byte(code);
    body.byte(result ? typeCodes[result] : none);
    inside();
    body.byte(0x0b);
  };
  const i32 = (value: number) => {
    body.byte(0x41);
    body.signed(value);
  };
  const fresh = (type: ValueType): number => {
    locals.push(type);
    return types.push(type) - 1;
  };
  return {
    index,
    local: (type) => spare[type].pop() ?? fresh(type),
    free(...given) {
      for (const local of given) spare[types[local]!].push(local);
    },
    op(...names) {
      for (const name of names) opcode(plainOpcodes[name]);
    },
    get(...given) {
      for (const local of given) indexed(localGet, local);
    },
    set: (local) => indexed(localSet, local),
    tee: (local) => indexed(localTee, local),
    i32,
    f32(value) {
      scratch.setFloat32(0, value, true);
      body.byte(0x43);
      body.bytes(scratchBytes.subarray(0, 4));
    },
    f64(value) {
      scratch.setFloat64(0, value, true);
      body.byte(0x44);
      body.bytes(scratchBytes.subarray(0, 8));
    },
    f32x4: (...values) => vector('f32x4', values),
    f64x2: (...values) => vector('f64x2', values),
    i32x4: (...values) => vector('i32x4', values),
    i64x2: (...values) => vector('i64x2', values),
    constant(shape, value) {
      const bytes = bytesOf(shape);
      const splat = bytes === 4 ? 'v128.load32_splat' : 'v128.load64_splat';
      put[shape](0, value);
      const address = pool(scratchBytes.subarray(0, bytes));
      if (address === undefined) return vector(shape, [value]);
      const key = `${address} ${bytes}`;
      let local = pooled.get(key);
      if (local === undefined) {
        local = fresh('v128');
        pooled.set(key, local);
        head.byte(0x41);
        head.signed(address);
        head.byte(0xfd);
        head.unsigned(memoryOpcodes[splat] & 0xfff);
        head.byte(memoryAlign(splat));
        head.unsigned(0);
        head.byte(localSet);
        head.unsigned(local);
      }
      indexed(localGet, local);
    },
    memory(name, offset = 0, lane) {
      opcode(memoryOpcodes[name]);
      body.byte(memoryAlign(name));
      body.unsigned(offset);
      if (lane !== undefined) body.byte(lane);
    },
    lane(name, lane) {
      opcode(laneOpcodes[name]);
      body.byte(lane);
    },
    shuffle(bytes) {
      opcode(0xfd00d);
      body.bytes(Uint8Array.from(bytes));
    },
    block: (inside, result) => nested(0x02, inside, result),
    loop: (inside, result) => nested(0x03, inside, result),
    if: (inside, otherwise, result) =>
      nested(
        0x04,
        () => {
          inside();
          if (!otherwise) return;
          body.byte(0x05);
          otherwise();
        },
        result,
      ),
    br: (levels) => indexed(0x0c, levels),
    brIf: (levels) => indexed(0x0d, levels),
    move(local, by) {
      if (by === 0) return;
      indexed(localGet, local);
      i32(by);
      opcode(plainOpcodes['i32.add']);
      indexed(localSet, local);
    },
    countDown: (left, inside) =>
      nested(0x03, () => {
        inside();
        indexed(localGet, left);
        i32(1);
        opcode(plainOpcodes['i32.sub']);
        indexed(localTee, left);
        indexed(0x0d, 0);
      }),
    call(target) {
      body.byte(0x10);
      body.unsigned(target.index);
    },
    fill() {
      body.bytes(Uint8Array.of(0xfc, 0x0b, 0));
    },
    copy() {
      body.bytes(Uint8Array.of(0xfc, 0x0a, 0, 0));
    },
  };
}
