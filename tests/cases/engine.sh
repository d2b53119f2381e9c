#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lineup-engine as a program: what it says, what it links. Prints TAP; run from anywhere.
set -u
cd "$(dirname "$0")/../.." || exit 1
engine=build/release/lineup-engine
tmp=${LINEUP_TMP:-$(mktemp -d)}
n=0

ok() { # what
    n=$((n + 1))
    echo "ok $n - $1"
}
not_ok() { # what, file to show
    n=$((n + 1))
    echo "not ok $n - $1"
    sed 's/^/# /' "$2"
}
skip() { # what, why
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}
check() { # what, file to show, command...
    what=$1 file=$2
    shift 2
    if "$@"; then ok "$what"; else not_ok "$what" "$file"; fi
}

# Runs the engine, its standard input from a file that never ends well; status in $status.
run() {
    "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
    { echo "status $status"; cat "$tmp/out" "$tmp/err"; } >"$tmp/both"
}

one_line() { [ "$(wc -l <"$1")" -eq 1 ]; }
no_line() { [ ! -s "$1" ]; }
refused() { [ "$status" -eq 2 ] && no_line "$tmp/out" && one_line "$tmp/err"; }

if [ ! -x "$engine" ]; then
    skip "lineup-engine" "not built"
    echo "1..$n"
    exit 0
fi

# --- what it says ---
run "$engine" --version
version=$(sed -n 's/^VERSION := //p' Makefile)
check "--version ends with 0" "$tmp/both" [ "$status" -eq 0 ]
check "--version says name and version" "$tmp/both" [ "$(cat "$tmp/out")" = "lineup-engine $version" ]
check "--version says nothing else" "$tmp/both" no_line "$tmp/err"

run "$engine" 3>&-
check "by hand, without a socket: status 2 and a sentence" "$tmp/both" refused
check "the sentence says who starts it" "$tmp/both" grep -q 'started by lineup' "$tmp/err"
run "$engine" 3<Makefile
check "a file in the socket's place: status 2 and a sentence" "$tmp/both" refused
run "$engine" 3<>"$tmp/both"
check "a writable file in the socket's place: the same" "$tmp/both" refused
run "$engine" --nosuch 3>&-
check "an unknown option: status 2 and a sentence" "$tmp/both" refused

# --- what it links ---
if command -v ldd >/dev/null 2>&1; then
    ldd "$engine" >"$tmp/ldd" 2>&1
    check "every library is found" "$tmp/ldd" eval '! grep -q "not found" "$tmp/ldd"'
    check "libdarknet is Debian's" "$tmp/ldd" grep -q '=> /usr/lib/darknet/libdarknet.so' "$tmp/ldd"
    grep opencv "$tmp/ldd" | grep -v '=> .*/stubs/' >"$tmp/real"
    check "no real OpenCV is loaded" "$tmp/real" no_line "$tmp/real"
    check "fewer than 40 libraries" "$tmp/ldd" [ "$(wc -l <"$tmp/ldd")" -lt 40 ]
    run sh -c "cd / && '$PWD/$engine' --version"
    check "it runs from another folder" "$tmp/both" [ "$status" -eq 0 ]
    ln -sf "$PWD/$engine" "$tmp/link"
    run "$tmp/link" --version
    check "it runs through a link" "$tmp/both" [ "$status" -eq 0 ]
else
    skip "libraries" "no ldd"
fi
if command -v readelf >/dev/null 2>&1; then
    readelf -d "$engine" >"$tmp/elf"
    check "the stubs are looked for beside it" "$tmp/elf" grep -q 'RPATH.*\$ORIGIN/../stubs:' "$tmp/elf"
    check "no curses in it" "$tmp/elf" eval '! grep -q curses "$tmp/elf"'
    check "addresses are fixed before main" "$tmp/elf" grep -q 'BIND_NOW\|FLAGS_1.*NOW' "$tmp/elf"
else
    skip "the ELF header" "no readelf"
fi
echo "1..$n"
