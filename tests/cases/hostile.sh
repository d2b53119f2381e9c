#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files made to do harm: each attack must be refused or end harmlessly; none may crash lineup, hang it, put control
# characters on the terminal, or touch the case or the victim. Prints a table, then TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
tmp=${LINEUP_TMP:-$(mktemp -d)}
bad_files=$tmp/bad case=$tmp/case
LIMIT=100 # seconds; more is a hang
tried=0 refused=0 harmless=0 contained=0 crashed=0 hung=0 dirty=0 lost=0

if ! command -v python3 >/dev/null 2>&1; then
    skip "hostile files" "no python3"
    finish
fi
python3 tests/cases/hostile_files.py "$bad_files" || exit 1

digest() { (cd "$case" && find . -type f ! -name .lock -exec sha256sum {} + | sort) | sha256sum; }

"$lineup" new "$case" --kind tuning --quiet
"$lineup" add "$case" victim v --cfg "$bad_files/small.cfg" --weights "$bad_files/good.weights" --quiet
"$lineup" show "$case" --json >/dev/null || exit 1
before=$(digest)

# May a file hold this byte sequence on a terminal? Escapes, C1 controls, bidi overrides may not.
unclean() { LC_ALL=C grep -qP '\x1b|\x07|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$1"; }

# attack WANT NAME COMMAND...: WANT is refuse or accept
attack() {
    want=$1 name=$2
    shift 2
    tried=$((tried + 1))
    timeout -k 5 "$LIMIT" "$@" >"$tmp/out" 2>&1
    status=$?
    case $status in
    0) how=harmless harmless=$((harmless + 1)) ;;
    2 | 3 | 4 | 6) how=refused refused=$((refused + 1)) ;;
    1) how=refused refused=$((refused + 1)) ;; # out of memory, said
    5) how=contained contained=$((contained + 1)) ;;
    124 | 137) how=HUNG hung=$((hung + 1)) ;;
    *) how=CRASHED crashed=$((crashed + 1)) ;;
    esac
    if [ "$want" = refuse ] && [ "$status" -eq 0 ]; then how=ACCEPTED crashed=$((crashed + 1)); fi
    if unclean "$tmp/out"; then how="$how, DIRTY" dirty=$((dirty + 1)); fi
    printf '# %-46s %-10s %s\n' "$name" "$how" "$(head -1 "$tmp/out" | LC_ALL=C tr -cd ' -~' | cut -c1-100)"
    timeout 60 "$lineup" show "$case" --json >"$tmp/show" 2>&1 || { lost=$((lost + 1)); echo "# LOST: $(cat "$tmp/show")"; }
}
# The case must also be byte for byte what it was.
unchanged() {
    if [ "$(digest)" != "$before" ]; then
        lost=$((lost + 1))
        echo "# LOST: the case's bytes changed"
        before=$(digest)
    fi
}
pair() { # WANT NAME CFG WEIGHTS
    attack "$1" "$2" "$lineup" add "$case" suspect s --cfg "$bad_files/$3" --weights "$bad_files/$4"
    [ "$1" = accept ] || unchanged
}
set_of() { # NAME SPEC
    attack refuse "$1" "$lineup" data "$case" train "$2"
    unchanged
}

# --- networks ---
for f in nan inf huge short long empty text version; do pair refuse "weights: $f" small.cfg $f.weights; done
for f in gigabytes wide wrap year pool layers sections line large zero negative route self unknown escape bidi format; do
    pair refuse "cfg: $f" $f.cfg good.weights
done
pair refuse "cfg: a name with escapes" "$(printf '\033[2J\342\200\256gpj.cfg')" good.weights

# --- what is no file ---
mkfifo "$tmp/fifo"
attack refuse "a fifo for a cfg" "$lineup" add "$case" suspect s --cfg "$tmp/fifo" --weights "$bad_files/good.weights"
attack refuse "a fifo for weights" "$lineup" add "$case" suspect s --cfg "$bad_files/small.cfg" --weights "$tmp/fifo"
attack refuse "/dev/zero for weights" "$lineup" add "$case" suspect s --cfg "$bad_files/small.cfg" --weights /dev/zero
attack refuse "a folder for a cfg" "$lineup" add "$case" suspect s --cfg "$tmp" --weights "$bad_files/good.weights"
attack refuse "a fifo for a set" "$lineup" data "$case" train "npz:$tmp/fifo"
attack refuse "/dev/zero for a set" "$lineup" data "$case" train "cifar10:/dev/zero"
attack refuse "a name that leaves the case" "$lineup" add "$case" suspect ../../x --cfg "$bad_files/small.cfg" \
    --weights "$bad_files/good.weights"
