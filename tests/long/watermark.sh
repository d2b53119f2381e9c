#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The blind watermark on real MNIST: embedded, committed, verified, evaluated; the figures are printed.
#   tests/long/watermark.sh          6000 samples, 60 keys: the reduced setting, some minutes
#   tests/long/watermark.sh full     all samples, 600 keys: about an hour on one core
# Ends with "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/../.." || exit 1
LINEUP_SHARED=${LINEUP_SHARED:-$(cd .. && pwd)/shared}
mnist=$LINEUP_SHARED/data/mnist
lineup=$PWD/build/lineup
cfg=$PWD/samples/cfg/lenet5.cfg
if [ ! -d "$mnist" ]; then
    echo "0 passed, 0 failed, 1 skipped (no MNIST in $mnist)"
    exit 0
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work" || exit 1
train="mnist:$mnist[0:6000]" keys=60 epochs=20 cost=.035
if [ "${1:-}" = full ]; then train="mnist:$mnist" keys=600 epochs=12 cost=.01; fi

for seed in 1 2; do
    "$lineup" watermark embed --cfg "$cfg" --data "$train" --test "mnist:$mnist" --keys $keys --width 8 --epochs $epochs \
        --seed $seed --out m$seed --json >m$seed.json && "$lineup" watermark commit m$seed || exit 1
done
"$lineup" watermark evaluate m1 --other m2 --data "$train" --test "mnist:$mnist[0:2000]" --out ev || exit 1
"$lineup" watermark verify m1 --suspect m1/host.cfg:ev/finetuned-0.0001.weights --test "mnist:$mnist" --json >tuned.json
"$lineup" watermark verify m1 --suspect m1/host.cfg:ev/pruned-0.6.weights --test "mnist:$mnist" --json >pruned.json
COST=$cost python3 - <<'EOF2'
import json, os
passed = failed = 0
def show(good, text):
    global passed, failed
    passed, failed = passed + good, failed + (not good)
    print("ok" if good else "not ok", "-", text)
m, e = json.load(open("m1.json")), json.load(open("ev/evaluation.json"))
n = m["keys"]
show(m["key_matches"] >= .95 * n, f"key accuracy {m['key_matches'] / n:.3f} with frozen 8-bit keys")
show(e["luck_low"] <= m["twin_matches"] <= e["luck_high"],
     f"the unmarked twin matches {m['twin_matches']} of {n}, luck {e['luck_low']} to {e['luck_high']}")
lost = m["twin_clean"] - m["clean"]
show(lost <= float(os.environ["COST"]), f"clean accuracy {m['clean']:.4f}, {100 * lost:.2f} points lost")
show(m["ssim"] >= .95, f"SSIM {m['ssim']:.4f}, PSNR {m['psnr']:.1f} dB")
show(m["raw_covers_true"] >= .95 * n, f"raw covers {m['raw_covers_true'] / n:.3f} true")
show(max(e["transfer"][0][1], e["transfer"][1][0]) < .3, f"transfer matrix {e['transfer']}")
print(f"# detectors: AUC {e['detector_mlp']['auc']:.3f} on pixels, {e['detector_trunk']['auc']:.3f} on the trunk")
for name in "tuned", "pruned":
    s = json.load(open(name + ".json"))["suspect"]
    print(f"# {name}: {s['matches']} of {n}, p {s['p']:.2g}, clean {s['accuracy']:.4f}")
print(f"{passed} passed, {failed} failed, 0 skipped")
raise SystemExit(failed > 0)
EOF2
