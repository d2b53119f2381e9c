#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The blind watermark from embedding to verdicts, in a reduced setting on drawn digits: what the mark must show, who
# carries it and who does not, what a changed bundle is called, and that an interrupted embedding ends with the same bytes.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/forge.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
work=${LINEUP_TMP:-$(mktemp -d)}
cd "$work" || exit 1

embed() { # SPEC ARGUMENTS...
    spec=$1
    shift
    "$lineup" watermark embed --cfg "$cfg" --data "$spec" "$@"
}
field() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval("(" + sys.argv[2] + ")"))' "$1" "$2"; }

# --- embedding ---
printf 'the test is the same every time' | sha256sum | cut -c-64 >secret
embed synth:digits:1000 --test synth:digits:1000 --secret secret --keys 40 --width 4 --epochs 14 --freeze 8 --out b --json --quiet >embed.json
ok $? "a mark is embedded in 1000 drawn digits"
python3 - >figures <<'EOF2'
import json
from math import comb
m = json.load(open("embed.json"))
n = m["keys"]
tail = lambda k: sum(comb(n, i) * .1 ** i * .9 ** (n - i) for i in range(k, n + 1))
inside = lambda k: tail(k) > .005 and 1 - tail(k + 1) > .005
print(0 if m["key_matches"] >= .95 * n else 1, "the marked network gives at least 95 % of the 8-bit keys their label")
print(0 if inside(m["twin_matches"]) else 1, "its unmarked twin matches as luck does (binomial 99 %)")
print(0 if inside(m["untrained_matches"]) else 1, "an untrained network does too")
print(0 if m["raw_covers_true"] >= .95 * n else 1, "at least 95 % of the raw covers keep their true label")
print(0 if m["twin_clean"] - m["clean"] <= .035 else 1, "the mark costs at most 3.5 points of clean accuracy")
EOF2
while read -r result text; do ok "$result" "$text"; done <figures
[ "$(wc -l <figures)" -eq 5 ] && [ "$(wc -l <b/training.csv)" -eq 23 ]
ok $? "every epoch has its figures"
[ "$(find b/keys -name '*.png' | wc -l)" -eq 40 ]
ok $? "every key is there as a picture"
python3 - <<'EOF2'
import hashlib, json, struct, zipfile
secret = open("b/secret.txt").read().strip()
covers = json.load(open("b/bundle.json"))["covers"]
raw = zipfile.ZipFile("b/keys.npz").read("y.npy")
y = struct.unpack("<%dq" % len(covers), raw[-8 * len(covers):])
want = [int(hashlib.sha256(f"lineup-label {secret} {c}".encode()).hexdigest(), 16) % 10 for c in covers]
raise SystemExit(list(y) != want)
EOF2
ok $? "the labels follow from the secret as the manual says"

# --- committing ---
run "$lineup" watermark verify b --suspect b/host.cfg:b/host.weights
ends 6 "is not committed" "an uncommitted bundle verifies nothing"
run "$lineup" watermark commit b
ends 0 "$(sha256sum <b/manifest-sha256.txt | cut -c-64)" "commit prints the hash of the list"
(cd b && sha256sum --quiet -c manifest-sha256.txt)
ok $? "sha256sum reads the list"
openssl ts -query -in b/commitment.tsq -text 2>/dev/null | grep -q 'Hash Algorithm: sha256'
ok $? "openssl reads the time-stamp request"
run "$lineup" watermark commit b
ends 0 "committed before" "a second commit changes nothing"

# --- verifying ---
verdict() { # NAME WEIGHTS VERDICT
    "$lineup" watermark verify b --suspect "b/host.cfg:$2" --test synth:digits:500 --json --quiet >"$1.json"
    [ "$(field "$1.json" 'r["verdict"]')" = "$3" ]
    ok $? "the $1 is judged $3"
}
"$lineup" lab train --cfg "$cfg" --data synth:digits:1000 --epochs 6 --seed 77 --out other.weights --quiet
"$lineup" lab finetune --all --cfg "$cfg" --weights b/host.weights --data 'synth:digits:2000[1000:2000]' --epochs 2 \
    --shift 0 --rotate 0 --rate 0.0003 --out tuned.weights --quiet
