#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the corpora's first inputs: small valid files of every format. tests/corpus/NAME/seed-*"""
import gzip, hashlib, io, json, lzma, os, struct, sys, zipfile, zlib

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "corpus")


def put(target, name, data):
    os.makedirs(os.path.join(HERE, target), exist_ok=True)
    with open(os.path.join(HERE, target, "seed-" + name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


NET = "[net]\nheight=8\nwidth=8\nchannels=1\nbatch=1\n"
CFGS = {
    "plain": NET + "[convolutional]\nfilters=2\nsize=3\nstride=1\npad=1\nactivation=relu\n[maxpool]\nsize=2\nstride=2\n"
    "[connected]\noutput=3\nactivation=linear\n[softmax]\n",
    "norm": NET + "[convolutional]\nbatch_normalize=1\nfilters=2\nsize=1\nstride=1\nactivation=leaky\n[shortcut]\nfrom=-1\n"
    "activation=linear\n[avgpool]\n[connected]\noutput=2\nactivation=logistic\n[softmax]\n",
    "route": NET + "[convolutional]\nfilters=2\nsize=3\npad=1\nactivation=tanh\n[convolutional]\nfilters=2\nsize=3\npad=1\n"
    "activation=elu\n[route]\nlayers=-1,0\n[dropout]\nprobability=0.5\n[connected]\noutput=2\nactivation=linear\n"
    "[softmax]\n[cost]\ntype=sse\n",
    "flat": "[net]\ninputs=12\nbatch=1\n[connected]\noutput=4\nactivation=relu\n[activation]\nactivation=ramp\n"
    "[connected]\noutput=2\nactivation=linear\n[logistic]\n",
    "lstm": "[net]\ninputs=3\ntime_steps=4\n[lstm]\noutput=5\n[lstm]\noutput=2\n[dropout]\nprobability=0.5\n"
    "[connected]\noutput=2\nactivation=linear\n[softmax]\n",
}
for name, text in CFGS.items():
    put("cfg", name, text)
    put("model", name, text)
TINY = "[net]\nheight=2\nwidth=2\nchannels=1\nbatch=1\n[connected]\noutput=2\nactivation=linear\n[softmax]\n"
BODY = struct.pack("<10f", *[0.1 * i for i in range(10)])
put("weights", "new", TINY.encode() + b"\0" + struct.pack("<iiiq", 0, 2, 0, 5) + BODY)
put("weights", "old", TINY.encode() + b"\0" + struct.pack("<iiii", 0, 1, 0, 5) + BODY)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(w, h, colour, depth=8, more=b"", interlace=0):
    wide = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    rows = b"".join(b"\0" + bytes((x * y) & 255 for x in range((w * wide * depth + 7) // 8)) for y in range(h))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, interlace)) + more
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


for colour in (0, 2, 4, 6):
    put("png", "colour%d" % colour, png(4, 4, colour))
put("png", "palette", png(4, 4, 3, more=chunk(b"PLTE", bytes(768))))
put("png", "bits", png(8, 4, 0, depth=1))
put("png", "deep", png(4, 4, 2, depth=16))
images = struct.pack(">IIII", 2051, 3, 4, 4) + bytes(range(48))
labels = struct.pack(">II", 2049, 3) + bytes([0, 1, 2])
put("idx", "three", struct.pack("<H", len(images)) + images + labels)
put("cifar", "one", bytes([3]) + bytes(3072))
put("packed", "gz", b"\1" + gzip.compress(b"some text" * 20, mtime=0))
put("packed", "xz", b"\0" + lzma.compress(b"some text" * 20))


def npy(shape, kind, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data, head


def npz(arrays, how=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as z:
        for name, (shape, kind, data) in arrays.items():
            z.writestr(zipfile.ZipInfo(name + ".npy"), npy(shape, kind, data)[0])
    return out.getvalue()


f32 = lambda n: struct.pack("<%df" % n, *[0.5] * n)
i64 = lambda *v: struct.pack("<%dq" % len(v), *v)
put("npz", "samples", npz({"x": ("(2, 2, 2, 1)", "<f4", f32(8)), "y": ("(2,)", "<i8", i64(0, 1))}))
put("npz", "deflated", npz({"x": ("(2, 2, 2, 1)", "|u1", bytes(8)), "y": ("(2,)", "<i8", i64(0, 1))}, zipfile.ZIP_DEFLATED))
put("npz", "black", npz({"advx": ("(2, 2, 2, 1)", "<f4", f32(8)), "advy": ("(2, 2)", "<f4", struct.pack("<4f", 1, 0, 0, 1))}))
put("npz", "white", npz({"layer": ("()", "<i8", i64(0)), "neurons": ("(1,)", "<i8", i64(1)), "tests_0": ("(1, 2, 2, 1)", "<f4", f32(4))}))
put("npy", "header", npy("(3, 4)", "<f8", b"")[1])

def wav(sort=1, channels=1, rate=8000, bits=16, data=bytes(range(64)), more=b""):
    frame = channels * bits // 8
    body = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, sort, channels, rate, rate * frame, frame, bits) + more
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def member(name, data, kind=b"0"):
    h = bytearray(512)
    h[:len(name)] = name.encode()
    h[124:136] = b"%011o\0" % len(data)
    h[156:157] = kind
    h[257:265] = b"ustar\x0000"
    h[148:156] = b" " * 8
    h[148:156] = b"%06o\0 " % sum(h)
    return bytes(h) + data + bytes(-len(data) % 512)


put("wav", "mono", wav())
put("wav", "stereo-8", wav(channels=2, rate=16000, bits=8))
put("wav", "24", wav(bits=24, data=bytes(96)))
put("wav", "floats", wav(sort=3, bits=32, data=f32(8)))
put("wav", "list", wav(more=b"LIST" + struct.pack("<I", 3) + b"abc\0"))
end = bytes(1024)
put("tar", "two", member("r/", b"", b"5") + member("r/0_a_7.wav", wav()) + member("r/1_a_7.wav", wav()) + end)
put("tar", "folders", member("yes/a.wav", wav()) + member("no/a.wav", wav()) + end + b"\0")
put("tar", "pax", member("x", b"16 comment=abcd\n", b"x") + member("0_a_7.wav", wav()) + end)
put("spec", "wav-tar", "wav:a.tar.xz[0:9]")

sha = hashlib.sha256(b"").hexdigest()
line = json.dumps({"seq": 1, "t": "2026-01-01T00:00:00Z", "who": "", "act": "new", "object": "demo",
                   "details": {"case": sha, "sandbox": "none"}, "tool": "lineup", "prev": ""}, separators=(",", ":"))
second = json.dumps({"seq": 2, "act": "stage", "object": "seeds", "details": {"id": sha, "sha256": sha},
                     "prev": hashlib.sha256(line.encode()).hexdigest()}, separators=(",", ":"))
put("journal", "two", line + "\n" + second + "\n")
put("journal", "torn", line + "\n" + second[:40])

frame = lambda kind, body: struct.pack("<IHHII", 0x3155504C, 2, kind, 7, len(body)) + body
put("frame", "hello", frame(1, b""))
put("frame", "two", frame(101, struct.pack("<Q", 3) + b"abc") + frame(100, b""))
u64 = lambda *v: struct.pack("<%dQ" % len(v), *v)
text = lambda s: u64(len(s)) + s.encode()
part = lambda kind, fds, data, body: bytes([kind, fds]) + struct.pack("<H", len(data)) + data + struct.pack("<H", len(body)) + body
floats = f32(16 * 2)
samples = u64(2, 4, 4, 1) + u64(0) * 8
put("request", "hello", b"\1" + part(1, 0, b"", b""))
put("request", "outputs", b"\1" + part(3, 1, floats, u64(1, 0, 0, 2) + samples))
put("request", "train", b"\0" + part(8, 1, floats, text(TINY) + u64(0) * 24 + samples))
put("reply", "info", part(0, 0, b"", u64(2, 2, 1, 2, 0, 0, 4, 10, 20) + struct.pack("<d", 0) + text(sha) + u64(1)
                          + text("connected") + u64(1, 1, 2)))
put("reply", "outputs", part(1, 1, f32(16) + f32(16), b""))
put("reply", "trained", part(5, 1, bytes(64), struct.pack("<dd", 0.1, 0.9) + u64(40)))
put("reply", "arrays", part(6, 1, f32(16), u64(1) + text("x") + u64(3, 1, 16)))
for i, s in enumerate(["mnist:data", "cifar10:a.bin[3:9]", "idx:a,b", "png:dir", "npz:x.npz[0:1]", "synth:digits:100", "wav:d"]):
    put("spec", str(i), s)
for i, s in enumerate(["seed=3", "blackbox.ep=0.03", "whitebox.layers=2,5", "blackbox.method=pgd", "metrics=RobD,JSD", "x"]):
    put("params", str(i), s)
for path in sys.argv[1:]:
    put("casefile", os.path.basename(os.path.dirname(path)) or "case", open(path, "rb").read())
