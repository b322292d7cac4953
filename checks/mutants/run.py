#!/usr/bin/env python3
"""Changes of the engine's code that cargo-mutants makes, one at a time: which of them no checker notices.

    checks/mutants/run.py NUMBER [GROUP...]    tries so many of those never tried, and keeps what became of each in results.csv
    checks/mutants/run.py --again [GROUP...]   tries once more, under other programs, those that were missed
    checks/mutants/run.py                      says which survive without a reason, and how many were never tried

Groups are children, parallel, pool, room and trie. Tried under the address sanitizer: mutants of children and trie by
random cases on maps beside models (`hamt-play`), without the pool; those of the pool by its own tests, with free blocks
poisoned. Wants nightly and cargo-mutants."""

import csv
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.csv"
FIELDS = ["mutant", "outcome", "by", "reason"]
TARGET = "x86_64-unknown-linux-gnu"
ASAN = "-Zsanitizer=address"
# How many are tried before the results are kept, and how long a program may run if it does not say.
PORTION, SECONDS = 50, 30
MUTANTS = ["cargo", "mutants", "--package=pooled-hamt", "--no-shuffle"]
BASELINE = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "checks" / "mutants"
OUTCOMES = {"CaughtMutant": "caught", "MissedMutant": "missed", "Timeout": "hangs", "Unviable": "does not compile"}

UNPOOLED = {"RUSTFLAGS": f"{ASAN} --cfg hamt_nopool"}
MODEL = {"package": "hamt-play", "arguments": ["--test=model"], "env": UNPOOLED | {"HAMT_MODEL_STEPS": "5000"}}
# Those of the library's tests that are quick and call what no random case does.
QUICK = ["algebra::joins_of", "algebra::keys", "algebra::many", "algebra::p", "algebra::re", "algebra::s", "api::",
         "bits::", "bulk::f", "bulk::p", "children::", "diff::d", "diff::e", "diff::n", "diff::re", "diff::s",
         "diff::v", "drops::", "folds::", "hash::", "layouts::", "merge::m", "merge::the", "model::small", "picture::",
         "pool::pooled", "prompt::", "sharing::", "traits::", "trie::", "validators::"]
# The sanitizer, under which they take five times as long, has seen cases, and sees panics.
NEAR = {"package": "pooled-hamt", "arguments": ["--lib", "--test=all"], "tests": QUICK,
        "env": {"RUSTFLAGS": "--cfg hamt_nopool"}}
# Random joins, differences and merges, which take their time.
JOINS = NEAR | {"arguments": ["--test=all"], "seconds": 180,
                "tests": ["algebra::joins", "algebra::without", "collisions::a", "collisions::i", "diff::inline",
                          "diff::without", "hostile::eq_changes", "merge::inline", "merge::without"]}
# What begins with a hundred thousand entries.
LARGE = {"package": "pooled-hamt", "arguments": ["--test=all"], "tests": ["bulk::s", "many::many"], "env": UNPOOLED,
         "seconds": 240}
PANICS = {"package": "pooled-hamt", "arguments": ["--test=all"], "tests": ["panics::"],
          "env": UNPOOLED | {"HAMT_PANICS_EVERY": "29"}, "seconds": 300}
# More of them, and without the sanitizer: objects have a ledger.
MORE_PANICS = NEAR | {"arguments": ["--test=all"], "tests": ["panics::"],
                      "env": NEAR["env"] | {"HAMT_PANICS_EVERY": "7"}, "seconds": 300}
COUNTS = {"package": "hamt-checks", "arguments": ["--features=nopool", "--test=sharing"], "tests": ["borrow::a", "leaks::r"],
          "env": {"RUSTFLAGS": ASAN}}
# The only one with the feature `rayon`. Those left out take minutes, or lose what the compiler forgets when a drop panics.
PARALLEL = {"package": "hamt-checks", "arguments": ["--features=nopool,rayon", "--test=siblings"],
            "tests": ["--skip=sets_are_sets", "--skip=threads_join", "--skip=panics_miscount"], "env": {"RUSTFLAGS": ASAN},
            "seconds": 60}
