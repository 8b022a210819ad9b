// Memory, time and error of every gradient method over sequence lengths, as Markdown: the paper's Table 1, measured (docs/gradients.md).
// Run: npm run bench:gradients (about three minutes). What is compared is interleaved and checked; times are ratios to bptt in the same
// round, the median and the range, or one number where there was one round.
import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';

if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
const { full, model, program, synaptic } = await import('../dist/index.js');
const { rk4 } = await import('../dist/solvers/rk4.js');
const { semiImplicit } = await import('../dist/solvers/semi-implicit.js');
const { autoNcp } = await import('../dist/wirings/ncp.js');
const { adjoint } = await import('../dist/gradients/adjoint.js');
const { bptt } = await import('../dist/gradients/bptt.js');
const { checkpointed } = await import('../dist/gradients/checkpointed.js');
const { truncated } = await import('../dist/gradients/truncated.js');

const batch = 8;
const lengths = [32, 256, 1024, 4096];
/** Milliseconds after which a method takes part in no further round of a length. */
const patience = 4000;
const methods = {
  bptt: bptt(),
  'truncated(32)': truncated(32),
  checkpointed: checkpointed(),
  "adjoint('samples')": adjoint(undefined, 'samples'),
  adjoint: adjoint(),
};

/** Numbers from −1 to 1 that look random, the same on every run. */
const numbers = (length, seed) =>
  Float64Array.from({ length }, (_, k) => {
    const v = Math.sin(12.9898 * (k + 1) + seed) * 43758.5453;
    return 2 * (v - Math.floor(v)) - 1;
  });
const sequencesOf = ({ inputs }, steps) => ({ batch, steps, x: numbers(batch * steps * inputs, 1) });

/** The gradient of the parameters for a random cotangent of all outputs. */
function gradient(it, sequences) {
  const { outputs } = it.forward(sequences);
  return it.backward(numbers(outputs.length, 2)).parameters;
}
const norm = (list) => Math.sqrt(list.reduce((sum, v) => sum + v * v, 0));
const error = (found, wanted) => norm(wanted.map((v, k) => v - found[k])) / norm(wanted);
const shown = (value) => (Number.isFinite(value) ? value.toExponential(1) : 'not finite');
const at = (list, share) => list.toSorted((a, b) => a - b)[Math.round(share * (list.length - 1))];
const megabytes = (bytes) => (bytes < 1e8 ? (bytes / 1e6).toPrecision(2) : (bytes / 1e6).toFixed(0));
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const heading = (...cells) => {
  row(...cells);
  row(...cells.map(() => '---'));
};

/** One line a method and length: memory, time over that of bptt (median and range of the rounds), error. */
function compare(name, net) {
  console.log(`\n### ${name}\n`);
  heading('steps', 'method', 'MB', 'time / bptt', 'error');
  for (const steps of lengths) {
    const sequences = sequencesOf(net, steps);
    const turns = Math.ceil(256 / steps);
    const exact = gradient(bptt().of(program(net, { precision: 'float64' })), sequences);
    const contestants = Object.entries(methods).map(([name, method]) => ({
      name,
      it: method.of(program(net)),
      off: Number.NaN,
      spent: 0,
      ratios: [],
    }));
    for (let round = 0; round < 7; round++) {
      let unit = 0;
      for (const each of contestants) {
        const isUnit = each === contestants[0];
        if (!isUnit && each.spent > patience) continue;
        const began = performance.now();
        let found;
        for (let turn = 0; turn < turns; turn++) found = gradient(each.it, sequences);
        const time = (performance.now() - began) / turns;
        if (isUnit) unit = time;
        each.off = error(found, exact);
        each.spent += time * turns;
        if (/bptt|checkpointed/.test(each.name) && !(each.off < 1e-5))
          throw new Error(`${each.name} at ${steps} steps is off by ${each.off}`);
        if (round > 0 || time > patience) each.ratios.push(time / unit); // kernels are made in the first round
      }
    }
    for (const { name, it, off, ratios } of contestants) {
      const [low, median, high] = [0, 0.5, 1].map((share) => at(ratios, share).toFixed(2));
      const spread = ratios.length > 1 ? ` (${low}–${high})` : '';
      row(steps, `\`${name}\``, megabytes(it.memory), name === 'bptt' ? '1' : median + spread, shown(off));
    }
  }
}

/** A model of synapses, and the error of one gradient against another over so many steps, in float64. */
function studied(units, inputs, steps) {
  const gradientOf = ([unfolds, method = bptt(), solver = semiImplicit]) => {
    const net = model({ cell: synaptic(), inputs, wiring: full(units), solver, unfolds, seed: 1 });
    return gradient(method.of(program(net, { precision: 'float64' })), sequencesOf(net, steps));
  };
  return (found, wanted) => error(gradientOf(found), gradientOf(wanted));
}

/** The adjoint's gradient against that of the model's own solver, and of the equation: that of a fine solver of another kind. */
function study(units, inputs) {
  const off = studied(units, inputs, 32);
  const equation = [256, bptt(), rk4];
  row(units, 'reference of 128', '', '', shown(off([128, bptt(), rk4], equation)));
  for (const unfolds of [6, 96]) {
    row(units, '`bptt`', unfolds, '0', shown(off([unfolds], equation)));
    for (const steps of [6, 24]) {
      const found = [unfolds, adjoint(steps, 'samples')];
      row(
        units,
        `\`adjoint(${steps}, 'samples')\``,
        unfolds,
        shown(off(found, [unfolds])),
        shown(off(found, equation)),
      );
    }
  }
}

console.log(`${cpus()[0].model}, Node ${process.versions.node}; batch ${batch}, float32 but for the errors`);
compare('32 units, full, 8 inputs', model({ cell: synaptic(), inputs: 8, wiring: full(32), seed: 1 }));
compare(
  '19 units, autoNcp, 2 inputs',
  model({ cell: synaptic(), inputs: 2, wiring: autoNcp({ units: 19, outputs: 1 }), seed: 1 }),
);
console.log('\n### States kept at every sample: 32 steps, float64\n');
heading('units', 'method', 'sub-steps', 'against `bptt`', 'against the equation');
study(8, 2);
study(32, 8);
console.log('\n### No states kept: `adjoint(24)` against `bptt` of 96 sub-steps, float64\n');
heading('units', '1 step', '2 steps', '3 steps', '4 steps', '8 steps');
for (const [units, inputs] of [
  [8, 2],
  [32, 8],
])
  row(units, ...[1, 2, 3, 4, 8].map((steps) => shown(studied(units, inputs, steps)([96, adjoint(24)], [96]))));
