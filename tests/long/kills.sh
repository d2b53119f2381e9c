#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lineup killed 200 times at random moments of runs, changes, exports and anchors: no case may be lost or unreadable, and
# nothing that was finished may be gone. Then the journal is cut at every line: each cut has to be found by the anchor.
#   tests/long/kills.sh [KILLS] [SEED]
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$(pwd)
lineup=$root/build/release/lineup
kills=${1:-200} seed=${2:-1}
work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export XDG_DATA_HOME="$work/home" LC_ALL=C.UTF-8
sh tests/screens/small-case.sh networks "$work" && sh tests/screens/small-case.sh case "$work" || exit 1
cd "$work" || exit 1
"$lineup" key new --quiet || exit 1

# A number below $1, by a generator that is the same everywhere.
random() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    echo $((seed / 65536 % $1))
}

act() { # the number of what to do
    case $1 in
    0) exec "$lineup" run small.case --quiet --set "seed=$(random 1000)" ;;
    1) exec "$lineup" run small.case --quiet --set "judge.alpha_black=0.$((1 + $(random 9)))" ;;
    2) exec "$lineup" add small.case suspect "s$(random 100000)" --cfg tiny.cfg --weights other.weights --quiet ;;
    3) exec "$lineup" data small.case seeds "synth:digits:$((50 + $(random 50)))" --quiet ;;
    4) exec "$lineup" export small.case --to "bag$(random 100000)" --quiet ;;
    *) exec "$lineup" run small.case --quiet --set "whitebox.seeds=$((2 + $(random 4)))" ;;
    esac
}

hit=0 lost=0 unreadable=0
for i in $(seq "$kills"); do
    before=$(wc -l <small.case/journal.jsonl)
    what=$(random 6) wait=$(random 400)
    random 2 >/dev/null
    (act "$what") >/dev/null 2>&1 &
    pid=$!
    sleep "$(printf '0.%03d' "$wait")"
    if kill -KILL $pid 2>/dev/null; then hit=$((hit + 1)); fi
    wait $pid 2>/dev/null
    seed=$((seed + i))
    if ! "$lineup" show small.case --json >now.json 2>why; then
        unreadable=$((unreadable + 1))
        cat why
    fi
    # Opening it to write mends what was torn; then everything has to be as recorded.
    "$lineup" run small.case --until seeds --quiet >/dev/null 2>why || cat why
    if ! "$lineup" verify small.case >/dev/null 2>why || [ "$(wc -l <small.case/journal.jsonl)" -lt "$before" ]; then
        lost=$((lost + 1))
        cat why
    fi
    rm -rf bag*
done
echo "$kills kills, $hit of a running program: $unreadable unreadable, $lost lost"

sh "$root/tests/screens/small-case.sh" networks . && rm -rf small.case e.case
sed 's/--kind demo/--kind evidence/; s/add suspect.*/:/' "$root/tests/screens/small-case.sh" >evidence-case.sh
sed -i "s|^root=.*|root=$root|" evidence-case.sh
sh evidence-case.sh case . && "$lineup" anchor small.case --quiet || exit 1
lines=$(wc -l <small.case/journal.jsonl) found=0 tried=0
for k in $(seq $((lines - 1))); do
    rm -rf cut && cp -r small.case cut && chmod -R u+w cut
    head -n "$k" small.case/journal.jsonl >cut/journal.jsonl
    tried=$((tried + 1))
    "$lineup" verify cut >/dev/null 2>&1
    if [ $? -eq 4 ]; then found=$((found + 1)); else echo "cut after line $k of $lines is not found"; fi
done
echo "journal cut after each of $tried lines: $found found"
[ "$unreadable" -eq 0 ] && [ "$lost" -eq 0 ] && [ "$found" -eq "$tried" ]
