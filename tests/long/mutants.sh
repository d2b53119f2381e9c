#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Damaged networks through real engines, fast and Darknet's, as suspects of a case.
#   tests/long/mutants.sh [PAIRS] [SEED]
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export LC_ALL=C.UTF-8
python3 tests/long/mutants.py "$PWD/build/release/lineup" "$work" "${1:-2000}" "${2:-1}"
