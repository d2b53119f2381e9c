#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The report of a small case with a hostile title: well formed, self-contained, the same bytes twice, every number the
# one of `run --json`, the banner on every page; `show CASE report` and `show CASE --png DIR`.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/asan/lineup}
write=$(dirname "$lineup")/tests/test_report
LINEUP_ENGINE=${LINEUP_ENGINE:-$(dirname "$lineup")/lineup-engine}
export LINEUP_ENGINE
cfg=$PWD/samples/cfg/lenet5.cfg
check=$PWD/tests/cases/report_check.py
work=${LINEUP_TMP:-$(mktemp -d)}
cd "$work" || exit 1

train() { # name seed range
    "$lineup" lab train --quiet --cfg "$cfg" --data "synth:digits:1600[$3]" --epochs 2 --seed "$2" \
        --out "$1.weights" >/dev/null
}
add() { # case role name
    "$lineup" add "$1" "$2" "$3" --cfg "$cfg" --weights "$3.weights" >/dev/null
}
title='<script>alert("x")</script> & =cmd it proves theft'
train v 1 0:800 && train n1 2 0:800 && train n2 3 800:1600 && train n3 6 800:1600 && train s2 4 800:1600 &&
    "$lineup" lab finetune --all --quiet --cfg "$cfg" --weights v.weights --data "synth:digits:1600[800:1600]" \
        --epochs 1 --seed 5 --out s1.weights >/dev/null &&
    "$lineup" lab finetune --last --quiet --cfg "$cfg" --weights v.weights --data "synth:digits:1600[800:1600]" \
        --epochs 1 --seed 7 --out p1.weights >/dev/null &&
    "$lineup" new c --kind tuning --title "$title" --examiner "$(printf 'A. N\342\200\256Other')" >/dev/null &&
    "$lineup" data c test synth:digits:300 >/dev/null && "$lineup" data c train "synth:digits:1600[0:800]" >/dev/null &&
    add c victim v && for net in n1 n2 n3; do add c negative $net; done && add c positive p1 && add c suspect s1 &&
    add c suspect s2
ok $? "a small case"

out=$("$lineup" show c report 2>&1)
case "$out" in *"TUNING CASE - NOT EVIDENCE"*"has not been judged"*) true ;; *) false ;; esac
ok $? "before a run the report says what is missing"
run "$lineup" show c --png pictures
ends 6 "lineup run" "and there is nothing to draw"
"$lineup" run c --json --set seeds.count=60 --set whitebox.seeds=10 --set whitebox.iterations=150 \
    --set blackbox.iterations=5 >results.json
ok $? "it is run"
mkdir one two
run "$write" c one
ok "$status" "the report is written"
"$write" c two && diff -r one two >/dev/null
ok $? "a second time with the same bytes"

run "$lineup" show c report
ends 0 "rlimits, no_new_privs" "it says what confined the engines"

python3 "$check" one results.json >checked 2>&1
ok $? "the checks ran to their end"
while read -r result text; do ok "$result" "$text"; done <checked
if command -v xmllint >/dev/null; then
    out=$(xmllint --nonet --noout one/report.html one/figures/*.svg 2>&1)
    ok $? "xmllint finds HTML and SVG well formed"
else
    skip "xmllint finds HTML and SVG well formed" "there is no xmllint"
fi
if command -v pdftotext >/dev/null; then
    pages=$(pdfinfo one/report.pdf | sed -n 's/^Pages: *//p')
    wrong=""
    for p in $(seq 1 "$pages"); do
        text=$(pdftotext -f "$p" -l "$p" -layout one/report.pdf - | tr -s ' \n' ' ')
        case "$text" in *"TUNING CASE - NOT EVIDENCE"*"page $p of $pages"*"journal head "*) ;; *) wrong="$wrong $p" ;; esac
    done
    out="pages without:$wrong"
    [ -z "$wrong" ]
    ok $? "each of $pages pages of the PDF has the banner, its number and the head hash"
    verdict=$(python3 -c 'import json
for m in json.load(open("results.json"))["models"]:
    if m["name"] == "s1": print("s1: " + m["verdict"])')
    pdftotext one/report.pdf - | grep -qxF "$verdict"
    ok $? "the PDF says \"$verdict\""
else
    skip "the PDF's pages" "there is no pdftotext"
fi

out=$("$lineup" show c report | tr -s ' \n' ' ')
head=$("$lineup" show c --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["journal_head"])')
case "$out" in *"NOT EVIDENCE"*"What was found"*"$verdict"*"12 Hashes"*"$head"*) true ;; *) false ;; esac
ok $? "show CASE report"
"$lineup" show c report --ascii | LC_ALL=C grep -q '[^ -~]'
[ $? -eq 1 ]
ok $? "in ASCII too"
run "$lineup" show c --png pictures
ends 0 "wrote 9 pictures" "show CASE --png DIR"
wrong=""
for f in pictures/*.png; do cmp -s "$f" "one/figures/$(basename "$f")" || wrong="$wrong $f"; done
[ -z "$wrong" ]
ok $? "they are the report's own"

# --- a suspect ruined until it answers by chance ---
"$lineup" lab noise --quiet --cfg "$cfg" --weights v.weights --set noise=5 --out r1.weights >/dev/null && add c suspect r1 &&
    "$lineup" run c --json >ruined.json
python3 - <<'END'
import json
r = json.load(open("ruined.json"))
m = {x["name"]: x for x in r["models"]}
assert m["r1"]["verdict"] == "undecided" and m["r1"]["chance_p"] > .01 and "evidence is void" in m["r1"]["reason"], m["r1"]
assert m["s1"]["chance_p"] < .01 and "void" not in m["s1"].get("reason", "")
END
ok $? "its evidence is void, that of the others is not"
run "$lineup" show c report
ends 0 "r1 is left undecided: no better than chance" "the report says so"

chmod u+w c/items/n1.weights 2>/dev/null
printf 'x' | dd of=c/items/n1.weights bs=1 seek=5000 conv=notrunc 2>/dev/null
mkdir three
run "$write" c three
[ "$status" -ne 0 ] && [ ! -e three/report.html ]
ok $? "no report is written when a file is not what came in"
finish
