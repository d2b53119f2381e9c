#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong around lineup: every step that changes files killed, failed, cut short; every allocation failed;
# engines killed at each message; kill -9 at any moment; two instances; a full and a read-only disk. After each
# the case must be readable, the next command must work, and what was finished must still be there.
# LINEUP_LONG=1 takes every step and allocation instead of some.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
built=$(dirname "$lineup")/tests
faults=$built/faults.so relay=$built/test_fickle
tmp=${LINEUP_TMP:-$(mktemp -d)}
cd "$tmp" || exit 1
cfg=$OLDPWD/samples/cfg/lenet5.cfg
stride=5 samples=12
[ -z "${LINEUP_LONG:-}" ] || stride=1 samples=400
total=0 crashed=0 hung=0 lost=0

case_of() { rm -rf case && cp -a base case; }
mishap() { # text
    echo "# LOST: $1"
    lost=$((lost + 1))
}
# After a fault: readable, and what was in it is in it still (the victim, unless it was to go); then the next
# command works.
look_after() { # what
    timeout 60 "$lineup" show case --json >show 2>&1 || mishap "$1: $(head -1 show)"
    case $1 in *": remove "*) ;; *) grep -q '"victim"' show || mishap "$1: the victim is gone" ;; esac
    timeout 60 "$lineup" data case seeds synth:digits:30 --quiet >next 2>&1 || mishap "$1, then data: $(head -1 next)"
    timeout 60 "$lineup" show case --json >show 2>&1 || mishap "$1, then show: $(head -1 show)"
}
# sweep KIND MOST COMMAND...: with the fault at 1, 2, ... MOST
sweep() {
    kind=$1 most=$2
    shift 2
    at=1 ended=0
    while [ $at -le "$most" ]; do
        case_of
        LINEUP_FAULT="$kind $at" LD_PRELOAD=$faults timeout -k 5 100 "$lineup" "$@" --quiet >out 2>&1
        status=$?
        total=$((total + 1))
        case $status in
        0) ended=$((ended + 1)) ;;
        124) hung=$((hung + 1)) ;;
        137) [ "$kind" = kill ] || [ "$kind" = after ] || hung=$((hung + 1)) ;;
        1 | 2 | 3 | 4 | 5 | 6) ;;
        *)
            crashed=$((crashed + 1))
            echo "# CRASHED: $kind $at: $*: status $status: $(head -1 out)"
            ;;
        esac
        look_after "$kind $at: $*"
        at=$((at + ${STEP:-$stride}))
    done
    echo "# $kind, 1 to $most: $*: $ended went well all the same"
}
count() { # COMMAND...: $steps, $writes, $allocations of a run
    case_of
    LINEUP_FAULT_COUNT=$tmp/count LD_PRELOAD=$faults "$lineup" "$@" --quiet >/dev/null 2>&1
    read -r steps writes allocations <count
}

# --- a small case ---
"$lineup" lab train --cfg "$cfg" --data synth:digits:64 --out v.weights --epochs 1 --quiet
"$lineup" lab train --cfg "$cfg" --data synth:digits:64 --out n.weights --epochs 1 --seed 2 --quiet
"$lineup" new base --kind tuning --quiet && "$lineup" data base test synth:digits:60 --quiet &&
    "$lineup" add base victim v --cfg "$cfg" --weights v.weights --quiet
run "$lineup" show base
ends 0 victim "a small case"

# --- each command that changes a case, each step of it ---
for command in "remove case v" "data case test synth:digits:40" "add case negative n --cfg $cfg --weights n.weights"; do
    # shellcheck disable=SC2086
    count $command
    for kind in kill after enospc eio; do
        # shellcheck disable=SC2086
        sweep $kind "$steps" $command
    done
    for kind in eintr short; do
        # shellcheck disable=SC2086
        sweep $kind "$writes" $command
    done
done
out="see above"
ok $((crashed + hung + lost)) "$total faults at steps: none crashed lineup, hung it or lost anything"
io=$total total=0

# --- each allocation ---
count data case test synth:digits:40
STEP=$((allocations / samples + 1)) sweep alloc "$allocations" data case test synth:digits:40
count run case --until seeds
STEP=$((allocations / samples + 1)) sweep alloc "$allocations" run case --until seeds
ok $((crashed + hung + lost)) "$total failed allocations: the same"
memory=$total

