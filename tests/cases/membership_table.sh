#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lab table --membership on a tiny zoo of drawn digits: the paper's tables, the pruning curve, false accusations.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
cd "${LINEUP_TMP:-$(mktemp -d)}" || exit 1
"$lineup" lab split 500,500,900,200 --data synth:digits:2200 --out part --quiet
cat >plan.json <<END
{"title": "tiny", "cfg": "$cfg", "seed": 3, "train": "npz:part-1.npz", "test": "npz:part-3.npz",
 "set": ["membership.split=random", "membership.unrelated=other*", "membership.permutations=99", "membership.alpha=0.05"],
 "models": [
  {"name": "victim", "role": "victim", "data": "npz:part-1.npz", "set": ["epochs=20"]},
  {"name": "other", "role": "negative", "repeat": 2, "data": "npz:part-2.npz", "set": ["epochs=15"]},
  {"name": "tuned", "method": "ft-al", "data": "npz:part-4.npz", "set": ["epochs=1", "rotate=0", "shift=0"]},
  {"name": "p-50", "method": "prune", "data": "npz:part-4.npz", "set": ["prune=0.5", "epochs=1", "rotate=0", "shift=0"]}]}
END
"$lineup" lab zoo plan.json --to z --quiet
run "$lineup" lab table plan.json --to z --membership --quiet
ends 0 "6 0.70 0.437" "the paper's figures stand beside ours"
printf '%s' "$out" | grep -q '^ 0.50  0' && printf '%s' "$out" | grep -q '^By the permutation test (m = 3, n = [0-9]*): . of 2'
ok $? "the curve over pruning, and the innocent networks that were accused"
python3 - <<'END'
import csv, json
rows = list(csv.DictReader(open("z/table/membership.csv", newline="")))
m = {x["name"]: x for x in json.load(open("z/table/membership.json"))["models"]}
n = json.load(open("z/table/membership.json"))["parameters"]["samples"]
assert {r["network"] for r in rows} == {"victim", "other-01", "other-02", "tuned", "p-50"}, rows
assert {r["m"] for r in rows} == {"3", "4", "5"} and len(rows) == 45
for r in rows:
    assert 0 <= float(r["average"]) <= float(r["acc"]) <= 1
assert m["victim"]["loss_gap_z"] > 6 > 4 > abs(m["other-01"]["loss_gap_z"])
END
ok $? "CSV and JSON: every network at every m and n"
finish
