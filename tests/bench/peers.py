# SPDX-License-Identifier: GPL-3.0-or-later
"""Forward passes and input gradients of lineup against PyTorch and OpenCV's dnn, one thread each.

    tests/bench/peers.py [NET[:BATCH]]... [--rounds N] [--seconds S]

Needs Debian's python3-torch (and python3-opencv); says so and ends with 0 where they are missing.
Measurements alternate (A B A B); medians are printed, images a second, and the ratio lineup/peer.
"""
import os
import sys

for name in [n for n in os.environ if n.startswith("OPENBLAS_")]:  # one of them can halve OpenBLAS
    del os.environ[name]
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import json
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    import torch
    import nets
except ImportError as e:
    print("peers.py: skipped,", e)
    sys.exit(0)
try:
    import cv2
except ImportError:
    cv2 = None


def rate(work, batch, seconds):
    """Images a second of calls that go on for at least so long."""
    n, start = 0, time.perf_counter()
    while True:
        work()
        n += batch
        took = time.perf_counter() - start
        if took >= seconds:
            return n / took


def lineup(name, work, batch, seconds):
    """The engine's own figure, through the probe that `lineup bench` uses."""
    out = subprocess.run([ROOT + "/build/lineup", "bench", name, work, "--json", "--quiet", "--only-fast",
                          "--batch", str(batch), "--seconds", str(seconds)], stdout=subprocess.PIPE, check=True)
    return json.loads(out.stdout)["rows"][0]["fast"]


def torch_works(path, batch):
    """{peer: (forward, gradient)} of the ways PyTorch can be used."""
    x = torch.rand(batch, *nets.load(path).shape)

    def pair(net):
        def forward():
            with torch.no_grad():
                net(x)

        def gradient():
            y = x.clone().requires_grad_(True)
            z = net(y)
            z.backward(torch.ones_like(z))

        return forward, gradient

    works = {"torch eager": pair(nets.load(path)), "torch folded": pair(nets.folded(nets.load(path)))}
    with torch.no_grad():
        traced = torch.jit.trace(nets.folded(nets.load(path)), x)
        frozen = torch.jit.optimize_for_inference(torch.jit.freeze(traced.eval()))
    jit = torch.jit.freeze(torch.jit.trace(nets.folded(nets.load(path)), x).eval())

    def forward():
        with torch.no_grad():
            frozen(x)

    works["torch jit"] = (forward, pair(jit)[1])
    return works


def opencv_works(path, batch):
    if cv2 is None:
        return {}
    net = nets.load(path)
    x = torch.rand(batch, *net.shape)
    with tempfile.NamedTemporaryFile(suffix=".onnx") as f:
        try:
            torch.onnx.export(net, x, f.name)
            model = cv2.dnn.readNetFromONNX(f.name)
        except Exception as e:
            print("  opencv: not measured,", str(e).splitlines()[0])
            return {}
    cv2.setNumThreads(1)
    blob = x.numpy()

    def forward():
        model.setInput(blob)
        model.forward()

    return {"opencv": (forward, None)}


def compare(name, batch, rounds, seconds):
    path = "%s/samples/cfg/%s.cfg" % (ROOT, name.replace("-", "_"))
    peers = {**torch_works(path, batch), **opencv_works(path, batch)}
    for k, work in enumerate(("forward", "gradient")):
        todo = {peer: works[k] for peer, works in peers.items() if works[k]}
        ours, theirs = [], {peer: [] for peer in todo}
        for f in todo.values():
            f()
            f()
        for _ in range(rounds):
            ours.append(lineup(name, work, batch, seconds))
            for peer, f in todo.items():
                theirs[peer].append(rate(f, batch, seconds))
        mine = statistics.median(ours)
        print("%-10s %-8s batch %3d  lineup %10.1f" % (name, work, batch, mine))
        for peer, values in theirs.items():
            print("    %-12s %10.1f  ratio %5.2f" % (peer, statistics.median(values),
                                                     mine / statistics.median(values)), flush=True)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("net", nargs="*", default=["lenet5:1", "lenet5:32", "resnet20:1", "resnet20:32", "vgg16:1",
                                              "vgg16:32"])
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=float, default=0.3)
    a = p.parse_args()
    torch.set_num_threads(1)
    for word in a.net:
        name, _, batch = word.partition(":")
        compare(name, int(batch or 32), a.rounds, a.seconds)


if __name__ == "__main__":
    main()