# --- the engine is killed at its N-th message ---
case_of
"$lineup" add case negative n --cfg "$cfg" --weights n.weights --quiet
"$lineup" run case --set seeds.count=20 --quiet --json >whole.json 2>err || cat err
rm -rf base && cp -a case base && rm -f base/stages/* 
messages=0
if [ -x "$relay" ]; then
    for at in 1 2 3 4 5 6 7 8 9 10 11 12; do
        case_of
        LINEUP_ENGINE=$relay LINEUP_TEST_FAKE="die $at" timeout 100 "$lineup" run case --until seeds --quiet >out 2>&1
        status=$?
        messages=$((messages + 1))
        case $status in 0 | 5) ;; *) crashed=$((crashed + 1)) && echo "# engine dies at $at: status $status $(head -1 out)" ;; esac
        look_after "the engine dies at message $at"
    done
fi
ok $((crashed + hung + lost)) "engines killed at $messages messages: the same"

# --- kill -9 of lineup at any moment; the engines go with it ---
case_of
kills=0
for tenths in 1 2 3 5 7 9 12; do
    "$lineup" run case --quiet >/dev/null 2>&1 &
    pid=$!
    sleep "$((tenths / 10)).$((tenths % 10))"
    kill -9 $pid 2>/dev/null && kills=$((kills + 1))
    wait $pid 2>/dev/null
    timeout 60 "$lineup" show case --json >show 2>&1 || mishap "killed after $tenths tenths: $(head -1 show)"
done
timeout 300 "$lineup" run case --quiet --json >again.json 2>err || mishap "run after the kills: $(head -1 err)"
grep -o '"models".*' whole.json >a && grep -o '"models".*' again.json >b
cmp -s a b || mishap "the verdicts differ after the kills"
ok $((crashed + hung + lost)) "killed $kills times while running: the case is whole, the verdicts are the same"

# --- two at once ---
case_of
"$lineup" run case --quiet >/dev/null 2>&1 &
pid=$!
until grep -q "$pid" case/.lock 2>/dev/null || ! kill -0 $pid 2>/dev/null; do sleep 0.01; done
kill -STOP $pid
run "$lineup" data case seeds synth:digits:30
ends 6 "process $pid" "a second writer is told who is at it"
run "$lineup" show case
ends 0 victim "a reader may look all the while"
kill -CONT $pid
wait $pid
run "$lineup" show case
ends 0 victim "the case is whole after"

# --- a clock that steps back: the order of the acts is that of the lines, and it is said ---
"$lineup" new late --kind tuning --quiet
LINEUP_FAULT="clock 7200" LD_PRELOAD=$faults "$lineup" data late seeds synth:digits:30 --quiet
run "$lineup" show late all
ends 0 "clock     went back before 1 of" "a clock that went back is said"
run "$lineup" verify late
ends 0 "" "and is no damage"
run "$lineup" data late seeds synth:digits:40
ends 0 "" "the next act goes on"

# --- disks ---
mkdir -p disk
if mount -t tmpfs -o size=1500k tmpfs disk 2>/dev/null; then
    full=0
    cp -a base disk/case
    for i in 1 2 3 4 5 6; do
        "$lineup" add disk/case negative "f$i" --cfg "$cfg" --weights n.weights --quiet >out 2>&1 || full=$((full + 1))
        timeout 60 "$lineup" show disk/case --json >show 2>&1 || mishap "full disk: $(head -1 show)"
    done
    [ $full -gt 0 ]
    ok $? "a full disk: said $full times"
    ok $lost "and the case is readable"
    mount -o remount,ro disk
    run "$lineup" show disk/case
    ends 0 victim "a read-only disk: the case can be looked at"
    run "$lineup" data disk/case test synth:digits:10
    ends 1 "Read-only" "a read-only disk: said"
    umount disk
else
    skip "a full and a read-only disk" "no mounts here"
fi
echo "# $io faults at steps, $memory at allocations, $messages at messages, $kills kills: $crashed crashed, $hung hung, $lost lost"
finish
