# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairs of cfg and weights, damaged in one to four places each, given to `lineup add` as suspects of a case that has a
victim: each must be refused in words or load and answer; no engine may crash unreported, and neither the victim's nor the
refusing case's bytes may change.
  mutants.py LINEUP FOLDER COUNT SEED
"""
import collections, hashlib, os, random, re, struct, subprocess, sys, zipfile

lineup, folder, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
rng = random.Random(seed)
root = os.getcwd()
LIMIT = 100  # seconds; more is a hang

MIXED = """[net]
height=12
width=12
channels=2
batch=1
[convolutional]
batch_normalize=1
filters=6
size=3
stride=1
pad=1
activation=leaky
[convolutional]
filters=6
size=3
pad=1
activation=relu
[shortcut]
from=-2
activation=linear
[route]
layers=-1,-3
[maxpool]
size=2
stride=2
[convolutional]
batch_normalize=1
filters=4
size=1
activation=logistic
[dropout]
probability=0.5
[connected]
output=9
activation=tanh
[connected]
output=3
activation=linear
[softmax]
groups=1
"""


def run(*words):
    return subprocess.run([lineup, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT)


def put(name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def weights_of(cfg):
    """As many positive numbers (variances are among them) as the network wants, which the refusal of too short a file names."""
    probe = run("add", case, "suspect", "probe", "--cfg", put("probe.cfg", cfg), "--weights", put("probe.weights", HEAD))
    sizes = [int(n) for n in re.findall(rb"\b(\d{2,})\b", probe.stdout)]
    n = (max(sizes) - len(HEAD)) // 4
    if n > 1 << 20:
        raise ValueError("too many for a trial")
    return HEAD + struct.pack("<%df" % n, *(abs(rng.gauss(0, 0.1)) + 0.01 for _ in range(n)))


HEAD = struct.pack("<iiiq", 0, 2, 0, 64)
EXTREME = [0, 1, 2, 3, 5, 7, 16, 31, 255, 256, 1000, 4096, 65535, 65536, 100000, 2**31 - 1, 2**31, 2**32, -1, -2, -5, -(2**31)]
FLOATS = [float("nan"), float("inf"), -float("inf"), 3e38, -3e38, 1e-45, 0.0, -0.0]


def lines_of(cfg):
    return cfg.split(b"\n")


def change_number(cfg):
    places = list(re.finditer(rb"-?\d+", cfg))
    if not places:
        return cfg
    at = rng.choice(places)
    new = rng.choice(EXTREME) if rng.random() < 0.3 else int(at.group()) + rng.randint(-3, 4)
    return cfg[: at.start()] + str(new).encode() + cfg[at.end() :]


def change_byte(data):
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def move_line(cfg):
    lines = lines_of(cfg)
    line = lines[rng.randrange(len(lines))]
    if rng.random() < 0.6:
        lines.remove(line)
    if rng.random() < 0.6:
        lines.insert(rng.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def other_section(cfg):
    names = [b"[convolutional]", b"[connected]", b"[maxpool]", b"[avgpool]", b"[route]", b"[shortcut]", b"[dropout]",
             b"[softmax]", b"[lstm]", b"[gru]", b"[crop]", b"[yolo]", b"[reorg]", b"[upsample]", b"[local]", b"[net]", b"[activation]"]
    places = list(re.finditer(rb"\[[a-z]+\]", cfg))
    if not places:
        return cfg
    at = rng.choice(places)
    return cfg[: at.start()] + rng.choice(names) + cfg[at.end() :]


def other_activation(cfg):
    names = b"linear relu leaky logistic tanh elu loggy relie ramp plse stair hardtan lhtan selu none".split()
    return re.sub(rb"activation=\w+", lambda m: b"activation=" + rng.choice(names) if rng.random() < 0.4 else m.group(), cfg)


def change_float(data):
    if len(data) < 24:
        return data
    at = 20 + 4 * rng.randrange((len(data) - 20) // 4)
    return data[:at] + struct.pack("<f", rng.choice(FLOATS)) + data[at + 4 :]


def scale_floats(data):
    n = (len(data) - 20) // 4
    if n < 1:
        return data
    by = rng.choice([1e-30, 1e-3, 30, 1e4, 1e15])
    values = struct.unpack("<%df" % n, data[20 : 20 + 4 * n])
    return data[:20] + struct.pack("<%df" % n, *(max(-3e38, min(3e38, v * by)) for v in values))


def change_head(data):
    at = rng.randrange(min(20, len(data))) if data else 0
    return data[:at] + bytes([rng.choice([0, 1, 2, 3, 127, 128, 255])]) + data[at + 1 :]


def cut(data):
    return data[: rng.randrange(len(data) + 1)]


def grow(data):
    return data + bytes(rng.randrange(256) for _ in range(rng.choice([1, 3, 4, 8, 400])))


CFG = [change_number] * 6 + [change_byte, move_line, move_line, other_section, other_activation, other_activation, cut]
WEIGHTS = [change_float, change_float, scale_floats, change_head, change_byte, change_byte, cut, grow]


def outcome(*words):
    """How a command ended, and what it said."""
    try:
        done = run(*words)
    except subprocess.TimeoutExpired:
        return "hung", ""
    said = done.stdout.decode("utf-8", "replace").strip()
    how = {0: "loaded", 1: "refused", 3: "refused", 4: "refused", 6: "refused", 5: "reported"}.get(done.returncode, "crashed")
    return (how if said or how == "loaded" else "crashed"), said


def images(cfg):
    """Three samples of the shape the network says it takes, as .npz."""
    def side(key):
        found = re.findall(rb"^\s*" + key + rb"\s*=\s*(\d+)", cfg, re.M)
        return int(found[-1]) if found else 1

    shape = 3, side(b"height"), side(b"width"), side(b"channels")
    n = min(shape[0] * shape[1] * shape[2] * shape[3], 1 << 22)
    head = ("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (shape,)).encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    values = struct.pack("<%df" % n, *(rng.random() for _ in range(n)))
    path = os.path.join(folder, "in.npz")
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + values)
    return path


def digest(*names):
    h = hashlib.sha256()
    for name in sorted(names):
        with open(name, "rb") as f:
            h.update(name.encode() + b"\0" + hashlib.sha256(f.read()).digest())
    return h.hexdigest()


def files_of(case):
    return [os.path.join(at, f) for at, _, names in os.walk(case) for f in names if f not in (".lock", "journal.jsonl")]


def journal():
    with open(os.path.join(case, "journal.jsonl"), "rb") as f:
        return f.read()


case = os.path.join(folder, "case")
assert run("new", case, "--kind", "tuning").returncode == 0
bases = []
for name in ("lenet5", "resnet20", None):
    cfg = open(os.path.join(root, "samples/cfg", name + ".cfg"), "rb").read() if name else MIXED.encode()
    bases.append((name or "mixed", cfg, weights_of(cfg)))
    sound, said = outcome("add", case, "suspect", "s", "--cfg", put("s.cfg", cfg), "--weights", put("s.weights", bases[-1][2]))
    assert sound == "loaded" and run("remove", case, "s").returncode == 0, said
name, cfg, weights = bases[0]
added = run("add", case, "victim", "v", "--cfg", put("v.cfg", cfg), "--weights", put("v.weights", weights))
assert added.returncode == 0, added.stdout
victim = [f for f in files_of(case) if "/items/" in f]
victim_was = digest(*victim)

seen = collections.Counter()
findings = []
for i in range(count):
    name, cfg, weights = bases[rng.choices(range(3), (3, 1, 6))[0]]
    where = rng.choice(("cfg", "weights", "both"))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        cfg = rng.choice(CFG)(cfg) if where != "weights" else cfg
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        weights = rng.choice(WEIGHTS)(weights) if where != "cfg" else weights
    if where == "cfg" and rng.random() < 0.5:  # a changed shape meets weights that fit it
        try:
            weights = weights_of(cfg)
        except (ValueError, struct.error, MemoryError):
            pass
    before, told = digest(*files_of(case)), journal()
    pair = "--cfg", put("s.cfg", cfg), "--weights", put("s.weights", weights)
    how, said = outcome("add", case, "suspect", "s", *pair)
    if how == "loaded":
        removed = run("remove", case, "s")
        if removed.returncode != 0:
            findings.append((i, "cannot be removed: " + removed.stdout.decode("utf-8", "replace")))
        inputs = images(cfg)
        for engine in ("fast", "darknet"):
            answers, words = outcome("predict", *pair, "--in", inputs, "--out", os.path.join(folder, "out.npz"), "--engine", engine)
            seen[engine, "predict", answers] += 1
            if answers in ("reported", "hung", "crashed"):
                how, said = answers, engine + ": " + words
    if how in ("reported", "hung", "crashed"):
        findings.append((i, "%s %s: %s" % (name, how, said[:150])))
        put("finding-%d.cfg" % i, cfg), put("finding-%d.weights" % i, weights)
    if (how != "loaded" and digest(*files_of(case)) != before) or not journal().startswith(told):  # refusals may be told
        findings.append((i, "the case's bytes changed: " + said[:150]))
        seen["lost"] += 1
    if digest(*victim) != victim_was:
        findings.append((i, "the victim's bytes changed"))
        seen["lost"] += 1
    seen[(name, where, how)] += 1
    seen[how] += 1

for key in sorted(k for k in seen if isinstance(k, tuple)):
    print("# %-10s %-8s %-9s %5d" % (*key, seen[key]))
for i, what in findings:
    print("# pair %d: %s" % (i, what))
print("# %d pairs, seed %d: %d refused, %d loaded and answered, %d engines ended and reported, %d crashed, %d hung, %d lost"
      % (count, seed, *(seen[k] for k in ("refused", "loaded", "reported", "crashed", "hung", "lost"))))
sys.exit(1 if seen["crashed"] or seen["hung"] or seen["lost"] or seen["reported"] else 0)
