# SPDX-License-Identifier: GPL-3.0-or-later
"""Files made to do harm, for hostile.sh.
  hostile_files.py FOLDER            makes them
  hostile_files.py --flicker A B C   C is now A, now B, until killed
  hostile_files.py --image N A       an .npz of one image of N x N
  hostile_files.py --apart A B       largest difference of the logits of two .npz, relative to the largest logit
"""
import gzip, io, json, lzma, os, random, struct, sys, zipfile, zlib

if sys.argv[1] == "--flicker":
    a, b = (open(name, "rb").read() for name in sys.argv[2:4])
    fd = os.open(sys.argv[4], os.O_WRONLY)
    while True:
        os.pwrite(fd, a, 0)
        os.pwrite(fd, b[:80], 0)
        os.pwrite(fd, b, 0)



def npy_head(*shape):
    head = ("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % (shape,)).ljust(117) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head.encode()


if sys.argv[1] == "--image":
    side = int(sys.argv[2])
    values = [random.Random(5).random() for _ in range(side * side)]
    with zipfile.ZipFile(sys.argv[3], "w") as z:
        z.writestr("x.npy", npy_head(1, side, side, 1) + struct.pack("<%df" % len(values), *values))
    sys.exit()

if sys.argv[1] == "--apart":
    parts = [zipfile.ZipFile(name).read("logits.npy") for name in sys.argv[2:4]]
    a, b = ([v for v, in struct.iter_unpack("<f", p[10 + struct.unpack_from("<H", p, 8)[0]:])] for p in parts)
    assert len(a) == len(b) > 0
    print("%.2g" % (max(abs(x - y) for x, y in zip(a, b)) / max(map(abs, b))))
    sys.exit()

LENET = os.path.abspath("samples/cfg/lenet5.cfg")
os.makedirs(sys.argv[1], exist_ok=True)
os.chdir(sys.argv[1])


def write(name, data):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


# --- networks ---
HEAD = "[net]\nheight=%d\nwidth=%d\nchannels=1\nbatch=1\n"
SMALL = HEAD % (4, 4) + "[connected]\noutput=2\nactivation=linear\n[softmax]\n"
SMALL_N = 34


def weights(values, n=SMALL_N, start=struct.pack("<iiiq", 0, 2, 0, 0)):
    return start + struct.pack("<%df" % n, *(values[i % len(values)] for i in range(n)))


write("small.cfg", SMALL)
write("good.weights", weights([0.5, -0.25, 0.125]))
write("nan.weights", weights([0.5, float("nan")]))
write("inf.weights", weights([float("inf"), 1]))
write("huge.weights", weights([3e38, -3e38]))
write("caf\udce9 \udced\udca0\udc80.weights", weights([0.5, -0.25, 0.125]))
write("denormal.weights", weights([1e-41, -1e-42]))


# One weight as huge as no sum bears beside small ones; its channel is masked by the relu behind it.
def one_huge(name, side, channels, n):
    conv = "[convolutional]\nfilters=%d\nsize=3\nstride=1\npad=1\nactivation=relu\n" % channels
    write(name + ".cfg", HEAD % (side, side) + conv * n + "[avgpool]\n[connected]\noutput=4\nactivation=linear\n[softmax]\n")
    draw = random.Random(1)
    values = []
    for fan in [9] + [9 * channels] * (n - 1):
        values += [0.01] * channels + [draw.gauss(0, (2 / fan) ** 0.5) for _ in range(fan * channels)]
    values[channels + 9 * channels + channels + 36] = -1e14
    values += [0.01] * 4 + [draw.gauss(0, 0.3) for _ in range(4 * channels)]
    write(name + ".weights", weights(values, len(values)))


one_huge("one", 12, 16, 2)
one_huge("one-large", 128, 64, 6)
write("short.weights", weights([1])[:-1])
write("long.weights", weights([1]) + bytes(4096))
write("empty.weights", b"")
write("text.weights", "not weights at all")
write("version.weights", weights([1], start=struct.pack("<iiiq", 1000, 2, 0, 0)))
write("gigabytes.cfg", HEAD % (4, 4) + "[connected]\noutput=100000\nactivation=relu\n" * 3 + "[connected]\noutput=2\n[softmax]\n")
write("wide.cfg", HEAD % (100000, 100000) + "[convolutional]\nfilters=100000\nsize=3\npad=1\n[softmax]\n")
write("wrap.cfg", HEAD % (65536, 65536) + "[convolutional]\nfilters=65536\nsize=1\n[softmax]\n")
write("year.cfg", HEAD % (1024, 1024) + "[convolutional]\nfilters=64\nsize=99\npad=1\nactivation=relu\n" * 200 + "[avgpool]\n[softmax]\n")
write("pool.cfg", HEAD % (2000, 2000) + "[maxpool]\nsize=2000\nstride=1\n" * 4 + "[avgpool]\n[connected]\noutput=2\n[softmax]\n")
write("layers.cfg", HEAD % (4, 4) + "[dropout]\nprobability=0.5\n" * 10000 + "[connected]\noutput=2\n[softmax]\n")
write("sections.cfg", "[net]\n" * 100000)
write("line.cfg", "[net]\nheight=" + "9" * 900000 + "\n")
write("large.cfg", b"#" * (2 << 20))
write("zero.cfg", b"\0" * 4096)
write("negative.cfg", SMALL.replace("output=2", "output=-5"))
write("route.cfg", HEAD % (4, 4) + "[route]\nlayers=99\n[connected]\noutput=2\n[softmax]\n")
write("self.cfg", HEAD % (4, 4) + "[shortcut]\nfrom=0\n[connected]\noutput=2\n[softmax]\n")
write("unknown.cfg", HEAD % (4, 4) + "[yolo]\nmask=0\n")
write("escape.cfg", SMALL.replace("[softmax]", "[\033]0;owned\007\033[2J]"))
write("bidi.cfg", SMALL.replace("[softmax]", "[\u202esoftmax]"))
write("format.cfg", SMALL.replace("linear", "%s%n%s%n"))
write("\033[2J\u202egpj.cfg", "[nosuch]\n")

# --- plans ---
PLAN = {"title": "t", "cfg": LENET, "seed": 1, "train": "synth:digits:64", "test": "synth:digits:64"}
MODELS = [{"name": "victim", "role": "victim", "data": "synth:digits:64", "set": ["epochs=1"]}, {"name": "q", "method": "quantise"}]


def plan(called, more={}, **model):
    write("plan-%s.json" % called, json.dumps({**PLAN, "models": [MODELS[0], {**MODELS[1], **model}], **more}))


plan("leaves", name="../../x")
plan("absolute", name="/tmp/x")
plan("dots", name="..")
plan("newline", name="a\nb")
plan("nul", name="a\0b")
plan("label", label="\033]0;owned\007\u202egpj")
plan("title", {"title": "\033[2J"})
plan("times", repeat=1e300)
plan("negative", repeat=-1)
plan("seed", {"seed": 2 ** 60})
plan("epochs", set=["epochs=1e300"])
plan("infinite", set=["rate=inf"])
plan("samples", data="synth:digits:99999999999999999999")
plan("slice", data="synth:digits:20[9:1]")
plan("fifo", {"cfg": "../fifo"})
plan("device", {"cfg": "/dev/zero"})
plan("none", {"models": []})
plan("many", {"models": [{"name": "n%d" % i, "role": "negative"} for i in range(10000)]})
write("plan-deep.json", "[" * 100000)
write("plan-twice.json", '{"seed": 1, "seed": 2}')

# --- pictures ---


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(w, h, data, more=b"", colour=0):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, colour, 0, 0, 0)) + more
            + chunk(b"IDAT", data) + chunk(b"IEND", b""))