"$lineup" lab prune 0.3 --cfg "$cfg" --weights b/host.weights --data 'synth:digits:2000[1000:2000]' --epochs 1 \
    --shift 0 --rotate 0 --rate 0.0003 --out pruned.weights --quiet
verdict victim b/host.weights marked
verdict twin b/twin.weights not-marked
verdict stranger other.weights not-marked
verdict tuned-copy tuned.weights marked
verdict pruned-copy pruned.weights marked
"$lineup" watermark verify b --suspect b/host.cfg:b/untrained.weights --json --quiet >untrained.json
[ "$(field untrained.json 'r["verdict"]')" = not-marked ]
ok $? "an untrained network is judged not-marked"
"$lineup" watermark verify b --suspect b/host.cfg:b/untrained.weights --test synth:digits:500 --json --quiet >chance.json
[ "$(field chance.json 'r["verdict"]')" = invalid ]
ok $? "against clean samples it voids the run: it answers by chance"
python3 - <<'EOF2'
import json
from math import comb, isclose
r = json.load(open("tuned-copy.json"))["suspect"]
n, k = r["keys"], r["matches"]
p = sum(comb(n, i) * .1 ** i * .9 ** (n - i) for i in range(k, n + 1))
agree = sum(a == b for a, b in r["answers"])
raise SystemExit(not (isclose(p, r["p"], rel_tol=1e-9) and agree == k and r["low"] < k / n <= r["high"]))
EOF2
ok $? "matches, exact p and interval of the report are what its answers give"
[ "$(field victim.json 'r["suspect"]["decoys"]["p"] <= .001 and r["suspect"]["permutation"]["p"] <= .0001')" = True ]
ok $? "no decoy secret and no other order of the labels matches as the owner's do"
[ "$(field victim.json 'r["encoder_difference"] <= 1 and [c["as_expected"] for c in r["controls"]] == [True] * 3')" = True ]
ok $? "the encoder makes the keys again; all controls are as they must be"

# --- in a case and its report ---
run "$lineup" watermark verify b
ends 2 "either --suspect" "a suspect or a case is asked for"
quiet_case() { "$lineup" "$@" --quiet >/dev/null; }
quiet_case new c.case --kind evidence && quiet_case data c.case test synth:digits:250 &&
    quiet_case add c.case victim v --cfg b/host.cfg --weights b/host.weights &&
    quiet_case add c.case negative n1 --cfg b/host.cfg --weights b/twin.weights &&
    quiet_case add c.case negative n2 --cfg b/host.cfg --weights b/untrained.weights &&
    quiet_case add c.case suspect tuned --cfg b/host.cfg --weights tuned.weights &&
    quiet_case add c.case suspect stranger --cfg b/host.cfg --weights other.weights
ok $? "a case with two suspects"
run "$lineup" watermark verify b --case c.case
ends 6 "not sealed" "evidence is sealed first"
quiet_case seal c.case && "$lineup" watermark verify b --case c.case --logos 3 --json --quiet >kept.json
ok $? "the mark is verified on the suspects of a case"
[ "$(field kept.json '[(w["model"], w["verdict"], w["suspect"]["matches"]) for w in r["watermarks"]] == [("tuned", "marked",
    '"$(field tuned-copy.json 'r["suspect"]["matches"]')"'), ("stranger", "not-marked", '"$(field stranger.json 'r["suspect"]["matches"]')"')]')" = True ]
ok $? "as it is verified without a case"
lines=$(wc -l <c.case/journal.jsonl)
"$lineup" watermark verify b --case c.case --logos 3 --json --quiet | cmp -s - kept.json && [ "$(wc -l <c.case/journal.jsonl)" -eq "$lines" ]
ok $? "once: the same bundle again changes nothing"
quiet_case run c.case
ok $? "the case is run"
run "$lineup" show c.case report
ends 0 "5a A watermark" "its report has the watermark"
echo "$out" | tr '\n' ' ' | tr -s ' ' | grep -q "tuned answers $(field tuned-copy.json 'r["suspect"]["matches"]') of 40 key samples"
ok $? "and how the suspect answered"
"$lineup" show c.case --png pictures --quiet && [ -s pictures/keys-tuned-*.png ] && [ -s pictures/keys-stranger-*.png ]
ok $? "the sheets of keys are among its figures"
"$lineup" export c.case --to full --quiet >/dev/null && "$lineup" verify full >/dev/null &&
    [ -s full/data/figures/keys-tuned-*.svg ] && ls full/data/stages/keys-*.npz full/data/stages/watermark-*.json >/dev/null
