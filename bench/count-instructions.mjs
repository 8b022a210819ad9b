// Counting by rewriting: a module gets a counter for each kind of instruction, moved on at the head of every run of instructions without
// a jump. What is counted is what was executed, exactly and the same on every machine; no hardware counter is needed.

/** Kinds that cost something when executed; locals, constants and the marks of blocks are names and shapes, and are not counted. */
export const kinds = ['vector', 'memory', 'scalar', 'jump'];
const [VECTOR, MEMORY, SCALAR, JUMP] = kinds.keys();

/** A reader of a module's bytes. */
function reader(/** @type {Uint8Array} */ bytes, at = 0) {
  const it = {
    get at() {
      return at;
    },
    byte: () => bytes[at++],
    skip: (count) => {
      at += count;
    },
    /** An integer of either sign, of which only the unsigned value is used. */
    leb() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    },
    memarg: () => {
      if (it.leb() & 64) it.leb(); // which memory, where there are several
      it.leb();
    },
  };
  return it;
}

const leb = (value) => {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
};
/** The signed form, of a number from 0. */
const sleb = (value) => {
  const bytes = leb(value);
  return bytes.at(-1) & 64 ? [...bytes.slice(0, -1), bytes.at(-1) | 128, 0] : bytes;
};

/** Read past one instruction; returns its kind, if it is counted, and whether a run of instructions ends behind it. */
function instruction(r) {
  const op = r.byte();
  if (op === 0xfd) {
    const sub = r.leb();
    if (sub <= 0x0b || sub === 0x5c || sub === 0x5d) {
      r.memarg();
      return { kind: MEMORY };
    }
    if (sub >= 0x54 && sub <= 0x5b) {
      r.memarg();
      r.skip(1);
      return { kind: MEMORY };
    }
    if (sub === 0x0c) {
      r.skip(16);
      return {};
    }
    if (sub === 0x0d) r.skip(16);
    else if (sub >= 0x15 && sub <= 0x22) r.skip(1);
    return { kind: VECTOR };
  }
  if (op === 0xfc) {
    const sub = r.leb();
    if (sub < 8) return { kind: SCALAR };
    if (sub === 8 || sub === 10 || sub === 12 || sub === 14) r.leb();
    r.leb();
    return { kind: MEMORY };
  }
  if (op === 0xfe) {
    if (r.leb() === 3) r.skip(1);
    else r.memarg();
    return { kind: MEMORY };
  }
  if (op >= 0x28 && op <= 0x3e) {
    r.memarg();
    return { kind: MEMORY };
  }
  if (op >= 0x45 && op <= 0xc4) return { kind: SCALAR };
  if (op >= 0x02 && op <= 0x04) {
    r.leb();
    return op === 4 ? { kind: JUMP, ends: true } : { ends: op === 3 };
  }
  if (op === 0x05 || op === 0x0b) return { ends: true };
  if (op === 0x0c || op === 0x0d) {
    r.leb();
    return { kind: JUMP, ends: true };
  }
  if (op === 0x0e) {
    for (let left = r.leb() + 1; left > 0; left--) r.leb();
    return { kind: JUMP, ends: true };
  }
  if (op === 0x00 || op === 0x0f) return { kind: JUMP, ends: true };
  if (op === 0x10 || op === 0x12) {
    r.leb();
    return { kind: JUMP };
  }
  if (op === 0x11 || op === 0x13) {
    r.leb();
    r.leb();
    return { kind: JUMP };
  }
  if (op === 0x1b) return { kind: SCALAR };
  if (op === 0x1c) {
    for (let left = r.leb(); left > 0; left--) r.leb();
    return { kind: SCALAR };
  }
  if (op >= 0x20 && op <= 0x24) r.leb();
  else if (op === 0x3f || op === 0x40 || op === 0x41 || op === 0x42 || op === 0xd0 || op === 0xd2) r.leb();
  else if (op === 0x43) r.skip(4);
  else if (op === 0x44) r.skip(8);
  else if (op !== 0x01 && op !== 0x1a && op !== 0xd1)
    throw new Error(`count instructions: opcode 0x${op.toString(16)} at byte ${r.at - 1} is not known`);
  return {};
}

