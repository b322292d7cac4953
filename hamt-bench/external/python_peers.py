#!/usr/bin/env python3
"""Times Python's maps, for `hamt-bench external` (the contract is in README.md beside this file).

Each peer works in a plain `for` loop; the loop's own cost is part of every figure and is told on
standard error. Garbage collection is off while the clock runs, and done before. Every operation of
every peer is first run once and checked against a dict; only right answers are timed. Rounds are
the outermost loop, so that equal repeats of all peers were measured close together.
"""

import argparse
import contextvars
import csv
import gc
import importlib.metadata
import os
import platform
import random
import sys
from collections import namedtuple
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Callable, Optional

HEADER = (
    "method",
    "dataset_type",
    "operation",
    "size",
    "total_time_ns",
    "ops_per_sec",
    "ns_per_op",
    "repeat",
)
# Operations that are timed together at least, for the clock's sake ...
TIMED_TOGETHER = 20_000
# ... but never more maps at once than hold this many entries, for the cache's sake.
ENTRIES_TOGETHER = 16_384
# A map that is copied as a whole for each change: up to this size, this many changes.
COPY_LIMIT = 10_000
COPY_CHANGES = 100

Keys = namedtuple("Keys", "present queries missing fresh doomed")


@dataclass
class Peer:
    """A map, and how it does each operation; `None` where it cannot."""

    name: str
    version: str
    build: Callable  # entries -> map
    update: Optional[Callable] = None  # map, entries -> map
    remove: Optional[Callable] = None  # map, keys -> map
    persistent_insert: Optional[Callable] = None  # map, entries -> map
    persistent_remove: Optional[Callable] = None  # map, keys -> map
    fork: Optional[Callable] = None  # map, entries -> None
    reads: bool = True  # whether look-ups and iteration are measured
    changes: Optional[int] = None  # how many persistent changes, if not all
    limit: Optional[int] = None  # the largest scale
    key: Callable = lambda key: key  # the key as the map takes it
    sets: tuple = ("Random Integers", "Sequential Integers", "Words")


# ---- the peers ------------------------------------------------------------------------------


def put_all(target, entries):
    for key, value in entries:
        target[key] = value
    return target


def delete_all(target, keys):
    for key in keys:
        del target[key]
    return target


def dict_peer() -> Peer:
    build = lambda entries: put_all({}, entries)
    return Peer("python-dict", platform.python_version(), build, put_all, delete_all)


def dict_copy_peer() -> Peer:
    def persistent_insert(target, entries):
        for key, value in entries:
            target = target.copy()
            target[key] = value
        return target

    def persistent_remove(target, keys):
        for key in keys:
            target = target.copy()
            del target[key]
        return target

    def fork(target, entries):
        for key, value in entries:
            other = target.copy()
            other[key] = value

    return Peer(
        "python-dict-copy",
        platform.python_version(),
        dict,
        persistent_insert=persistent_insert,
        persistent_remove=persistent_remove,
        fork=fork,
        reads=False,
        changes=COPY_CHANGES,
        limit=COPY_LIMIT,
    )


def contextvars_peer() -> Peer:
    """A Context is a HAMT of ContextVars; looked up by `context[var]`, past each var's cache."""

    def set_all(entries):
        for var, value in entries:
            var.set(value)

    def build(entries):
        context = contextvars.Context()
        context.run(set_all, entries)
        return context

    def update(target, entries):
        target.run(set_all, entries)
        return target

    def persistent_insert(target, entries):
        for var, value in entries:
            target = target.copy()
            target.run(var.set, value)
        return target

    def fork(target, entries):
        for var, value in entries:
            target.copy().run(var.set, value)

    return Peer(
        "python-contextvars",
        platform.python_version(),
        build,
        update,
        persistent_insert=persistent_insert,
        fork=fork,
        key=lambda key: contextvars.ContextVar(str(key)),
        # Keys are objects hashed by name and address, so other sets would tell nothing new.
        sets=("Random Integers",),
    )


def set_each(target, entries):
    for key, value in entries:
        target = target.set(key, value)
    return target


def set_apart(target, entries):
    for key, value in entries:
        target.set(key, value)


def remove_each(target, keys):
    for key in keys:
        target = target.remove(key)
    return target


def immutables_peer() -> Peer:
    import immutables

    def delete_each(target, keys):
        for key in keys:
            target = target.delete(key)
        return target

    version = importlib.metadata.version("immutables")
    build = lambda entries: put_all(immutables.Map().mutate(), entries).finish()
    update = lambda target, entries: put_all(target.mutate(), entries).finish()
    remove = lambda target, keys: delete_all(target.mutate(), keys).finish()
    return Peer("python-immutables", version, build, update, remove, set_each, delete_each, set_apart)


