#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The map of the field: filters, one method, JSON, and what a case may run.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
work=${LINEUP_TMP:?}

run "$lineup" methods
ends 0 "64 of 64 methods" "all methods are listed"
run "$lineup" methods uchida
ends 0 "Embedding Watermarks into Deep" "a method's key shows all of it"
run "$lineup" methods federated
ends 0 "WAFFLE" "words find a method"
run "$lineup" methods no-such-thing
ends 2 "no method has 'no-such-thing'" "words that find nothing are told"
run "$lineup" methods --access labels --have keys
ends 0 "watermark keys --null not-given" "labels and a trigger set: Adi's is run"
run "$lineup" methods deepjudge --access labels --have victim,samples
ends 0 "lacks negatives" "what is missing is named"
run "$lineup" methods --have key
ends 2 "'key' is nothing one can hold" "a word that means nothing is refused"
"$lineup" methods --access weights --have victim,samples,negatives --json >"$work/m.json" 2>"$work/err"
out=$(python3 - "$work/m.json" <<'END'
import json, sys
j = json.load(open(sys.argv[1]))
m = {x["key"]: x for x in j["methods"]}
assert j["have"] == ["victim", "samples", "negatives"] and j["access"] == "weights"
assert len(m) == 64
runs = sorted(k for k, x in m.items() if x["fit"] == "run")
assert runs == ["deepjudge", "deepjudge-white", "ipguard"], runs
assert m["pmi"]["lacks"] == ["members"]
for x in m.values():
    for key in "scenario mechanism capacity type function target formula p null reference".split():
        assert x[key], (x["key"], key)
END
2>&1)
ok $? "JSON says which are run and what the others lack"
"$lineup" methods --json | python3 -c '
import json, sys
for m in json.load(sys.stdin)["methods"]:
    if m["command"].startswith("lineup "):
        words = m["command"].split()[1:]
        print(" ".join(w for i, w in enumerate(words) if "--" not in " ".join(words[:i + 1])))' | sort -u >"$work/commands"
missing=""
while read -r c; do
    # shellcheck disable=SC2086
    "$lineup" $c --help >/dev/null 2>&1 || missing="$missing $c"
done <"$work/commands"
out=$missing
[ -z "$missing" ] && [ "$(wc -l <"$work/commands")" -ge 3 ]
ok $? "every command it names is there"

"$lineup" new "$work/a.case" --kind tuning >/dev/null
run "$lineup" show "$work/a.case" methods
ends 0 "held: nothing" "an empty case holds nothing"
"$lineup" data "$work/a.case" test synth:digits:100 >/dev/null 2>&1
"$lineup" data "$work/a.case" train synth:digits:100 >/dev/null 2>&1
run "$lineup" show "$work/a.case" methods
ends 0 "held: samples, members" "a case with two sample sets holds them"
"$lineup" show "$work/a.case" methods --json | grep -q '"fit":[[:space:]]*"lacks"'
ok $? "and as JSON"
finish