"$lineup" new "$tmp/titled" --kind tuning --quiet --title "$(printf 'a\033[2Jb')" --examiner "$(printf 'a\342\200\256b')"
attack accept "a title with escapes, shown" "$lineup" show "$tmp/titled" all
attack accept "a title with escapes, as JSON" "$lineup" show "$tmp/titled" --json
latin=$(printf 'caf\351 \355\240\200')
"$lineup" new "$tmp/$latin" --kind tuning --quiet --title "$latin" --examiner "$latin" --reason "$latin"
"$lineup" data "$tmp/$latin" test synth:digits:70 --quiet --origin "$latin"
"$lineup" add "$tmp/$latin" victim v --cfg "$bad_files/small.cfg" --weights "$bad_files/$latin.weights" --quiet
attack accept "texts that are not UTF-8, as JSON" "$lineup" show "$tmp/$latin" --json
cat "$tmp/out" "$tmp/$latin/case.json" "$tmp/$latin/journal.jsonl" | python3 -c 'import sys; sys.stdin.buffer.read().decode()'
utf8=$?
for odd in "$tmp/fifo" /dev/zero /dev/full "$tmp" "$tmp/nowhere"; do
    as=$(basename "$odd")
    attack refuse "$as for a Keras model" "$lineup" lab import "$odd" --out "$tmp/x"
    attack refuse "$as for a record" "$lineup" lab again "$odd"
    attack refuse "$as for a plan" "$lineup" lab zoo "$odd" --to "$tmp/x"
    attack refuse "$as for a bundle" "$lineup" watermark verify "$odd" \
        --suspect "$bad_files/small.cfg:$bad_files/good.weights"
    attack refuse "$as for a bundle, its sheet" "$lineup" watermark sheet "$odd" --out "$tmp/x"
    attack refuse "$as for test cases" "$lineup" score --victim "$bad_files/small.cfg:$bad_files/good.weights" \
        --suspect "$bad_files/small.cfg:$bad_files/good.weights" --tests "$odd"
    attack refuse "$as for keys" "$lineup" watermark keys "$odd" --suspect "$bad_files/small.cfg:$bad_files/good.weights"
    attack refuse "$as for a case" "$lineup" membership "$odd"
    attack refuse "$as for an export" "$lineup" verify "$odd"
    for kind in wav mnist cifar10 png; do
        attack refuse "$as for samples ($kind)" "$lineup" data "$case" train "$kind:$odd"
    done
done
unchanged
mkdir -p "$tmp/loop/a" && ln -s .. "$tmp/loop/a/up" && ln -s /etc/passwd "$tmp/loop/a/0.png"
set_of "a set of links" "png:$tmp/loop"
unchanged

# --- plans ---
for f in leaves absolute dots newline nul label title times negative seed epochs infinite samples slice fifo device none many \
    deep twice; do
    attack refuse "plan: $f" "$lineup" lab zoo "$bad_files/plan-$f.json" --to "$tmp/zoo-$f"
done

# --- pictures, archives, packed sets ---
for f in large side text profile chunks rest cut none; do
    case $f in text | profile | chunks | rest) want=accept ;; *) want=refuse ;; esac
    attack $want "png: $f" "$lineup" data "$tmp/case" train "png:$bad_files/png-$f"
done
before=$(digest)
set_of "png: names with escapes" "png:$bad_files/names"
set_of "png: names that are not UTF-8" "png:$bad_files/latin"
for f in bomb zeros shape many name object overlap; do set_of "npz: $f" "npz:$bad_files/$f.npz"; done
for f in gz xz dictionary; do
    attack refuse "packed: $f" "$lineup" data "$case" test "mnist:$bad_files/$f"
    unchanged
