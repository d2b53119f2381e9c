# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of tests/coverage: coverage.py FLOORS [--files N | --lines FILE...], from what gcov finds in build/cov."""
import json
import pathlib
import subprocess
import sys


def counts():
    """{file: {line: how often it ran}}; of a file compiled more than once the sums."""
    files = {}
    notes = sorted(map(str, pathlib.Path("build/cov").glob("**/*.gcno")))
    notes = [n for n in notes if "/tests/" not in n and "/generated/" not in n]
    out = subprocess.run(["gcov", "--json-format", "--stdout", *notes], check=True, capture_output=True, text=True)
    for report in filter(None, out.stdout.split("\n")):
        for f in json.loads(report)["files"]:
            if not f["file"].endswith(".c") or f["file"].startswith("/"):
                continue
            lines = files.setdefault(f["file"], {})
            for line in f["lines"]:
                lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
    return files


def share(lines):
    run = sum(1 for n in lines.values() if n)
    return 100 * run / max(1, len(lines)), len(lines) - run


def table(files, floors, shown):
    """Prints a line a folder, and its `shown` least run files; true when no folder is below its floor."""
    fine = True
    for folder, floor in floors:
        inside = {f: lines for f, lines in files.items() if f.startswith(folder + "/")}
        percent, missed = share({(f, n): count for f, lines in inside.items() for n, count in lines.items()})
        verdict = "ok" if percent >= floor else f"below {floor:g}"
        fine = fine and percent >= floor
        print(f"{folder:14} {percent:6.1f} % of the lines, {missed:5} not run  {verdict}")
        worst = sorted(inside, key=lambda f: -share(inside[f])[1])[:shown]
        for f in worst:
            print("    %-44s %6.1f %% %5d not run" % (f, *share(inside[f])))
    return fine


def not_run(name, lines):
    """Prints the file's lines that never ran, with their numbers."""
    print(f"== {name}: %.1f %%, %d not run" % share(lines))
    text = pathlib.Path(name).read_text().split("\n")
    for n in sorted(n for n, count in lines.items() if not count):
        print(f"{n:5} {text[n - 1]}")


def main():
    words, files = sys.argv[1].split(), counts()
    floors = [(words[i], float(words[i + 1])) for i in range(0, len(words), 2)]
    if sys.argv[2:3] == ["--lines"]:
        for name in sys.argv[3:]:
            not_run(name, files[name])
        return 0
    return 0 if table(files, floors, int(sys.argv[3]) if sys.argv[2:3] == ["--files"] else 0) else 1


sys.exit(main())
