#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Membership on drawn digits: an overfitted victim and its copy are told from networks of other samples, what is not a
# random split is refused, and so is a run whose controls show something.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
. tests/forge.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
cd "${LINEUP_TMP:-$(mktemp -d)}" || exit 1
field() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval("(" + sys.argv[2] + ")"))' "$1" "$2"; }
model() { field "$1" "[m for m in r['models'] if m['name'] == '$2'][0]$3"; }

# --- splitting ---
run "$lineup" lab split 600,600,1200 --data synth:digits:2500 --out part
ends 0 "part-3.npz  1200 samples" "a set is split at random"
cp part-2.npz first.npz
"$lineup" lab split 600,600,1200 --data synth:digits:2500 --out part --quiet
cmp -s part-2.npz first.npz
ok $? "the same seed gives the same parts"
run "$lineup" lab split 2000,2000 --data synth:digits:2500 --out none
ends 3 "the parts need 4000 samples, there are 2500" "parts that do not fit are refused"
[ ! -e none-1.npz ]
ok $? "and nothing is written"
run "$lineup" lab split 5,,6 --data synth:digits:2500 --out none
ends 2 "is not a list" "a list of sizes that is none"

# --- networks ---
train() { "$lineup" lab train --cfg "$cfg" --data "npz:part-$2.npz" --epochs "$3" --seed "$4" --out "$1.weights" --quiet; }
train victim 1 25 1 && train n1 2 25 2 && train n2 2 25 3 && train other 2 25 4 && train again 1 25 5
"$lineup" lab finetune --all --cfg "$cfg" --weights victim.weights --data npz:part-2.npz --epochs 1 --shift 0 --rotate 0 \
    --rate 0.0003 --out copy.weights --quiet
"$lineup" new c.case --kind tuning --quiet
add() { "$lineup" add c.case "$1" "$2" --cfg "$cfg" --weights "$2.weights" --quiet; }
add victim victim && add negative n1 && add suspect copy && add suspect other && add suspect again
run "$lineup" membership c.case
ends 3 "no train samples, the members, yet" "without members"
"$lineup" data c.case train npz:part-1.npz --quiet
"$lineup" data c.case test npz:part-3.npz --quiet
run "$lineup" membership c.case
ends 6 "split at random" "a split that nobody calls random is refused"
tail -n 1 c.case/journal.jsonl | grep -q '"act":"refused"'
ok $? "and journalled"
run "$lineup" membership c.case --set membership.sets=2
ends 2 "membership.sets=2 is not a number from 3" "two mini-datasets always fall apart"

# --- verdicts ---
few='--set membership.split=random --set membership.permutations=199'
# shellcheck disable=SC2086
"$lineup" membership c.case $few --json >one.json
[ $? -eq 0 ] && python3 - <<'END'
import json
r = json.load(open("one.json"))
m = {x["name"]: x for x in r["models"]}
assert [x["name"] for x in r["models"]] == ["copy", "other", "again", "victim", "n1", "untrained"], m.keys()
assert r["valid"] and r["samples"]["shift_p"] > .05 and not r["samples"]["official_split"], r
for name in "victim", "copy", "again":
    assert m[name]["loss_gap_z"] > 6 and m[name]["loss_gap_p"] == .005, (name, m[name]["loss_gap_z"])
for name in "other", "n1", "untrained":
    assert abs(m[name]["loss_gap_z"]) < 4 and m[name]["loss_gap_p"] > .005, (name, m[name]["loss_gap_z"])
    assert m[name]["p"] > .01
assert m["victim"]["verdict"] == "used" and m["other"]["verdict"] == "not-shown"
assert m["untrained"]["control"] and not m["untrained"]["fires"]
for x in m.values():
    t = [c for c in x["classes"] if c["tested"]]
    assert abs(x["average"] - sum(c["accuracy"] for c in t) / len(t)) < 1e-9
    assert x["acc_r_opt"] == max(c["accuracy"] for c in t)
    assert (x["p"] <= r["parameters"]["alpha"]) == (x["average"] > 1 / 3 + x["rho"])
    assert abs(sum(c["loss_gap"] for c in t) / len(t) - x["loss_gap"]) < 1e-9
END
ok $? "the victim, its copy and a network of the same samples are told from the others"
before=$(find c.case/stages | sort)
"$lineup" membership c.case --json >two.json
cmp -s one.json two.json && [ "$before" = "$(find c.case/stages | sort)" ]
ok $? "a second call computes nothing and says the same"
run "$lineup" membership c.case
ends 0 "does not show that a model was copied" "the text says what it does not show"
run "$lineup" verify c.case
ends 0 "as recorded" "the case is as its journal says"

# --- a report of nothing but membership; a network that is of no use ---
"$lineup" lab noise --cfg "$cfg" --weights victim.weights --set noise=5 --out ruined.weights --quiet
"$lineup" new e.case --kind tuning --quiet
for one in "victim victim" "negative n1" "suspect copy" "suspect ruined"; do
    "$lineup" add e.case "${one% *}" "${one#* }" --cfg "$cfg" --weights "${one#* }.weights" --quiet
done
"$lineup" data e.case train npz:part-1.npz --quiet
"$lineup" data e.case test npz:part-3.npz --quiet
run "$lineup" export e.case --to none
ends 6 "nothing was run yet" "of a case in which nothing was examined no report is made"
# shellcheck disable=SC2086
"$lineup" membership e.case $few --json >five.json
[ "$(model five.json ruined '["verdict"]')" = invalid ] && [ "$(field five.json 'r["valid"]')" = True ] &&
    [ "$(model five.json copy '["verdict"]')" = used ]
