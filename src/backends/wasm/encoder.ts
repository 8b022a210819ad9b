import {
  type Assembler,
  assembler,
  type Part,
  type Pool,
  type Signature,
  typeCodes,
  type ValueType,
} from './assembler.ts';
import { type Writer, writer } from './writer.ts';

/** Memory imported as `env.memory`; `min` and `max` are pages of 64 KiB, and shared memory needs `max`. */
export interface MemoryImport {
  readonly min: number;
  readonly max?: number;
  readonly shared?: boolean;
}

/** Where a module with a memory keeps the constants of its functions, in bytes; those without room are written in place. */
export const CONSTANTS = { start: 64, end: 2048 } as const;

/** Bytes and where in memory they stand. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A module under construction. */
export interface ModuleBuilder {
  /** Begins a function; several may be written in turn, and its body ends when the module is encoded. */
  fn(signature: Signature): Assembler;
  /** What memory holds at an address when the module is instantiated. */
  data(address: number, bytes: Uint8Array): void;
  /** The encoded module. */
  encode(): Uint8Array<ArrayBuffer>;
}

const encodeText = (out: Writer, text: string) => {
  const bytes = new TextEncoder().encode(text);
  out.unsigned(bytes.length);
  out.bytes(bytes);
};

/** Begins a WebAssembly module that imports its memory. Source: WebAssembly 2.0 with relaxed SIMD. */
export function moduleBuilder({ memory }: { readonly memory?: MemoryImport } = {}): ModuleBuilder {
  if (memory?.shared && memory.max === undefined)
    throw new Error('wasm module: shared memory was given without max pages');
  const parts: Part[] = [];
  const constants = new Map<string, number>();
  const segments: Segment[] = [];
  let free = CONSTANTS.start;
  const pool: Pool = (lane) => {
    const key = String(lane);
    const known = constants.get(key);
    if (known !== undefined) return known;
    const address = Math.ceil(free / lane.length) * lane.length;
    if (address + lane.length > CONSTANTS.end) return undefined;
    free = address + lane.length;
    constants.set(key, address);
    segments.push({ address, bytes: lane.slice() });
    return address;
  };
  const section = (out: Writer, id: number, items: number, write: (content: Writer) => void) => {
    const content = writer();
    content.unsigned(items);
    write(content);
    out.byte(id);
    out.unsigned(content.written().length);
    out.bytes(content.written());
  };
  return {
    fn({ name, params = [], results = [], exported = true }) {
      const part: Part = {
        signature: { name, params, results, exported },
        locals: [],
        head: writer(),
        body: writer(4096),
      };
      return assembler(part, parts.push(part) - 1, pool);
    },
    data: (address, bytes) => void segments.push({ address, bytes }),
    encode() {
      const out = writer(1 << 16);
      out.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
      const shapes = parts.map(({ signature: s }) => `${s.params}>${s.results}`);
      const types = [...new Set(shapes)];
      section(out, 1, types.length, (content) => {
        for (const shape of types) {
          const { params, results } = parts[shapes.indexOf(shape)]!.signature;
          content.byte(0x60);
          for (const list of [params, results]) {
            content.unsigned(list.length);
            for (const type of list) content.byte(typeCodes[type]);
          }
        }
      });
      if (memory)
        section(out, 2, 1, (content) => {
          encodeText(content, 'env');
          encodeText(content, 'memory');
          content.byte(2);
          content.byte((memory.max === undefined ? 0 : 1) | (memory.shared ? 2 : 0));
          content.unsigned(memory.min);
          if (memory.max !== undefined) content.unsigned(memory.max);
        });
      section(out, 3, parts.length, (content) => {
        for (const shape of shapes) content.unsigned(types.indexOf(shape));
      });
      const exports = parts.flatMap(({ signature }, i) => (signature.exported ? [{ name: signature.name, i }] : []));
      section(out, 7, exports.length, (content) => {
        for (const { name, i } of exports) {
          encodeText(content, name);
          content.byte(0);
          content.unsigned(i);
        }
      });
      section(out, 10, parts.length, (content) => {
        for (const { locals, head: first, body } of parts) {
          const head = writer();
          const runs: { type: ValueType; count: number }[] = [];
          for (const type of locals) {
            const last = runs.at(-1);
            if (last?.type === type) last.count++;
            else runs.push({ type, count: 1 });
          }
          head.unsigned(runs.length);
          for (const { type, count } of runs) {
            head.unsigned(count);
            head.byte(typeCodes[type]);
          }
          content.unsigned(head.written().length + first.written().length + body.written().length + 1);
          content.bytes(head.written());
          content.bytes(first.written());
          content.bytes(body.written());
          content.byte(0x0b);
        }
      });
      if (segments.length > 0)
        section(out, 11, segments.length, (content) => {
          for (const { address, bytes } of segments) {
            content.bytes(Uint8Array.of(0, 0x41));
            content.signed(address);
            content.byte(0x0b);
            content.unsigned(bytes.length);
            content.bytes(bytes);
          }
        });
      return out.written().slice();
    },
  };
}
