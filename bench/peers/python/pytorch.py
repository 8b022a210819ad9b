"""ncps on PyTorch, and PyTorch's own LSTM and GRU: eager, or with the cell under torch.compile."""

import itertools

from case import arguments, missing, read_case, serve

try:
    import torch
    from ncps.torch import LTC, CfC
    from ncps.wirings import FullyConnected
except ImportError as error:
    missing(error)
from importlib.metadata import version

options = arguments(mode=["eager", "compile"])
case, x, target, arrays = read_case(options.folder)
units, inputs, model = case["units"], case["inputs"], case["model"]
torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)


def network():
    if model == "ltc":
        # The masks are among the arrays, so any wiring of this size becomes that of the case.
        return LTC(inputs, FullyConnected(units, case["motor"]), ode_unfolds=case["unfolds"])
    if model.startswith("cfc"):
        return CfC(inputs, units, mode="pure" if model == "cfc-pure" else "default", backbone_units=128, backbone_layers=1)
    return {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[model](inputs, units, batch_first=True)


def cell():
    """One sample of a stream; the module of ncps has its own cell, PyTorch's have one beside them."""
    if model not in ("lstm", "gru"):
        return lambda x, state: net.rnn_cell.forward(x, state, 1.0)[1]
    one = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[model](inputs, units)
    one.load_state_dict({name.removesuffix("_l0"): array for name, array in net.state_dict().items()})
    return one


net = network()
net.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()}, strict=True)
if options.mode == "compile":
    if not hasattr(torch, "compile"):
        missing(f"PyTorch {torch.__version__} has no torch.compile")
    # The cell, as its loop over samples is Python's: a whole sequence would be unrolled into one graph.
    net.rnn_cell.forward = torch.compile(net.rnn_cell.forward, dynamic=False)
parameters = [each for each in net.parameters() if each.requires_grad]
try:
    optimizer = torch.optim.Adam(parameters, lr=0.001, fused=True)
except RuntimeError:  # before 2.4 it was for other devices only
    optimizer = torch.optim.Adam(parameters, lr=0.001)
x, target = torch.from_numpy(x), torch.from_numpy(target)


def gradient():
    outputs = net(x)[0]
    loss = torch.nn.functional.mse_loss(outputs, target)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    return loss, outputs


def step():
    gradient()
    optimizer.step()


def forward():
    with torch.inference_mode():
        net(x)


samples = itertools.cycle(x[0].split(1))
one = cell()
state = (torch.zeros(1, units), torch.zeros(1, units)) if model == "lstm" else torch.zeros(1, units)


def stream():
    global state
    with torch.inference_mode():
        state = one(next(samples), state)


loss, outputs = (each.detach() for each in gradient())
norm = torch.stack([each.grad.norm() for each in parameters if each.grad is not None]).norm()
versions = {name: version(name) for name in ("torch", "ncps")}
serve(f"pytorch {options.mode}", versions, loss, norm, outputs.numpy(), {"step": step, "forward": forward, "stream": stream})
