"""The synaptic LTC and the CfC of ncps, and LSTM and GRU, written in JAX: a scan over the samples under jit."""

import itertools
import os
import sys

from case import arguments, missing, read_case, serve

options = arguments()
# Read by XLA when it starts, so set before the import.
os.environ["NPROC"] = os.environ["PJRT_NPROC"] = str(options.threads)
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={str(options.threads > 1).lower()}"
os.environ["JAX_PLATFORMS"] = "cpu"
try:
    import jax
    import jax.numpy as np
except ImportError as error:
    missing(error)
import jaxlib

case, x, target, arrays = read_case(options.folder)
units, unfolds, model = case["units"], case["unfolds"], case["model"]
masks = {name: value for name, value in arrays.items() if name.endswith("mask")}
parameters = {name: value for name, value in arrays.items() if name not in masks}
sigmoid, tanh, softplus = jax.nn.sigmoid, np.tanh, jax.nn.softplus


def ltc(p, batch_last=False):
    """ncps.torch.LTC with dt = 1: semi-implicit steps, the sums from the inputs once per sample."""
    p = {name.removeprefix("rnn_cell."): value[..., None] if batch_last else value for name, value in (p | masks).items()}
    w, sensory_w = (softplus(p[k + "w"]) * p[k + "sparsity_mask"] for k in ("", "sensory_"))
    cm_t, gleak = softplus(p["cm"]) * unfolds, softplus(p["gleak"])
    source = 0 if batch_last else 1

    @jax.checkpoint  # activations of synapses are computed again for the gradient: a fourth of the time of keeping them
    def sums(v, w, sigma, mu, erev):
        active = w * sigmoid(sigma * (np.expand_dims(v, source + 1) - mu))
        return (active * erev).sum(source), active.sum(source)

    def step(v, u):
        u = u * p["input_w"] + p["input_b"]
        up, down = sums(u, sensory_w, p["sensory_sigma"], p["sensory_mu"], p["sensory_erev"])

        def unfold(v, _):
            above, below = sums(v, w, p["sigma"], p["mu"], p["erev"])
            return (cm_t * v + gleak * p["vleak"] + above + up) / (cm_t + gleak + below + down + 1e-8), None

        v, _ = jax.lax.scan(unfold, v, length=unfolds, unroll=not batch_last)
        return v, jax.lax.slice_in_dim(v, 0, case["motor"], axis=source) * p["output_w"] + p["output_b"]

    return step


def cfc(p):
    p = {name.removeprefix("rnn_cell."): value for name, value in p.items()}
    dense = lambda name, z: z @ p[f"{name}.weight"].T + p[f"{name}.bias"]

    def step(h, u):
        z = 1.7159 * tanh(0.666 * dense("backbone.0", np.concatenate([u, h], 1)))
        if model == "cfc-pure":
            ff1 = dense("ff1", z)
            h = p["A"] - p["A"] * np.exp(-(np.abs(p["w_tau"]) + np.abs(ff1))) * ff1
        else:
            gate = sigmoid(dense("time_a", z) + dense("time_b", z))
            h = tanh(dense("ff1", z)) * (1 - gate) + gate * tanh(dense("ff2", z))
        return h, h

    return step


def lstm(p):
    def step(state, u):
        h, c = state
        i, f, g, o = np.split(u @ p["weight_ih_l0"].T + h @ p["weight_hh_l0"].T + p["bias_ih_l0"] + p["bias_hh_l0"], 4, 1)
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        h = sigmoid(o) * tanh(c)
        return (h, c), h

    return step


def gru(p):
    def step(h, u):
        ru, zu, nu = np.split(u @ p["weight_ih_l0"].T + p["bias_ih_l0"], 3, 1)
        rh, zh, nh = np.split(h @ p["weight_hh_l0"].T + p["bias_hh_l0"], 3, 1)
        z = sigmoid(zu + zh)
        h = (1 - z) * tanh(nu + sigmoid(ru + rh) * nh) + z * h
        return h, h

    return step


cell = {"ltc": ltc, "cfc": cfc, "cfc-pure": cfc, "lstm": lstm, "gru": gru}[model]


# The faster of two layouts for a batch: the LTC's sequences side by side in memory, or its units.
batch_last = model == "ltc" and case["batch"] >= units
order = (1, 2, 0) if batch_last else (1, 0, 2)


def start(*shape):
    return (np.zeros(shape), np.zeros(shape)) if model == "lstm" else np.zeros(shape)


def answer(p, x):
    if batch_last:
        return jax.lax.scan(ltc(p, batch_last=True), start(units, x.shape[2]), x)[1]
    return jax.lax.scan(cell(p), start(x.shape[1], units), x)[1]


def error(p, x, target):
    outputs = answer(p, x)
    return np.square(outputs - target).mean(), outputs


def adam(p, first, second, count, x, target):
    (loss, _), gradient = jax.value_and_grad(error, has_aux=True)(p, x, target)
    tree = jax.tree.map
    first = tree(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
    second = tree(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
    change = lambda p, m, v: p - 0.001 * (m / (1 - 0.9**count)) / (np.sqrt(v / (1 - 0.999**count)) + 1e-8)
    return tree(change, p, first, second), first, second, count + 1, loss


samples = [jax.device_put(each[None]) for each in x[0]]
# The samples lead, as a scan wants them; all is on the device before anything is timed.
x, target = (jax.device_put(each.transpose(order)) for each in (x, target))
(loss, outputs), gradient = jax.jit(jax.value_and_grad(error, has_aux=True))(parameters, x, target)
norm = np.sqrt(sum(np.square(each).sum() for each in jax.tree.leaves(gradient)))

train, run, push = jax.jit(adam, donate_argnums=(0, 1, 2, 3)), jax.jit(answer), jax.jit(lambda p, h, u: cell(p)(h, u))
nothing = jax.tree.map(np.zeros_like, parameters)
learner = (jax.tree.map(np.array, parameters), nothing, jax.tree.map(np.array, nothing), np.array(1.0))
state, sequence = start(1, units), itertools.cycle(samples)


def step():
    global learner
    *learner, loss = train(*learner, x, target)
    loss.block_until_ready()


def forward():
    run(learner[0], x).block_until_ready()


def stream():
    global state
    state, output = push(learner[0], state, next(sequence))
    output.block_until_ready()


versions = {"jax": jax.__version__, "jaxlib": jaxlib.__version__}
serve("jax", versions, loss, norm, outputs.transpose([order.index(axis) for axis in range(3)]), {"step": step, "forward": forward, "stream": stream})
