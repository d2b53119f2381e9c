#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Keras models brought over from the command line: what is written, making it again, what is refused.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
model=$PWD/tests/corpus/keras/seed-0
shared=${LINEUP_SHARED:-}/data
cd "${LINEUP_TMP:-$(mktemp -d)}" || exit 1

run "$lineup" lab import "$model" --out k.weights
ends 0 "wrote k.weights and k.weights.cfg" "a model is brought over"
grep -q '^# 0 first norm relu$' k.weights.cfg && grep -q '^size=5$' k.weights.cfg
ok $? "the .cfg names the layers and has the larger kernel"
grep -q '"method":.*"import"' k.weights.json && grep -q "$(sha256sum <"$model" | cut -c 1-64)" k.weights.json
ok $? "the record names the method and the file"
run "$lineup" lab again k.weights.json
ends 0 "the same bytes" "lab again makes the same bytes"
run "$lineup" lab noise --cfg k.weights.cfg --weights k.weights --out n.weights
ends 0 "wrote" "what was brought over is a network like any other"
run "$lineup" lab import "$model" --out j.weights --json
ends 0 '"test_accuracy": null' "lab import --json"
cmp -s j.weights k.weights
ok $? "the same file gives the same bytes"

sed 's/kernel/colonel/' "$model" >odd.h5
run "$lineup" lab import odd.h5 --out x.weights
ends 3 "(odd.h5" "a damaged file is named"
head -c 3000 "$model" >cut.h5
run "$lineup" lab import cut.h5 --out x.weights
ends 3 "(cut.h5" "a file that was cut is refused"
run "$lineup" lab import k.weights --out x.weights
ends 3 "does not begin as an HDF5 file does" "a .weights file is no Keras model"
run "$lineup" lab import missing.h5 --out x.weights
ends 3 "missing.h5" "a missing file is named"
run "$lineup" lab import "$model"
ends 2 "--out" "an output has to be named"
cp "$model" same.h5
run "$lineup" lab import same.h5 --out same.h5
ends 2 "" "a file that is read is not written"
[ ! -e x.weights ] && cmp -s "$model" same.h5
ok $? "refusals leave everything as it was"
cp odd.h5 k2.h5
sed "s|$model|$PWD/k2.h5|" k.weights.json >other.json
run "$lineup" lab again other.json
ends 3 "" "lab again notices another file"
run "$lineup" predict --cfg k.weights.cfg --weights "$model" --in x.npz --out y.npz
ends 3 "lab import" "an .h5 file in the place of .weights: the command that helps is named"

if [ -d "$shared/weights" ] && [ -d "$shared/mnist" ]; then
    run "$lineup" lab import "$shared/weights/deepjudge-mnist_lenet5.h5" --out l.weights --test "mnist:$shared/mnist"
    ends 0 "test accuracy 0.9854" "DeepJudge's LeNet-5 answers 98.54 % of MNIST's test samples"
else
    skip "DeepJudge's LeNet-5" "the shared data are not there"
fi
finish
