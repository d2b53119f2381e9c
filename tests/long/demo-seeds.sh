#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo case from ten other seeds, reported as they come out: verdicts, accuracy of the victim, tests, the nearest
# independent model. `make check-long` runs it; about 1 minute a seed on 2 cores. Fails only when a run fails.
#   tests/long/demo-seeds.sh [WORKDIR]
set -eu
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"
n=0
for seed in 2 3 4 5 6 7 8 9 10 11; do
    n=$((n + 1))
    build/lineup demo "$work/seed$seed.case" --seed "$seed" --json --quiet >"$work/seed$seed.json"
    python3 - "$work/seed$seed.json" "$seed" "$n" <<'EOF'
import json, sys
r = json.load(open(sys.argv[1]))
def right(role, want):
    group = [m for m in r["models"] if m["role"] == role]
    return "%d/%d" % (sum(m["verdict"] == want for m in group), len(group))
suspects = {m["name"]: "%s %d/%d" % (m["verdict"], m["votes"], m["of"])
            for m in r["models"] if m["role"] == "suspect"}
print("ok %s - seed %s: victim %.2f %%, black box %d, white box %d; suspect-a %s, suspect-b %s; positives %s copy, "
      "negatives %s not-copy, most votes on a negative %d" % (
          sys.argv[3], sys.argv[2], 100 * r["victim"]["accuracy"], r["tests"]["blackbox"]["n"],
          r["tests"]["whitebox"]["n"], suspects["suspect-a"], suspects["suspect-b"],
          right("positive", "copy"), right("negative", "not-copy"),
          max(m["votes"] for m in r["models"] if m["role"] == "negative")))
EOF
done
echo "1..$n"
