#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A small case from `new` to verdict, under sanitizers: what is computed again and what is not, interruption, the seal,
# changed files, damaged files (every row of the table of what Darknet would take), exit statuses.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/asan/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
work=${LINEUP_TMP:-$(mktemp -d)}
cd "$work" || exit 1

train() { # name seed range
    "$lineup" lab train --quiet --cfg "$cfg" --data "synth:digits:1600[$3]" --epochs 2 --seed "$2" \
        --out "$1.weights" >/dev/null
}
train victim 1 0:800 && train neg1 2 0:800 && train neg2 3 800:1600 && train other 4 800:1600
ok $? "lab train makes networks"
"$lineup" lab finetune --all --quiet --cfg "$cfg" --weights victim.weights \
    --data "synth:digits:1600[800:1600]" --epochs 1 --seed 5 --out copy.weights >/dev/null
ok $? "lab finetune makes a copy"
run "$lineup" lab train --quiet --cfg "$cfg" --data "synth:digits:1600[0:800]" --epochs 2 --seed 1 --out again.weights
cmp -s victim.weights again.weights
ok $? "the same recipe gives the same bytes"
python3 -m json.tool victim.weights.json >/dev/null
ok $? "the recipe lies beside the weights"

# --- a case ---
"$lineup" new c --kind evidence --title "Test" --examiner "A. Nalyst" >/dev/null
ok $? "new"
run "$lineup" new c --kind evidence
ends 3 "already" "new does not overwrite"
run "$lineup" run c
ends 3 "no victim" "run asks for a victim"
"$lineup" add c victim v --cfg "$cfg" --weights victim.weights >/dev/null
ok $? "add victim"
run "$lineup" run c
ends 3 "test samples" "run asks for test samples"
"$lineup" data c test synth:digits:300 >/dev/null && "$lineup" data c train "synth:digits:1600[0:800]" >/dev/null
ok $? "data"
for m in neg1 neg2; do "$lineup" add c negative $m --cfg "$cfg" --weights $m.weights >/dev/null; done
set="--set seeds.count=60 --set whitebox.seeds=10 --set whitebox.iterations=150 --set blackbox.iterations=5"
# shellcheck disable=SC2086
"$lineup" run c --until seeds $set >/dev/null
ok $? "parameters are set and seeds selected before a suspect comes in"
run "$lineup" add c negative twin --cfg "$cfg" --weights neg1.weights
ends 2 "same parameters as negative 'neg1'" "a negative counts once"
"$lineup" add c suspect s1 --cfg "$cfg" --weights copy.weights >/dev/null &&
    "$lineup" add c suspect s2 --cfg "$cfg" --weights other.weights >/dev/null
ok $? "add suspects"
run "$lineup" add c suspect s1 --cfg "$cfg" --weights other.weights
ends 2 "of that name already" "a name is taken once"
run "$lineup" add c victim w --cfg "$cfg" --weights other.weights
ends 2 "has a victim already" "one victim"
"$lineup" add c negative gone --cfg "$cfg" --weights other.weights >/dev/null
run "$lineup" remove c gone
ends 0 "removed gone" "remove"
[ ! -e c/items/gone.weights ]
ok $? "its files are gone"
run "$lineup" remove c gone
ends 2 "no model 'gone'" "once"
run "$lineup" run c --json
ends 6 "not sealed" "an unsealed evidence case with suspects is not run"
run "$lineup" run c --set nosuch=1
ends 2 "no parameter 'nosuch'" "an unknown parameter"
run "$lineup" run c --set blackbox.ep=-1
ends 2 "blackbox.ep=-1" "a parameter out of range"
before=$(cat c/case.json)
# shellcheck disable=SC2086
run "$lineup" run c --set seeds.count=61
ends 6 "not sealed" "a refused run"
[ "$before" = "$(cat c/case.json)" ]
ok $? "changes nothing"
"$lineup" seal c >/dev/null
ok $? "seal"
run "$lineup" run c --set judge.alpha_black=0.5
ends 6 "is sealed" "sealed parameters stay"
run "$lineup" add c negative neg3 --cfg "$cfg" --weights other.weights
ends 6 "only suspects" "a sealed case takes suspects only"

