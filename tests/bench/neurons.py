# SPDX-License-Identifier: GPL-3.0-or-later
"""Neuron tests one seed at a time, as DeepJudge describes them, in PyTorch; against lineup's batch.

    tests/bench/neurons.py [--seeds N] [--steps N] [--rounds N]

For each seed and each channel of a layer: Adam (rate 0.01, a fresh state) ascends the channel's
spatial mean from the seed; after each step the new value is looked at, and the loop ends when it
exceeds the threshold (paper, Algorithm 2). Here no threshold is ever reached, so that both do the
same number of steps: what is compared is steps a second, LeNet-5, section 2, 16 channels.
"""
import os
import sys

for name in [n for n in os.environ if n.startswith("OPENBLAS_")]:
    del os.environ[name]
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import statistics
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    import torch
    import nets
    import peers
except ImportError as e:
    print("neurons.py: skipped,", e)
    sys.exit(0)


def channel_mean(net, layer, channel, x):
    return net(x, upto=layer).mean(dim=(2, 3))[:, channel].sum()


def climb(net, layer, channel, seed, threshold, steps):
    """One pair: the test case, or None when the threshold was not reached."""
    x = seed.clone().requires_grad_(True)
    adam = torch.optim.Adam([x], lr=0.01, eps=1e-7)
    for _ in range(steps):
        adam.zero_grad()
        (-channel_mean(net, layer, channel, x)).backward()
        adam.step()
        with torch.no_grad():
            if channel_mean(net, layer, channel, x) > threshold:
                return x.detach()
    return None


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seeds", type=int, default=2)
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--rounds", type=int, default=5)
    a = p.parse_args()
    torch.set_num_threads(1)
    net = nets.load(peers.ROOT + "/samples/cfg/lenet5.cfg")
    seeds = torch.rand(a.seeds, 1, *net.shape)
    ours, theirs = [], []
    for _ in range(a.rounds):
        ours.append(peers.lineup("lenet5", "neurons", 32, 0.3))
        start = time.perf_counter()
        for seed in seeds:
            for channel in range(16):
                climb(net, 2, channel, seed, float("inf"), a.steps)
        theirs.append(a.seeds * 16 * a.steps / (time.perf_counter() - start))
    mine, one = statistics.median(ours), statistics.median(theirs)
    print("lenet5 neurons, steps a second: lineup %.0f, one at a time in PyTorch %.0f, ratio %.1f"
          % (mine, one, mine / one))


if __name__ == "__main__":
    main()
