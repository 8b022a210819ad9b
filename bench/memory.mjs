import { caseOf, shapes } from './cases.mjs';

const { program } = await import('../dist/index.js');
const { bptt } = await import('../dist/gradients/bptt.js');
const { checkpointed } = await import('../dist/gradients/checkpointed.js');

/** Bytes that a model holds after a forward and a backward pass by a method. */
function held({ network, batch, steps }, method) {
  const it = method.of(program(network));
  const { outputs } = it.forward({ batch, steps, x: new Float32Array(batch * steps * network.inputs) });
  it.backward(outputs);
  return it.memory;
}

const sizes = { batch: [8, 16, 32, 64, 128], steps: [8, 32, 128, 512, 2048] };
const megabytes = (bytes) => (bytes / 1e6).toPrecision(3);

/** The memory after a training step at each shape, and how it grows. */
export function measureMemory({ options: { only, quick }, note }) {
  const rows = [];
  const add = (name, of, method) => {
    if (!only.test(name)) return;
    if (name !== rows.at(-1)?.case) note(name);
    rows.push({
      race: 'memory',
      case: name,
      method: method.name,
      batch: of.batch,
      steps: of.steps,
      bytes: held(of, method),
    });
  };
  for (const [model, shape] of [
    ...['A32', 'N19', 'B64', 'C128'].map((shape) => ['ltc', shape]),
    ...(quick ? [] : ['cfc', 'lstm', 'gru'].map((model) => [model, 'C128'])),
  ])
    add(`memory ${caseOf(model, shape).name}`, caseOf(model, shape), bptt());
  for (const method of [bptt(), checkpointed()]) {
    for (const [axis, list] of Object.entries(sizes)) {
      for (const size of list.slice(0, quick ? 3 : undefined))
        add(`memory growth with ${axis}`, caseOf('ltc', 'A32', { ...shapes.A32, [axis]: size }), method);
    }
  }
  if (rows.length === 0) return undefined;
  const before = (row) => {
    const other = rows[rows.indexOf(row) - 1];
    return other?.case === row.case && other.method === row.method ? other : undefined;
  };
  return {
    title: 'Memory',
    about: 'What `program.memory` and the method of the gradient hold after a training step; growth at 32 units.',
    rows,
    columns: [
      ['case', (row) => row.case.replace('memory ', '')],
      ['method', (row) => `\`${row.method}\``],
      ['batch', (row) => row.batch],
      ['steps', (row) => row.steps],
      ['MB', (row) => megabytes(row.bytes)],
      ['× the row above', (row) => (before(row) ? (row.bytes / before(row).bytes).toFixed(2) : '')],
    ],
  };
}
