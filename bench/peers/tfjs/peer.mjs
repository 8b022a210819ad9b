// The synaptic LTC on TensorFlow.js, wasm backend with SIMD (which has threads in browsers only).
import { found, readCase, serve } from '../case.mjs';

const tf = await found(() => import('@tensorflow/tfjs'));
const wasm = await found(() => import('@tensorflow/tfjs-backend-wasm'));
console.warn = () => {};
await tf.setBackend('wasm');
const { add, sub, mul, div, sum, sigmoid, softplus, transpose, expandDims } = tf;

const { x, target, parameters, units, inputs, batch, steps, unfolds, motor } = readCase(process.argv[2]);
const p = {};
for (const [name, { data, shape }] of Object.entries(parameters)) {
  const key = name.replace('rnn_cell.', '');
  p[key] = tf.variable(tf.tensor(data, shape), !key.endsWith('mask'), key);
}
const samples = tf.unstack(transpose(tf.tensor(x.data, x.shape), [1, 2, 0]));
const wanted = transpose(tf.tensor(target.data, target.shape), [1, 2, 0]);
const column = (vector) => expandDims(vector, 1);

/** What does not change along a sequence. Sequences are last: the gradients of parameters are then sums over the last axis, the fastest. */
function prepare() {
  const synapses = (prefix) => {
    const [raw, sigma, mu, erev, mask] = ['w', 'sigma', 'mu', 'erev', 'sparsity_mask'].map((name) =>
      transpose(p[prefix + name]),
    );
    const w = mul(softplus(raw), mask);
    return {
      sigma: expandDims(sigma, 2),
      shift: expandDims(mul(sigma, mu), 2),
      weights: tf.stack([mul(w, erev), w], 1),
    };
  };
  const [cm, gleak] = [mul(softplus(p.cm), unfolds), softplus(p.gleak)];
  const fixed = tf.stack([mul(gleak, p.vleak), add(add(cm, gleak), 1e-8)], 1);
  return { inner: synapses(''), sensory: synapses('sensory_'), cm: column(cm), fixed: expandDims(fixed, 2) };
}

/** Numerator and denominator of each unit, (units, 2, batch), as products of matrices. */
const sums = (v, { sigma, shift, weights }) => tf.matMul(weights, sigmoid(sub(mul(sigma, v), shift)));

/** One sample: six semi-implicit steps, the sums from the inputs once. */
function step(v, u, { inner, sensory, cm, fixed }) {
  const known = add(sums(add(mul(u, column(p.input_w)), column(p.input_b)), sensory), fixed);
  for (let k = 0; k < unfolds; k++) {
    const [numerator, denominator] = tf.unstack(add(sums(v, inner), known), 1);
    v = div(add(mul(cm, v), numerator), denominator);
  }
  return v;
}

function answer() {
  const prepared = prepare();
  const outputs = [];
  let v = tf.zeros([units, batch]);
  for (const u of samples) {
    v = step(v, u, prepared);
    outputs.push(add(mul(tf.slice(v, [0, 0], [motor, batch]), column(p.output_w)), column(p.output_b)));
  }
  return tf.stack(outputs);
}

const error = () => tf.mean(tf.squaredDifference(answer(), wanted));
const adam = tf.train.adam(0.001);
const { value, grads } = tf.variableGrads(error);
const squares = Object.values(grads).map((each) => sum(tf.square(each)).dataSync()[0]);
const first = {
  peer: 'tfjs',
  versions: { '@tensorflow/tfjs': tf.version.tfjs, '@tensorflow/tfjs-backend-wasm': wasm.version_wasm },
  loss: value.dataSync()[0],
  gradNorm: Math.sqrt(squares.reduce((a, b) => a + b, 0)),
  outputs: transpose(answer(), [2, 0, 1]).dataSync(),
};
tf.dispose([value, grads]);

const constant = tf.tidy(prepare);
let state = tf.zeros([units, 1]);
let t = 0;
await serve(first, {
  step: () => {
    const loss = adam.minimize(error, true);
    loss.dataSync();
    loss.dispose();
  },
  forward: () => tf.tidy(() => answer().dataSync()),
  stream: () => {
    const sample = x.data.subarray(t * inputs, (t + 1) * inputs);
    t = (t + 1) % steps;
    const next = tf.tidy(() => step(state, tf.tensor(sample, [inputs, 1]), constant));
    state.dispose();
    state = next;
    state.dataSync();
  },
});
