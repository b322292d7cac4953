#!/usr/bin/env python3
"""Counts the instructions that operations take, and compares them with counts.csv.

    checks/instructions/run.py             compare: more by over 2 % is an error
    checks/instructions/run.py --refresh   write counts.csv anew

Counts are exact and repeatable under one compiler; under another than the one in counts.csv they are
reported and never an error."""

import concurrent.futures
import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNTS = pathlib.Path(__file__).with_name("counts.csv")
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "instructions"
OPERATIONS = ["get", "get-miss", "insert", "remove", "update", "without", "iterate", "collect", "drop"]
SIZES = [1_000, 100_000]
TOLERANCE = 0.02


def count(operation, size):
    """Instructions for one operation."""
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         "--toggle-collect=instructions::measured*", TARGET / "release" / "instructions", operation, str(size)],
        capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not collected or int(collected[1]) == 0:
        sys.exit(f"{operation} of {size} entries: nothing was counted\n{run.stderr}")
    return int(collected[1]) / int(run.stdout)


def main():
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return
    subprocess.run(["cargo", "build", "--locked", "--release", "-q", "-p", "hamt-checks", "--bin", "instructions"],
                   cwd=ROOT, env=dict(os.environ, CARGO_TARGET_DIR=str(TARGET)), check=True)
    compiler = subprocess.run(["rustc", "--version"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    cells = [(operation, size) for operation in OPERATIONS for size in SIZES]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = dict(zip(cells, pool.map(lambda cell: count(*cell), cells)))
    if "--refresh" in sys.argv:
        with COUNTS.open("w") as file:
            file.write(f"# Instructions an operation, counted by run.py with {compiler}\n")
            file.write("operation,entries,instructions\n")
            for (operation, size), instructions in counts.items():
                file.write(f"{operation},{size},{instructions:.2f}\n")
    with COUNTS.open() as file:
        same_compiler = file.readline().strip().endswith(compiler)
        kept = {(row["operation"], int(row["entries"])): float(row["instructions"]) for row in csv.DictReader(file)}
    if kept.keys() != counts.keys():
        sys.exit("counts.csv has other operations: refresh it")
    more = less = 0
    for cell, now in counts.items():
        change = now / kept[cell] - 1
        more += change > TOLERANCE
        less += change < -TOLERANCE
        print(f"{cell[0]:8} {cell[1]:7}  {kept[cell]:9.2f} -> {now:9.2f}  {change:+7.2%}")
    if not same_compiler:
        print(f"counted with {compiler}, counts.csv with another one: no verdict")
    elif more:
        sys.exit(f"{more} operations take more instructions; if that is meant, run {sys.argv[0]} --refresh")
    elif less:
        print(f"{less} operations take fewer instructions: run {sys.argv[0]} --refresh")


if __name__ == "__main__":
    main()