ok $? "a suspect ruined until it answers by chance gets no verdict, another one does"
model five.json ruined '["reason"]' | grep -q 'no better than chance.*evidence is void'
ok $? "and the reason is said"
run "$lineup" membership e.case
ends 0 "ruined: no better than chance" "in the text too"
out=$("$lineup" show e.case report | tr -s ' \n' ' ')
case "$out" in *"(DeepJudge) were not measured"*"Was copy trained on the victim's samples?"*"there is evidence of it"*) true ;; *) false ;; esac
ok $? "the report's summary tells membership alone"
case "$out" in *"Whether ruined was trained on the victim's samples is not answered: no better than chance"*"5b Membership"*) true ;; *) false ;; esac
ok $? "and whose evidence is void"
case "$out" in *"six distances"* | *"strength of support"* | *"Of 0 samples"*) false ;; *) true ;; esac
ok $? "and nothing of distances that nobody measured"
"$lineup" export e.case --to e.bag --quiet && [ -e e.bag/data/figures/membership-tree-copy.png ] && "$lineup" verify e.bag --quiet
ok $? "it is exported and verified"
run "$lineup" verify e.bag --recompute
ends 0 "6 results computed again, the same numerics: the same bytes" "its evidence is computed again to the same bytes"
case "$out" in *"scores "* | *"not checked"*) false ;; *) true ;; esac
ok $? "and nothing is said of scores that nobody computed"
LINEUP_ISA=generic "$lineup" verify e.bag --recompute --json >again.json
[ "$(field again.json '(lambda a: [list(a), a["membership"]["results"], a["membership"]["same_numerics"], a["membership"]["different"],
    a["membership"]["not_checked"], a["membership"]["largest_difference"] <= 1e-5])(r["recomputed"])')" = "[['membership'], 6, 0, 0, 0, True]" ]
ok $? "and within 1e-5 with other instructions"
of_copy=$(grep -l "\"$(sha256sum <copy.weights | cut -c1-64)\"" e.bag/data/stages/membership-*.json) && of_copy=${of_copy##*/}
forged() { # Python that changes r: the evidence of the copy in d.bag
    rm -rf d.bag d.bag.sha256 && cp -r e.bag d.bag && forge d.bag "$of_copy" "$1" && "$lineup" verify d.bag --quiet
}
forged 'r["loss_gap_p"] = 0.5'
ok $? "evidence is changed, hashes, journal and lists made to fit: nothing else tells"
run "$lineup" verify d.bag --recompute
ends 4 "membership: 1 of 6 results come out differently, first copy: 'loss_gap_p'" "computing it again does"
out=$(LINEUP_ISA=generic "$lineup" verify d.bag --recompute 2>&1) && status=0 || status=$?
ends 4 "first copy: 'loss_gap_p'" "with other instructions too"
forged 'r["permuted"].pop()' && run "$lineup" verify d.bag --recompute
ends 4 "first copy: 'permuted'" "a value too few is found"
forged 'r["note"] = 1' && run "$lineup" verify d.bag --recompute
ends 4 "first copy: 'all of it'" "one too many, too"

# --- controls ---
add negative again2 2>/dev/null
cp again.weights again2.weights
add negative again2
"$lineup" membership c.case --json >three.json
[ "$(model three.json again2 '["fires"]')" = True ] && [ "$(field three.json 'r["valid"]')" = False ]
ok $? "a negative that did see the members makes the run invalid"
[ "$(model three.json victim '["verdict"]')" = invalid ]
ok $? "and nobody gets a verdict"
run "$lineup" membership c.case --set 'membership.unrelated=n*' --set membership.decide=any
ends 6 "membership.permutations has to be at least 299" "too few permutations for the correction are refused"
"$lineup" membership c.case --set membership.alpha=0.02 --json >four.json
[ "$(field four.json 'r["valid"]')" = True ] && [ "$(model four.json again2 '["control"]')" = False ] &&
    [ "$(model four.json copy '["verdict"]')" = used ]
ok $? "unless it is not named as unrelated; by any of three tests the copy is found"

run "$lineup" verify c.case --recompute
ends 0 "7 of 14 results not checked: their settings, samples or models are not in the case" "what was made with other settings is not called equal"

# --- a shift: the others are brighter ---
python3 - <<'END'
import io, struct, zipfile
z = zipfile.ZipFile("part-3.npz")
x = z.read("x.npy")
head = 10 + struct.unpack("<H", x[8:10])[0]
x = x[:head] + bytes(min(255, b + 9) for b in x[head:])
with zipfile.ZipFile("bright.npz", "w") as out:
    out.writestr("x.npy", x)
    out.writestr("y.npy", z.read("y.npy"))
END
"$lineup" new d.case --kind tuning --quiet
"$lineup" add d.case victim victim --cfg "$cfg" --weights victim.weights --quiet
"$lineup" add d.case negative n1 --cfg "$cfg" --weights n1.weights --quiet
"$lineup" data d.case train npz:part-1.npz --quiet
"$lineup" data d.case test npz:bright.npz --quiet
# shellcheck disable=SC2086
run "$lineup" membership d.case $few
ends 0 "differ as images" "sets that differ as images are called what they are"
finish
