#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A small zoo: made side by side, interrupted, gone on with, judged; plans that are wrong.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
for plan in samples/zoo/*.json; do
    run python3 -m json.tool "$plan"
    ok "$status" "$plan is JSON"
done
cd "${LINEUP_TMP:-$(mktemp -d)}" || exit 1
cat >plan.json <<END
{"title": "tiny", "cfg": "$cfg", "seed": 3, "train": "synth:digits:1200", "test": "synth:digits:300",
 "set": ["seeds.count=60", "blackbox.ep=0.2", "whitebox.seeds=6", "whitebox.iterations=60", "whitebox.m=1.5"],
 "models": [
  {"name": "victim", "role": "victim", "data": "synth:digits:1200", "set": ["epochs=4"]},
  {"name": "neg", "label": "Neg-1", "role": "negative", "repeat": 5, "data": "synth:digits:1200", "set": ["epochs=4"]},
  {"name": "ft", "method": "ft-al", "repeat": 2, "data": "synth:digits:1200", "set": ["queries=300", "epochs=1"]},
  {"name": "vtl", "method": "transfer", "data": "synth:digits:1200", "set": ["queries=300", "epochs=1"]},
  {"name": "shuffled", "method": "shuffle"},
  {"name": "again", "method": "noise", "of": "shuffled"}]}
END
run "$lineup" lab zoo plan.json --to z --cost
ends 0 "11 models, 0 of them there" "the cost is said, nothing is made"
[ -z "$(ls z/models)" ]
ok $? "and nothing was"
timeout -s INT 1 "$lineup" lab zoo plan.json --to z --quiet --jobs 1 2>/dev/null
"$lineup" lab zoo plan.json --to z --quiet --jobs 2
ok $? "an interrupted zoo goes on"
[ "$(ls z/models/*.weights | wc -l)" -eq 11 ]
ok $? "and has every model once"
"$lineup" lab zoo plan.json --to y --quiet --jobs 1
cmp -s z/models/ft-02.weights y/models/ft-02.weights && cmp -s z/models/again.weights y/models/again.weights
ok $? "the models do not depend on the number of jobs"
before=$(ls -l --time-style=full-iso z/models)
run "$lineup" lab zoo plan.json --to z
ends 0 "all 11 models are there" "nothing is made twice"
[ "$before" = "$(ls -l --time-style=full-iso z/models)" ]
ok $? "not a file is touched"
rm y/models/neg-02.weights
printf x >>y/models/ft-01.weights
run "$lineup" lab zoo plan.json --to y --cost --json
ends 0 '"there": 9' "what is missing or damaged is made again"

run "$lineup" lab table plan.json --to z
ends 0 "all negatives" "the table"
printf '%s' "$out" | grep -q 'Neg-1 .*No (0/5)' && printf '%s' "$out" | grep -q 'shuffled .*Yes (1/1)'
ok $? "says who is a copy and who is not"
run "$lineup" lab table plan.json --to z --json
printf '%s' "$out" >study.json
python3 - <<'END'
import json
s = json.load(open("study.json"))
r = {x["name"]: x for x in s["rows"]}
assert [x["name"] for x in s["rows"]] == ["neg", "ft", "vtl", "shuffled", "again"]
assert r["vtl"]["metrics"]["RobD"]["n"] == 0 and r["vtl"]["metrics"]["NOD"]["n"] == 1
assert r["shuffled"]["metrics"]["RobD"]["mean"] == 0
assert r["ft"]["auc"]["NOD"] == 1 and r["neg"]["auc"]["NOD"] is None
c = r["neg"]["called_copy"]["all six"]
assert c["n"] == 5 and c["k"] == 0 and c["low"] == 0 and abs(c["high"] - (1 - 0.025 ** (1 / 5))) < 1e-9
END
ok $? "JSON: groups, areas, exact bounds"
python3 - <<'END'
import csv, json, statistics
rows = list(csv.DictReader(open("z/table/models.csv", newline="")))
assert len(rows) == 10
s = {x["name"]: x for x in json.load(open("study.json"))["rows"]}
v = [float(r["JSD"]) for r in rows if r["label"] == "Neg-1"]
assert abs(statistics.mean(v) - s["neg"]["metrics"]["JSD"]["mean"]) < 1e-12
assert abs(statistics.stdev(v) - s["neg"]["metrics"]["JSD"]["sd"]) < 1e-12
p = [float(r["JSD"]) for r in rows if r["label"] == "FT-AL"]
auc = sum((a < b) + (a == b) / 2 for a in p for b in v) / (len(p) * len(v))
assert abs(auc - s["ft"]["auc"]["JSD"]) < 1e-12
END
ok $? "CSV: a row a model, from which the table's means and areas come out"
for f in roc classes radar-neg-01; do python3 -c "import xml.dom.minidom, sys; xml.dom.minidom.parse(sys.argv[1])" "z/table/$f.svg" || break; done
ok $? "the pictures are SVG"
tail -n 1 z/zoo.case/journal.jsonl | grep -q '"computed":0'
ok $? "the second look computed nothing"
sed 's/"name": "again", "method": "noise"/"name": "other", "method": "quantise"/' plan.json >p2.json
"$lineup" lab zoo p2.json --to z --quiet && run "$lineup" lab table p2.json --to z
ends 0 "quantised" "a changed plan changes the case"
case $out in *noisy*) false ;; *) true ;; esac
ok $? "what is no longer in it is out of it"

# --- plans that are wrong ---
wrong() { # sed script, words, text
    sed "$1" plan.json >bad.json
    run "$lineup" lab zoo bad.json --to bad
    ends 3 "$2" "$3"
}
wrong 's/"role": "negative"/"role": "suspect"/' "role" "a suspect is no control"
wrong 's/"method": "shuffle"/"method": "magic"/' 'no method "magic"' "an unknown method"
wrong 's/"of": "shuffled"/"of": "ft"/' 'model "again"' "a copy of many"
wrong 's/"name": "neg"/"name": "..\/neg"/' "letters" "a name that is a path"
wrong 's/"name": "ft"/"name": "neg"/' "two of that name" "a name twice"
wrong 's/"role": "victim"/"role": "positive"/' "does not stand before it" "no victim"
wrong 's/"epochs=1"/"epoch=1"/' "epoch=1" "an unknown number of a recipe"
wrong 's/"seed": 3/"seed": 3.5/' "seed" "a seed that is not whole"
wrong 's/"repeat": 5/"repaet": 5/' "repaet" "an unknown key"
wrong 's/synth:digits:300/synth:digitz/' "synth" "an unknown sample set"
wrong 's/^ "set".*/{/' "not JSON" "what is not JSON"
[ ! -e bad ]
ok $? "refused plans leave nothing"
finish
