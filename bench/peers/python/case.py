"""What the Python peers share: a case folder read, and the lines of the benchmark answered (../README.md has the protocol)."""

import argparse
import json
import pathlib
import sys
import time


def say(message):
    print(json.dumps(message), flush=True)


def missing(why):
    """End: this peer cannot run here."""
    say({"missing": str(why)})
    sys.exit(0)


try:
    import numpy
except ImportError as error:
    missing(error)


def arguments(**options):
    """The case folder, the number of threads, and a peer's own options."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=1)
    for name, choices in options.items():
        parser.add_argument(f"--{name}", choices=choices, default=choices[0])
    return parser.parse_args()


def read_case(folder):
    """The case, its input, its target, and the network's arrays by name; all float32."""
    case = json.loads((folder / "case.json").read_text())
    arrays = {
        name: numpy.fromfile(folder / entry["file"], "<f4").reshape(entry["shape"])
        for name, entry in case["arrays"].items()
    }
    return case, arrays.pop("x"), arrays.pop("target"), arrays


def serve(peer, versions, loss, norm, outputs, turns):
    """Report the first answer, then run and time what is asked for. A turn ends when its result is there; its first use is not timed, as it compiles."""
    first = [float(value) for value in outputs.ravel()[:8]]
    say({"peer": peer, "versions": versions, "ready": True, "loss": float(loss), "gradNorm": float(norm), "outputs": first})
    warm = set()
    for line in sys.stdin:
        command, *count = line.split()
        if command == "quit":
            return
        turn = turns[command]
        if command not in warm:
            turn()
            warm.add(command)
        times = []
        for _ in range(int(count[0])):
            began = time.perf_counter()
            turn()
            times.append((time.perf_counter() - began) * 1000)
        say({"ms": times})