/** A function's body with its counters moved on; `first` is the number of the first counter among the globals. */
function countedBody(bytes, start, end, first) {
  const r = reader(bytes, start);
  for (let groups = r.leb(); groups > 0; groups--) {
    r.leb();
    r.skip(1);
  }
  const out = [...bytes.subarray(start, r.at)];
  while (r.at < end) {
    const from = r.at;
    const counts = kinds.map(() => 0);
    for (let ends = false; !ends && r.at < end; ) {
      const { kind, ends: isLast = false } = instruction(r);
      if (kind !== undefined) counts[kind]++;
      ends = isLast;
    }
    counts.forEach((count, kind) => {
      // counter += count, as global.get, i64.const, i64.add, global.set
      if (count > 0) out.push(0x23, ...leb(first + kind), 0x42, ...sleb(count), 0x7c, 0x24, ...leb(first + kind));
    });
    for (let k = from; k < r.at; k++) out.push(bytes[k]);
  }
  return out;
}

/** A module that counts what it executes in globals that it exports as `executed vector`, and so on for the other kinds. */
export function counted(/** @type {Uint8Array} */ bytes) {
  const r = reader(bytes, 8);
  const sections = new Map();
  while (r.at < bytes.length) {
    const id = r.byte();
    const size = r.leb();
    sections.set(id, { from: r.at, to: r.at + size });
    r.skip(size);
  }
  sections.delete(0); // names, which would be wrong
  /** The number of entries of a section, and its other bytes. */
  const entries = (id) => {
    const section = sections.get(id);
    if (!section) return { count: 0, rest: [], at: 0 };
    const s = reader(bytes, section.from);
    const count = s.leb();
    return { count, rest: [...bytes.subarray(s.at, section.to)], at: s.at };
  };
  let first = entries(6).count;
  const imports = entries(2);
  const s = reader(bytes, imports.at);
  for (let left = imports.count; left > 0; left--) {
    s.skip(s.leb());
    s.skip(s.leb());
    const kind = s.byte();
    if (kind === 3) {
      first++;
      s.skip(2);
    } else if (kind === 0) s.leb();
    else {
      if (kind === 1) s.skip(1);
      const hasMost = s.byte() & 1;
      s.leb();
      if (hasMost) s.leb();
    }
  }
  const named = (kind) => {
    const name = new TextEncoder().encode(`executed ${kind}`);
    return [name.length, ...name];
  };
  const rewritten = new Map();
  const globals = entries(6);
  // Each counter is an i64 that changes and begins as 0.
  rewritten.set(6, [
    ...leb(globals.count + kinds.length),
    ...globals.rest,
    ...kinds.flatMap(() => [0x7e, 1, 0x42, 0, 0x0b]),
  ]);
  const exports = entries(7);
  rewritten.set(7, [
    ...leb(exports.count + kinds.length),
    ...exports.rest,
    ...kinds.flatMap((kind, k) => [...named(kind), 3, ...leb(first + k)]),
  ]);
  const code = entries(10);
  const c = reader(bytes, code.at);
  let bodies = leb(code.count);
  for (let left = code.count; left > 0; left--) {
    const size = c.leb();
    const body = countedBody(bytes, c.at, c.at + size, first);
    c.skip(size);
    bodies = bodies.concat(leb(body.length), body);
  }
  rewritten.set(10, bodies);
  // In the order of the format, in which tags (13) and data counts (12) stand before what they concern.
  const written = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11].flatMap((id) => {
    const section = sections.get(id);
    const content = rewritten.get(id) ?? (section && [...bytes.subarray(section.from, section.to)]);
    return content ? [id, ...leb(content.length), ...content] : [];
  });
  return Uint8Array.from([...bytes.subarray(0, 8), ...written]);
}

/**
 * From now on, every module made in this process counts. Returns a function that says what all of them have executed since it was asked
 * last, and how many bytes of modules were made.
 */
export function countFromNow() {
  const { Module, Instance } = WebAssembly;
  const counters = [];
  let bytes = 0;
  WebAssembly.Module = function countedModule(source) {
    bytes += source.byteLength;
    return new Module(counted(new Uint8Array(source.buffer ?? source, source.byteOffset ?? 0, source.byteLength)));
  };
  WebAssembly.Instance = function countedInstance(module, imports) {
    const instance = new Instance(module, imports);
    counters.push(kinds.map((kind) => instance.exports[`executed ${kind}`]));
    return instance;
  };
  let before = kinds.map(() => 0);
  let bytesBefore = 0;
  return () => {
    const now = kinds.map((_, k) => counters.reduce((sum, counter) => sum + Number(counter[k].value), 0));
    const told = {
      ...Object.fromEntries(kinds.map((kind, k) => [kind, now[k] - before[k]])),
      bytes: bytes - bytesBefore,
    };
    [before, bytesBefore] = [now, bytes];
    return told;
  };
}
