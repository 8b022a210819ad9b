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
  readonly name: string;
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
  call(target: Assembler): void;
  /** destination, value, byte count on the stack. */
  fill(): void;
  /** destination, source, byte count on the stack. */
  copy(): void;
}

/** One function while it is written: the assembler appends to its locals, body and text lines. */
export interface Part {
  readonly signature: Required<Signature>;
  readonly locals: ValueType[];
  /** What stands before the body. */
  readonly head: Writer;
  readonly body: Writer;
  readonly lines: string[];
}

/** The address of one lane of a constant, of four or eight bytes; undefined when there is no room left. */
export type Pool = (lane: Uint8Array) => number | undefined;

const scratch = new DataView(new ArrayBuffer(16));
const scratchBytes = new Uint8Array(scratch.buffer);
const memoryAlign = (name: string) => (name.includes('64') ? 3 : name.includes('32') ? 2 : 4);
const number = (value: number) =>
  Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'inf').replace('NaN', 'nan');

/** Starts writing the body of function number `index`; with `keepText` it also lists its instructions. */
export function assembler(part: Part, index: number, keepText: boolean, pool: Pool): Assembler {
  const { signature, locals, head, body, lines } = part;
  const types = [...signature.params];
  const spare: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  let depth = 2;
  const say = (line: string) => {
    lines.push(`${'  '.repeat(depth)}${line}`);
  };
  const opcode = (code: number) => {
    if (code < 0x100) return body.byte(code);
    body.byte(code >> 12);
    body.unsigned(code & 0xfff);
  };
  const indexed = (code: number, name: string, value: number) => {
    body.byte(code);
    body.unsigned(value);
    if (keepText) say(`${name} ${value}`);
  };
  const vector = (shape: string, values: readonly (number | bigint)[], count: number, put: (lane: number) => void) => {
    for (let lane = 0; lane < count; lane++) put(lane);
    opcode(0xfd00c);
    body.bytes(scratchBytes);
    if (!keepText) return;
    const lanes = Array.from({ length: count }, (_, lane) => values[lane % values.length]!);
    say(`v128.const ${shape} ${lanes.map((v) => (typeof v === 'bigint' ? v : number(v))).join(' ')}`);
  };
  const pooled = new Map<string, number>();
  const nested = (code: number, name: string, inside: () => void, result?: ValueType) => {
    body.byte(code);
    body.byte(result ? typeCodes[result] : none);
    if (keepText) say(result ? `${name} (result ${result})` : name);
    depth++;
    inside();
    depth--;
    body.byte(0x0b);
    if (keepText) say('end');
  };
  const fresh = (type: ValueType): number => {
    locals.push(type);
    return types.push(type) - 1;
  };
  const put = {
    f32x4: (at: number, value: number | bigint) => scratch.setFloat32(at, Number(value), true),
    f64x2: (at: number, value: number | bigint) => scratch.setFloat64(at, Number(value), true),
    i32x4: (at: number, value: number | bigint) => scratch.setInt32(at, Number(value), true),
    i64x2: (at: number, value: number | bigint) => scratch.setBigInt64(at, BigInt(value), true),
  };
  return {
    name: signature.name,
    index,
    local: (type) => spare[type].pop() ?? fresh(type),
    free(...given) {
      for (const local of given) spare[types[local]!].push(local);
    },
    op(...names) {
      for (const name of names) {
        opcode(plainOpcodes[name]);
        if (keepText) say(name);
      }
    },
    get(...given) {
      for (const local of given) indexed(localGet, 'local.get', local);
    },
    set: (local) => indexed(localSet, 'local.set', local),
    tee: (local) => indexed(localTee, 'local.tee', local),
    i32(value) {
      body.byte(0x41);
      body.signed(value);
      if (keepText) say(`i32.const ${value | 0}`);
    },
    f32(value) {
      scratch.setFloat32(0, value, true);
      body.byte(0x43);
      body.bytes(scratchBytes.subarray(0, 4));
      if (keepText) say(`f32.const ${number(Math.fround(value))}`);
    },
    f64(value) {
      scratch.setFloat64(0, value, true);
      body.byte(0x44);
      body.bytes(scratchBytes.subarray(0, 8));
      if (keepText) say(`f64.const ${number(value)}`);
    },
    f32x4: (...values) =>
      vector('f32x4', values, 4, (i) => scratch.setFloat32(4 * i, values[i % values.length]!, true)),
    f64x2: (...values) =>
      vector('f64x2', values, 2, (i) => scratch.setFloat64(8 * i, values[i % values.length]!, true)),
    i32x4: (...values) => vector('i32x4', values, 4, (i) => scratch.setInt32(4 * i, values[i % values.length]!, true)),
    i64x2: (...values) =>
      vector('i64x2', values, 2, (i) => scratch.setBigInt64(8 * i, values[i % values.length]!, true)),
    constant(shape, value) {
      const [lanes, bytes, splat] = shape.endsWith('x4')
        ? ([4, 4, 'v128.load32_splat'] as const)
        : ([2, 8, 'v128.load64_splat'] as const);
      put[shape](0, value);
      const address = pool(scratchBytes.subarray(0, bytes));
      if (address === undefined) return vector(shape, [value], lanes, (lane) => put[shape](lane * bytes, value));
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
        if (keepText) lines.unshift(`    i32.const ${address}`, `    ${splat}`, `    local.set ${local}`);
      }
      indexed(localGet, 'local.get', local);
    },
    memory(name, offset = 0, lane) {
      opcode(memoryOpcodes[name]);
      body.byte(memoryAlign(name));
      body.unsigned(offset);
      if (lane !== undefined) body.byte(lane);
      if (keepText) say(`${name}${offset ? ` offset=${offset}` : ''}${lane === undefined ? '' : ` ${lane}`}`);
    },
    lane(name, lane) {
      opcode(laneOpcodes[name]);
      body.byte(lane);
      if (keepText) say(`${name} ${lane}`);
    },
    shuffle(bytes) {
      opcode(0xfd00d);
      body.bytes(Uint8Array.from(bytes));
      if (keepText) say(`i8x16.shuffle ${bytes.join(' ')}`);
    },
    block: (inside, result) => nested(0x02, 'block', inside, result),
    loop: (inside, result) => nested(0x03, 'loop', inside, result),
    if: (inside, otherwise, result) =>
      nested(
        0x04,
        'if',
        () => {
          inside();
          if (!otherwise) return;
          body.byte(0x05);
          depth--;
          if (keepText) say('else');
          depth++;
          otherwise();
        },
        result,
      ),
    br: (levels) => indexed(0x0c, 'br', levels),
    brIf: (levels) => indexed(0x0d, 'br_if', levels),
    call(target) {
      body.byte(0x10);
      body.unsigned(target.index);
      if (keepText) say(`call $${target.name}`);
    },
    fill() {
      body.bytes(Uint8Array.of(0xfc, 0x0b, 0));
      if (keepText) say('memory.fill');
    },
    copy() {
      body.bytes(Uint8Array.of(0xfc, 0x0a, 0, 0));
      if (keepText) say('memory.copy');
    },
  };
}
