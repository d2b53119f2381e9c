#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Membership on MNIST, split at random: an overfitted victim, a copy of it, 30 networks that never saw its samples. How
# often do the naive rule (binomial test of r_opt, Bonferroni) and the permutation test accuse the innocent, and does the
# loss gap tell the victim apart? About ten minutes; keeps what is there in $1.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=$PWD/build/release/lineup
data=$(readlink -f ../shared/data/mnist)
if [ ! -d "$data" ]; then
    skip "membership on MNIST" "there is no ../shared/data/mnist"
    finish
fi
work=${1:-$(mktemp -d)}
mkdir -p "$work" && cd "$work" || exit 1
cat >mlp.cfg <<'END'
[net]
batch=64
width=28
height=28
channels=1

[connected]
output=64
activation=relu

[connected]
output=10
activation=linear

[softmax]
END
[ -e split.json ] || "$lineup" lab split 25000,25000,20000 --both --data "mnist:$data" --out split --seed 1 --quiet
make_net() { # NAME PART SEED EPOCHS
    [ -e "$1.weights" ] || "$lineup" lab train --cfg mlp.cfg --data "npz:split-$2.npz" --epochs "$4" --seed "$3" \
        --out "$1.weights" --quiet
}
make_net victim 1 1 40
make_net again 1 2 40
[ -e tuned.weights ] || "$lineup" lab finetune --all --cfg mlp.cfg --weights victim.weights \
    --data 'npz:split-2.npz[0:10000]' --epochs 3 --shift 0 --rotate 0 --rate 0.0003 --out tuned.weights --quiet
i=1
while [ $i -le 30 ]; do
    make_net "other-$i" 2 $((100 + i)) 12
    i=$((i + 1))
done
if [ ! -d c.case ]; then
    "$lineup" new c.case --kind tuning --quiet
    "$lineup" data c.case train npz:split-1.npz --quiet
    "$lineup" data c.case test npz:split-3.npz --quiet
    "$lineup" add c.case victim victim --cfg mlp.cfg --weights victim.weights --quiet
    for s in again tuned; do "$lineup" add c.case suspect $s --cfg mlp.cfg --weights $s.weights --quiet; done
    i=1
    while [ $i -le 30 ]; do
        "$lineup" add c.case negative "other-$i" --cfg mlp.cfg --weights "other-$i.weights" --quiet
        i=$((i + 1))
    done
fi
for size in 100 300; do
    [ -s "n$size.json" ] || "$lineup" membership c.case --set membership.split=random --set membership.samples=$size \
        --set membership.permutations=199 --json --quiet >"n$size.json"
    ok $? "n = $size: all networks are tested"
done
python3 - >figures <<'END'
import json

for n in 100, 300:
    r = json.load(open(f"n{n}.json"))
    by = {m["name"]: m for m in r["models"]}
    innocent = [m for m in r["models"] if m["name"].startswith("other-")]
    tested = lambda m: [c for c in m["classes"] if c["tested"]]
    naive = sum(min(c["nominal_p"] for c in tested(m)) * len(tested(m)) <= .05 for m in innocent)
    one = sum(c["nominal_p"] <= .05 for m in innocent for c in tested(m))
    of = sum(len(tested(m)) for m in innocent)
    joint = sum(m["p"] <= .05 for m in innocent)
    top = sorted(m["acc_r_opt"] for m in innocent)
    print(f"# n {n}: naive accuses {naive} of 30 (a class: {100 * one / of:.0f} %), permutation {joint} of 30;"
          f" r_opt acc median {top[15]:.2f}, most {top[-1]:.2f}")
    for m in "victim", "again", "tuned", "untrained":
        m = by[m]
        print(f"# n {n}: {m['name']:10} in {m['member_accuracy']:.3f} out {m['other_accuracy']:.3f} r_opt {m['r_opt']}"
              f" acc {m['acc_r_opt']:.2f} average {m['average']:.3f} p {m['p']:.3f} mean p {m['mean_gap_p']:.3f}"
              f" loss z {m['loss_gap_z']:.1f}")
    z = sorted(m["loss_gap_z"] for m in innocent)
    print(f"# n {n}: innocent loss z {z[0]:.1f} to {z[-1]:.1f}; valid {r['valid']} {r.get('reason', '')}")
    print(0 if by["victim"]["loss_gap_z"] > z[-1] + 5 else 1, f"n = {n}: the loss gap tells the victim from all 30")
    print(0 if by["tuned"]["loss_gap_z"] > z[-1] + 2 else 1, f"n = {n}: and its fine-tuned copy")
    print(0 if joint <= 6 else 1, f"n = {n}: the permutation test accuses {joint} of 30 at 5 % (7 would be too many)")
END
while read -r result text; do
    case $result in '#') echo "# $text" ;; *) ok "$result" "$text" ;; esac
done <figures
finish
