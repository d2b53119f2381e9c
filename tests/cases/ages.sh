#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Cases that another version wrote, which knew fewer parameters or more: the older open, sealed or not, and say which
# parameters are newer than they; the newer are refused in words.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/asan/lineup}
turn=$PWD/tests/cases/ages.py
cfg=$PWD/samples/cfg/lenet5.cfg
work=${LINEUP_TMP:-$(mktemp -d)}
cd "$work" || exit 1
if ! command -v python3 >/dev/null 2>&1; then
    skip "cases of other versions" "no python3"
    finish
fi

for i in 1 2 3; do
    "$lineup" lab train --quiet --cfg "$cfg" --data synth:digits:64 --epochs 1 --seed $i --out n$i.weights >/dev/null
done
"$lineup" new c --kind evidence --quiet && "$lineup" data c test synth:digits:60 --quiet &&
    "$lineup" add c victim v --cfg "$cfg" --weights n1.weights --quiet &&
    "$lineup" add c negative a --cfg "$cfg" --weights n2.weights --quiet &&
    "$lineup" add c negative b --cfg "$cfg" --weights n3.weights --quiet
ok $? "a case"
cp -r c sealed && "$lineup" seal sealed --quiet
ok $? "the same, sealed"
turned() { # FROM TO AGE KEY
    rm -rf "$2" && cp -r "$1" "$2" && chmod -R u+w "$2" && python3 "$turn" "$2" "$3" "$4"
}

# --- older ---
turned c old older judge.bound
run "$lineup" show old parameters
ends 0 "judge.bound             mean         (newer than the case) " "an older case opens, the new parameter at its default"
[ "$(printf '%s\n' "$out" | grep -c 'newer than the case')" -eq 1 ]
ok $? "and only that one is newer"
run "$lineup" verify old
ends 0 "" "it verifies"
before=$(sha256sum <old/case.json)
"$lineup" show old --json | grep -q '"newer_parameters":.*\["judge.bound"\]'
ok $? "show --json says it too"
[ "$before" = "$(sha256sum <old/case.json)" ]
ok $? "and looking changes nothing"
run "$lineup" data old train synth:digits:50
[ "$status" -eq 0 ] && grep -q '"judge.bound":.*"mean"' old/case.json
ok $? "the next act writes it down"
run "$lineup" show old parameters
! printf '%s' "$out" | grep -q newer
ok $? "and it is newer no more"
run "$lineup" seal old
ends 0 "" "it is sealed"
run "$lineup" show old
ends 0 "sealed" "and opens"

turned sealed old older judge.bound
run "$lineup" show old parameters
ends 0 "(newer than the case) " "a sealed older case opens"
run "$lineup" add old suspect s --cfg "$cfg" --weights n2.weights
ends 0 "suspect s" "and takes a suspect"
! grep -q judge.bound old/case.json && ! grep -q judge.bound old/protocol.json
ok $? "what was sealed stays as it was"
run "$lineup" show old parameters
ends 0 "(newer than the case) " "and it opens again"
run "$lineup" run old --set judge.bound=prediction
ends 6 "is sealed" "the new parameter is as fixed as the others"
sed -i '/"judge.confidence"/d' old/case.json
run "$lineup" show old
ends 4 "the protocol is not the one that was sealed" "a parameter that somebody takes out of a sealed case"

# --- newer ---
turned c new newer judge.novel
run "$lineup" show new
ends 4 "the parameter 'judge.novel' is not known to lineup" "a newer case is refused in words"
turned c new newer "$(printf 'judge.\\\\u001b[2J')"
run "$lineup" show new
ends 4 "is not known to lineup" "whatever the parameter is called"
! printf '%s' "$out" | grep -q "$(printf '\033')"
ok $? "no escape reaches the terminal"
finish
