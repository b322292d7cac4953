#!/usr/bin/env python3
"""Branches of the files with unsafe code that the library's tests take, those of refused memory among them.

    checks/coverage/run.py             builds, runs the tests, and says what is not as it should be
    checks/coverage/run.py --list      every line with a branch that is not taken

What is not taken has to stand in exceptions.csv, by the text of its line, with the reason. At least 95 % of the branches
are to be taken; those do not count that would be taken if an assertion failed ("asserted"). Wants nightly and
cargo-llvm-cov."""

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
TESTS = [["-p", "pooled-hamt", "--lib", "--test", "all", "--test", "parity"],
         ["-p", "hamt-checks", "--features", "refusals", "--test", "refusals"]]


def unsafe_files():
    """Those of SAFETY.md's table, which another check holds to the sources."""
    return re.findall(r"^\| `([\w/]+\.rs)` \| \d", (ROOT / "SAFETY.md").read_text(), re.M)


def measured():
    """The branches that the tests take, as told by llvm-cov."""
    report = TARGET / "coverage.json"
    environment = dict(os.environ, RUSTUP_TOOLCHAIN="nightly", CARGO_TARGET_DIR=str(TARGET), HAMT_NO_COMPILE_FAIL="1",
                       HAMT_PANICS_EVERY="7", CARGO_PROFILE_DEV_OPT_LEVEL="1")

    def llvm_cov(*arguments):
        subprocess.run(["cargo", "llvm-cov", *arguments], cwd=ROOT, env=environment, check=True)

    llvm_cov("clean", "--workspace")
    for tests in TESTS:
        llvm_cov("--no-report", "--branch", "--locked", *tests)
    llvm_cov("report", "-p", "pooled-hamt", "-p", "hamt-checks", "--json", "--output-path", str(report))
    return branches(json.loads(report.read_text())["data"][0]["files"])


def branches(files):
    """For each file of the library its branches: by the place of each how often it was taken and how often not, over all
    types and programs."""
    found = {}
    for file in files:
        # A checker's copy of the library is at `checks/../src`.
        path = pathlib.Path(os.path.normpath(file["filename"]))
        if not path.is_relative_to(ROOT / "src"):
            continue
        counts = found.setdefault(path.relative_to(ROOT / "src").as_posix(), {})
        for *place, taken, passed, _, _, _ in file["branches"]:
            before = counts.get(tuple(place), (0, 0))
            counts[tuple(place)] = (before[0] + taken, before[1] + passed)
    return found


def exceptions():
    with (HERE / "exceptions.csv").open(newline="") as table:
        return {(row["file"], row["line"]): row["reason"] for row in csv.DictReader(table)}


def main():
    files, known, used, wrong, total, taken_in_all, asserted = measured(), exceptions(), set(), [], 0, 0, 0
    for name in unsafe_files():
        if name not in files:
            print(f"{name}: no code of its own")
            continue
        text = (ROOT / "src" / name).read_text().splitlines()
        found = files[name]
        sides = 2 * len(found)
        taken = sum((yes > 0) + (no > 0) for yes, no in found.values())
        total, taken_in_all = total + sides, taken_in_all + taken
        print(f"{name}: {taken} of {sides} sides of branches")
        for (line, *_), (yes, no) in sorted(found.items()):
            if yes and no:
                continue
            content = text[line - 1].strip()
            used.add((name, content))
            if known.get((name, content), "").startswith("asserted"):
                asserted += 2 - (yes > 0) - (no > 0)
            if (name, content) not in known or "--list" in sys.argv:
                wrong.append(f"src/{name}:{line}: never {'true' if no else 'false' if yes else 'reached'}: {content}")
    for name, content in sorted(set(known) - used):
        wrong.append(f"exceptions.csv: {name}: this is taken, or no more there: {content}")
    if taken_in_all < LEAST * (total - asserted):
        wrong.append(f"less than {LEAST:.0%} of the branches are taken")
    print("\n".join(wrong))
    print(f"size: {total} sides of branches in {len(unsafe_files())} files, of which {asserted} are those of failed assertions; "
          f"{taken_in_all / (total - asserted):.2%} of the others taken")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