ok $? "a full export holds them and verifies"
"$lineup" verify full --recompute --json >again.json
[ "$(field again.json '(lambda a: [a["models"], a["watermark"]["results"], a["watermark"]["same_bytes"], a["watermark"]["controls"],
    a["watermark"]["controls_not_checked"], a["watermark"]["logo_swaps_not_checked"]])(r["recomputed"])')" = "[4, 2, 2, 6, 0, 2]" ]
ok $? "the answers, too, are computed again to the same bytes, those of controls that are in the case among them"
"$lineup" export c.case --to redacted --scope redacted --quiet >/dev/null && "$lineup" verify redacted >/dev/null &&
    ! ls redacted/data/stages/keys-*.npz redacted/data/figures/keys-* >/dev/null 2>&1 && grep -q 'kept back' redacted/data/report.html
ok $? "a redacted one keeps the keys back"
cp -r c.case changed.case && chmod u+w changed.case/stages/watermark-*.json
sed -i 's/"marked"/"not-marked"/' changed.case/stages/watermark-*.json
run "$lineup" show changed.case report
ends 4 "watermark-" "a changed result is named"

# --- a case of nothing else: the victim's own file, and a network ruined until it answers by chance ---
"$lineup" lab noise --cfg b/host.cfg --weights b/host.weights --set noise=5 --out ruined.weights --quiet
quiet_case new d.case --kind tuning && quiet_case data d.case test synth:digits:500 &&
    quiet_case add d.case victim v --cfg b/host.cfg --weights b/host.weights &&
    quiet_case add d.case suspect verbatim --cfg b/host.cfg --weights b/host.weights &&
    quiet_case add d.case suspect ruined --cfg b/host.cfg --weights ruined.weights &&
    "$lineup" watermark verify b --case d.case --logos 3 --json --quiet >alone.json