run "$lineup" run c --until tests
ends 0 "black box" "run --until tests"
"$lineup" run c --json >first.json 2>err
ok $? "run"
python3 -m json.tool first.json >/dev/null && [ ! -s err ]
ok $? "one JSON object, nothing else"
lines=$(wc -l <c/journal.jsonl)
"$lineup" run c --json >second.json
cmp -s first.json second.json && [ "$(tail -n +$((lines + 1)) c/journal.jsonl | grep -o '"act":"[a-z]*"' | tr '\n' ' ')" = \
    '"act":"run" "act":"done" ' ]
ok $? "a second run computes nothing and says the same"

# --- a tuning case of the same models: what depends on what ---
"$lineup" new t --kind tuning --quiet
"$lineup" add t victim v --cfg "$cfg" --weights victim.weights --quiet
"$lineup" data t test synth:digits:300 --quiet && "$lineup" data t train "synth:digits:1600[0:800]" --quiet
for m in neg1 neg2; do "$lineup" add t negative $m --cfg "$cfg" --weights $m.weights --quiet; done
"$lineup" add t suspect s1 --cfg "$cfg" --weights copy.weights --quiet
"$lineup" add t suspect s2 --cfg "$cfg" --weights other.weights --quiet
# shellcheck disable=SC2086
"$lineup" run t $set --quiet >/dev/null
stages() { ls t/stages | sed -n 's/-.*\.\(json\|npz\)$//p' | sort | uniq -c | tr -s ' \n' ' '; }
before=$(stages)
"$lineup" run t --set judge.alpha_white=0.5 --quiet >/dev/null
after=$(stages)
[ "$before" = " 1 blackbox 1 judgement 5 scores 1 seeds 1 whitebox " ] &&
    [ "$after" = " 1 blackbox 2 judgement 5 scores 1 seeds 1 whitebox " ]
ok $? "a changed alpha judges again and nothing else"
"$lineup" run t --set blackbox.ep=0.05 --quiet >/dev/null
[ "$(stages)" = " 2 blackbox 3 judgement 10 scores 1 seeds 1 whitebox " ]
ok $? "a changed radius makes black-box tests again, not the others"
"$lineup" run t --set blackbox.ep=0.1 --set judge.alpha_white=0.6 --json >back.json
python3 - <<'EOF'
import json
a, b = json.load(open("first.json")), json.load(open("back.json"))
for key in ("kind", "case", "protocol", "banner"):  # what the other kind of case says differently
    a.pop(key, None), b.pop(key, None)
raise SystemExit(a != b)
EOF
ok $? "back to the old values: the old results"

# --- interruption ---
rm -rf t/stages/blackbox* t/stages/whitebox* t/stages/scores* t/stages/judgement*
"$lineup" run t --quiet --set whitebox.iterations=151 >/dev/null 2>int.err &
pid=$!
i=0
while [ "$(ls t/stages | grep -c blackbox)" -eq 0 ] && [ $i -lt 600 ]; do sleep 0.05; i=$((i + 1)); done
kill -TERM $pid # a shell starts background work with INT ignored
wait $pid
status=$? out=$(cat int.err)
ends 130 "interrupted" "a signal ends a run with 130"
[ "$(ls t/stages | grep -c blackbox)" -gt 0 ] && "$lineup" run t --json --set whitebox.iterations=150 >resumed.json
python3 - <<'EOF'
import json
a, b = json.load(open("back.json")), json.load(open("resumed.json"))
a.pop("protocol"), b.pop("protocol")  # more settings were tried since
raise SystemExit(a != b)
EOF
ok $? "what was done is kept, and a rerun goes on to the same result"
[ -z "$(pgrep -f "$PWD" | grep -v $$)" ]
ok $? "no engine is left behind"

# --- a copy, where other settings may be tried ---
cp -r c o && run "$lineup" new k --kind tuning --from o
ends 0 "a case of kind tuning" "new --from copies a case"
"$lineup" show o --json >o.json && "$lineup" show k --json >k.json
python3 - <<'EOF'
import json
o, k = json.load(open("o.json")), json.load(open("k.json"))
models = lambda c: [(m["role"], m["name"], m["cfg"]["sha256"], m["weights"]["sha256"]) for m in c["items"]]
sets = lambda c: {s: d["digest"] for s, d in c["data"].items()}
raise SystemExit(not (len(models(o)) > 4 and models(o) == models(k) and sets(o) == sets(k) and len(sets(o)) > 1
                      and o["parameters"] == k["parameters"] and k["title"] == "Test"))
