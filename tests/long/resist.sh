#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The robustness map on MNIST: 20 000 samples, LeNet-5, 100 keys, all strengths; a quarter of an hour on two cores.
#   tests/long/resist.sh [DIR]     keeps what is there in DIR
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
mnist=$(readlink -f "${LINEUP_SHARED:-../shared}/data/mnist")
lineup=$PWD/build/lineup
if [ ! -d "$mnist" ]; then
    skip "the robustness map on MNIST" "there is no ../shared/data/mnist"
    finish
fi
work=${1:-$(mktemp -d)}
"$lineup" lab resist --to "$work" --data "mnist:$mnist" --samples 20000 --keys 100 --epochs 20 --width 8 --negatives 12
ok $? "the map is made"
python3 - "$work/resist.json" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
points = {p["name"]: p for p in r["points"]}
assert points["victim"]["clean"] > .95 and points["victim"]["evidence"]["watermark"]["held"]
assert not any(p["evidence"]["watermark"]["held"] for p in r["points"] if p["role"] == "negative")
assert len(r["measures"]) == 18
END
ok $? "the victim is of use and marked, no negative is"
finish
