#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The lab on drawn digits: every way to make a copy, what it records, and making it again.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
cfg=$PWD/samples/cfg/lenet5.cfg
cd "${LINEUP_TMP:-$(mktemp -d)}" || exit 1
digits='synth:digits:2000'

"$lineup" lab train --quiet --cfg "$cfg" --data "$digits[0:1200]" --epochs 3 --out v.weights
ok $? "a victim is trained"

copy() { # name, words...
    name=$1
    shift
    run "$lineup" lab "$@" --cfg "$cfg" --weights v.weights --out "$name.weights" --seed 3
    [ "$status" -eq 0 ] && grep -q '"victim"' "$name.weights.json"
    ok $? "lab $*"
    run "$lineup" lab again "$name.weights.json"
    ends 0 "the same bytes" "lab again: $name"
}
tune="--data $digits[1200:1600] --epochs 1"
# shellcheck disable=SC2086
{
    copy ftll finetune --last $tune
    copy gradual prune 0.5 $tune --set gradual=1 --drop 1:0.1
    copy jba extract --jba $tune --set queries=80 --set rounds=3
    copy coded extract --jba $tune --set queries=80 --set rounds=2 --set as_coded=1
    copy knockoff extract --knockoff $tune --set queries=200
    copy es extract --es --epochs 1 --set queries=128 --set rounds=2 --set ascents=3
    copy distil distil $tune
    copy black adapt --black $tune
    copy white adapt --white $tune
    copy adversarial adapt --adversarial $tune
    copy transfer adapt --transfer $tune
}
copy quantise quantise --set bits=6
copy noise noise
copy shuffle shuffle
copy rescale rescale

grep -q '"queries":.320' jba.weights.json
ok $? "the queries are counted: 80 seeds, doubled twice"
grep -q 'settings_of_ours' white.weights.json
ok $? "settings of our own are called that"
grep -q '^output=5$' transfer.weights.cfg
ok $? "a transferred network gets a .cfg of its own"
cp v.weights kept
run "$lineup" lab extract --jba --knockoff --cfg "$cfg" --weights v.weights --out x.weights
ends 2 "only one of" "two attacks at once are refused"
run "$lineup" lab extract --jba --cfg "$cfg" --weights v.weights --out x.weights
ends 2 "needs samples" "JBA without samples is refused"
run "$lineup" lab noise --cfg "$cfg" --weights v.weights --out v.weights
ends 2 "" "a file that is read is not written"
run "$lineup" lab noise --cfg "$cfg" --weights v.weights --out x.weights --set nois=1
ends 2 "nois=1" "an unknown key is named"
odd=$(printf 'v\377.weights')
cp v.weights "$odd"
run "$lineup" lab noise --cfg "$cfg" --weights "$odd" --out x.weights
ends 6 "not UTF-8" "a name the record could not keep is refused"
run "$lineup" lab train --cfg "$cfg" --data "npz:$odd" --out x.weights
ends 6 "not UTF-8" "in a SPEC too"
cmp -s v.weights kept && [ ! -e x.weights ]
ok $? "refusals leave everything as it was"

# --- making again what changed ---
printf x >>v.weights
run "$lineup" lab again noise.weights.json
ends 3 "is not what it was" "lab again notices another victim"
cp kept v.weights
sed 's/"noise":.*/"noise": 0.2,/' noise.weights.json >other.json
run "$lineup" lab again other.json
ends 4 "recorded is" "lab again notices another recipe"
sed 's/"method":.*/"method": "magic",/' noise.weights.json >other.json
run "$lineup" lab again other.json
ends 3 "method" "a method nobody knows is refused"
for wrong in 0.5 -1 1e300 9007199254740992 '"3"'; do
    sed 's/"seed":.*/"seed": '"$wrong"',/' noise.weights.json >other.json
    run "$lineup" lab again other.json
    ends 3 '"seed" is not a whole number' "a seed of $wrong is refused"
done
for wrong in 0.5 -1 1e300; do
    sed 's/"epochs":.*/"epochs": '"$wrong"',/' noise.weights.json >other.json
    run "$lineup" lab again other.json
    ends 3 '"epochs"' "epochs of $wrong are refused"
done
for wrong in '[1.5, 0.1]' '[-1, 0.1]' '[1e300, 0.1]' '[1, -0.1]' '[1, 1e999]'; do
    sed 's/"drops":.*/"drops": ['"$wrong"']/' noise.weights.json >other.json
    run "$lineup" lab again other.json
    ends 3 "" "a drop of the rate of $wrong is refused"
done
echo '{' >other.json
run "$lineup" lab again other.json
ends 3 "not JSON" "what is not JSON is refused"
run "$lineup" lab again noise.weights.json --out again.weights --json
cmp -s again.weights noise.weights
ok $? "lab again --out writes it"
finish
