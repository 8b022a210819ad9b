// Milliseconds per training step and microseconds per streaming step of the synaptic LTC at 32 units, 8 inputs, batch 16, 32 steps, 6 sub-steps.
// Run: npm run bench. Multiply-add where the engine has it and without are interleaved; answers are checked against the oracle first.
import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';

if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
const { full, model, program, synaptic } = await import('../dist/index.js');
const { adam } = await import('../dist/optimizers/adam.js');

const [units, inputs, batch, steps] = [32, 8, 16, 32];
const net = model({ cell: synaptic(), inputs, wiring: full(units), seed: 1 });
const x = Float32Array.from({ length: batch * steps * inputs }, (_, k) => Math.sin(12.9898 * k));
const sequences = { batch, steps, x };

/** One step of training on the mean square of all outputs. */
function trainer(options) {
  const machine = program(net, options);
  const optimizer = adam().start(net.parameters.length);
  const cotangent = new Float32Array(batch * steps * units);
  return () => {
    const { outputs } = machine.forward(sequences, { tape: true });
    for (let k = 0; k < outputs.length; k++) cotangent[k] = (2 * outputs[k]) / outputs.length;
    machine.backward(cotangent);
    machine.update((parameters, gradients) => optimizer.step(parameters, gradients, 1e-3));
  };
}

/** One sample of a stream. */
function streamer(options) {
  const stream = program(net, options).stream();
  const samples = Array.from({ length: steps }, (_, t) => x.subarray(t * inputs, (t + 1) * inputs));
  let t = 0;
  return () => stream.push(samples[t++ % steps]);
}

const oracle = program(net, { backend: 'javascript' }).forward(sequences).outputs;
for (const fma of ['auto', 'off']) {
  const { outputs } = program(net, { fma }).forward(sequences);
  const worst = outputs.reduce((most, v, k) => Math.max(most, Math.abs(v - oracle[k])), 0);
  if (!(worst < 2e-5)) throw new Error(`fma ${fma}: the answer is off by ${worst}`);
}

/** Median and quartiles of the time of `count` turns, over `rounds` rounds that alternate between the contestants. */
function race(contestants, rounds, count) {
  const times = contestants.map(() => []);
  for (let round = -3; round < rounds; round++) {
    contestants.forEach((turn, k) => {
      const began = performance.now();
      for (let n = 0; n < count; n++) turn();
      if (round >= 0) times[k].push((performance.now() - began) / count);
    });
  }
  const at = (list, share) => list.sort((a, b) => a - b)[Math.floor(share * (list.length - 1))];
  return times.map((list) => ({ median: at(list, 0.5), low: at(list, 0.25), high: at(list, 0.75) }));
}

const hasFma = program(net).fma;
console.log(`${cpus()[0].model}, Node ${process.versions.node}, multiply-add ${hasFma ? 'there' : 'not there'}`);
const show = (what, [on, off], unit, scale) => {
  const text = ({ median, low, high }) =>
    `${(median * scale).toFixed(2)} (${(low * scale).toFixed(2)}–${(high * scale).toFixed(2)}) ${unit}`;
  console.log(`${what}: ${text(on)}; without multiply-add ${text(off)}, ratio ${(off.median / on.median).toFixed(2)}`);
};
const both = (make) => [make({ fma: 'auto' }), make({ fma: 'off' })];
show('training step', race(both(trainer), 40, 2), 'ms', 1);
show('streaming step', race(both(streamer), 40, 2000), 'µs', 1000);
