#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tables of pooled membership inference on MNIST and CIFAR-10, split at random, with LeNet-5 at sizes that two cores
# can do in some ten minutes each: victim, fine-tuned, pruned, networks of the same and of other data.
#   tests/long/membership-tables.sh [WORKDIR [mnist|cifar10 [SEED]]]      SEED: of the split, 1 unless told
set -u
cd "$(dirname "$0")/../.." || exit 1
lineup=$PWD/build/lineup
root=$PWD
shared=$(readlink -f "${LINEUP_SHARED:-../shared}")
work=${1:-$(mktemp -d)}
mkdir -p "$work" && cd "$work" || exit 1
for set in ${2:-mnist cifar10}; do
    if [ ! -d "$shared/data/$set" ]; then
        echo "ok 1 - membership on $set # SKIP there is no $shared/data/$set"
        continue
    fi
    sizes=20000,20000,20000,5000
    [ $set = mnist ] || sizes=15000,15000,15000,5000
    [ -e $set.json ] || "$lineup" lab split $sizes --both --data "$set:$shared/data/$set" --out $set --seed "${3:-1}" --quiet
    cfg=$root/samples/cfg/lenet5.cfg
    if [ $set = cifar10 ]; then
        sed 's/^height=28/height=32/; s/^width=28/width=32/; s/^channels=1/channels=3/' "$cfg" >lenet5-32.cfg
        cfg=$PWD/lenet5-32.cfg
    fi
    sed "s|\"cfg\": *\"[^\"]*\"|\"cfg\": \"$cfg\"|; s|ResNet-20|LeNet-5|" "$root/samples/zoo/$set-membership.json" >plan-$set.json
    "$lineup" lab zoo plan-$set.json --to zoo-$set --quiet && "$lineup" lab table plan-$set.json --to zoo-$set --membership || exit 1
    python3 - zoo-$set/table/membership.json <<'END'
import json, sys
z = {m["name"]: m["loss_gap_z"] for m in json.load(open(sys.argv[1]))["models"]}
assert min(z[name] for name in ("victim", "same", "ft-al", "p-20", "p-40", "p-60")) > 6, z
assert max(abs(v) for name, v in z.items() if name.startswith("other") or name == "untrained") < 4, z
END
    [ $? -eq 0 ] && echo "ok - on $set the loss gap tells who was trained on the members" || exit 1
done