# Tests of capacities, with the pool.
CAPACITY = {"package": "pooled-hamt", "arguments": ["--test=parity"], "tests": ["capacity"], "env": {"RUSTFLAGS": ASAN}}
# Children that an array does not own may be gone with another thread: only schedules and orders show it.
ORDERS = {"package": "hamt-checks", "arguments": ["--features=loom", "--test=orders"], "seconds": 300,
          "env": {"CARGO_PROFILE_DEV_OPT_LEVEL": "1"}}

THREADS = ["src/children/split.rs", "src/trie/join_parallel.rs", "src/trie/parallel.rs"]

# What is changed, and the programs that have to notice, one after the other.
GROUPS = {
    "children": {
        "files": ["src/children/**", "src/node.rs", "src/pool/unpooled.rs"],
        "except": THREADS,
        "programs": {"model": MODEL, "near": NEAR, "large": LARGE, "panics": PANICS, "more_panics": MORE_PANICS,
                     "counts": COUNTS, "parallel": PARALLEL, "orders": ORDERS},
    },
    "parallel": {
        "files": THREADS,
        "programs": {"model": MODEL, "parallel": PARALLEL},
    },
    "pool": {
        "files": ["src/pool/**"],
        "except": ["src/pool/unpooled.rs"],
        "programs": {"pool": {"package": "hamt-checks", "arguments": ["--features=poison", "--lib"],
                              "env": {"RUSTFLAGS": ASAN}},
                     # Sanitizers keep what is freed for a while, and that is what it measures.
                     "soak": {"package": "hamt-checks", "arguments": ["--test=soak"], "env": {}},
                     "capacity": CAPACITY,
                     # What debug builds notice themselves, where the sanitizer is not quicker.
                     "plain": {"package": "pooled-hamt", "arguments": ["--lib"], "tests": ["pool::"], "env": {}},
                     # One cache for all threads.
                     "bare": {"package": "pooled-hamt", "arguments": ["--no-default-features", "--lib"], "tests": ["pool::"],
                              "env": {}}},
    },
    "room": {"files": ["src/trie/room.rs"], "programs": {"model": MODEL, "capacity": CAPACITY}},
    "trie": {
        "files": ["src/trie/**"],
        "except": [*THREADS, "src/trie/room.rs"],
        "programs": {"model": MODEL, "near": NEAR, "joins": JOINS, "large": LARGE, "panics": PANICS,
                     "more_panics": MORE_PANICS, "parallel": PARALLEL},
    },
}


def names(listed):
    """Each mutant as `file: what`, which stays the same when lines move; equal ones of a file are counted."""
    seen = {}
    for it in listed:
        name = re.sub(r"^(\S+?):\d+:\d+: ", r"\1: ", it)
        seen[name] = seen.get(name, 0) + 1
        yield f"{name} ({seen[name]})" if seen[name] > 1 else name


def everything(group):
    """What cargo-mutants calls each mutant of a group, and our name of it."""
    files = [f"--file={it}" for it in GROUPS[group]["files"]]
    files += [f"--exclude={it}" for it in GROUPS[group].get("except", [])]
    run = subprocess.run([*MUTANTS, "--list", *files], cwd=ROOT, check=True, capture_output=True, text=True)
    listed = run.stdout.splitlines()
    return dict(zip(listed, names(listed)))


def environment(how):
    # Built again for each mutant, which takes two seconds if little else is. Tests ask for more memory than there is.
    return dict(os.environ, RUSTUP_TOOLCHAIN="nightly", CARGO_INCREMENTAL="1", CARGO_PROFILE_DEV_DEBUG="none",
                ASAN_OPTIONS="symbolize=0:allocator_may_return_null=1", **how["env"])