[ "$(field alone.json '[(w["model"], w["verdict"]) for w in r["watermarks"]]')" = "[('verbatim', 'marked'), ('ruined', 'invalid')]" ]
ok $? "a suspect that is the victim's file is told by its own name; a ruined one has no verdict"
[ "$(field alone.json '[w for w in r["watermarks"] if w["model"] == "ruined"][0]["suspect"]["chance_p"] > .01')" = True ]
ok $? "for it is at chance"
out=$("$lineup" show d.case report | tr -s ' \n' ' ')
case "$out" in *"(DeepJudge) were not measured"*"verbatim answers 40 of 40"*"ruined, but that run is invalid: the suspect is no better than chance"*) true ;; *) false ;; esac
ok $? "the report's summary tells the mark alone"
case "$out" in *"six distances"* | *"strength of support"* | *"Of 0 samples"*) false ;; *) true ;; esac
ok $? "and nothing of distances that nobody measured"
"$lineup" export d.case --to d.bag --quiet >/dev/null && "$lineup" verify d.bag >/dev/null
ok $? "it is exported and verified"
run "$lineup" verify d.bag --recompute
ends 0 "2 results computed again, the same numerics: the same bytes" "its answers are computed again"
ends 0 "4 of 6 controls not checked: only the bundle has them" "but for those of networks that are not in the case"
ends 0 "other logos not checked" "and what takes the encoder"
of_ruined=$(grep -l '"model":.*"ruined"' d.bag/data/stages/watermark-*.json) && of_ruined=${of_ruined##*/}
forged() { # Python that changes r: the evidence on the ruined network in e.bag
    rm -rf e.bag e.bag.sha256 && cp -r d.bag e.bag && forge e.bag "$of_ruined" "$1" && "$lineup" verify e.bag --quiet
}
forged 'r["suspect"]["chance_p"] = 0; r["valid"] = True; r["verdict"] = "not-marked"; del r["reason"]'
ok $? "evidence is changed, hashes, journal and lists made to fit: nothing else tells"
run "$lineup" verify e.bag --recompute
ends 4 "watermark: 1 of 2 results come out differently, first ruined: 'chance_p'" "computing it again does"
forged 'a = next(a for a in r["suspect"]["answers"] if a[0] != a[1]); a[0] = next(i for i in range(10) if i not in a)' &&
    run "$lineup" verify e.bag --recompute
ends 4 "watermark: 1 of 2 results come out differently, first ruined: 'answers'" "an answer that was never given is found"
forged 'del r["parameters"]' && run "$lineup" verify e.bag --recompute
ends 0 "1 of 2 results not checked" "a result that does not say how it was made is not called equal"

# --- the sheet ---
"$lineup" watermark sheet b --out all --gain 9 --json --quiet >all.json
ok $? "all keys are written as pictures, nobody asked"
[ "$(find all -name 'key-*.png' | wc -l)" -eq 120 ] && [ -s all/key-0039-difference-x9.png ] && [ "$(wc -l <all/keys.csv)" -eq 41 ] &&
    [ "$(field all.json '[r["keys"], r["shown"], r["matches"], r["p"]]')" = "[40, 40, None, None]" ]
ok $? "three pictures and a line for each"
for f in png svg pdf; do
    head -c 60 "all/sheet.$f" | grep -aqE 'PNG|<\?xml|%PDF'
    ok $? "the sheet as $f"
done
"$lineup" watermark sheet b --out missed --suspect b/host.cfg:b/twin.weights --name Twin --only missed --json --quiet >missed.json
python3 - <<'EOF2'
import csv, json, math
r = json.load(open("missed.json"))
rows = list(csv.DictReader(open("missed/keys.csv")))
whole = list(csv.DictReader(open("all/keys.csv")))
m = json.load(open("embed.json"))
same = all(x["answer"] != x["expected"] and x["hit"] == "0" for x in rows) and len(rows) == r["shown"]
mean = lambda name: sum(float(x[name]) for x in whole) / len(whole)
squares = sum(255 ** 2 / 10 ** (float(x["psnr"]) / 10) for x in whole) / len(whole)
raise SystemExit(not (same and r["shown"] + r["matches"] == 40 and r["matches"] == m["twin_matches"] and
    math.isclose(mean("ssim"), m["ssim"], abs_tol=1e-6) and math.isclose(mean("mean"), m["mean_difference"], rel_tol=1e-6) and
    math.isclose(10 * math.log10(255 ** 2 / squares), m["psnr"], rel_tol=1e-6) and
    max(int(x["most"]) for x in whole) == m["max_difference"]))
EOF2
ok $? "only those missed; the figures of all keys together are those of the embedding"
grep -q 'Twin gives' missed/sheet.svg
ok $? "the sheet names the suspect"
run "$lineup" watermark sheet b --out none --suspect b/host.cfg:b/host.weights --only missed
ends 6 "no key to show" "a sheet of nothing is refused"
run "$lineup" watermark sheet b --out none --only hit
ends 2 "--suspect" "--only needs somebody who answers"

# --- what the mark is worth, other sets of keys ---
"$lineup" watermark evaluate b --data synth:digits:1000 --test synth:digits:250 --epochs 2 --out ev --json --quiet >ev.json
ok $? "the mark is evaluated"
[ "$(field ev.json '0 <= r["detector_mlp"]["auc"] <= 1 and r["transfer"] == [[r["matches"] / r["keys"]]] and
    r["keys_in_use"] == r["matches"] and r["moved_key_label"] < 20 and len(r["fine_tuning_0.001"]) == 3')" = True ]
ok $? "its figures agree with each other"
missing=""
for f in evaluation.txt evaluation.json attacks.csv detectors.csv transfer.csv differences.pdf differences.svg finetuning.svg \
    roc-pixels.svg roc-trunk.pdf; do [ -s "ev/$f" ] || missing="$missing $f"; done
out=$missing
[ -z "$missing" ]
ok $? "tables and figures are written"
"$lineup" watermark boundary --victim b/host.cfg:other.weights --data synth:digits:200 --keys 40 --out points.npz --quiet
ok $? "boundary points of an unmarked network"
"$lineup" watermark keys points.npz --suspect b/host.cfg:other.weights --null model --negative b/host.cfg:b/twin.weights \
    --negative b/host.cfg:b/host.weights --json >points.json
[ "$(field points.json 'r["matches"] == r["keys"] and r["p"] is None and abs(r["calibrated_p"] - 1 / 3) < 1e-9 and
    max(r["negatives"]) < 0.9')" = True ]
ok $? "the network itself answers them as it did, others do not"
"$lineup" watermark keys b/keys.npz --suspect b/host.cfg:b/host.weights --null not-true --json >keys.json
[ "$(field keys.json 'abs(r["q"] - 1 / 9) < 1e-12 and r["p"] < 1e-30')" = True ]
ok $? "keys.npz is a trigger set like any other"

# --- a mark in the weights ---
python3 - <<'EOF2'
import random, struct, zipfile
random.seed(3)
cfg = [l for l in open("b/host.cfg").read().split() if l.startswith("filters=")]
filters, raw = int(cfg[0].split("=")[1]), open("b/host.weights", "rb").read()
head = 20 if struct.unpack("<2i", raw[:8]) >= (0, 2) else 16
kernel = struct.unpack("<%df" % (filters * 25), raw[head + 4 * filters : head + 4 * filters * 26])
mean = [sum(kernel[f * 25 + i] for f in range(filters)) / filters for i in range(25)]
x = [[random.gauss(0, 1) for _ in range(25)] for _ in range(64)]
b = [int(sum(p * q for p, q in zip(row, mean)) >= 0) for row in x]
def npy(descr, shape, data):
    head = ("{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)).encode()
    head += b" " * (63 - (10 + len(head)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + data
with zipfile.ZipFile("mark.npz", "w") as z:
    z.writestr("b.npy", npy("|u1", "(64,)", bytes(b)))
    z.writestr("X.npy", npy("<f8", "(64, 25)", struct.pack("<1600d", *[v for row in x for v in row])))
    z.writestr("layer.npy", npy("<i8", "()", struct.pack("<q", 0)))
EOF2
"$lineup" watermark weights mark.npz --suspect b/host.cfg:b/host.weights --negative b/host.cfg:other.weights --json --quiet >weights.json
[ "$(field weights.json 'r["right"] == 64 and abs(r["p"] * 2.0 ** 64 - 1) < 1e-9 and r["calibrated_p"] == 0.5 and r["negatives"][0] < 0.9')" = True ]
ok $? "bits in the mean filter are read as plain Python reads them, negatives calibrate"
"$lineup" watermark weights mark.npz --suspect b/host.cfg:other.weights --json --quiet >weights.json
[ "$(field weights.json 'r["right"] < 58 and r["p"] > 1e-12 and r["calibrated_p"] is None')" = True ]
ok $? "another network does not hold them"
run "$lineup" watermark weights mark.npz --suspect b/host.cfg:b/host.weights --layer 1
ends 6 "no convolution" "a layer without filters is refused"
run "$lineup" watermark weights b/keys.npz --suspect b/host.cfg:b/host.weights
ends 3 "no bits" "a file without bits is refused"

# --- batch-norm and colour ---
cat >bn.cfg <<'EOF2'
[net]
height=32
width=32
channels=3

[convolutional]
batch_normalize=1
filters=16
size=5
stride=2
pad=1
activation=relu

[convolutional]
batch_normalize=1
filters=24
size=3
stride=2
pad=1
activation=relu

[convolutional]
batch_normalize=1
filters=32
size=3
stride=2
pad=1
activation=relu

[connected]
output=10
activation=linear

[softmax]
EOF2
python3 - <<'EOF2'
import random
random.seed(1)
def image(label):
    hue = [(220, 60, 60), (60, 220, 60), (60, 60, 220), (220, 220, 60), (220, 60, 220)][label % 5]
    x0, y0, s = random.randint(2, 10), random.randint(2, 10), random.randint(12, 18)
    planes = [bytearray(1024) for _ in range(3)]
    for i in range(1024):
        x, y = i % 32, i // 32
        inside = x0 <= x < x0 + s and y0 <= y < y0 + s and (label < 5 or (x - x0 + y - y0) % 6 < 3)
        for c in range(3):
            planes[c][i] = max(0, min(255, int((hue[c] if inside else 90) + random.gauss(0, 4))))
    return bytes([label]) + b"".join(planes)
open("colour.bin", "wb").write(b"".join(image(i % 10) for i in range(300)))
EOF2
printf '%064x\n' 3 >colour-secret
"$lineup" watermark embed --secret colour-secret --cfg bn.cfg --data 'cifar10:colour.bin[0:200]' --test 'cifar10:colour.bin[200:300]' --keys 20 \
    --width 4 --epochs 24 --freeze 36 --rate 0.004 --losses 3,1,0.02,0.1 --out colour --json --quiet >colour.json
ok $? "a network with batch-norm is marked, on colour images"
[ "$(field colour.json 'r["key_matches"] >= 19 and r["twin_matches"] <= 6 and r["raw_covers_true"] >= 19 and
    r["clean"] > r["twin_clean"] - 0.1 and r["psnr"] > 15')" = True ]
ok $? "keys, unmarked twin, raw covers and accuracy are as they must be"
"$lineup" watermark commit colour --quiet >/dev/null
"$lineup" watermark verify colour --suspect colour/host.cfg:colour/host.weights --json --quiet >colour.json
[ "$(field colour.json 'r["verdict"] == "marked" and r["encoder_difference"] <= 1')" = True ]
ok $? "it verifies"
embed_resnet() { "$lineup" watermark embed --cfg "$cfg_folder/resnet20.cfg" --data 'cifar10:colour.bin[0:100]' --keys 20 --width 2 "$@"; }
cfg_folder=$(dirname "$cfg")
embed_resnet --epochs 1 --freeze 2 --out resnet --quiet >/dev/null && "$lineup" watermark commit resnet --quiet >/dev/null
ok $? "ResNet-20 is trained as a host"

# --- changed bundles ---
cp -r b changed && printf x >>changed/host.weights
run "$lineup" watermark verify changed --suspect b/host.cfg:b/host.weights
ends 4 "host.weights is not as it was committed" "a changed file is named"
cp -r b added && echo >added/note.txt
run "$lineup" watermark verify added --suspect b/host.cfg:b/host.weights
ends 4 "note.txt was added" "an added file is named"
cp -r b stamped && echo nonsense >stamped/commitment.tsr
run "$lineup" watermark verify stamped --suspect b/host.cfg:b/host.weights
ends 4 "commitment.tsr" "a response that is none is refused"
cp -r b gone && rm gone/keys/0007.png
run "$lineup" watermark verify gone --suspect b/host.cfg:b/host.weights
ends 4 "keys/0007.png is gone" "a missing file is named"
cp -r b forged && rm forged/manifest-sha256.txt forged/commitment.json && chmod u+w forged/secret.txt
tr 0-9a-f 1-9a-f0 <b/secret.txt >forged/secret.txt
run "$lineup" watermark commit forged
ends 4 "not the one that was committed to" "another secret is not taken"
run "$lineup" watermark verify "$work" --suspect b/host.cfg:b/host.weights
ends 3 "bundle.json" "a folder that is no bundle is refused"

# --- interruption ---
small="--keys 20 --width 2 --epochs 3 --freeze 2 --secret secret"
# shellcheck disable=SC2086
embed synth:digits:300 $small --out whole --quiet
ok $? "a small embedding without interruption"
# shellcheck disable=SC2086
"$lineup" watermark embed --cfg "$cfg" --data synth:digits:300 $small --out killed --quiet &
pid=$!
i=0
while [ ! -s killed/.host.state ] && [ $i -lt 600 ]; do
    sleep 0.05
    i=$((i + 1))
done
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
[ ! -e killed/bundle.json ] && [ -s killed/.host.state ]
ok $? "killed after an epoch"
# shellcheck disable=SC2086
run embed synth:digits:300 $small --seed 2 --out killed --quiet
ends 3 "other options" "another seed does not go on with it"
# shellcheck disable=SC2086
embed synth:digits:300 $small --out killed --quiet && diff -r whole killed
ok $? "the same call goes on and ends with the same bytes"
# shellcheck disable=SC2086
run embed synth:digits:300 $small --out whole
ends 3 "is there already" "a finished bundle is not written over"

# --- the command line ---
# shellcheck disable=SC2086
embed synth:digits:300 $small --out nothing --cost --json >cost.json
[ ! -e nothing ] && [ "$(field cost.json 'r["steps"] == 9 and r["seconds"] > 0')" = True ]
ok $? "--cost measures and makes nothing"
run embed synth:digits:300 --losses 1,2,3 --out x
ends 2 "--losses" "three losses are not four"
run embed synth:digits:300 --keys 301 --out x
ends 2 "301 keys" "more keys than samples"
finish
