#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lineup bench: what its JSON says and what it refuses. Never how fast anything is.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
work=${LINEUP_TMP:-$(mktemp -d)}

run "$lineup" bench nonesuch
ends 2 "nonesuch" "a name that is neither a network nor a kind of work is refused"
"$lineup" bench lenet5 forward gradient train --batch 4 --jobs 2 --seconds 0.01 --json --quiet >"$work/bench.json"
ok $? "forward, gradient and training are measured"
python3 - "$work/bench.json" >"$work/checks" <<'EOF'
import json, sys
r = json.load(open(sys.argv[1]))
rows = r["rows"]
keys = {"net", "work", "batch", "threads", "fast", "darknet", "ratio", "gflops", "peak_share"}
print(0 if "lineup-engine" in r["machine"]["engine"] else 1, "the machine's engine is named")
print(0 if all(keys <= set(row) for row in rows) else 1, "every row has the contract's keys")
found = [(row["work"], row["threads"]) for row in rows]
want = [("forward", 1), ("forward", 2), ("gradient", 1), ("gradient", 2), ("train", 1)]
print(0 if found == want else 1, "the rows asked for, no others:", found)
same = all(abs(row["ratio"] - row["fast"] / row["darknet"]) < 1e-9 * row["ratio"] for row in rows)
print(0 if same and all(row["fast"] > 0 < row["darknet"] for row in rows) else 1, "ratios are those of the two figures")
print(0 if all(row["batch"] == 4 and row["memory"] > 1e6 for row in rows) else 1, "batch and memory are told")
EOF
while read -r result text; do ok "$result" "$text"; done <"$work/checks"
"$lineup" bench neurons pgd cw lenet5 --only-fast --seconds 0 --json --quiet >"$work/short.json"
ok $? "neuron tests and attacks are measured without Darknet"
python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); sys.exit([x["darknet"] for x in r["rows"]] != [None]*3)' \
    "$work/short.json"
ok $? "what was not measured is null"
"$lineup" bench judge lenet5 --only-fast --seconds 0 --json --quiet >"$work/judge.json" &&
    python3 -c 'import json,sys; sys.exit("residual" not in json.load(open(sys.argv[1]))["judge_fit"])' "$work/judge.json"
ok $? "judging is measured, with the fit of its cost"
finish
