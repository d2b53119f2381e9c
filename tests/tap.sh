# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the case tests: TAP output and what they share. Not a test itself.
n=0 bad=0
ok() { # status text: ok when status is 0
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        bad=$((bad + 1))
        echo "not ok $n - $2"
        [ -z "${out:-}" ] || printf '%s\n' "$out" | head -20 | sed 's/^/# /'
    fi
}
skip() { # text reason
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}
# Runs a command; $out gets what it prints on both, $status its end.
run() {
    out=$("$@" 2>&1) && status=0 || status=$?
}
# ends STATUS WORDS TEXT: did the last run end so, and say so?
ends() {
    if [ "$status" -eq "$1" ] && printf '%s' "$out" | grep -qF -- "$2"; then
        ok 0 "$3"
    else
        out="status $status: $out"
        ok 1 "$3"
    fi
}
finish() {
    echo "1..$n"
    [ "$bad" -eq 0 ]
    exit
}