ZEROS = zlib.compress(bytes(64 << 20), 9)
row = zlib.compress((b"\0" + bytes(4)) * 4)


def pictures(name, data):
    write("%s/a/0.png" % name, data)
    write("%s/b/0.png" % name, data)


pictures("png-large", png(2**31 - 1, 2**31 - 1, ZEROS))
pictures("png-side", png(30000, 30000, ZEROS))
pictures("png-text", png(4, 4, row, chunk(b"zTXt", b"k\0\0" + ZEROS) * 20))
pictures("png-profile", png(4, 4, row, chunk(b"iCCP", b"k\0\0" + ZEROS) * 5))
pictures("png-chunks", png(4, 4, row, chunk(b"tEXt", b"k\0v") * 200000))
pictures("png-rest", png(4, 4, ZEROS))
pictures("png-cut", png(4, 4, row)[:60])
pictures("png-none", b"\x89PNG\r\n\x1a\n")
write("names/\033[31mred\u202e/0.png", png(4, 4, row))
write("names/plain/0.png", b"nothing")
for name in ("caf\udce9", "plain"):
    write("latin/%s/0.png" % name, png(4, 4, row))

# --- archives ---


def npy(shape, kind="<f4"):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head) + 1) + head.encode() + b"\n"


def archive(name, members, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(name, "w", how) as z:
        for member, parts in members.items():
            with z.open(member, "w", force_zip64=True) as f:
                for part in parts:
                    f.write(part)


block = bytes(16 << 20)
archive("bomb.npz", {"x.npy": [npy("(9223372036854775807, 4)")] + [block] * 16})
archive("zeros.npz", {"x.npy": [npy("(268435456, 1, 1, 1)")] + [block] * 64})
archive("shape.npz", {"x.npy": [npy("(4294967296, 4294967296, 4294967296, 1)")]})
archive("many.npz", {"x%d.npy" % i: [npy("()"), b"\0\0\0\0"] for i in range(20000)})
archive("name.npz", {"../../../etc/x.npy": [npy("()"), b"\0\0\0\0"], "\033[2J.npy": [npy("()"), b"\0\0\0\0"]})
archive("object.npz", {"x.npy": [npy("(1,)", "|O"), b"\x80\x04."]})
inner = io.BytesIO()
with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("x.npy", npy("(4, 4)"))
write("overlap.npz", inner.getvalue() + inner.getvalue())

# --- packed sets: each claims 2^32-1 images and unpacks to 8 GiB of zeros ---
claim = struct.pack(">IIII", 2051, 2**32 - 1, 28, 28)
os.makedirs("gz", exist_ok=True)
write("gz/t10k-images-idx3-ubyte.gz", gzip.compress(claim) + gzip.compress(block, 9) * 512)
write("gz/t10k-labels-idx1-ubyte.gz", gzip.compress(struct.pack(">II", 2049, 2**32 - 1)) + gzip.compress(block, 9) * 256)
write("xz/t10k-images-idx3-ubyte.xz", lzma.compress(claim) + lzma.compress(block) * 512)
write("xz/t10k-labels-idx1-ubyte.xz", lzma.compress(struct.pack(">II", 2049, 2**32 - 1)) + lzma.compress(block) * 256)
# a stream whose dictionary alone would be 4 GiB (its header byte, CRC made right)
small = bytearray(lzma.compress(b"x", preset=0))
size = (small[12] + 1) * 4
for at in range(12, 12 + size - 4):
    if small[at] == 0x21:
        small[at + 2] = 40
        break
small[12 + size - 4:12 + size] = struct.pack("<I", zlib.crc32(bytes(small[12:12 + size - 4])))
write("dictionary/t10k-images-idx3-ubyte.xz", bytes(small))
write("dictionary/t10k-labels-idx1-ubyte.xz", bytes(small))
write("images", claim)
write("labels", struct.pack(">II", 2049, 3) + bytes(3))
