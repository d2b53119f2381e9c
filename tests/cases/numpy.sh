#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lineup's predictions and scores against NumPy's (numpy_check.py). Prints TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
lineup=${LINEUP:-build/release/lineup}
python=/usr/bin/python3
cfg=samples/cfg/lenet5.cfg
tmp=${LINEUP_TMP:-$(mktemp -d)}
n=0

ok() { # what
    n=$((n + 1))
    echo "ok $n - $1"
}
# Runs a command; its output is shown when the status is not the wanted one.
wants() { # status what command...
    want=$1 what=$2
    shift 2
    "$@" >"$tmp/said" 2>&1
    got=$?
    if [ "$got" -eq "$want" ]; then
        ok "$what"
    else
        n=$((n + 1))
        echo "not ok $n - $what"
        echo "# status $got: $*"
        sed 's/^/# /' "$tmp/said"
    fi
}
skip_all() {
    echo "ok 1 - NumPy agrees # SKIP $1"
    echo "1..1"
    exit 0
}
numpy() { "$python" tests/cases/numpy_check.py "$@"; }
predict() { # weights in out layers [engine]
    "$lineup" predict --cfg "$cfg" --weights "$1" --in "$2" --out "$3" --layers "$4" --engine "${5:-fast}" --quiet
}
score() { # tests out [option]...
    tests=$1 out=$2
    shift 2
    "$lineup" score --victim "$cfg:$d/victim.weights" --suspect "$cfg:$d/suspect.weights" --tests "$tests" \
        --json "$@" >"$out"
}
answers() { # folder name layer
    for who in victim suspect; do
        mkdir -p "$1/$who"
        predict "$d/$who.weights" "$1/$2.npz" "$1/$who/$2.npz" "$3" || return 1
    done
}

[ -x "$lineup" ] || skip_all "lineup is not built"
"$python" -c 'import numpy' 2>/dev/null || skip_all "no NumPy"

d="$tmp/numpy"
wants 0 "the checks are right on examples worked out by hand" numpy selftest
wants 0 "an example is made" numpy example "$d"

# --- predictions ---
for engine in fast darknet; do
    wants 0 "$engine: predicted" \
        predict "$d/victim.weights" "$d/images.npz" "$d/$engine.npz" 0,1,2,3,4,5,6,7 $engine
    wants 0 "$engine: every layer as NumPy" \
        numpy forward "$cfg" "$d/victim.weights" "$d/images.npz" "$d/$engine.npz"
done
wants 1 "another network's answers are told apart" \
    numpy forward "$cfg" "$d/suspect.weights" "$d/images.npz" "$d/fast.npz"

# --- scores ---
wants 0 "both kinds of tests: split" numpy split "$d/tests.npz" "$d/one"
wants 0 "black box: answers" answers "$d/one" black 2
wants 0 "white box: answers" answers "$d/one" white_2 2
wants 0 "scored" score "$d/tests.npz" "$d/one.json"
wants 0 "all metrics as NumPy" numpy metrics "$d/tests.npz" "$d/one/victim" "$d/one/suspect" "$d/one.json"
wants 1 "the suspect's scores are not the victim's" \
    numpy metrics "$d/tests.npz" "$d/one/victim" "$d/one/victim" "$d/one.json"
wants 0 "two layers: split" numpy split "$d/several.npz" "$d/two"
wants 0 "layer 0: answers" answers "$d/two" white_0 0
wants 0 "layer 5: answers" answers "$d/two" white_5 5
wants 0 "two layers: scored" score "$d/several.npz" "$d/two.json"
wants 0 "two layers: as NumPy" numpy metrics "$d/several.npz" "$d/two/victim" "$d/two/suspect" "$d/two.json"
wants 0 "one of two layers: scored" score "$d/several.npz" "$d/five.json" --layer 5
wants 0 "one of two layers: as NumPy" \
    numpy metrics "$d/several.npz" "$d/two/victim" "$d/two/suspect" "$d/five.json" 5
wants 6 "a layer the file does not hold is refused" score "$d/several.npz" "$d/none.json" --layer 2
wants 0 "and nothing is printed then" test ! -s "$d/none.json"
wants 0 "one and three engines print the same" sh -c "
    '$lineup' score --victim '$cfg:$d/victim.weights' --suspect '$cfg:$d/suspect.weights' \
        --tests '$d/tests.npz' --json --jobs 1 >'$d/j1' &&
    '$lineup' score --victim '$cfg:$d/victim.weights' --suspect '$cfg:$d/suspect.weights' \
        --tests '$d/tests.npz' --json --jobs 3 >'$d/j3' && cmp '$d/j1' '$d/j3'"

wants 0 "NNOD matrices written" score "$d/several.npz" "$d/nnod.json" --nnod "$d/nnod.npz"
wants 0 "NNOD matrices as NumPy" "$python" - "$d" <<'EOF'
import sys, numpy as np
d = sys.argv[1]
for layer in (0, 5):
    v, s = (np.load(f"{d}/two/{who}/white_{layer}.npz")[f"layer_{layer}"].astype(float) for who in ("victim", "suspect"))
    top_v, top_s = v.max(0), s.max(0)
    v, s = v / np.where(top_v > 0, top_v, np.nan), s / np.where(top_s > 0, top_s, np.nan)
    expected = np.abs(v[:, :, None] - s[:, None, :]).mean(0)
    got = np.load(f"{d}/nnod.npz")[f"nnod_{layer}"]
    assert got.shape == expected.shape and np.allclose(got, expected, rtol=0, atol=1e-6, equal_nan=True), layer
EOF

# --- a published network ---
real="${LINEUP_SHARED:-}/data/weights/mnist_lenet"
if [ -r "$real.weights" ]; then
    cfg="$real.cfg"
    wants 0 "a published LeNet: predicted" predict "$real.weights" "$d/colour.npz" "$d/real.npz" 0,2,5,10
    wants 0 "a published LeNet: as NumPy" numpy forward "$cfg" "$real.weights" "$d/colour.npz" "$d/real.npz"
else
    ok "a published LeNet # SKIP no shared data"
fi
echo "1..$n"