def pyrsistent_peer() -> Peer:
    import pyrsistent

    version = importlib.metadata.version("pyrsistent")
    build = lambda entries: put_all(pyrsistent.pmap().evolver(), entries).persistent()
    update = lambda target, entries: put_all(target.evolver(), entries).persistent()
    remove = lambda target, keys: delete_all(target.evolver(), keys).persistent()
    return Peer("python-pyrsistent", version, build, update, remove, set_each, remove_each, set_apart)


def rpds_peer() -> Peer:
    """The binding has no change in place: it builds and updates by persistent inserts."""
    import rpds

    def insert(target, entries):
        for key, value in entries:
            target = target.insert(key, value)
        return target

    def fork(target, entries):
        for key, value in entries:
            target.insert(key, value)

    version = importlib.metadata.version("rpds-py")
    build = lambda entries: insert(rpds.HashTrieMap(), entries)
    return Peer("python-rpds", version, build, insert, None, insert, remove_each, fork)


PEERS = {
    "dict": dict_peer,
    "dict-copy": dict_copy_peer,
    "contextvars": contextvars_peer,
    "immutables": immutables_peer,
    "pyrsistent": pyrsistent_peer,
    "rpds": rpds_peer,
}

# ---- the operations -------------------------------------------------------------------------


def query(target, keys):
    for key in keys:
        target[key]


def query_miss(target, keys):
    for key in keys:
        target.get(key)


def iterate(target):
    for _ in target.values():
        pass


@dataclass
class Operation:
    """One operation of one peer: `count` times `work` on what `make` returns."""

    name: str
    count: int
    make: Callable  # -> state, outside the clock
    work: Callable  # state -> result
    right: Callable  # result -> bool
    shared: bool  # whether the state stays as it was


def operations(peer: Peer, keys: Keys) -> list:
    present = [(peer.key(key), value) for key, value in keys.present]
    own = dict(zip((key for key, _ in keys.present), (key for key, _ in present)))
    fresh = [(peer.key(key), value) for key, value in keys.fresh]
    queries = [own[key] for key in keys.queries]
    missing = [peer.key(key) for key in keys.missing]
    doomed = [own[key] for key in keys.doomed]
    updates = [(key, ~value) for key, value in present]
    if peer.changes is not None:
        fresh, doomed = fresh[: peer.changes], doomed[: peer.changes]

    oracle = dict(present)
    grown, changed = {**oracle, **dict(fresh)}, dict(updates)
    gone = set(doomed)
    shrunk = {key: value for key, value in oracle.items() if key not in gone}
    base = peer.build(present)

    def holds(wanted):
        return lambda result: len(result) == len(wanted) and dict(result.items()) == wanted

    unchanged = holds(oracle)
    here, anew = lambda: base, lambda: peer.build(present)
    size = len(present)
    all_right = [
        Operation("Build", size, lambda: present, peer.build, unchanged, True),
    ]

    def reading(name, count, work, right):
        all_right.append(Operation(name, count, here, work, right, True))

    def changing(name, count, work, wanted, in_place):
        make = anew if in_place else here
        if work is not None:
            operation = lambda state, work=work: work(state)
            all_right.append(Operation(name, count, make, operation, holds(wanted), not in_place))

    if peer.reads:
        found = lambda _: all(base[key] == oracle[key] for key in queries)
        not_found = lambda _: all(base.get(key) is None for key in missing)
        met = lambda _: sorted(base.values()) == sorted(oracle.values())
        reading("Query", size, lambda target: query(target, queries), found)
        reading("Query Miss", len(missing), lambda target: query_miss(target, missing), not_found)
        reading("Iterate", size, iterate, met)
    else:
        all_right.clear()

    bound = lambda method, argument: method and (lambda target: method(target, argument))
    changing("Update", size, bound(peer.update, updates), changed, True)
    changing("Remove", len(doomed), bound(peer.remove, doomed), shrunk, True)
    changing("Persistent Insert", len(fresh), bound(peer.persistent_insert, fresh), grown, False)
    changing("Persistent Remove", len(doomed), bound(peer.persistent_remove, doomed), shrunk, False)
    if peer.fork is not None:
        kept = lambda _: unchanged(base)
        reading("Fork", len(fresh), bound(peer.fork, fresh), kept)
    # Whatever a persistent operation did, the map it started from is what it was.
    for operation in all_right:
        result = operation.work(operation.make())
        if not operation.right(result) or not unchanged(base):
            raise AssertionError(f"{peer.name}: wrong answer of {operation.name}")
    return all_right


