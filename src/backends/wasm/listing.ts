import { typeCodes } from './assembler.ts';
import { laneOpcodes, memoryOpcodes, plainOpcodes } from './opcodes.ts';

/** Reads what a writer wrote. */
interface Reader {
  readonly isAtEnd: boolean;
  byte(): number;
  unsigned(): number;
  signed(): number;
  bytes(count: number): Uint8Array;
  name(): string;
  /** As many as the number that comes first says. */
  list<T>(read: () => T): T[];
}

function reader(bytes: Uint8Array): Reader {
  let at = 0;
  const byte = () => bytes[at++]!;
  const integer = (isSigned: boolean) => {
    let [value, shift, part] = [0, 0, 0];
    do {
      part = byte();
      value |= (part & 127) << shift;
      shift += 7;
    } while (part > 127);
    return isSigned ? (shift < 32 && part & 64 ? value | (-1 << shift) : value) : value >>> 0;
  };
  const take = (count: number) => {
    at += count;
    return bytes.subarray(at - count, at);
  };
  const unsigned = () => integer(false);
  return {
    get isAtEnd() {
      return at >= bytes.length;
    },
    byte,
    unsigned,
    signed: () => integer(true),
    bytes: take,
    name: () => new TextDecoder().decode(take(unsigned())),
    list: (read) => Array.from({ length: unsigned() }, read),
  };
}

const typeOf = (code: number) => Object.entries(typeCodes).find(([, own]) => own === code)?.[0];
const number = (value: number) =>
  Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'inf').replace('NaN', 'nan');
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** What stands behind an opcode, as text with a space in front. */
type Rest = (r: Reader) => string;

const nothing: Rest = () => '';
const index: Rest = (r) => ` ${r.unsigned()}`;
const lane: Rest = (r) => ` ${r.byte()}`;
const result: Rest = (r) => {
  const type = typeOf(r.byte());
  return type ? ` (result ${type})` : '';
};
/** The memories it is about, which are all the one there is. */
const memories =
  (count: number): Rest =>
  (r) => {
    r.bytes(count);
    return '';
  };
const lanes: Rest = (r) => {
  const of = view(r.bytes(16));
  return ` i32x4${[0, 4, 8, 12].map((at) => ` 0x${hex(of.getUint32(at, true), 8)}`).join('')}`;
};
const address =
  (name: string): Rest =>
  (r) => {
    r.byte();
    const offset = r.unsigned();
    return `${offset ? ` offset=${offset}` : ''}${name.endsWith('_lane') ? lane(r) : ''}`;
  };
const each = (opcodes: Readonly<Record<string, number>>, rest: (name: string) => Rest) =>
  Object.entries(opcodes).map(([name, code]) => [code, [name, rest(name)]] as const);

/** Every instruction that an assembler writes, by its opcode. */
const instructions = (): ReadonlyMap<number, readonly [name: string, rest: Rest]> =>
  new Map([
    ...each({ block: 0x02, loop: 0x03, if: 0x04 }, () => result),
    ...each({ else: 0x05, end: 0x0b }, () => nothing),
    ...each({ br: 0x0c, br_if: 0x0d, 'local.get': 0x20, 'local.set': 0x21, 'local.tee': 0x22 }, () => index),
    [0x10, ['call', nothing]],
    [0x41, ['i32.const', (r) => ` ${r.signed()}`]],
    [0x43, ['f32.const', (r) => ` ${number(view(r.bytes(4)).getFloat32(0, true))}`]],
    [0x44, ['f64.const', (r) => ` ${number(view(r.bytes(8)).getFloat64(0, true))}`]],
    [0xfc00a, ['memory.copy', memories(2)]],
    [0xfc00b, ['memory.fill', memories(1)]],
    [0xfd00c, ['v128.const', lanes]],
    [0xfd00d, ['i8x16.shuffle', (r) => ` ${r.bytes(16).join(' ')}`]],
    ...each(plainOpcodes, () => nothing),
    ...each(memoryOpcodes, address),
    ...each(laneOpcodes, () => lane),
  ]);

/**
 * WebAssembly text of a module that a module builder encoded, one instruction a line. Vector constants are shown as four integers,
 * because a module does not say what they are; functions that are not exported go by their number.
 */
export function listing(module: Uint8Array): string {
  const known = instructions();
  const lines = ['(module'];
  const types: { readonly params: string; readonly results: string }[] = [];
  const functions: number[] = [];
  const exported = new Map<number, string>();
  const list = (kind: string, of: readonly (string | undefined)[]) => (of.length ? ` (${kind} ${of.join(' ')})` : '');

  const sections: Readonly<Record<number, (r: Reader) => unknown>> = {
    1: (r) =>
      r.list(() => {
        r.byte();
        const [params, results] = [0, 1].map(() => r.list(() => typeOf(r.byte())));
        types.push({ params: list('param', params!), results: list('result', results!) });
      }),
    2: (r) =>
      r.list(() => {
        const [from, name] = [r.name(), r.name()];
        const [, limits, min] = [r.byte(), r.byte(), r.unsigned()];
        const max = limits & 1 ? ` ${r.unsigned()}` : '';
        lines.push(`  (import "${from}" "${name}" (memory ${min}${max}${limits & 2 ? ' shared' : ''}))`);
      }),
    3: (r) => functions.push(...r.list(r.unsigned)),
    7: (r) =>
      r.list(() => {
        const name = r.name();
        r.byte();
        exported.set(r.unsigned(), name);
      }),
    10: (r) => lines.push(...r.list(() => reader(r.bytes(r.unsigned()))).flatMap(functionOf)),
    11: (r) =>
      r.list(() => {
        r.bytes(2);
        const at = r.signed();
        r.byte();
        const text = Array.from(r.bytes(r.unsigned()), (byte) => `\\${hex(byte, 2)}`).join('');
        lines.push(`  (data (i32.const ${at}) "${text}")`);
      }),
  };
  const nameOf = (index: number) => exported.get(index) ?? String(index);
  function functionOf(r: Reader, index: number): string[] {
    const { params, results } = types[functions[index]!]!;
    const name = exported.get(index);
    const locals = r.list(() => Array.from({ length: r.unsigned() }).fill(r.byte())).flat();
    const body = [`  (func $${nameOf(index)}${name ? ` (export "${name}")` : ''}${params}${results}`];
    if (locals.length)
      body.push(
        `   ${list(
          'local',
          locals.map((code) => typeOf(code as number)),
        )}`,
      );
    for (let depth = 2; !r.isAtEnd; ) {
      const first = r.byte();
      const code = first < 0xfc ? first : first * 0x1000 + r.unsigned();
      const [op, rest] = known.get(code)!;
      if (op === 'else' || op === 'end') depth--;
      body.push(`${'  '.repeat(depth)}${op}${op === 'call' ? ` $${nameOf(r.unsigned())}` : rest(r)}`);
      if (op === 'else' || rest === result) depth++;
    }
    return [...body.slice(0, -1), '  )'];
  }

  const r = reader(module.subarray(8));
  while (!r.isAtEnd) {
    const id = r.byte();
    const content = reader(r.bytes(r.unsigned()));
    sections[id]?.(content);
  }
  return `${lines.join('\n')}\n)\n`;
}
