#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on real MNIST (spec: victim on the first 25,000 images, 12 negatives, five positives), from training to
# verdicts. Needs $LINEUP_SHARED/data/mnist. `make check-long` runs it; about 5 minutes on 2 cores.
#   tests/long/mnist.sh [WORKDIR]
set -eu
cd "$(dirname "$0")/../.."
lineup=$PWD/build/lineup
cfg=$PWD/samples/cfg/lenet5.cfg
data=${LINEUP_SHARED:-$PWD/../shared}/data/mnist
work=${1:-$(mktemp -d)}
case=$work/mnist.case
if [ ! -d "$data" ]; then
    echo "ok 1 - MNIST # SKIP $data is not there"
    exit 0
fi
mkdir -p "$work"
victim="mnist:$data[0:25000]"
other="mnist:$data[25000:50000]"
tune="mnist:$data[25000:35000]"
base="--cfg $cfg --test mnist:$data --quiet"
plan=$work/plan
{
    echo "train victim $victim 1"
    for i in 1 2 3 4 5 6; do echo "train neg1-$i $victim 1$i"; done
    for i in 1 2 3 4 5 6; do echo "train neg2-$i $other 2$i"; done
} >"$plan"
# shellcheck disable=SC2016
made='test -e "$0/$3.weights" || "$1" lab "$2" $6 --data "$4" --seed "$5" --out "$0/$3.weights" >"$0/$3.txt"'
while read -r what name spec seed; do
    printf '%s\0' "$work" "$lineup" "$what" "$name" "$spec" "$seed" \
        "$base --epochs 12 --drop 8:0.1"
done <"$plan" | xargs -0 -n 7 -P 2 sh -c "$made"
v="--weights $work/victim.weights $base --epochs 10"
while read -r what name options; do
    printf '%s\0' "$work" "$lineup" "$what" "$name" "$tune" 31 "$v $options"
done <<EOF | xargs -0 -n 7 -P 2 sh -c "$made"
finetune ft-ll --last
finetune ft-al --all
retrain rt-al
prune p-20 0.2
prune p-60 0.6
EOF
cat "$work"/*.txt | grep -i 'test' || true
rm -rf "$case"
"$lineup" new "$case" --kind tuning --title "MNIST" >/dev/null
"$lineup" data "$case" train "$victim" >/dev/null
"$lineup" data "$case" test "mnist:$data" >/dev/null
"$lineup" add "$case" victim victim --cfg "$cfg" --weights "$work/victim.weights" >/dev/null
for n in 1 2 3 4 5 6; do
    "$lineup" add "$case" negative "neg1-$n" --cfg "$cfg" --weights "$work/neg1-$n.weights" >/dev/null
    "$lineup" add "$case" negative "neg2-$n" --cfg "$cfg" --weights "$work/neg2-$n.weights" >/dev/null
done
for p in ft-ll ft-al rt-al p-20 p-60; do
    "$lineup" add "$case" positive "$p" --cfg "$cfg" --weights "$work/$p.weights" >/dev/null
done
"$lineup" run "$case"
"$lineup" run "$case" --json >"$work/result.json"
python3 - "$work/result.json" <<'EOF'
import json, sys
r = json.load(open(sys.argv[1]))
checks = [("the victim reaches 98.5 %% on the test set: %.2f %%" % (100 * r["victim"]["accuracy"]),
           r["victim"]["accuracy"] >= 0.985)]
for role, want in (("positive", "copy"), ("negative", "not-copy")):
    group = [m for m in r["models"] if m["role"] == role]
    right = sum(m["verdict"] == want for m in group)
    checks.append(("%d of %d %ss judged %s" % (right, len(group), role, want), right == len(group)))
for i, (text, good) in enumerate(checks):
    print("%s %d - %s" % ("ok" if good else "not ok", i + 1, text))
print("1..%d" % len(checks))
sys.exit(not all(good for _, good in checks))
EOF
