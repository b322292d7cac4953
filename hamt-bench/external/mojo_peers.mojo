"""Times Mojo's Dict, for `hamt-bench external` (the contract is in README.md beside this file).

Every timed pass returns a checksum that is compared with what it must be, so that nothing is
optimised away or wrong. The loop over the keys is part of every figure.
"""

from std.os import getenv
from std.time import perf_counter_ns

comptime Map = Dict[UInt64, UInt64]
comptime Words = List[UInt64]

# Operations that are timed together at least, for the clock's sake, but never more maps at once
# than hold so many entries, for the cache's sake.
comptime TIMED_TOGETHER = 20_000
comptime ENTRIES_TOGETHER = 16_384
# A map that is copied as a whole for each change: up to this size, this many changes.
comptime COPY_LIMIT = 10_000
comptime COPY_CHANGES = 100


@fieldwise_init
struct Generator(Copyable, Movable):
    """SplitMix64."""

    var state: UInt64

    def next(mut self) -> UInt64:
        self.state += 0x9E3779B97F4A7C15
        var x = self.state
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB
        return x ^ (x >> 31)

    def shuffle(mut self, mut list: Words):
        for last in range(len(list) - 1, 0, -1):
            var other = Int(self.next() % UInt64(last + 1))
            var moved = list[last]
            list[last] = list[other]
            list[other] = moved


def value_of(key: UInt64) -> UInt64:
    return key * 8 + 1


def sum_of_values(keys: Words) -> UInt64:
    var total: UInt64 = 0
    for key in keys:
        total += value_of(key)
    return total


