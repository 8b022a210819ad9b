// The synaptic LTC on jax-js, wasm backend. It has no scan: a sequence is unrolled, so run with a larger stack (peers.mjs does).
import { readFileSync } from 'node:fs';
import { found, readCase, serve } from '../case.mjs';

const { init, jit, defaultDevice, nn, numpy: np, tree, valueAndGrad } = await found(() => import('@jax-js/jax'));
await init('wasm');
defaultDevice('wasm');

const { x, target, parameters, units, inputs, batch, steps, unfolds, motor } = readCase(process.argv[2]);
const place = ({ data, shape }) => np.array(data).reshape(shape);
const [p, masks] = [{}, {}];
for (const [name, array] of Object.entries(parameters)) {
  (name.endsWith('mask') ? masks : p)[name.replace('rnn_cell.', '')] = place(array);
}
const samples = (array) =>
  Array.from({ length: steps }, (_, t) => {
    const [count, , features] = array.shape;
    const at = (k) => (Math.floor(k / features) * steps + t) * features + (k % features);
    return place({
      data: Float32Array.from({ length: count * features }, (_, k) => array.data[at(k)]),
      shape: [count, features],
    });
  });
const [us, targets] = [samples(x), samples(target)];

// An array is used up by what it is passed to, save behind `.ref`: `refs` is a record to take from as often as needed.
const refs = (arrays) => new Proxy(arrays, { get: (all, name) => all[name].ref });

/** What does not change along a sequence. Uses up nothing. */
function prepare(p, masks) {
  const [own, mask] = [refs(p), refs(masks)];
  const synapses = (prefix) => ({
    w: nn.softplus(own[`${prefix}w`]).mul(mask[`${prefix}sparsity_mask`]),
    sigma: own[`${prefix}sigma`],
    mu: own[`${prefix}mu`],
    erev: own[`${prefix}erev`],
  });
  const [cm, gleak] = [nn.softplus(own.cm).mul(unfolds), nn.softplus(own.gleak)];
  const [up, down] = [gleak.ref.mul(own.vleak), cm.ref.add(gleak).add(1e-8)];
  return { inner: synapses(''), sensory: synapses('sensory_'), rest: { cm, up, down } };
}

function sums(v, synapses) {
  const { w, sigma, mu, erev } = refs(synapses);
  const active = nn.sigmoid(np.expandDims(v, 2).sub(mu).mul(sigma)).mul(w);
  return [active.ref.mul(erev).sum(1), active.sum(1)];
}

/** One sample: six semi-implicit steps, the sums from the inputs once. Uses up the state and the sample. */
function step(v, u, p, { inner, sensory, rest }) {
  const [own, { cm, up, down }] = [refs(p), rest];
  const [numerator, denominator] = sums(u.mul(own.input_w).add(own.input_b), sensory);
  const [fixedUp, fixedDown] = [numerator.add(up.ref), denominator.add(down.ref)];
  for (let k = 0; k < unfolds; k++) {
    const [above, below] = sums(v.ref, inner);
    v = cm.ref.mul(v).add(above).add(fixedUp.ref).div(below.add(fixedDown.ref));
  }
  fixedUp.dispose();
  fixedDown.dispose();
  return v;
}

function answer(p, masks, us) {
  const prepared = prepare(p, masks);
  const outputs = [];
  let v = np.zeros([batch, units]);
  for (const u of us) {
    v = step(v, u, p, prepared);
    outputs.push(v.ref.slice([], [0, motor]).mul(p.output_w.ref).add(p.output_b.ref));
  }
  tree.dispose([v, prepared, p, masks]);
  return outputs;
}

function error(p, masks, us, targets) {
  const squares = answer(p, masks, us).map((output, t) => np.square(output.sub(targets[t])).mean());
  return squares.reduce((a, b) => a.add(b)).div(steps);
}

const gradient = jit(valueAndGrad(error));
const run = jit(answer);
const adam = jit((p, g, m, v, count) => {
  const scale = (decay) => np.subtract(1, np.power(decay, count.ref));
  const [first, second] = [scale(0.9), scale(0.999)];
  const next = tree.map((g, m) => m.mul(0.9).add(g.mul(0.1)), tree.ref(g), m);
  const square = tree.map((g, v) => v.mul(0.999).add(np.square(g).mul(0.001)), g, v);
  const move = (p, m, v) =>
    p.sub(
      m
        .div(first.ref)
        .mul(0.001)
        .div(np.sqrt(v.div(second.ref)).add(1e-8)),
    );
  const moved = tree.map(move, p, tree.ref(next), tree.ref(square));
  tree.dispose([first, second]);
  return [moved, next, square, count.add(1)];
});

const kept = () => [tree.ref(masks), tree.ref(us), tree.ref(targets)];
let learner = [p, ...[0, 0].map(() => tree.map((each) => np.zeros(each.shape), p)), np.array(1)];
const [value, slopes] = gradient(tree.ref(p), ...kept());
const squares = Object.values(slopes).map((each) => np.square(each).sum().dataSync()[0]);
const { version } = JSON.parse(readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'));
const first = {
  peer: 'jax-js',
  versions: { '@jax-js/jax': version },
  loss: value.dataSync()[0],
  gradNorm: Math.sqrt(squares.reduce((a, b) => a + b, 0)),
  outputs: run(tree.ref(p), ...kept().slice(0, 2)).flatMap((each) => [...each.dataSync().subarray(0, motor)]),
};

const push = jit((v, u, p, masks) => {
  const prepared = prepare(p, masks);
  const next = step(v, u, p, prepared);
  tree.dispose([prepared, p, masks]);
  return next;
});
let state = np.zeros([1, units]);
let t = 0;
await serve(first, {
  step: () => {
    const [p, ...moments] = learner;
    const [loss, slopes] = gradient(tree.ref(p), ...kept());
    learner = adam(p, slopes, ...moments);
    loss.dataSync();
    learner[0].w.ref.dataSync();
  },
  forward: () => {
    for (const output of run(tree.ref(learner[0]), ...kept().slice(0, 2))) output.dataSync();
  },
  stream: () => {
    const sample = np.array(x.data.slice(t * inputs, (t + 1) * inputs)).reshape([1, inputs]);
    t = (t + 1) % steps;
    state = push(state, sample, tree.ref(learner[0]), tree.ref(masks));
    state.ref.dataSync();
  },
});
