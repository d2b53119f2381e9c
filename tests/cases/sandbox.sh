#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The engine's sandbox as users meet it: what a confined process is refused (the table), what a case
# records of it, --no-sandbox.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
lineup=${LINEUP:-$PWD/build/release/lineup}
tmp=${LINEUP_TMP:-$(mktemp -d)}
export LINEUP_TMP="$tmp"

run env CMOCKA_MESSAGE_OUTPUT=TAP "$(dirname "$lineup")/tests/test_sandbox"
printf '%s\n' "$out" | grep '^# '
ends 0 ", 0 not as they must" "every forbidden act is refused"

case=$tmp/case
run "$lineup" new "$case" --kind tuning
ends 0 "" "a case"
run "$lineup" data "$case" test synth:digits:50
ends 0 "" "samples come in"
run "$lineup" show "$case" journal
ends 0 '"sandbox":"rlimits, no_new_privs' "the journal says what confined the engine"
run "$lineup" show "$case" all
ends 0 'sandbox   rlimits, no_new_privs' "show says it"
run "$lineup" show "$case" --json
ends 0 '"sandbox"' "show --json says it"
run "$lineup" data "$case" test synth:digits:60 --no-sandbox
ends 0 "" "samples come in without a sandbox"
run "$lineup" show "$case" journal
ends 0 '"sandbox":"off (--no-sandbox)"' "the journal says that there was none"
run "$lineup" show "$case" all
ends 0 'sandbox   off (--no-sandbox)' "show says it"

# A decoding engine reads what it was handed, through links too, and nothing beside it.
mkdir -p "$tmp/set/a" "$tmp/set/b" && printf 'no picture' >"$tmp/set/a/0.png"
ln -s /etc/passwd "$tmp/set/b/1.png"
run "$lineup" data "$case" train "png:$tmp/set"
ends 3 "" "a link that leads out of the set is refused"
finish