@functools.cache
def passes(group, program):
    """Demands that a program passes on the code as it is, or else it would notice everything. (cargo-mutants would look
    for it in the package that it changes.)"""
    how = GROUPS[group]["programs"][program]
    command = ["cargo", "test", "--locked", "--quiet", "--profile=dev", f"--package={how['package']}", f"--target={TARGET}",
               *how["arguments"], "--", *how.get("tests", [])]
    apart = dict(environment(how), CARGO_TARGET_DIR=str(BASELINE))
    run = subprocess.run(command, cwd=ROOT, env=apart, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{program} fails on the code as it is:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")


def attempt(group, program, chosen):
    """The outcome of each of the chosen mutants, by what cargo-mutants calls it."""
    passes(group, program)
    how = GROUPS[group]["programs"][program]
    # Fields left out of an expression are tried in each of these files, whatever names are asked for.
    files = {it.split(":")[0] for it in chosen}
    command = [*MUTANTS, "--baseline=skip", f"--timeout={how.get('seconds', SECONDS)}", "--jobs=2", "--profile=dev",
               f"--test-package={how['package']}", f"-C=--target={TARGET}", *(f"-C={it}" for it in how["arguments"]),
               *(f"--file={it}" for it in files), "--re=^(" + "|".join(map(re.escape, chosen)) + ")$"]
    with tempfile.TemporaryDirectory() as scratch:
        tests = ["--", "--", *how["tests"]] if "tests" in how else []
        status = subprocess.run([*command, f"--output={scratch}", *tests], cwd=ROOT, env=environment(how)).returncode
        outcomes = pathlib.Path(scratch, "mutants.out", "outcomes.json")
        # 2: some were missed; 3: some took too long.
        if status not in (0, 2, 3) or not outcomes.is_file():
            sys.exit(f"cargo-mutants failed with {status}")
        tried = [it for it in json.loads(outcomes.read_text())["outcomes"] if "Mutant" in it["scenario"]]
        return {name: OUTCOMES[it["summary"]] for it in tried if (name := it["scenario"]["Mutant"]["name"]) in chosen}


def read():
    with RESULTS.open(newline="") as table:
        return {row["mutant"]: row for row in csv.DictReader(table)}


def write(results):
    scratch = RESULTS.with_suffix(".tmp")
    with scratch.open("w", newline="") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(row for _, row in sorted(results.items()))
    scratch.replace(RESULTS)


def keep(results, ours, outcomes, program):
    for theirs, outcome in outcomes.items():
        name = ours[theirs]
        reason = results.get(name, {}).get("reason", "") if outcome == "missed" else ""
        results[name] = {"mutant": name, "outcome": outcome, "by": program, "reason": reason}
    write(results)


def part(number, groups):
    """The next ones, a portion at a time, so that little is lost if this is cut short."""
    for group in groups:
        ours, program = everything(group), next(iter(GROUPS[group]["programs"]))
        tried = read()
        left = [it for it, name in ours.items() if name not in tried][:number]
        number -= len(left)
        for begin in range(0, len(left), PORTION):
            keep(read(), ours, attempt(group, program, left[begin:begin + PORTION]), program)


def again(groups):
    for group in groups:
        ours, programs = everything(group), list(GROUPS[group]["programs"])
        for before, program in zip(programs, programs[1:]):
            results = read()
            missed = [it for it, name in ours.items() if (row := results.get(name)) and not row["reason"]
                      and (row["outcome"], row["by"]) == ("missed", before)]
            for begin in range(0, len(missed), PORTION):
                keep(read(), ours, attempt(group, program, missed[begin:begin + PORTION]), program)


def verify():
    results, there = read(), [name for group in GROUPS for name in everything(group).values()]
    for name in sorted(set(results) - set(there)):
        print(f"no mutant any more: {name}")
    survivors = [row for row in results.values() if row["outcome"] == "missed" and not row["reason"]]
    for row in survivors:
        print(f"survives: {row['mutant']}")
    tried = [results[it] for it in there if it in results]
    count = {it: sum(row["outcome"] == it for row in tried) for it in OUTCOMES.values()}
    reasons = sum(bool(row["reason"]) for row in tried)
    print(f"size: {len(tried)} of {len(there)} mutants tried: " + ", ".join(f"{n} {it}" for it, n in count.items())
          + f", {reasons} of the missed with a reason")
    return 1 if survivors or set(results) - set(there) or len(tried) < len(there) else 0


def main():
    match sys.argv[1:]:
        case []:
            sys.exit(verify())
        case [which, *groups] if set(groups) <= set(GROUPS) and (which == "--again" or which.isdecimal()):
            chosen = groups or list(GROUPS)
            again(chosen) if which == "--again" else part(int(which), chosen)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
