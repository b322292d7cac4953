#!/usr/bin/env python3
"""Branches of the files with unsafe code that the library's tests take.

    checks/coverage/run.py             builds, runs the tests, and says what is not as it should be
    checks/coverage/run.py --list      every line with a branch that is not taken

At least 95 % of each file's branches are to be taken, and what is not taken has to stand in exceptions.csv, by the
text of its line, with the reason. Wants nightly and cargo-llvm-cov."""

import csv
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "checks" / "coverage"
LEAST = 0.95
TESTS = ["--lib", "--test", "all", "--test", "parity"]


def unsafe_files():
    """Those of SAFETY.md's table, which another check holds to the sources."""
    return re.findall(r"^\| `([\w/]+\.rs)` \| \d", (ROOT / "SAFETY.md").read_text(), re.M)


def measured():
    """What llvm-cov exports for each file of the library."""
    report = TARGET / "coverage.json"
    environment = dict(os.environ, RUSTUP_TOOLCHAIN="nightly", CARGO_TARGET_DIR=str(TARGET), HAMT_NO_COMPILE_FAIL="1",
                       HAMT_PANICS_EVERY="7")
    subprocess.run(["cargo", "llvm-cov", "--branch", "--locked", "-p", "pooled-hamt", *TESTS,
                    "--json", "--output-path", str(report)], cwd=ROOT, env=environment, check=True)
    files = json.loads(report.read_text())["data"][0]["files"]
    return {pathlib.Path(it["filename"]).relative_to(ROOT / "src").as_posix(): it for it in files
            if pathlib.Path(it["filename"]).is_relative_to(ROOT / "src")}


def branches(file):
    """For each branch, by its place, how often it was taken and how often not, over all types."""
    counts = {}
    for line, column, to_line, to_column, taken, passed, *_ in file["branches"]:
        place = (line, column, to_line, to_column)
        before = counts.get(place, (0, 0))
        counts[place] = (before[0] + taken, before[1] + passed)
    return counts


def exceptions():
    with (HERE / "exceptions.csv").open(newline="") as table:
        return {(row["file"], row["line"]): row["reason"] for row in csv.DictReader(table)}


def main():
    files, known, used, wrong, total, taken_in_all = measured(), exceptions(), set(), [], 0, 0
    for name in unsafe_files():
        if name not in files:
            print(f"{name}: no code of its own")
            continue
        text = (ROOT / "src" / name).read_text().splitlines()
        found = branches(files[name])
        sides = 2 * len(found)
        taken = sum((yes > 0) + (no > 0) for yes, no in found.values())
        total, taken_in_all = total + sides, taken_in_all + taken
        print(f"{name}: {taken} of {sides} sides of branches")
        if sides and taken < LEAST * sides:
            wrong.append(f"{name}: {taken / sides:.1%} of the branches are taken, less than {LEAST:.0%}")
        for (line, *_), (yes, no) in sorted(found.items()):
            if yes and no:
                continue
            content = text[line - 1].strip()
            used.add((name, content))
            if (name, content) not in known or "--list" in sys.argv:
                wrong.append(f"src/{name}:{line}: never {'true' if no else 'false' if yes else 'reached'}: {content}")
    for name, content in sorted(set(known) - used):
        wrong.append(f"exceptions.csv: {name}: this is taken, or no more there: {content}")
    print("\n".join(wrong))
    print(f"size: {total} sides of branches in {len(unsafe_files())} files, {taken_in_all / total:.2%} taken")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