EOF
ok $? "it holds the same models, samples and parameters"
grep -q '"act":"copy","object":"k"' o/journal.jsonl
ok $? "the case that was copied tells of it"

# --- two writers ---
( flock 9; run "$lineup" run t; ends 6 "another lineup" "a second writer is told who writes"; echo "$n $bad" >counts ) 9>>t/.lock
read -r n bad <counts

# --- integrity ---
cp -r c d && chmod -R u+w d
printf 'x' | dd of=d/items/s1.weights bs=1 seek=5000 conv=notrunc 2>/dev/null
run "$lineup" run d
ends 4 "s1.weights" "a changed item stops the run"
run "$lineup" new k2 --kind tuning --from d
ends 4 "s1.weights" "a changed item is not copied into another case"
[ ! -e k2 ]
ok $? "and no case is begun"
rm -rf d && cp -r c d && chmod -R u+w d
printf ' ' >>"$(ls d/stages/scores*.json | head -1)"
run "$lineup" run d
ends 4 "not what was stored" "a changed result is found"
rm -rf d && cp -r c d && chmod -R u+w d
result=$(ls d/stages/scores*.json | head -1)
printf ' ' >>"$result" && (cd d/stages && sha256sum "$(basename "$result")" >"$(basename "$result" .json).sha256")
run "$lineup" run d
ends 4 "not what was stored" "a result changed together with its hash is found by the journal"
rm -rf d && cp -r c d && chmod -R u+w d
sed -i '3s/"t":"20/"t":"19/' d/journal.jsonl
run "$lineup" show d
ends 4 "line 4" "a changed journal line breaks the chain"
rm -rf d && cp -r c d && chmod -R u+w d
printf '{"seq":99,"half' >>d/journal.jsonl
run "$lineup" run d
ends 0 "verdict" "a torn last line is set aside"
[ -s d/journal.torn ]
ok $? "and kept as journal.torn"
rm -rf d && cp -r c d && chmod -R u+w d
sed -i 's/"judge.alpha_black":\t"0.9"/"judge.alpha_black":\t"1"/' d/case.json
run "$lineup" run d
ends 4 "sealed" "a changed parameter under the seal"
rm -rf d && cp -r t d && chmod -R u+w d
sed -i 's/"kind":\t"tuning"/"kind":\t"evidence"/' d/case.json
run "$lineup" show d
ends 4 "journal" "a case.json that the journal does not know"
rm -rf d && cp -r t d && chmod -R u+w d
"$lineup" data d test synth:digits:301 --quiet && printf '\037\213truncated' >t10k-images-idx3-ubyte.gz
run "$lineup" data d test idx:t10k-images-idx3-ubyte.gz,t10k-images-idx3-ubyte.gz
ends 3 "t10k" "a damaged sample set is refused"
run "$lineup" show d data
ends 0 "synth:digits:301" "and the one before stays"
[ -z "$(find d/items -type d -name 'test*')" ]
ok $? "nothing is left of the damaged one"
cp d/case.json old.json && "$lineup" data d test synth:digits:302 --quiet && cp old.json d/case.json
run "$lineup" show d data
ends 0 "synth:digits:301" "an act cut off before case.json was written is as if it had not been"
run "$lineup" run d --until seeds
[ "$status" -eq 0 ] && grep -q '"act":"undone"' d/journal.jsonl
ok $? "and is journalled as undone"
rm -rf d && cp -r c d && chmod -R u+w d
head -c 100 c/case.json >d/case.json
run "$lineup" run d
ends 4 "not JSON" "a truncated case.json"

