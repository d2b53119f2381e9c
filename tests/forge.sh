# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the case tests: what somebody without the key can make fit again after a change. Not a test itself.
rehash() { # bag: lists and digest as somebody without the key would make them again
    chmod -R u+w "$1"
    (cd "$1" && oxum=$(find data -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%.0f.%d", n, NR }') &&
        sed -i "s/^Payload-Oxum: .*/Payload-Oxum: $oxum/" bag-info.txt &&
        find data -type f | LC_ALL=C sort | while IFS= read -r f; do sha256sum "$f"; done >manifest-sha256.txt &&
        sha256sum bag-info.txt bagit.txt manifest-sha256.txt verify.txt >tagmanifest-sha256.txt)
    [ ! -e "$1.sha256" ] || { chmod u+w "$1.sha256" && sha256sum "$1/tagmanifest-sha256.txt" >"$1.sha256"; }
}
rechain() { # journal: every line's "prev" made to fit again
    python3 - "$1" <<'PY'
import hashlib, re, sys
prev, out = "", []
for n, line in enumerate(open(sys.argv[1], encoding="utf-8").read().splitlines(), 1):
    line = re.sub(r'"prev":"[0-9a-f]*"}$', '"prev":"%s"}' % prev, line)
    line = re.sub(r'^{"seq":[0-9]+', '{"seq":%d' % n, line)
    prev = hashlib.sha256(line.encode()).hexdigest()
    out.append(line)
open(sys.argv[1], "w", encoding="utf-8").write("\n".join(out) + "\n")
PY
}
forge() { # bag, file below data/stages, Python that changes r: a stored result, and all that names it made to fit
    chmod -R u+w "$1"
    forge_case "$1/data" "$2" "$3" && rehead "$1" && elsewhere "$1" && rehash "$1"
}
forge_case() { # case, file below stages, Python that changes r: the same in a case
    python3 - "$1" "$1/stages/$2" "$3" <<'PY' && rechain "$1/journal.jsonl"
import hashlib, json, sys
data, path, change = sys.argv[1:]
text = open(path, "rb").read()
r = json.loads(text)
exec(change)
assert r != json.loads(text)
fresh = json.dumps(r).encode()
open(path, "wb").write(fresh)
old, new = (hashlib.sha256(x).hexdigest() for x in (text, fresh))
for name in path.replace(".json", ".sha256"), data + "/journal.jsonl":
    lines = open(name, encoding="utf-8").read()
    assert old in lines
    open(name, "w", encoding="utf-8").write(lines.replace(old, new))
PY
}
elsewhere() { # bag: made by a lineup that is not here, so that its report cannot be made again and compared
    sed -i 's/^\(Bag-Software-Agent\): .*/\1: lineup 0.0.1/' "$1/bag-info.txt"
}
rehead() { # bag, unsigned: the journal's head wherever it stands
    lines=$(wc -l <"$1/data/journal.jsonl")
    head="$(tail -n 1 "$1/data/journal.jsonl" | tr -d '\n' | sha256sum | cut -c1-64) $lines"
    echo "$head" >"$1/data/anchors/$lines.head"
    sed -i "s/^Lineup-Journal-Head: .*/Lineup-Journal-Head: $head/" "$1/bag-info.txt"
}
