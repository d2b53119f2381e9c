#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# 100 suspects and 10,000 test cases in one case, from seeds to verdicts: lineup and its engines together stay under
# 1 GiB. Memory is the sum of the proportional set sizes, looked at ten times a second. `make check-long` runs it.
#   tests/long/memory.sh [WORKDIR]
set -eu
cd "$(dirname "$0")/../.."
lineup=$PWD/build/lineup
cfg=$PWD/samples/cfg/lenet5.cfg
work=${1:-$(mktemp -d)}
case=$work/memory.case
mkdir -p "$work"
make_model() { # name seed
    test -e "$work/$1.weights" || "$lineup" lab train --cfg "$cfg" --data synth:digits:2000 --epochs 2 --seed "$2" \
        --out "$work/$1.weights" --quiet
}
make_model victim 1
for i in 2 3 4; do make_model "n$i" "$i"; done
for i in $(seq 101 200); do
    test -e "$work/s$i.weights" || "$lineup" lab finetune --last --cfg "$cfg" --weights "$work/victim.weights" \
        --data synth:digits:64 --epochs 1 --seed "$i" --out "$work/s$i.weights" --quiet
done
rm -rf "$case"
"$lineup" new "$case" --kind tuning --quiet
"$lineup" data "$case" train synth:digits:20000 --quiet
"$lineup" data "$case" test synth:digits:12000 --quiet
"$lineup" add "$case" victim victim --cfg "$cfg" --weights "$work/victim.weights" --quiet
for i in 2 3 4; do "$lineup" add "$case" negative "n$i" --cfg "$cfg" --weights "$work/n$i.weights" --quiet; done
for i in $(seq 101 200); do
    "$lineup" add "$case" suspect "s$i" --cfg "$cfg" --weights "$work/s$i.weights" --quiet
done

"$lineup" run "$case" --set seeds.count=10000 --set blackbox.ep=0.3 --json --quiet >"$work/run.json" &
pid=$!
most=0
while kill -0 $pid 2>/dev/null; do
    sum=0
    for p in $pid $(cat /proc/$pid/task/$pid/children 2>/dev/null); do
        kib=$(awk '$1 == "Pss:" {print $2}' "/proc/$p/smaps_rollup" 2>/dev/null || echo 0)
        sum=$((sum + ${kib:-0}))
    done
    [ "$sum" -le "$most" ] || most=$sum
    sleep 0.1
done
wait $pid
python3 - "$work/run.json" "$most" <<'EOF'
import json, sys
r, mib = json.load(open(sys.argv[1])), int(sys.argv[2]) / 1024
tests = r["tests"]["blackbox"]["n"] + r["tests"]["whitebox"]["n"]
suspects = sum(m["role"] == "suspect" for m in r["models"])
print("# %d suspects, %d black-box and %d white-box tests, %.0f MiB at most"
      % (suspects, r["tests"]["blackbox"]["n"], r["tests"]["whitebox"]["n"], mib))
good = suspects == 100 and tests >= 10000 and mib < 1024
print("ok 1 -" if good else "not ok 1 -", "100 suspects and 10,000 tests in less than 1 GiB")
sys.exit(not good)
EOF
