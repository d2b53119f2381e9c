#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo case as `make demo` makes it: the verdicts it must show; the same models and results byte for byte from the
# same seed with another number of engines; nothing computed a second time; an interrupted one completed.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
work=${LINEUP_TMP:-$(mktemp -d)}
cd "$work" || exit 1

"$lineup" demo a --json --quiet >a.json
ok $? "the demo case is made and judged"
python3 - >verdicts <<'EOF'
import json
r = json.load(open("a.json"))
want = {"suspect-a": "copy", "suspect-b": "not-copy"}
for m in r["models"]:
    expected = want.get(m["name"]) or {"positive": "copy", "negative": "not-copy"}[m["role"]]
    print(0 if m["verdict"] == expected else 1, m["role"], m["name"], "is judged", m["verdict"])
EOF
while read -r result text; do ok "$result" "$text"; done <verdicts
[ "$(wc -l <verdicts)" -eq 19 ]
ok $? "19 models are judged"
stages=$(grep -c '"act":"stage"' a/journal.jsonl)
"$lineup" demo a --json --quiet >again.json && cmp -s a.json again.json && [ "$stages" -eq "$(grep -c '"act":"stage"' a/journal.jsonl)" ]
ok $? "a second time nothing is computed and the result is the same"

"$lineup" demo b --jobs 1 --quiet --json >/dev/null 2>&1 &
pid=$!
i=0
while [ "$(ls b/items 2>/dev/null | grep -c weights)" -lt 2 ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done
kill -KILL $pid
wait $pid 2>/dev/null
kept=$(ls b/items | grep -c weights)
"$lineup" demo b --jobs 1 --quiet --json >b.json
ok $? "one killed after $kept models is completed"
(cd a && sha256sum items/* stages/*) >a.sums && (cd b && sha256sum items/* stages/*) >b.sums
grep -v judgement a.sums >a.part && grep -v judgement b.sums >b.part && cmp -s a.part b.part
ok $? "same seed, one engine at a time: the same models, tests and scores byte for byte"
sed 's/"case":.*//' a.json >a.text && sed 's/"case":.*//' b.json >b.text && cmp -s a.text b.text
ok $? "and the same judgement"
"$lineup" new c --kind tuning --from b --quiet && "$lineup" run c --jobs 2 --quiet --json >c.json
ok $? "a copy to try settings on is made and runs"
python3 - a.json c.json <<'EOF'
import json, sys
a, c = (json.load(open(f)) for f in sys.argv[1:])
key = lambda r: sorted((m["name"], m["role"], m["sha256"], m["verdict"], json.dumps(m["metrics"])) for m in r["models"])
sys.exit(key(a) != key(c) or c["kind"] != "tuning")
EOF
ok $? "and gives the same distances, votes and verdicts"
"$lineup" show b acts | grep -q 'copy *c$'
ok $? "the case it was made from has it in its journal"
run "$lineup" demo a --seed 2 --headless
ends 2 "seed 1" "another seed asks for another folder"
mkdir other && run "$lineup" demo other --headless
ends 3 "case.json" "a folder that is no case is left alone"
finish
