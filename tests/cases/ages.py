# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes of a case one that another version of lineup wrote, its journal in order, for ages.sh.
  ages.py CASE older KEY    the parameter KEY was not known yet
  ages.py CASE newer KEY    a parameter KEY of value "1" is known already
"""
import hashlib, json, os, re, stat, sys

case, age, key = sys.argv[1:4]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def turned(text):
    if age == "older":
        return re.sub(r'\n[^\n]*"%s":[^\n]*,(?=\n)' % re.escape(key), "", text)
    return re.sub(r'("parameters":\s*\{)', r'\1\n\t\t"%s":\t"1",' % key, text)


def read(name):
    with open(os.path.join(case, name), newline="") as f:
        return f.read()


def write(name, text):
    path = os.path.join(case, name)
    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
    with open(path, "w", newline="") as f:
        f.write(text)


swap = {}
if os.path.exists(os.path.join(case, "protocol.json")):
    was = read("protocol.json")
    swap[digest(was)] = digest(turned(was))
    write("protocol.json", turned(was))
was = read("case.json")
now = turned(was)
assert now != was
for a, b in swap.items():
    now = now.replace(a, b)
swap[digest(was)] = digest(now)
write("case.json", now)

lines, before = [], None
for line in read("journal.jsonl").splitlines():
    for a, b in swap.items():
        line = line.replace(a, b)
    if before is not None:
        line = line.replace(json.loads(line)["prev"], before)
    before = digest(line)
    lines.append(line)
write("journal.jsonl", "".join(line + "\n" for line in lines))
