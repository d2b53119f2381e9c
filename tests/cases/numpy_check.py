# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent recomputation of what lineup prints, in NumPy alone.

    numpy_check.py forward CFG WEIGHTS IN.npz OUT.npz
        Reads the network by itself, runs IN's images (x or advx), compares with the logits, probs and
        layer_<L> that `lineup predict` wrote to OUT. Largest difference relative to the largest magnitude;
        fails above 1e-5.
    numpy_check.py split TESTS.npz DIR
        Writes DIR/black.npz (x = advx) and DIR/white_<L>.npz (x = the tests of layer L, one position after the
        other) for `lineup predict`.
    numpy_check.py metrics TESTS.npz VICTIM SUSPECT SCORE.json [LAYER]
        VICTIM and SUSPECT are folders with what `lineup predict` made of black.npz and white_<L>.npz, under
        the same names. Recomputes the metrics and compares with `lineup score --json` to 1e-6. LAYER:
        only that layer's tests were scored.
    numpy_check.py example DIR [SEED]
        Writes victim.weights, suspect.weights (the victim, changed), images.npz, tests.npz (both kinds) and
        several.npz (white box, two layers) for samples/cfg/lenet5.cfg into DIR; colour.npz (28 x 28 x 3).
    numpy_check.py selftest
        Checks the functions here on examples worked out by hand.

