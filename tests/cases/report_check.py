# SPDX-License-Identifier: GPL-3.0-or-later
"""report_check.py DIR RESULTS.json: "0 what" for each check that holds, "1 what" for each that does not."""
import csv
import html.parser
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

folder, results = pathlib.Path(sys.argv[1]), json.load(open(sys.argv[2]))
source = (folder / "report.html").read_text(encoding="utf-8")


def say(good, text):
    print(0 if good else 1, text)


class Page(html.parser.HTMLParser):
    """Tables as lists of rows of texts; every tag and attribute."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.rows, self.open, self.title = set(), [], [], None, ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.links += [v for k, v in attributes if k in ("href", "src", "xlink:href", "action", "data")]
        self.tags |= {k for k, _ in attributes if k.startswith("on")}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.open = tag

    def handle_data(self, text):
        if self.open in ("td", "th") and self.rows:
            self.rows[-1][-1] += text
        if self.open == "title" and not self.title:
            self.title = text

    def handle_endtag(self, tag):
        self.open = None


page = Page()
page.feed(source)
try:
    tree.fromstring(source)
    say(True, "report.html is well-formed XML")
except tree.ParseError as e:
    say(False, "report.html is well-formed XML: %s" % e)
say(not page.tags & {"script", "iframe", "object", "embed", "form", "link", "base"}, "no script, no frame, no link")
say(not [t for t in page.tags if re.match("on[a-z]+$", t)], "no event handlers")
say(all(v.startswith(("#", "data:image/png;base64,")) for v in page.links), "nothing outside is referred to")
say("url(" not in source and "@import" not in source, "nor by the style")
say('<script>alert("x")</script> & =cmd it proves theft' in page.title, "the title stands as text")
say("\u202e" not in source and "A. N&lt;U+202E&gt;Other" in source, "what turns the writing direction is shown")
say("TUNING CASE - NOT EVIDENCE" in source, "the banner")

# Every row of the table of all networks, every row of the published rule, against results.json.
models = {m["name"]: m for m in results["models"]}
names = ["RobD", "JSD", "NOD", "NAD", "LOD", "LAD"]
wrong, seen = [], 0


def number(cell, value):
    global seen
    seen += 1
    cell = cell.rstrip("*")
    if value is None or cell == "-":
        return value is None and cell == "-"
    return abs(float(cell) - value) <= 0.5000001e-4


for row in page.rows:
    if len(row) == 11 and row[1] in models:
        m = models[row[1]]
        good = all(number(c, m["metrics"][k]["value"]) for k, c in zip(names, row[3:9]))
        good &= all((m["metrics"][k]["vote"] is True) == c.endswith("*") for k, c in zip(names, row[3:9]))
        good &= row[9] == "%d/%d" % (m["votes"], m["of"]) and row[10] == m["verdict"] and row[0] == m["role"]
        if not good:
            wrong.append(row)
say(not wrong and seen == 6 * len(models), "distances, votes and verdicts are those of run --json (%d numbers) %s" % (seen, wrong))

suspects = [m for m in results["models"] if m["role"] == "suspect"]
rules = [row for row in page.rows if len(row) == 10 and row[0] in names]
wrong = []
for i, row in enumerate(rules):
    k, m = row[0], suspects[i // 6]
    t, v = results["thresholds"][k], m["metrics"][k]
    values = [n["metrics"][k]["value"] for n in results["models"] if n["role"] == "negative"]
    want = [v["value"], min(values), max(values), t["mean"], t["sd"], t["lb"], t["tau"]]
    good = all(number(c, w) for c, w in zip(row[1:8], want)) and number(row[9], v["margin"])
    good &= row[8] == {True: "copy", False: "not-copy", None: "none"}[v["vote"]]
    if not good:
        wrong.append((row, want))
say(not wrong and len(rules) == 6 * len(suspects), "thresholds, ranges and margins too %s" % wrong)
for m in suspects:
    say('<p class="lead">%s: %s</p>' % (m["name"], m["verdict"]) in source, "page one says %s: %s" % (m["name"], m["verdict"]))
negatives = [m for m in results["models"] if m["role"] == "negative"]
judged = [m for m in negatives if m["verdict"] != "undecided"]
alarms = sum(m["verdict"] == "copy" for m in negatives)
say("Of %d networks known to be independent %d were judged copy" % (len(judged), alarms) in source
    or not judged, "and how often the method erred")
every = [m["sha256"] for m in results["models"]] + [results["victim"]["sha256"], results["tests"]["blackbox"]["sha256"]]
say(all(h in source for h in every), "every hash of the results is in the report")

rows = list(csv.DictReader((folder / "results.csv").open(newline="", encoding="utf-8")))
say(len(rows) == 6 * len(models), "results.csv has a row for each model and metric")
wrong = []
for row in rows:
    m = models[row["name"]]
    v = m["metrics"][row["metric"]]
    same = (float(row["value"]) if row["value"] else None) == v["value"]
    same &= (float(row["tau"]) if row["tau"] else None) == v["tau"]
    same &= row["vote"] == {True: "true", False: "false", None: ""}[v["vote"]]
    same &= row["verdict"] == m["verdict"] and row["sha256"] == m["sha256"] and row["role"] == m["role"]
    if not same:
        wrong.append(row)
say(not wrong, "with all digits of run --json %s" % wrong)

graph = json.loads((folder / "case-uco.jsonld").read_text(encoding="utf-8"))
nodes = graph["@graph"]
ids = [n["@id"] for n in nodes]


def walk(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for v in value:
            yield from walk(v)


everything = [o for o in walk(nodes)]
own = [o["@id"] for o in everything if "@type" in o and "@id" in o]
uuid = re.compile(r"kb:[A-Za-z]+-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
say(all(uuid.match(i) for i in own) and len(own) == len(set(own)), "CASE/UCO: identifiers are UUIDs and unique")
refers = [o["@id"] for o in everything if set(o) == {"@id"}]
say(refers and all(r in ids for r in refers), "CASE/UCO: every reference leads somewhere")
prefixes = {k.split(":")[0] for o in everything for k in o if ":" in k}
say(prefixes <= set(graph["@context"]), "CASE/UCO: every prefix is declared")
say(len([n for n in nodes if n["@type"] == "case-investigation:ProvenanceRecord"]) == len(models) + 1,
    "CASE/UCO: a provenance record for each exhibit")
