#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A recurrent network from recordings to verdicts: WAV files made here, a small LSTM, copies and innocent ones.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
tones=$PWD/tests/cases/tones.py
cd "${LINEUP_TMP:-$(mktemp -d)}" || exit 1
python3 "$tones"
ok $? "recordings are made, and an archive of them"
cat >lstm.cfg <<'END'
[net]
inputs=80
time_steps=125
[lstm]
output=16
[connected]
output=3
activation=linear
[softmax]
END
victim='"data": "wav:tones", "set": ["epochs=60", "batch=6", "learning_rate=0.01"], "drops": [[40, 0.2]]'
copy='"data": "wav:tones"'
cat >plan.json <<END
{"title": "tones", "cfg": "lstm.cfg", "seed": 3, "train": "wav:tones", "test": "wav:tones",
 "set": ["blackbox.ep=0.1", "whitebox.seeds=2", "whitebox.iterations=100", "whitebox.m=1.5"],
 "models": [
  {"name": "victim", "role": "victim", $victim},
  {"name": "neg", "label": "Neg", "role": "negative", "repeat": 4, $victim},
  {"name": "ft-al", "method": "ft-al", $copy, "set": ["epochs=2", "batch=6"]},
  {"name": "pruned", "method": "prune", $copy, "set": ["prune=0.2", "epochs=2", "batch=6"]},
  {"name": "jba", "method": "jba", $copy, "set": ["queries=20", "rounds=2", "epochs=2", "batch=6"]},
  {"name": "noise", "method": "noise"}]}
END
run "$lineup" lab zoo plan.json --to z --quiet
ok "$status" "victim, negatives and copies are made"
run "$lineup" lab table plan.json --to z
ends 0 "victim victim with accuracy 1.0000" "the victim hears what it was not taught"
found=$(printf '%s' "$out" | sed -n '/^White box/,/^threshold/p')
called() { printf '%s' "$found" | grep -q "^$1 .*$2"; }
called FT-AL 'Yes (1/1)' && called P 'Yes (1/1)' && called noisy 'Yes (1/1)' && called Neg 'No (0/4)'
ok $? "copies are called copies by the lstm's units, innocent networks are not"
run "$lineup" show z/zoo.case --json
printf '%s' "$out" | python3 -c '
import json, sys
json.load(sys.stdin)'
ok $? "the case can be shown"
run "$lineup" lab again z/models/pruned.weights.json
ends 0 "the same bytes" "a pruned lstm is made again to the same bytes"
"$lineup" lab train --quiet --cfg lstm.cfg --data wav:tones.tar.xz --epochs 60 --batch 6 --rate 0.01 --drop 40:0.2 --seed 1 \
    --out packed.weights && "$lineup" lab train --quiet --cfg lstm.cfg --data wav:tones --epochs 60 --batch 6 --rate 0.01 \
    --drop 40:0.2 --seed 1 --out plain.weights && cmp -s packed.weights plain.weights
ok $? "an archive is the folder it was made of"

run "$lineup" lab shuffle --cfg lstm.cfg --weights plain.weights --out x.weights
ends 6 "no channels of this network can be moved" "the units of an lstm are not moved"
head -c 5000 tones/0_ann_7.wav >broken.wav && mkdir bad && cp tones/1_ann_7.wav bad/ && mv broken.wav bad/0_ann_7.wav
run "$lineup" lab train --cfg lstm.cfg --data wav:bad --out x.weights
ends 3 "0_ann_7.wav" "a recording cut short is named"
[ ! -e x.weights ]
ok $? "and nothing is written"
run "$lineup" lab train --cfg lstm.cfg --data synth:digits:100 --out x.weights
ends 3 "wants 125x80x1" "pictures are no sequences"
if [ -e "$LINEUP_SHARED/data/speech-digits/fsdd-recordings.tar.xz" ]; then
    run "$lineup" lab train --cfg lstm.cfg --data "wav:$LINEUP_SHARED/data/speech-digits/fsdd-recordings.tar.xz[0:64]" \
        --epochs 1 --out x.weights
    ends 3 "label" "ten digits do not fit three classes"
else
    skip "spoken digits as published" "the data are not here"
fi
finish