def timed(operation: Operation, size: int) -> float:
    """Nanoseconds an operation takes, loop included."""
    passes = max(1, TIMED_TOGETHER // operation.count)
    if not operation.shared:
        passes = max(1, min(passes, ENTRIES_TOGETHER // size))
    states = [operation.make() for _ in range(passes)]
    work = operation.work
    gc.collect()
    gc.disable()
    try:
        elapsed = 0
        for state in states:
            start = perf_counter_ns()
            result = work(state)
            elapsed += perf_counter_ns() - start
            del result  # dropping the new map is outside the clock, as in the other peers
    finally:
        gc.enable()
    return elapsed / (passes * operation.count)


# ---- the keys -------------------------------------------------------------------------------


def words(rng: random.Random, count: int) -> list:
    """Words out of the file HAMT_WORDS, or made up: pronounceable, of 4 to 14 letters."""
    path = os.environ.get("HAMT_WORDS")
    if path:
        with open(path, encoding="utf-8") as lines:
            return list(dict.fromkeys(filter(None, (line.strip() for line in lines))))[:count]
    seen = {}
    while len(seen) < count:
        syllables = rng.randint(2, 7)
        word = "".join(rng.choice("bdfghklmnprstvz") + rng.choice("aeiou") for _ in range(syllables))
        seen[word] = None
    return list(seen)


def keys_of(dataset: str, scale: int, seed: int) -> Optional[Keys]:
    """As the Rust side divides them: N present, N missing, a tenth new, a hundredth to go."""
    rng = random.Random(seed ^ scale)
    fresh = max(scale // 10, 100)
    total = 2 * scale + fresh
    if dataset == "Random Integers":
        seen = {}
        while len(seen) < total:
            seen[rng.getrandbits(64)] = None
        keys = list(seen)
    elif dataset == "Sequential Integers":
        keys = list(range(total))
    else:
        keys = words(rng, total)
        if len(keys) < total:
            return None
        rng.shuffle(keys)
    entries = [(key, rng.getrandbits(60) << 3 | 1 << 62) for key in keys[: scale + fresh]]
    present, fresh_entries = entries[:scale], entries[scale:]
    queries = [key for key, _ in present]
    rng.shuffle(queries)
    missing = keys[scale + fresh :]
    rng.shuffle(missing)
    doomed = queries[scale - min(scale, max(scale // 100, 100)) :]
    return Keys(present, queries, missing, fresh_entries, doomed)


# ---- the run --------------------------------------------------------------------------------


def tell(text: str) -> None:
    print(f"python_peers: {text}", file=sys.stderr, flush=True)


def loop_cost() -> float:
    """Nanoseconds a turn of an empty loop takes."""
    keys = list(range(1_000_000))
    best = None
    for _ in range(5):
        start = perf_counter_ns()
        for _key in keys:
            pass
        elapsed = perf_counter_ns() - start
        best = elapsed if best is None else min(best, elapsed)
    return best / len(keys)


def chosen(names: list) -> list:
    peers = []
    for name in names:
        try:
            peers.append(PEERS[name]())
        except ImportError as error:
            tell(f"skipped {name}: {error} (pip install -r hamt-bench/external/requirements.txt)")
    return peers


def arguments() -> argparse.Namespace:
    quick = os.environ.get("HAMT_BENCH_QUICK", "") not in ("", "0")
    scales = os.environ.get("HAMT_BENCH_SCALES") or "1000,10000,100000"
    seed = os.environ.get("HAMT_BENCH_SEED") or "2025"
    parser = argparse.ArgumentParser(description="Times Python's maps, and prints CSV of totals.")
    number_list = lambda text: [int(part) for part in text.split(",")]
    parser.add_argument("--scales", type=number_list, default=scales, metavar="N,...")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--rounds", type=int, default=3 if quick else 7)
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=list(PEERS))
    found = parser.parse_args()
    if min(found.scales) < 1 or found.rounds < 1:
        parser.error("scales and rounds are at least 1")
    return found


def main() -> None:
    wanted = arguments()
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(HEADER)
    peers = chosen(wanted.peers)
    tell(
        f"Python {platform.python_version()}; figures include the loop, "
        f"{loop_cost():.1f} ns a turn; no garbage collection while the clock runs"
    )
    for dataset in ("Random Integers", "Sequential Integers", "Words"):
        for scale in wanted.scales:
            keys = keys_of(dataset, scale, wanted.seed)
            if keys is None:
                tell(f"skipped {dataset} at {scale}: HAMT_WORDS has too few words")
                continue
            fits = lambda peer: dataset in peer.sets and scale <= (peer.limit or scale)
            work = [(peer, operations(peer, keys)) for peer in peers if fits(peer)]
            for repeat in range(wanted.rounds):
                for peer, all_operations in work:
                    for operation in all_operations:
                        each = timed(operation, scale)
                        total = round(each * scale)
                        rate = round(1e9 / each) if each else 0
                        method = f"{peer.name}@{peer.version}"
                        row = (method, dataset, operation.name, scale, total, rate, f"{each:.3f}", repeat)
                        rows.writerow(row)
                sys.stdout.flush()


if __name__ == "__main__":
    main()
