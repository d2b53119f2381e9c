#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Does the manual say what the program does, and does every source keep to the few rules a tool can check?
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-build/release/lineup}

for page in man/*.[157]; do
    out=$(mandoc -Tlint -Wwarning "$page" 2>&1)
    ok $? "$page is a clean manual page"
done
if command -v groff >/dev/null; then
    for page in man/*.[157]; do # a table may be wider than 80 columns
        out=$(groff -mandoc -Tutf8 -ww "$page" 2>&1 >/dev/null | grep -v "can't break line")
        [ -z "$out" ]
        ok $? "groff has nothing to say against $page"
    done
    for page in man/lineup.1 man/lineup-lab.1; do
        out=$(groff -mandoc -Tascii $page 2>/dev/null | col -b | sed -n '/^SEE ALSO/,$p' | tr -s ' \n' ' ')
        case "$out" in *"Copy, Right? A Testing Framework"*"Privacy, 2022."*) true ;; *) false ;; esac
        ok $? "groff shows SEE ALSO of $page to its end"
    done
    out=$(groff -mandoc -Tascii man/lineup-watermark.1 | col -b | sed -n '/^WHAT TO/,$p' | tr -s ' \t\n' ' ')
    case "$out" in *"unmarked twin (luck) 6 (1 to 13) 51 (42 to 80) clean"*"How to Prove Your Model"*) true ;; *) false ;; esac
    ok $? "groff keeps the cells of a table apart, and shows the watermark's paper"
else
    skip "groff shows man/lineup.1" "there is no groff"
fi
out=$(tests/commands-table | diff - man/lineup-workbench.7 | grep '^<')
[ -z "$out" ]
ok $? "man/lineup-workbench.7 lists the commands of tui/commands.def (tests/commands-table --write)"
text=$(mandoc -Tascii man/lineup.1 | col -b)
says() { # word: is it in the manual?
    printf '%s' "$text" | grep -qF -- "$1" || missing="$missing $1"
}
missing=""
for c in $("$lineup" --help | sed -n 's/^  \([a-z][a-z]*\).*/\1/p' | sort -u); do says "$c"; done
out=$missing
[ -z "$missing" ]
ok $? "every command of --help is in the manual"
missing=""
for c in open new data add remove seal run show anchor export verify methods 'key new' 'key show' score predict demo \
    bench; do
    # shellcheck disable=SC2086
    for o in $("$lineup" $c --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p'); do says "$o"; done
done
out=$missing
[ -z "$missing" ]
ok $? "every option is in the manual"
text=$(mandoc -Tascii man/lineup-watermark.1 | col -b)
missing=""
for c in embed commit verify sheet evaluate keys boundary; do
    for o in $("$lineup" watermark $c --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p'); do says "$o"; done
done
out=$missing
[ -z "$missing" ]
ok $? "every option of lineup watermark is in its manual"
out=$("$lineup" watermark verify --help)
printf '%s' "$out" | grep -q 'carry the mark?$'
ok $? "help that asks ends with its question mark"
text=$(mandoc -Tascii man/lineup-membership.1 | col -b)
missing=""
for o in $("$lineup" membership --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p'); do says "$o"; done
for k in $("$lineup" run --help | sed -n 's/^  *\(membership\.[a-z_]*\) .*/\1/p'); do says "$k"; done
out=$missing
[ -z "$missing" ]
ok $? "every option and parameter of lineup membership is in its manual"
text=$(mandoc -Tascii man/lineup.1 | col -b)
missing=""
for k in $("$lineup" run --help | sed -n 's/^  *\([a-z]*\.[a-z_]*\) .*/\1/p'); do says "$k"; done
out=$missing
[ -z "$missing" ]
ok $? "every parameter is in the manual"
text=$(mandoc -Tascii man/lineup-lab.1 | col -b)
missing=""
for c in $("$lineup" lab --help | sed -n 's/^  lab \([a-z]*\) .*/\1/p'); do
    says "$c"
    for o in $("$lineup" lab "$c" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p'); do
        case $o in --json | --quiet | --no-color | --ascii | --help) ;; *) says "$o" ;; esac
    done
done
for k in $("$lineup" lab train --help | sed -n '/^keys of/,$s/^  \([a-z_]*\).*/\1/p'); do says "$k"; done
out=$missing
[ -z "$missing" ]
ok $? "every command, option and key of the lab is in its manual"

sources=$(find core samples nets sessions tui viz tests .ci -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -path .ci/run \
    -o -path .ci/deps -o -path tests/run -o -path tests/layers 2>/dev/null)
# shellcheck disable=SC2086
out=$(grep -L 'SPDX-License-Identifier: GPL-3.0-or-later' $sources Makefile)
[ -z "$out" ]
ok $? "every source names its licence"
# shellcheck disable=SC2086
out=$(awk 'length($0) > 100 && !/[^ -~]/ && FILENAME ~ /\.[ch]$/ {print FILENAME ": " FNR}' $sources)
[ -z "$out" ]
ok $? "no line of C is wider than 100 columns"
finish