done
set_of "idx: more claimed than there is" "idx:$bad_files/images,$bad_files/labels"

# --- weights that only cost time ---
pair accept "weights: denormal" small.cfg denormal.weights
"$lineup" remove "$case" s --quiet >/dev/null 2>&1
pair accept "weights: one huge among small ones" one.cfg one.weights
grep -q '"direct"' "$case/case.json" && grep -q 'computed directly' "$case/journal.jsonl"
direct=$?
"$lineup" remove "$case" s --quiet >/dev/null 2>&1
before=$(digest)
python3 tests/cases/hostile_files.py --image 128 "$tmp/image.npz"
for engine in fast darknet; do # too large to be compared when loaded; Darknet sums a plane in floats
    attack accept "weights: one huge, a large network, $engine" "$lineup" predict --cfg "$bad_files/one-large.cfg" \
        --weights "$bad_files/one-large.weights" --engine $engine --in "$tmp/image.npz" --out "$tmp/$engine.npz"
done
apart=$(python3 tests/cases/hostile_files.py --apart "$tmp/fast.npz" "$tmp/darknet.npz")

# --- files that change while they are read ---
cp "$bad_files/good.weights" "$tmp/moving.weights"
python3 tests/cases/hostile_files.py --flicker "$bad_files/good.weights" "$bad_files/denormal.weights" "$tmp/moving.weights" &
mover=$!
moved=0
for i in 1 2 3 4 5 6 7 8; do
    attack accept "weights that change while they are read $i" "$lineup" add "$case" suspect "m$i" --cfg "$bad_files/small.cfg" \
        --weights "$tmp/moving.weights"
    [ "$status" -ne 0 ] || moved=$((moved + 1))
done
kill $mover
wait $mover 2>/dev/null
recorded=$("$lineup" show "$case" --json --quiet | grep -o '[0-9a-f]\{64\}')
for f in "$case"/items/m*.weights; do
    [ -e "$f" ] || continue
    case $recorded in *"$(sha256sum "$f" | cut -d' ' -f1)"*) ;; *)
        lost=$((lost + 1))
        echo "# LOST: $f is not what the case says"
        ;;
    esac
done
echo "# $moved of 8 taken in while they changed; each is what the case says"

# --- a case that was tampered with: none of it is followed ---
tamper() { # NAME COMMAND: on a copy of the case
    rm -rf "$tmp/copy" && cp -a "$case" "$tmp/copy"
    (cd "$tmp/copy" && eval "$2")
    attack refuse "$1" "$lineup" data "$tmp/copy" test synth:digits:70
}
tamper "case: case.json is a fifo" 'rm case.json; mkfifo case.json'
tamper "case: case.json is a link" 'mv case.json ../elsewhere.json; ln -s ../elsewhere.json case.json'
tamper "case: the journal is a fifo" 'rm journal.jsonl; mkfifo journal.jsonl'
tamper "case: the journal is a link" 'mv journal.jsonl ../elsewhere.jsonl; ln -s ../elsewhere.jsonl journal.jsonl'
tamper "case: the lock is a fifo" 'rm -f .lock; mkfifo .lock'
tamper "case: case.json is deep" 'python3 -c "print(\"[\"*5000000)" >case.json'
tamper "case: a journal line is changed" 'sed -i "1s/tuning/evidence/" journal.jsonl'

echo "# $tried attacks: $refused refused, $harmless harmless, $contained contained, $crashed crashed, $hung hung, $dirty dirty, $lost lost"
out="see the table"
ok $crashed "no attack crashed lineup, none was accepted that must not be"
ok $hung "none hung it"
ok $dirty "none put control characters on the terminal"
ok $lost "none lost the case or changed its bytes"
out="case.json, the journal: $direct"
ok "$direct" "a huge weight among small ones: convolved directly, and the case says so"
out="apart $apart"
ok "$(awk -v d="${apart:-1}" 'BEGIN { print !(d <= 1e-3) }')" "in a network that was not compared with Darknet too"
out="see Python's words above"
ok "$utf8" "case.json, the journal and --json are UTF-8 whatever a text holds"
run "$lineup" show "$case" all
ends 0 "victim" "the case is whole after all of them"
finish