Networks: [net] width, height, channels; [convolutional] without batch-norm or groups, stride 1;
[maxpool] size 2 stride 2; [connected]; [softmax]; activations relu and linear; [dropout] and [cost] pass through.
Status 0: agrees; 1: does not; 2: cannot be checked.
"""
import json
import os
import struct
import sys

import numpy as np

FORWARD_LIMIT = 1e-5
METRIC_LIMIT = 1e-6


class Unusable(Exception):
    """The input is not of the kind this script can check."""


# --- networks -------------------------------------------------------------------------------------------


def read_cfg(path):
    """A list of (section name, {key: value})."""
    sections = []
    with open(path, encoding="ascii") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line.startswith("["):
                sections.append((line.strip("[]"), {}))
            elif line:
                key, value = line.split("=", 1)
                sections[-1][1][key.strip()] = value.strip()
    if not sections or sections[0][0] not in ("net", "network"):
        raise Unusable("%s does not start with [net]" % path)
    return sections


class Weights:
    """The floats of a .weights file, taken in order."""

    def __init__(self, path):
        with open(path, "rb") as f:
            data = f.read()
        major, minor, _ = struct.unpack_from("<3i", data)
        header = 20 if major * 10 + minor >= 2 else 16
        self.values = np.frombuffer(data, dtype="<f4", offset=header).astype(np.float64)
        self.at = 0

    def take(self, *shape):
        n = int(np.prod(shape))
        if self.at + n > len(self.values):
            raise Unusable("the weights file is too short")
        self.at += n
        return self.values[self.at - n:self.at].reshape(shape)


def activate(name, v):
    if name == "relu":
        return np.maximum(v, 0)
    if name == "linear":
        return v
    raise Unusable("activation %s" % name)


def convolutional(opt, w, v):
    filters, size = int(opt.get("filters", 1)), int(opt.get("size", 1))
    pad = size // 2 if int(opt.get("pad", 0)) else int(opt.get("padding", 0))
    if int(opt.get("stride", 1)) != 1 or int(opt.get("batch_normalize", 0)) or int(opt.get("groups", 1)) != 1:
        raise Unusable("a convolution with stride, batch-norm or groups")
    n, c, h, wide = v.shape
    bias = w.take(filters)
    kernel = w.take(filters, c, size, size)
    v = np.pad(v, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((n, filters, h + 2 * pad - size + 1, wide + 2 * pad - size + 1))
    for y in range(size):
        for x in range(size):
            part = v[:, :, y:y + out.shape[2], x:x + out.shape[3]]
            out += np.einsum("nchw,fc->nfhw", part, kernel[:, :, y, x], optimize=True)
    return activate(opt.get("activation", "logistic"), out + bias[:, None, None])


def maxpool(opt, _, v):
    if int(opt.get("stride", 1)) != 2 or int(opt.get("size", opt.get("stride", 1))) != 2 or "padding" in opt:
        raise Unusable("a pooling that is not 2/2")
    n, c, h, w = v.shape  # Darknet's default padding of 1 keeps a last odd row and column
    v = np.pad(v, ((0, 0), (0, 0), (0, h % 2), (0, w % 2)), constant_values=-np.inf)
    return v.reshape(n, c, (h + 1) // 2, 2, (w + 1) // 2, 2).max(axis=(3, 5))


def connected(opt, w, v):
    if int(opt.get("batch_normalize", 0)):
        raise Unusable("batch-norm")
    units = int(opt.get("output", 1))
    v = v.reshape(len(v), -1)
    bias = w.take(units)
    out = v @ w.take(units, v.shape[1]).T + bias
    return activate(opt.get("activation", "logistic"), out)[:, :, None, None]


def softmax_of(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax(opt, _, v):
    if int(opt.get("groups", 1)) != 1 or float(opt.get("temperature", 1)) != 1:
        raise Unusable("a softmax with groups or temperature")
    return softmax_of(v.reshape(len(v), -1))[:, :, None, None]


def unchanged(_opt, _w, v):
    return v


KINDS = {"convolutional": convolutional, "conv": convolutional, "maxpool": maxpool, "connected": connected,
         "softmax": softmax, "dropout": unchanged, "cost": unchanged}


def forward(cfg, weights, images):
    """(output N x C x H x W of every section, number of the section with the class scores)."""
    sections = read_cfg(cfg)
    net = sections[0][1]
    want = (int(net["height"]), int(net["width"]), int(net["channels"]))
    if images.ndim != 4 or images.shape[1:] != want:
        raise Unusable("images are %s, the network wants %s" % (images.shape[1:], want))
    w = Weights(weights)
    v = images.astype(np.float64).transpose(0, 3, 1, 2)
    outputs = []
    for name, opt in sections[1:]:
        if name not in KINDS:
            raise Unusable("section [%s]" % name)
        v = KINDS[name](opt, w, v)
        outputs.append(v)
    if w.at != len(w.values):
        raise Unusable("the weights file is too long: %d of %d" % (w.at, len(w.values)))
    names = [name for name, _ in sections[1:]]
    scores = names.index("softmax") - 1 if "softmax" in names else len(names) - 1
    return outputs, scores


def neurons(v):
    """Channels are spatial means, units themselves."""
    return v.mean(axis=(2, 3))


def images_of(path):
    with np.load(path) as z:
        for name in ("x", "advx"):
            if name in z:
                return z[name]
    raise Unusable("%s has neither x nor advx" % path)


def check_forward(cfg, weights, in_path, out_path):
    outputs, scores = forward(cfg, weights, images_of(in_path))
    logits = outputs[scores].reshape(len(outputs[scores]), -1)
    want = {"logits": logits, "probs": softmax_of(logits)}
    worst = 0.0
    with np.load(out_path) as z:
        for name in z.files:
            if name.startswith("layer_"):
                want[name] = neurons(outputs[int(name[6:])])
        for name, value in sorted(want.items()):
            if name not in z or z[name].shape != value.shape:
                print("%s: missing or not %s" % (name, value.shape))
                return False
            apart = np.abs(z[name] - value).max() / max(np.abs(value).max(), 1e-30)
            print("%-10s %s largest difference %.3g" % (name, value.shape, apart))
            worst = max(worst, apart) if np.isfinite(apart) else np.inf
    return worst <= FORWARD_LIMIT


# --- metrics (deepjudge spec, section 1) ----------------------------------------------------------------


def rob(logits, labels):
    return float((logits.argmax(axis=1) == labels).mean())


def kl(a, b):
    return np.where(a > 0, a * np.log(np.where(a > 0, a, 1) / np.where(b > 0, b, 1)), 0).sum(axis=1)


def jsd(p, q):
    p = p / p.sum(axis=1, keepdims=True)
    q = q / q.sum(axis=1, keepdims=True)
    m = (p + q) / 2
    return float(((kl(p, m) + kl(q, m)) / 2).mean())


def states(phi):
    low = phi.min(axis=1, keepdims=True)
    return (phi - low) / (phi.max(axis=1, keepdims=True) - low + 1e-6) > 0.5


def white_metrics(groups):
    """groups: (neuron, victim n x width, suspect n x width) for each position, of all layers."""
    nod, nad, lod, lad = [], [], [], []
    for neuron, v, s in groups:
        v, s = v.astype(np.float64), s.astype(np.float64)
        if len(v) == 0:
            continue
        differ = states(v) != states(s)
        nod.append(np.abs(v[:, neuron] - s[:, neuron]))
        nad.append(differ[:, neuron].astype(np.float64))
        lod.append(np.sqrt(((v - s) ** 2).sum(axis=1)))
        lad.append(differ.sum(axis=1).astype(np.float64))
    if not nod:
        return {k: None for k in ("NOD", "NAD", "NAD_code", "LOD", "LAD")}
    mean = {k: float(np.concatenate(x).mean()) for k, x in
            (("NOD", nod), ("NAD", nad), ("LOD", lod), ("LAD", lad))}
    mean["NAD_code"] = mean["NAD"] * len(groups)
    return mean


def probabilities(z):
    """In double from the class scores; the head is told by the probabilities in the file."""
    logits = z["logits"].astype(np.float64)
    for p in (softmax_of(logits), 1 / (1 + np.exp(-logits))):
        if np.abs(p - z["probs"]).max() < 1e-5:
            return p
    raise Unusable("probs follow from logits neither by softmax nor by logistic")


# --- test files -----------------------------------------------------------------------------------------


def layers_of(tests):
    """{layer: (neurons, [tests of each position])}"""
    if "layer" in tests:
        plan = {int(tests["layer"]): ("neurons", "tests_%d")}
    elif "layers" in tests:
        plan = {int(l): ("neurons_%d" % l, "tests_%d_%%d" % l) for l in np.atleast_1d(tests["layers"])}
    else:
        plan = {}
    return {layer: (tests[names], [tests[pattern % i] for i in range(len(tests[names]))])
            for layer, (names, pattern) in plan.items()}


def split(tests_path, folder):
    os.makedirs(folder, exist_ok=True)
    with np.load(tests_path) as tests:
        if "advx" in tests and len(tests["advx"]):
            np.savez(os.path.join(folder, "black.npz"), x=tests["advx"].astype(np.float32))
        for layer, (_, parts) in layers_of(tests).items():
            x = np.concatenate([p for p in parts if len(p)]).astype(np.float32)
            np.savez(os.path.join(folder, "white_%d.npz" % layer), x=x)
    return True


def recompute(tests, victim, suspect, only):
    """What `lineup score --json` should print."""
    got = {k: None for k in ("RobD", "JSD", "NOD", "NAD", "LOD", "LAD", "NAD_code")}
    out = {"tests": {"blackbox": 0, "whitebox": 0}, "Rob": {"victim": None, "suspect": None}, "metrics": got}
    if "advx" in tests and len(tests["advx"]):
        labels = tests["advy"].argmax(axis=1)
        with np.load(os.path.join(victim, "black.npz")) as v, np.load(os.path.join(suspect, "black.npz")) as s:
            out["Rob"] = {"victim": rob(v["logits"], labels), "suspect": rob(s["logits"], labels)}
            got["RobD"] = abs(out["Rob"]["suspect"] - out["Rob"]["victim"])
            got["JSD"] = jsd(probabilities(v), probabilities(s))
        out["tests"]["blackbox"] = len(labels)
    groups = []
    for layer, (numbers, parts) in layers_of(tests).items():
        if only is not None and layer != only:
            continue
        name, array = "white_%d.npz" % layer, "layer_%d" % layer
        with np.load(os.path.join(victim, name)) as v, np.load(os.path.join(suspect, name)) as s:
            a, b = v[array], s[array]
        at = 0
        for number, part in zip(numbers, parts):
            groups.append((int(number), a[at:at + len(part)], b[at:at + len(part)]))
            at += len(part)
        out["tests"]["whitebox"] += at
    got.update(white_metrics(groups))
    return out


def compare(path, want, have):
    """True when both trees agree; prints what does not."""
    if isinstance(want, dict):
        if not isinstance(have, dict):
            print("%s: missing" % path)
            return False
        return all([compare(path + "." + k if path else k, v, have.get(k, "missing")) for k, v in want.items()])
    same = (want is None and have is None) or (
        isinstance(want, (int, float)) and isinstance(have, (int, float)) and abs(want - have) <= METRIC_LIMIT)
    print("%-18s %-24s %-24s %s" % (path, want, have, "" if same else "DIFFERS"))
    return same


def check_metrics(tests_path, victim, suspect, score_path, layer=None):
    with open(score_path, encoding="utf-8") as f:
        have = json.load(f)
    with np.load(tests_path) as tests:
        want = recompute(tests, victim, suspect, None if layer is None else int(layer))
    print("%-18s %-24s %s" % ("", "recomputed", "lineup"))
    return compare("", want, have)


# --- an example -----------------------------------------------------------------------------------------

# samples/cfg/lenet5.cfg: (biases, weights, inputs of one unit) of its sections with parameters
LENET5 = ((6, 150, 25), (16, 2400, 150), (120, 94080, 784), (84, 10080, 120), (10, 840, 84))


def example(folder, seed=1):
    rng = np.random.default_rng(int(seed))
    os.makedirs(folder, exist_ok=True)
    parts = []
    for biases, weights, fan in LENET5:
        parts.append(rng.normal(0, 0.1, biases))
        parts.append(rng.normal(0, np.sqrt(2 / fan), weights))
    victim = np.concatenate(parts)
    suspect = victim * (1 + 0.5 * rng.standard_normal(len(victim)))
    for name, values in (("victim", victim), ("suspect", suspect)):
        with open(os.path.join(folder, name + ".weights"), "wb") as f:
            f.write(struct.pack("<3iQ", 0, 2, 0, 0) + values.astype("<f4").tobytes())
    np.savez(os.path.join(folder, "images.npz"), x=rng.random((37, 28, 28, 1), dtype=np.float32))
    np.savez(os.path.join(folder, "colour.npz"), x=rng.random((11, 28, 28, 3), dtype=np.float32))
    tests = {"advx": rng.random((61, 28, 28, 1), dtype=np.float32),
             "advy": np.eye(10, dtype=np.float32)[rng.integers(0, 10, 61)],
             "layer": np.int64(2), "neurons": np.array([3, 0, 15, 7], dtype=np.int64)}
    for i, n in enumerate((5, 9, 1, 4)):
        tests["tests_%d" % i] = rng.uniform(-0.5, 1.5, (n, 28, 28, 1)).astype(np.float32)
    np.savez(os.path.join(folder, "tests.npz"), **tests)
    several = {"layers": np.array([5, 0], dtype=np.int64)}
    for layer, numbers in ((5, (80, 2)), (0, (1, 5, 3))):
        several["neurons_%d" % layer] = np.array(numbers, dtype=np.int64)
        for i in range(len(numbers)):
            several["tests_%d_%d" % (layer, i)] = rng.random((3 + i, 28, 28, 1), dtype=np.float32)
    np.savez(os.path.join(folder, "several.npz"), **several)
    return True


# --- by hand --------------------------------------------------------------------------------------------


def near(what, a, b):
    good = np.allclose(a, b, rtol=0, atol=1e-12)
    print("%s %s" % ("ok" if good else "WRONG", what))
    return good


def selftest():
    good = []
    v = np.arange(9, dtype=np.float64).reshape(1, 1, 3, 3)
    w = Weights.__new__(Weights)
    w.values, w.at = np.array([0.5] + [0, 0, 0, 0, 1, 0, 0, 0, -1.0]), 0
    # centre minus lower right neighbour: 4-8, 0-4, 1-5, 3-7 = -4; the last row and column have none
    opt = {"filters": 1, "size": 3, "pad": 1, "activation": "linear"}
    good.append(near("convolution", convolutional(opt, w, v)[0, 0],
                     [[-3.5, -3.5, 2.5], [-3.5, -3.5, 5.5], [6.5, 7.5, 8.5]]))
    good.append(near("odd maxpool", maxpool({"size": 2, "stride": 2}, w, v)[0, 0], [[4, 5], [7, 8]]))
    w.values, w.at = np.array([1, -20.0, 1, 0, 0, 2, 0, 1, 0, 0]), 0
    v = np.array([1, 2, 3, 4.0]).reshape(1, 1, 2, 2)
    good.append(near("connected", connected({"output": 2, "activation": "relu"}, w, v).ravel(), [10, 0]))
    good.append(near("softmax", softmax_of(np.array([[0, np.log(3)], [1000, 1000.0]])), [[.25, .75], [.5, .5]]))
    three = np.array([[1, 1.0], [0, 1], [5, 3]])
    good.append(near("Rob, ties to the lowest", rob(three, np.zeros(3)), 2 / 3))
    good.append(near("JSD of equals", jsd(np.array([[.2, .8]]), np.array([[.2, .8]])), 0))
    good.append(near("JSD of opposites", jsd(np.array([[1, 0.0]]), np.array([[0, 1.0]])), np.log(2)))
    half = (np.log(4 / 3) + 0.5 * np.log(2 / 3) + 0.5 * np.log(2)) / 2
    good.append(near("JSD of sure and unsure", jsd(np.array([[1, 0.0]]), np.array([[2, 2.0]])), half))
    # two positions of a layer of three channels; states by hand: 1 above half of the range
    a = np.array([[0, 1, 10], [0, 6, 10.0]])
    b = np.array([[0, 9, 10], [10, 6, 0.0]])
    m = white_metrics([(1, a[:1], b[:1]), (0, a[1:], b[1:])])
    good.append(near("NOD", m["NOD"], (8 + 10) / 2))
    good.append(near("NAD", m["NAD"], 1.0))           # 1 against 9: changes; 0 against 10: changes
    good.append(near("NAD_code", m["NAD_code"], 2.0))
    good.append(near("LOD", m["LOD"], (8 + np.sqrt(200)) / 2))
    good.append(near("LAD", m["LAD"], (1 + 2) / 2))   # channel 1; channels 0 and 2
    return all(good)


COMMANDS = {"forward": (check_forward, 4, 4), "split": (split, 2, 2), "metrics": (check_metrics, 4, 5),
            "example": (example, 1, 2), "selftest": (selftest, 0, 0)}


def main(argv):
    if len(argv) < 2 or argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    command, least, most = COMMANDS[argv[1]]
    if not least <= len(argv) - 2 <= most:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return 0 if command(*argv[2:]) else 1
    except (Unusable, OSError, KeyError, ValueError, IndexError) as e:
        print("numpy_check: %s: %s" % (type(e).__name__, e), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv))