struct Keys(Movable):
    """Divided as on the Rust side: N present, N missing, a tenth new, a hundredth to go."""

    var dataset: String
    var present: Words
    var queries: Words
    var missing: Words
    var fresh: Words
    var doomed: Words

    def __init__(out self, dataset: String, scale: Int, seed: UInt64):
        self.dataset = dataset
        var fresh = max(scale // 10, 100)
        var generator = Generator(seed ^ UInt64(scale))
        var all = Words()
        for number in range(2 * scale + fresh):
            # SplitMix64 gives each number once in its period.
            all.append(generator.next() if dataset == "Random Integers" else UInt64(number))
        self.present = Words(all[0:scale])
        self.fresh = Words(all[scale : scale + fresh])
        self.missing = Words(all[scale + fresh : len(all)])
        self.queries = self.present.copy()
        generator.shuffle(self.queries)
        generator.shuffle(self.missing)
        var gone = min(scale, max(scale // 100, 100))
        self.doomed = Words(self.queries[scale - gone : scale])


def build(keys: Words) raises -> Map:
    var map = Map()
    for key in keys:
        map[key] = value_of(key)
    return map^


def check(what: String, found: UInt64, wanted: UInt64) raises:
    if found != wanted:
        raise Error("wrong answer of ", what, ": ", found, ", not ", wanted)


def passes(operations: Int) -> Int:
    return max(1, TIMED_TOGETHER // operations)


def copies(operations: Int, scale: Int) -> Int:
    return max(1, min(passes(operations), ENTRIES_TOGETHER // scale))


def report(
    method: String, keys: Keys, operation: String, operations: Int, elapsed: Int, repeat: Int
):
    var scale = len(keys.present)
    var each = Float64(elapsed) / Float64(operations)
    var total = Int(each * Float64(scale))
    var rate = Int(1e9 / each) if each > 0 else 0
    print(
        method, ",", keys.dataset, ",", operation, ",", scale, ",", total, ",", rate,
        ",", each, ",", repeat, sep="",
    )


def time_dict(keys: Keys, repeat: Int) raises:
    var method = "mojo-dict"
    var scale = len(keys.present)
    var map = build(keys.present)
    var all = sum_of_values(keys.present)

    var count = copies(scale, scale)
    var elapsed = 0
    for _ in range(count):
        var start = perf_counter_ns()
        var made = build(keys.present)
        elapsed += perf_counter_ns() - start
        check("build", UInt64(len(made)), UInt64(scale))
    report(method, keys, "Build", count * scale, elapsed, repeat)

    count = passes(scale)
    var sum: UInt64 = 0
    var start = perf_counter_ns()
    for _ in range(count):
        for key in keys.queries:
            sum += map[key]
    elapsed = perf_counter_ns() - start
    check("query", sum, all * UInt64(count))
    report(method, keys, "Query", count * scale, elapsed, repeat)

    var misses = 0
    start = perf_counter_ns()
    for _ in range(count):
        for key in keys.missing:
            if key not in map:
                misses += 1
    elapsed = perf_counter_ns() - start
    check("query_miss", UInt64(misses), UInt64(count * scale))
    report(method, keys, "Query Miss", count * scale, elapsed, repeat)

    sum = 0
    start = perf_counter_ns()
    for _ in range(count):
        for value in map.values():
            sum += value
    elapsed = perf_counter_ns() - start
    check("iterate", sum, all * UInt64(count))
    report(method, keys, "Iterate", count * scale, elapsed, repeat)

    # Each pass adds to what the one before left, so that all of them change every value.
    start = perf_counter_ns()
    for step in range(count):
        for key in keys.queries:
            map[key] = key + UInt64(step)
    elapsed = perf_counter_ns() - start
    sum = 0
    for key in keys.present:
        sum += map[key] - key
    check("update", sum, UInt64((count - 1) * scale))
    report(method, keys, "Update", count * scale, elapsed, repeat)

    count = copies(len(keys.doomed), scale)
    elapsed = 0
    for _ in range(count):
        var made = build(keys.present)
        sum = 0
        start = perf_counter_ns()
        for key in keys.doomed:
            sum += made.pop(key)
        elapsed += perf_counter_ns() - start
        check("remove", sum, sum_of_values(keys.doomed))
        check("remove", UInt64(len(made)), UInt64(scale - len(keys.doomed)))
    report(method, keys, "Remove", count * len(keys.doomed), elapsed, repeat)


def time_copies(keys: Keys, repeat: Int) raises:
    var method = "mojo-dict-copy"
    var scale = len(keys.present)
    var fresh = Words(keys.fresh[0 : min(COPY_CHANGES, len(keys.fresh))])
    var doomed = Words(keys.doomed[0 : min(COPY_CHANGES, len(keys.doomed))])

    var map = build(keys.present)
    var lengths = 0
    var start = perf_counter_ns()
    for key in fresh:
        var other = map.copy()
        other[key] = value_of(key)
        lengths += len(other)
    var elapsed = perf_counter_ns() - start
    check("fork", UInt64(lengths), UInt64(len(fresh) * (scale + 1)))
    check("fork", UInt64(len(map)), UInt64(scale))
    report(method, keys, "Fork", len(fresh), elapsed, repeat)

    start = perf_counter_ns()
    for key in fresh:
        var other = map.copy()
        other[key] = value_of(key)
        map = other^
    elapsed = perf_counter_ns() - start
    check("persistent insert", UInt64(len(map)), UInt64(scale + len(fresh)))
    report(method, keys, "Persistent Insert", len(fresh), elapsed, repeat)

    map = build(keys.present)
    start = perf_counter_ns()
    for key in doomed:
        var other = map.copy()
        _ = other.pop(key)
        map = other^
    elapsed = perf_counter_ns() - start
    check("persistent remove", UInt64(len(map)), UInt64(scale - len(doomed)))
    report(method, keys, "Persistent Remove", len(doomed), elapsed, repeat)


def unsigned(text: String) raises -> UInt64:
    """A number of 64 bits, all of them used."""
    var number: UInt64 = 0
    for byte in text.as_bytes():
        if byte < 48 or byte > 57:
            raise Error("not a number: ", text)
        number = number * 10 + UInt64(byte - 48)
    return number


def main() raises:
    var rounds = 3 if getenv("HAMT_BENCH_QUICK", "0") == "1" else 7
    var seed = unsigned(getenv("HAMT_BENCH_SEED", "2025"))
    print(
        "method,dataset_type,operation,size,total_time_ns,ops_per_sec,ns_per_op,repeat"
    )
    var datasets: List[String] = ["Random Integers", "Sequential Integers"]
    for dataset in datasets:
        for text in getenv("HAMT_BENCH_SCALES", "1000,10000,100000").split(","):
            var scale = Int(text)
            if scale < 1:
                raise Error("a scale below 1: ", text)
            var keys = Keys(dataset, scale, seed)
            for repeat in range(rounds):
                time_dict(keys, repeat)
                if scale <= COPY_LIMIT:
                    time_copies(keys, repeat)