# --- damaged models: what Darknet would take, crash on or leave by exit(0) ---
"$lineup" new m --kind tuning >/dev/null
refused() { # text words cfg weights
    run "$lineup" add m suspect x --cfg "$3" --weights "$4"
    ends 3 "$2" "refused: $1"
    [ -z "$(ls m/items)" ] || ok 1 "nothing is left behind: $1"
}
edit() { sed "$1" "$cfg" >bad.cfg; }
refused "missing cfg" "cannot be opened" nosuch.cfg victim.weights
refused "missing weights" "cannot be opened" "$cfg" nosuch.weights
: >empty
refused "empty cfg" "cfg" empty victim.weights
sed '/^\[net\]/,/^$/d' "$cfg" >bad.cfg
refused "first section is not [net]" "[net]" bad.cfg victim.weights
{ cat "$cfg"; printf '\n[nosuch]\nx=1\n'; } >bad.cfg
refused "unknown section" "[nosuch]" bad.cfg victim.weights
edit 's/filters *= *6/filters=-5/'
refused "negative filters" "filters=-5" bad.cfg victim.weights
edit 's/^\(width\|height\) *=.*/\1=100000/'
refused "huge image" "100000" bad.cfg victim.weights
edit 's/filters *= *6/filters=100000000/'
refused "huge layer" "filters=100000000" bad.cfg victim.weights
sed '0,/\[maxpool\]/s//[route]\nlayers=99\n[maxpool]/' "$cfg" >bad.cfg
refused "route out of range" "layers" bad.cfg victim.weights
for size in 0 20 100 431163; do
    head -c $size victim.weights >cut.weights
    refused "weights cut to $size bytes" "$size bytes" "$cfg" cut.weights
done
{ cat victim.weights; head -c 4096 /dev/zero; } >long.weights
refused "4096 trailing bytes" "bytes" "$cfg" long.weights
cp victim.weights nan.weights
printf '\000\000\300\177' | dd of=nan.weights bs=1 seek=4020 conv=notrunc 2>/dev/null
refused "a weight that is not a number" "finite" "$cfg" nan.weights
mkdir -p folder && mkfifo pipe 2>/dev/null
refused "weights are a folder" "regular file" "$cfg" folder
refused "weights are a fifo" "regular file" "$cfg" pipe
printf '\000' >>empty
refused "binary cfg" "cfg" empty victim.weights
[ -z "$(ls m/items)" ]
ok $? "nothing is left of what was refused"
printf '[softmax]\n' >x.cfg
run "$lineup" predict --cfg x.cfg --weights victim.weights --in nosuch.npz --out o.npz
ends 3 "" "predict refuses too"
[ ! -e o.npz ]
ok $? "and writes nothing"

# --- a suspect of another shape gets what can be measured, and a reason ---
sed 's/^filters *= *16/filters=12/' "$cfg" >narrow.cfg
"$lineup" lab train --quiet --cfg narrow.cfg --data "synth:digits:1600[0:800]" --epochs 1 --seed 9 --out narrow.weights >/dev/null
"$lineup" add t suspect narrow --cfg narrow.cfg --weights narrow.weights >/dev/null
"$lineup" run t --json >narrow.json
python3 - <<'EOF'
import json
m = [m for m in json.load(open("narrow.json"))["models"] if m["name"] == "narrow"][0]
good = (m["metrics"]["NOD"]["value"] is None and m["metrics"]["RobD"]["value"] is not None
        and m["of"] == 0 and m["verdict"] == "undecided" and "layer" in m["reason"]
        and "not above 0" in m["reason"])  # two negatives far apart give no threshold
raise SystemExit(not good)
EOF
ok $? "black-box metrics and a reason where the layers differ"

# --- the command line ---
run "$lineup" nosuch
ends 2 "nosuch" "an unknown command"
run "$lineup" run
ends 2 "" "a missing argument"
run "$lineup" --version
ends 0 "lineup" "--version"
run "$lineup" show c all
ends 0 "s1" "show"
"$lineup" show c --json | python3 -m json.tool >/dev/null
ok $? "show --json"
"$lineup" show c >/dev/full 2>full.err
[ $? -eq 1 ] && [ -s full.err ]
ok $? "a full disk on stdout is said"
# --- what no record of the case names ---
"$lineup" new st --kind tuning --quiet && echo stray >st/items/left.cfg && mkdir -p st/items/x && echo more >"st/items/x/..a b"
run "$lineup" verify st
ends 4 "in no record" "a file that no record names is found"
run "$lineup" data st test synth:digits:20
[ "$(ls st/strays | wc -l)" -eq 2 ] && [ ! -e st/items/left.cfg ] && grep -q '"act":"recovered"' st/journal.jsonl
ok $? "the next change sets it aside, thrown away is nothing"
run "$lineup" verify st
ends 0 "" "and the case is in order again"
finish
