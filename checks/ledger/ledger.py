#!/usr/bin/env python3
"""The table of CHECKS.md: each check, the size of its run, the seeded bugs that it caught, and how it ended.

    checks/ledger/ledger.py             says what is wrong with the table
    checks/ledger/ledger.py --keep      takes over what runs of `.ci/run` left below target/checks/ledger, and writes it anew

checks.toml says what there is to check, results.csv how runs ended, caught.csv which broken variants were caught. Only
runs on committed files are kept. `.ci/run` calls `--record CHECK SECONDS` after each check."""

import csv
import datetime
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "variants"))
from list import VARIANTS, unfit  # noqa: E402

PAGE = ROOT / "CHECKS.md"
RESULTS, CAUGHT = HERE / "results.csv", HERE / "caught.csv"
RUNS = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "checks" / "ledger"
BLOCK = re.compile(r"(<!-- table -->\n).*?(<!-- end of table -->)", re.S)


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def commit():
    """The commit that is checked out; a plus behind it if files differ from it."""
    try:
        return git("rev-parse", "--short=7", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "+"


def today():
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def checks():
    import tomllib  # Since Python 3.11; whoever only notes what was caught needs none.
    return tomllib.loads((HERE / "checks.toml").read_text())


def size(log):
    """What a check says of its size, or else how many tests passed."""
    said = re.findall(r"^size: (.+)$", log, re.M)
    passed = [int(it) for it in re.findall(r"^test result: ok\. (\d+) passed", log, re.M)]
    if said:
        return "; ".join(said)
    return f"{sum(passed):,} tests" if sum(passed) else ""


def record(name, seconds):
    """Notes how a check ended that did not fail."""
    log = (RUNS / f"{name}.log").read_text(errors="replace")
    lines = [line for line in log.splitlines() if line.strip()]
    skipped = [line.removeprefix("skipped: ") for line in lines if line.startswith("skipped: ")]
    # A check may leave out the part for which a tool is missing.
    result = "passed"
    if skipped:
        result = ("passed, but skipped " if len(skipped) < len(lines) else "skipped: ") + "; ".join(skipped)
    named = checks().get(name, {}).get("settings", [])
    settings = [f"{it}={shlex.quote(os.environ[it])}" for it in named if it in os.environ]
    run = {"check": name, "settings": " ".join(settings), "size": size(log), "seconds": seconds,
           "result": result, "commit": commit(), "date": today()}
    (RUNS / f"{name}.json").write_text(json.dumps(run))


def caught(variant, seconds, said):
    """Notes that a check noticed a broken variant."""
    RUNS.mkdir(parents=True, exist_ok=True)
    row = {"check": variant["check"], "variant": variant["name"], "seconds": seconds, "said": said,
           "commit": commit(), "date": today()}
    name = re.sub(r"\W+", "-", variant["name"])
    (RUNS / f"variant-{name}.json").write_text(json.dumps(row))


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    scratch = path.with_suffix(".tmp")
    with scratch.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    scratch.replace(path)


def keep():
    """Takes over what was noted, in the order of the lists."""
    results = {(it["check"], it["settings"]): it for it in read(RESULTS)}
    found = {it["variant"]: it for it in read(CAUGHT)}
    for path in sorted(RUNS.glob("*.json")):
        row = json.loads(path.read_text())
        if row["commit"].endswith("+"):
            print(f"not kept, because of files that were not committed: {path.stem}")
        elif "variant" in row:
            found[row["variant"]] = row
        elif row["check"] in checks() and not row["result"].startswith("skipped"):
            results[row["check"], row["settings"]] = row
    order = list(checks())
    results = [it for key, it in sorted(results.items(), key=lambda it: (order.index(it[0][0]), it[0][1]))]
    names = [it["name"] for it in VARIANTS]
    write(RESULTS, results)
    write(CAUGHT, [found[it] for it in names if it in found])


def rows():
    """The lines of the table."""
    ended, seen = {}, {}
    for it in read(RESULTS):
        ended.setdefault(it["check"], []).append(it)
    for it in read(CAUGHT):
        seen.setdefault(it["check"], []).append(it["variant"])
    yield "| check | what it proves | size of the run | seconds | seeded bugs caught | result |"
    yield "|---|---|---|---|---|---|"
    for name, check in checks().items():
        mine = check.get("variants", [name])
        there = sum(it["check"] in mine for it in VARIANTS)
        bugs = sum(len(seen.get(it, [])) for it in mine)
        runs = ended.get(name) or [{"settings": "", "size": "", "seconds": "", "result": "never kept"}]
        for run in runs:
            with_settings = f"`{run['settings']} .ci/run {name}`" if run["settings"] else f"`{name}`"
            more = "" if run["settings"] else check["proves"]
            faults = "" if run["settings"] else check.get("seen") or f"{bugs} of {there}"
            at = f", {run['commit']}, {run['date']}" if "commit" in run else ""
            yield f"| {with_settings} | {more} | {run['size']} | {run['seconds']} | {faults} | {run['result']}{at} |"


def page():
    text = PAGE.read_text()
    table = "".join(f"{row}\n" for row in rows())
    return text, BLOCK.sub(lambda it: it[1] + table + it[2], text)


def faults():
    """What is wrong with the table."""
    text, fresh = page()
    if not BLOCK.search(text):
        yield "CHECKS.md has no place for the table"
    elif text != fresh:
        yield "CHECKS.md: the table is not that of checks.toml, results.csv and caught.csv: checks/ledger/ledger.py --keep"
    seen = {it["variant"] for it in read(CAUGHT)}
    yield from unfit(VARIANTS)
    for it in VARIANTS:
        if it["name"] not in seen:
            yield f"{it['name']}: no run of checks/variants/run.py is kept that caught it"
    counted = set()
    for name, check in checks().items():
        mine = set(check.get("variants", [name]))
        counted |= mine
        if "seen" not in check and not any(it["check"] in mine for it in VARIANTS):
            yield f"{name}: no broken variant, so it was never seen to fail"
        if name not in {it["check"] for it in read(RESULTS)}:
            yield f"{name}: no run is kept"
    for it in sorted({it["check"] for it in VARIANTS} - counted):
        yield f"{it}: has variants, and no line in checks.toml"
    script = (ROOT / ".ci" / "run").read_text()
    lanes = re.findall(r"^(?:shared|own)=\((.*?)\)$", script, re.M)
    stages = {stage for lane in lanes for stage in lane.split()}
    for it in sorted(stages - set(checks())):
        yield f"{it}: is run, and has no line in checks.toml"
    for name, check in checks().items():
        if not re.search(rf"^{name}\(\) ", script, re.M):
            yield f"{name}: is not in .ci/run"
        if check.get("demand", False) == (name in stages):
            yield f"{name}: 'demand' in checks.toml and the list in .ci/run differ"


def main():
    match sys.argv[1:]:
        case ["--record", name, seconds]:
            record(name, int(seconds))
        case ["--keep"]:
            keep()
            PAGE.write_text(page()[1])
        case []:
            found = list(faults())
            print("\n".join(found))
            sys.exit(len(found) > 0)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
