#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The workbench without a screen: lines from standard input, scripts that stop at the first failure, reading only.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
root=$PWD
lineup=${LINEUP:-$root/build/asan/lineup}
work=${LINEUP_TMP:-$(mktemp -d)}
LINEUP=$lineup
HOME=$work/home
export LINEUP HOME LINEUP_ISA=generic
mkdir -p "$HOME"
# fontconfig keeps a few patterns for the whole run; they do not grow with what is drawn
echo "leak:libfontconfig" >"$work/lsan.txt"
LSAN_OPTIONS="suppressions=$work/lsan.txt:print_suppressions=0"
export LSAN_OPTIONS
sh tests/screens/small-case.sh networks "$work" && sh tests/screens/small-case.sh case "$work"
ok $? "a small case is made"
cd "$work" || exit 1
cp -a small.case reading.case

# --- plain ---
plain() { # case, then options; the lines come on standard input
    run "$lineup" "$@" --plain
}
plain small.case <<'END'
goto scores
next
compare neg1

# a remark
nonsense
model suspect-b
set nonsense=1
add negative more tiny.cfg none.weights
set judge.alpha_black=0.8
undo
END
ends 0 "undo: set judge.alpha_black=" "plain: the last line is answered, mistakes do not end it"
for words in "suspect-a" "not-copy" "error: there is no command 'nonsense'" "error: there is no parameter 'nonsense'" "(none.weights)" \
    "ANN: set judge.alpha_black=0.8: done"; do
    case "$out" in *"$words"*) true ;; *) false ;; esac
    ok $? "plain says: $words"
done
cp -a small.case back.case
plain back.case <<'END'
case
data seeds synth:digits:40
undo
redo
remove neg1
undo
redo
add negative more tiny.cfg neg1.weights
undo
redo
END
ends 0 "ANN: undo: sample set seeds taken out" "plain: samples are taken back in words"
for words in "ANN: redo: data seeds synth:digits:40" "ANN: undo: model neg1 put back" "ANN: redo: remove neg1" "ANN: undo: remove more" \
    "ANN: redo: model more put back"; do
    case "$out" in *"$words"*) true ;; *) false ;; esac
    ok $? "plain says: $words"
done
printf '%s' "$out" | LC_ALL=C grep -q "[^ -~]"
[ $? -eq 1 ]
ok $? "plain is ASCII alone, without colours"
plain small.case </dev/null
[ "$status" -eq 0 ] && [ -z "$out" ]
ok $? "plain: nothing said, nothing done"
plain none.case </dev/null
ends 3 "none.case" "plain: a case that is not there"

# --- scripts ---
cat >good.txt <<'END'
# every screen once, one saved
size 100x30
goto seeds
goto generate
goto scores
goto samples
wait
goto judgement
try judge.alpha_black=0.7
reset
key 4 b b Down
screen shot.txt
screen shot.svg
screen shot.png
END
run "$lineup" small.case --script good.txt
[ "$status" -eq 0 ] && [ -z "$out" ]
ok $? "a script runs to its end"
[ -s shot.txt ] && [ -s shot.svg ] && [ -s shot.png ] && [ "$(wc -l <shot.txt)" -eq 30 ]
ok $? "it saved its screens, of the size it asked for"
lines=$(wc -l <small.case/journal.jsonl)
fails() { # status words text; the script is on standard input
    cat >bad.txt
    run "$lineup" small.case --script bad.txt
    ends "$1" "$2" "$3"
}
fails 2 "bad.txt line 2" "a command that is not there: status 2, file and line" <<'END'
goto scores
nonsense
set judge.alpha_black=0.6
END
fails 2 "bad.txt line 1" "a parameter that is not there: status 2" <<'END'
set nonsense=1
wait
set judge.alpha_black=0.6
END
fails 3 "bad.txt line 1" "a file that is not there: status 3" <<'END'
add negative more tiny.cfg none.weights
wait
set judge.alpha_black=0.6
END
fails 2 "bad.txt line 1" "a key that is not there: status 2" <<'END'
key Hyper-X
END
mkdir -p damaged.bundle
fails 3 "bad.txt line 2" "a bundle that cannot be opened: status 3" <<'END'
wait
keys nosuch.bundle
set judge.alpha_black=0.6
END
fails 3 "damaged.bundle" "so by the last line, and after a wait" <<'END'
keys damaged.bundle
wait
END
fails 2 "bad.txt line 1" "a size that is none: status 2" <<'END'
size 80
END
[ "$(wc -l <small.case/journal.jsonl)" -eq "$lines" ]
ok $? "nothing behind a failure was run"
run "$lineup" small.case --script none.txt
ends 3 "none.txt" "a script that is not there"
printf 'goto scores\nnonsense\n' >in.txt
run sh -c '"$1" small.case --script - <in.txt' sh "$lineup"
ends 2 "line 2" "a script may be standard input"

# --- reading only ---
sums() {
    (cd reading.case && find . -type f ! -name .lock -exec sha256sum {} + | sort)
}
sums >before
for c in $(sed -n 's/^LU_DO([A-Z_]*, "\([^"]*\)", "[^"]*", .*, true, .*/\1/p' "$root/tui/commands.def"); do
    echo "$c judge.alpha_black=0.6" >one.txt
    run "$lineup" reading.case --readonly --script one.txt
    [ "$status" -ne 0 ]
    ok $? "--readonly refuses $c"
done
sums | cmp -s - before
ok $? "and the case is as it was"
run "$lineup" reading.case --readonly --script good.txt
[ "$status" -eq 0 ]
ok $? "--readonly shows every screen"

# --- what another engine computed ---
run "$lineup" reading.case --engine darknet --plain <<'END'
scores
END
case "$out" in *"suspect-a"*"6/6"*) true ;; *) false ;; esac
ok $? "results of another engine are shown"
run "$lineup" reading.case --engine darknet --plain <<'END'
case
show
END
case "$out" in *"Another machine or engine computed"*) true ;; *) false ;; esac
ok $? "and said to be that"
finish
