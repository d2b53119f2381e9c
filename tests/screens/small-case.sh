#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the screen tests look at: a case of seven small networks, made and judged in two seconds.
#   tests/screens/small-case.sh networks FOLDER    tiny.cfg and *.weights
#   tests/screens/small-case.sh case FOLDER        small.case of the networks there
#   tests/screens/small-case.sh mark FOLDER        small.mark, a committed watermark in a network like them
#   tests/screens/small-case.sh zoo FOLDER         tiny.json, a plan, and its models in tiny.zoo
# LINEUP is the program (default build/release/lineup).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
lineup=${LINEUP:-$root/build/release/lineup}
export LINEUP_ISA="${LINEUP_ISA:-generic}" # of one accuracy on every processor
cd "$2"

train() { # name seed range
    "$lineup" lab train --quiet --cfg tiny.cfg --data "synth:digits:1200[$3]" --epochs 3 --seed "$2" --out "$1.weights"
}

networks() {
    cat >tiny.cfg <<'END'
[net]
batch=16
height=28
width=28
channels=1
learning_rate=0.001
momentum=0.9
decay=0

[connected]
output=32
activation=relu

[connected]
output=10
activation=linear

[softmax]
groups=1
END
    train victim 1 0:600
    train neg1 2 0:600
    train neg2 3 600:1200
    train neg3 6 600:1200
    train other 4 600:1200
    "$lineup" lab finetune --all --quiet --cfg tiny.cfg --weights victim.weights --data "synth:digits:1200[600:1200]" \
        --epochs 1 --seed 5 --out copy.weights
}

add() { # role name file
    "$lineup" add small.case "$1" "$2" --cfg tiny.cfg --weights "$3.weights"
}

judged() {
    "$lineup" new small.case --kind demo --title "Small case" --examiner "A. Nalyst"
    add victim victim victim
    for m in neg1 neg2 neg3; do add negative $m $m; done
    add suspect suspect-a copy
    add suspect suspect-b other
    "$lineup" data small.case test synth:digits:300
    "$lineup" data small.case train "synth:digits:1200[0:600]"
    "$lineup" run small.case --quiet --set seeds.count=40 --set whitebox.seeds=5 --set whitebox.iterations=50 \
        --set blackbox.iterations=5 --set membership.split=random --set 'membership.unrelated=neg*' \
        --set membership.permutations=99 --set membership.alpha=0.05
    "$lineup" membership small.case --quiet
}

# Keys that look little like their covers: it is made in a second.
marked() {
    printf 'the same every time' | sha256sum | cut -c-64 >secret.txt
    "$lineup" watermark embed --quiet --cfg tiny.cfg --data "synth:digits:1200[0:600]" --secret secret.txt --keys 12 \
        --width 2 --epochs 12 --freeze 8 --rate 0.01 --out small.mark
    "$lineup" watermark commit small.mark
}

zoo() {
    cat >tiny.json <<'END'
{"title": "Tiny", "cfg": "tiny.cfg", "seed": 3, "train": "synth:digits:1200[0:600]", "test": "synth:digits:300",
 "set": ["seeds.count=40", "blackbox.iterations=5", "whitebox.seeds=5", "whitebox.iterations=50"],
 "models": [
  {"name": "victim", "role": "victim", "data": "synth:digits:1200[0:600]", "set": ["epochs=3"]},
  {"name": "neg", "label": "Neg-2", "role": "negative", "repeat": 3, "data": "synth:digits:1200[600:1200]", "set": ["epochs=3"]},
  {"name": "ft", "method": "ft-al", "repeat": 2, "data": "synth:digits:1200[600:1200]", "set": ["epochs=1"]},
  {"name": "noise", "method": "noise"}]}
END
    "$lineup" lab zoo tiny.json --to tiny.zoo --quiet
}

case $1 in
zoo) zoo ;;
networks) networks ;;
case) judged ;;
mark) marked ;;
*) exit 2 ;;
esac >/dev/null
