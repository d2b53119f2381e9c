#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# DeepJudge's own victims, brought over from their Keras files and judged among controls made here: LeNet-5 on MNIST
# (3 negatives on the victim's 20,000 samples, 3 on others, five copies; with tests of radius 0.1 and of 0.2), ResNet-20
# on CIFAR-10 (2 and 2 negatives of 2 epochs, a copy, the victim itself, the radius of the authors' example). Needs
# $LINEUP_SHARED/data; about 8 minutes of one core for the first, some 20 for the second.
#   tests/long/keras.sh [WORKDIR [mnist|cifar10]]
set -eu
cd "$(dirname "$0")/../.."
lineup=$PWD/build/lineup
data=${LINEUP_SHARED:-$PWD/../shared}/data
work=${1:-$(mktemp -d)}
only=${2:-mnist cifar10}
if [ ! -d "$data/weights" ]; then
    echo "ok 1 - DeepJudge's own victims # SKIP there is no $data/weights"
    exit 0
fi
mkdir -p "$work"
n=0 bad=0
check() { # text, then the command that is to succeed
    n=$((n + 1))
    text=$1
    shift
    if "$@"; then echo "ok $n - $text"; else bad=1; echo "not ok $n - $text"; fi
}

bring() { # net file set
    "$lineup" lab import "$data/weights/$2" --out "$work/$1.weights" --test "$3" >"$work/$1.txt"
    sed -n "s/^  test accuracy/# $1: accuracy/p" "$work/$1.txt"
}

# Lines "NAME WORDS...": lab commands, two at a time; what is there is not made again.
make_all() { # net test
    # shellcheck disable=SC2016
    xargs -L 1 -P 2 sh -c 'net=$0; lineup=$1; test=$2; name=$3; shift 3
        [ -e "$net-$name.weights" ] || "$lineup" lab "$@" --cfg "$net.weights.cfg" --test "$test" --out "$net-$name.weights" \
            >"$net-$name.txt"' "$work/$1" "$lineup" "$2"
    for f in "$work/$1"-*.txt; do sed -n "s/^  test accuracy/# $(basename "$f" .txt): accuracy/p" "$f"; done
}

judge() { # net train test, the tests' radius, then "ROLE NAME" lines
    net=$1
    c=$work/$net-$4.case
    rm -rf "$c"
    "$lineup" new "$c" --kind tuning --title "DeepJudge's $net" --quiet
    "$lineup" data "$c" train "$2" --quiet
    "$lineup" data "$c" test "$3" --quiet
    "$lineup" add "$c" victim victim --cfg "$work/$net.weights.cfg" --weights "$work/$net.weights" --quiet
    while read -r role name; do
        file=$work/$net-$name.weights
        [ "$name" != itself ] || file=$work/$net.weights
        "$lineup" add "$c" "$role" "$name" --cfg "$work/$net.weights.cfg" --weights "$file" --quiet
    done
    "$lineup" run "$c" --set "blackbox.ep=$4"
    "$lineup" run "$c" --json >"$work/$net-$4.json"
}

if [ "${only#*mnist}" != "$only" ]; then
    s=mnist:$data/mnist
    bring lenet5 deepjudge-mnist_lenet5.h5 "$s"
    check "LeNet-5 answers 98.54 % of the test samples, as measured from the .h5 file" \
        grep -q 'accuracy 0.9854' "$work/lenet5.txt"
    v="--weights $work/lenet5.weights --data $s[40000:50000]"
    make_all lenet5 "$s" <<END
neg1-1 train --data $s[0:20000] --seed 11
neg1-2 train --data $s[0:20000] --seed 12
neg1-3 train --data $s[0:20000] --seed 13
neg2-1 train --data $s[20000:40000] --seed 21
neg2-2 train --data $s[20000:40000] --seed 22
neg2-3 train --data $s[20000:40000] --seed 23
ft-ll finetune --last $v
ft-al finetune --all $v
rt-al retrain $v
p-20 prune 0.2 $v
p-60 prune 0.6 $v
END
    for radius in 0.1 0.2; do
        judge lenet5 "$s[0:20000]" "$s" $radius <<END
negative neg1-1
negative neg1-2
negative neg1-3
negative neg2-1
negative neg2-2
negative neg2-3
positive ft-ll
positive ft-al
positive rt-al
positive p-20
positive p-60
END
        check "LeNet-5, radius $radius: every copy is called one, no negative is" \
            python3 tests/long/keras_verdicts.py "$work/lenet5-$radius.json"
    done
fi
if [ "${only#*cifar10}" != "$only" ]; then
    s=cifar10:$data/cifar10
    bring resnet20 deepjudge-cifar10_resnet20.h5 "$s"
    check "ResNet-20 answers 82.9 % of the test samples, as measured from the .h5 file" \
        grep -q 'accuracy 0.82[89]' "$work/resnet20.txt"
    make_all resnet20 "$s" <<END
neg1-1 train --data $s[0:20000] --epochs 2 --flip --shift 0.1 --seed 11
neg1-2 train --data $s[0:20000] --epochs 2 --flip --shift 0.1 --seed 12
neg2-1 train --data $s[20000:40000] --epochs 2 --flip --shift 0.1 --seed 21
neg2-2 train --data $s[20000:40000] --epochs 2 --flip --shift 0.1 --seed 22
ft-al finetune --all --weights $work/resnet20.weights --data $s[20000:25000] --epochs 2
END
    judge resnet20 "$s[0:20000]" "$s" 0.03 <<END
negative neg1-1
negative neg1-2
negative neg2-1
negative neg2-2
positive itself
positive ft-al
END
    check "ResNet-20: the victim itself and the copy are called copies, no negative is" \
        python3 tests/long/keras_verdicts.py "$work/resnet20-0.03.json"
fi
echo "1..$n"
exit $bad
