#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The robustness map, as small as it can be: every attack once, every kind of evidence, eighteen measures; a run that
# goes on where it was, refuses other options, and says when a given network is missing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
work=${LINEUP_TMP:?}
cd "$work" || exit 1

small="--to r --data synth:digits:1500 --samples 1500 --keys 20 --epochs 10 --negatives 4 --strengths 1"
resist() {
    # shellcheck disable=SC2086
    "$lineup" lab resist $small "$@"
}

# killed in the owner's training, then from there to the end
# shellcheck disable=SC2086
"$lineup" lab resist $small --quiet >/dev/null 2>&1 &
child=$!
for _ in $(seq 600); do
    [ -e r/owner/training.csv ] || [ -e r/owner/bundle.json ] || [ -n "$(find r/owner -type f 2>/dev/null)" ] && break
    sleep 0.05
done
kill -KILL "$child" 2>/dev/null
wait "$child" 2>/dev/null
[ ! -e r/resist.json ]
ok $? "it was killed before its end"
resist --json >one.json 2>err
out=$(cat err)
[ -s one.json ]
ok $? "it goes on to the end"

python3 - >figures 2>&1 <<'END'
import json
r = json.load(open("one.json"))
points = {p["name"]: p for p in r["points"]}
attacks = {p["attack"] for p in r["points"] if "attack" in p}
def show(good, text):
    print(0 if good else 1, text)
show(attacks == {"fine-tune-last", "fine-tune", "retrain", "prune", "compress", "noise", "fine-prune", "distil", "smooth",
                 "evade", "overwrite", "collude", "modify"}, "every attack is there")
show({p["level"] for p in r["points"] if "attack" in p} == {1, 2, 3}, "of all three levels")
kinds = ["deepjudge-black", "deepjudge-white", "watermark", "membership", "fingerprint"]
v = points["victim"]["evidence"]
show(all(list(p["evidence"]) == kinds for p in r["points"]), "every network under every kind of evidence")
show(all(v[k]["held"] for k in ("deepjudge-black", "deepjudge-white", "watermark", "fingerprint")),
     "the victim is found by each")
show(points["compress-8"]["evidence"]["watermark"]["held"], "eight bits a weight leave the mark")
negatives = [p for p in r["points"] if p["role"] == "negative"]
show(len(negatives) == 4 and not any(p["evidence"]["watermark"]["held"] for p in negatives), "no negative has the mark")
show(not any(p["evidence"]["deepjudge-black"]["held"] for p in negatives), "no negative is called a copy")
show(all(points[n]["evidence"]["deepjudge-white"] is None for n in points if n.split("-")[0] in ("smooth", "evade", "modify")),
     "a filter before the network leaves white-box evidence unasked")
show(points["victim"]["clean"] > .6, f"the victim is of use ({points['victim']['clean']})")
m = r["measures"]
show([x["kind"] for x in m] == ["basic"] * 10 + ["attack resistance"] * 8, "ten basic measures, eight of resistance")
show(all(x["value"] and x["procedure"] and x["bound"] for x in m), "each with value, procedure and bound")
state = {x["name"]: x["state"] for x in m}
show(all(state[n] == "met" for n in ("functionality", "unforgeability", "non-ownership piracy", "verifiability",
                                     "non-invertibility", "reliability")), f"those that follow from the design are met {state}")
c = r["claims"]
show([x["tried"] for x in c] == [10, 100, 1000] and c[2]["corrected_p"] > .05 and c[0]["p"] >= c[2]["p"],
     "trying many secrets wins no claim once it is corrected for")
END
while read -r result text; do ok "$result" "$text"; done <figures
[ "$(wc -l <figures)" -eq 13 ]
ok $? "all figures were looked at"
[ "$(wc -l <r/measures.csv)" -eq 19 ] && [ "$(cut -d, -f1 r/resist.csv | sort -u | wc -l)" -ge 18 ]
ok $? "sheet and map as CSV"
python3 -c 'import glob, xml.dom.minidom as x; f = glob.glob("r/*.svg"); [x.parse(n) for n in f]; raise SystemExit(len(f) != 14)'
ok $? "the map and a curve an attack are SVG"
out=$(python3 - 2>&1 <<'END'
import json, xml.dom.minidom as x
text = ["".join(c.data for c in t.childNodes if c.nodeType == c.TEXT_NODE) for t in x.parse("r/map.svg").getElementsByTagName("text")]
names = [p["name"] for p in json.load(open("one.json"))["points"]]
assert all(n in text for n in names + ["DeepJudge black", "watermark", "clean accuracy"]), text
assert sum(t.startswith(("yes ", "no ")) for t in text) == 5 * len(names) - 3, text
END
)
ok $? "the map names every network and says yes or no of every kind of evidence"

touch -r r/resist.json stamp
resist --json >two.json 2>err
python3 - <<'END'
import json
def told(name):
    r = json.load(open(name))
    r["measures"] = [m for m in r["measures"] if m["name"] not in ("efficiency", "scalability")]
    return r
raise SystemExit(told("one.json") != told("two.json"))
END
ok $? "a second run says the same"
[ -z "$(find r/zoo/models r/owner r/colluders -newer stamp -type f)" ]
ok $? "and makes nothing again"
run resist --seed 2
ends 3 "was begun with other options" "other options in the same folder are refused"
run "$lineup" lab resist --to s --samples 10
ends 2 "--samples" "too few samples are refused"

mkdir z && cp r/net.cfg z/ && cat >z/plan.json <<'END'
{"cfg": "net.cfg", "train": "synth:digits:200", "test": "synth:digits:100", "models": [
 {"name": "victim", "role": "victim", "data": "synth:digits:200", "weights": "gone.weights"}]}
END
run "$lineup" lab zoo z/plan.json --to z/zoo
ends 3 "gone.weights" "a plan that names a network that is not there is refused"
finish
