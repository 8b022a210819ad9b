import { setFlagsFromString } from 'node:v8';
import { caseOf, shapes } from './cases.mjs';
import { countFromNow, kinds } from './count-instructions.mjs';

/** Steps of the training run that is counted. */
const trainingSteps = 3;

/** A short run of each model: what its kernels execute. Answers do not depend on it, so it needs no engine but one that has SIMD. */
export async function measureCounts({ options: { only, quick }, note }) {
  if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const executed = countFromNow();
  const { program } = await import('../dist/index.js');
  const { adam } = await import('../dist/optimizers/adam.js');
  const runs = {
    training(it, { x, batch, steps, network }) {
      const optimizer = adam().start(network.parameters.length);
      for (let k = 0; k < trainingSteps; k++) {
        const { outputs } = it.forward({ batch, steps, x }, { tape: true });
        const { parameters: gradients } = it.backward(outputs.map((y) => (2 * y) / outputs.length));
        it.update((parameters) => optimizer.step(parameters, gradients, 1e-3));
      }
    },
    inference: (it, { x, batch, steps }) => it.forward({ batch, steps, x }),
    streaming(it, { x, steps, network: { inputs } }) {
      const stream = it.stream();
      for (let t = 0; t < steps; t++) stream.push(x.subarray(t * inputs, (t + 1) * inputs));
    },
  };
  const cases = [
    ...['A32', 'N19', 'B64', 'C128'].map((shape) => ['ltc', shape]),
    ...['cfc', 'cfc-pure', 'lstm', 'gru'].map((model) => [model, 'A32']),
  ].filter(([, shape]) => !quick || shape === 'A32' || shape === 'N19');
  const rows = [];
  for (const [model, shape] of cases) {
    const of = caseOf(model, shape, { ...shapes[shape], batch: 16, steps: 8 });
    const x = Float32Array.from({ length: 16 * 8 * of.network.inputs }, (_, k) => Math.sin(12.9898 * k));
    for (const [run, turn] of Object.entries(runs)) {
      const name = `counts ${run} ${of.name}`;
      if (!only.test(name)) continue;
      note(name);
      executed();
      const it = program(of.network);
      turn(it, { ...of, x });
      const { bytes, ...counts } = executed();
      rows.push({
        race: 'counts',
        case: of.name,
        run,
        fma: it.fma,
        ...counts,
        total: kinds.reduce((sum, kind) => sum + counts[kind], 0),
        bytes,
      });
    }
  }
  const fma = rows.every((row) => row.fma);
  return {
    title: 'Instructions',
    about: `WebAssembly instructions executed, in thousands, ${fma ? 'with' : 'without'} multiply-add: ${trainingSteps} training steps, a forward pass, and a stream, each of 16 sequences (a stream: one) of 8 steps; and kB of WebAssembly made for it. What JavaScript does is not in it.`,
    rows,
    columns: [
      ['case', (row) => row.case],
      ['run', (row) => row.run],
      ...[...kinds, 'total'].map((kind) => [kind, (row) => (row[kind] / 1e3).toFixed(1)]),
      ['kB', (row) => (row.bytes / 1e3).toFixed(1)],
    ],
  };
}
