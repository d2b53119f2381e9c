# SPDX-License-Identifier: GPL-3.0-or-later
"""Is every positive of `lineup run --json` called a copy, and no negative? Prints the distances and thresholds."""
import json
import sys

result = json.load(open(sys.argv[1]))
names = list(result["thresholds"])
print("#", " " * 10, *("%8s" % n for n in names))
for m in result["models"]:
    print("# %-10s" % m["name"], *("%8.4f" % m["metrics"][n]["value"] for n in names), m["votes"], m["verdict"])
print("# tau       ", *("%8.4f" % result["thresholds"][n]["tau"] for n in names))
want = {"positive": "copy", "negative": "not-copy"}
sys.exit(any(m["verdict"] != want[m["role"]] for m in result["models"]))
