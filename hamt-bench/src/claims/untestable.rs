//! Claims that no run of this benchmark can test, each with the reason.

use super::{Claim, Source, Test};

/// A source that was not read itself, but quoted in this project's survey of other maps.
const SURVEY: &str = "as quoted in a survey, 2026-11";
const JVM: &str = "the maps run on the JVM (or a script engine); no such peer is measured";

const fn claim(
    name: &'static str,
    year: u16,
    version: &'static str,
    says: &'static str,
    reason: &'static str,
) -> Claim {
    Claim {
        source: Source {
            name,
            year,
            version,
        },
        says,
        test: Test::Untestable(reason),
        remark: "",
    }
}

pub(super) const CLAIMS: &[Claim] = &[
    claim(
        "Steindorfer and Vinju, OOPSLA (CHAMP)",
        2015,
        "abstract",
        "Iteration is 1.3 to 6.7 times as fast as in Clojure's and Scala's maps of the time",
        "the maps run on the JVM; nearest here is iterate of hamt, which takes over CHAMP's two \
         bitmaps, against im and c-hamt, which do not",
    ),
    claim(
        "Steindorfer and Vinju, OOPSLA (CHAMP)",
        2015,
        "abstract",
        "Equality checks are 3 to 25.4 times as fast as in Clojure's and Scala's maps of the time",
        "the maps run on the JVM, and equality is no workload of this benchmark",
    ),
    claim(
        "Bolivar Puente, ICFP (immer)",
        2017,
        "abstract",
        "With transients, performance comparable to mutable arrays can be had in many situations",
        "it is about vectors, in C++; this benchmark measures maps",
    ),
    claim(
        "arximboldi/immer, issue 209",
        2026,
        SURVEY,
        "Transients build large maps up to 10 times as fast as persistent inserts",
        "immer is C++ and no peer; the same question for imbl and im is tested above",
    ),
    claim(
        "scala/scala, pull request 7192",
        2018,
        "comment, 2018-09-11",
        "Structural concat of two maps is 3 to 5 times as fast",
        JVM,
    ),
    claim(
        "scala/collection-strawman, pull request 342",
        2026,
        SURVEY,
        "A CHAMP set gains nothing in speed, and small sets lose 15 % or more",
        JVM,
    ),
    claim(
        "data.int-map, README",
        2026,
        SURVEY,
        "A parallel merge of 1e6 entries takes 273 ms where into {} takes 630",
        JVM,
    ),
    claim(
        "arximboldi/immer, issue 311, on ClojureDart",
        2025,
        "description, 2025-11-27",
        "Structural merges are 100 times as fast",
        "neither the product nor merging is measured here",
    ),
    claim(
        "jneem/imbl, pull request 131",
        2025,
        "description, 2025-08-16",
        "SIMD leaves take 35 % off 1e4 inserts in place, 12 % off 1e5",
        "it compares two versions of imbl; a run has one",
    ),
    claim(
        "jneem/imbl, issue 154",
        2026,
        "comment, 2026-03-03",
        "champ-trie builds a map of 1e6 entries in 0.68 of imbl's time",
        "champ-trie needs Rust 1.96 and is no peer",
    ),
    claim(
        "champ-trie, release 0.3.0",
        2026,
        SURVEY,
        "Look-ups take 1.11 to 1.34 times as long as in 0.2, building 65k entries half as long",
        "champ-trie needs Rust 1.96 and is no peer",
    ),
    claim(
        "immutable-chunkmap, README",
        2025,
        "2.1.1",
        "At best, copy-on-write updates stay within twice the time of a BTreeMap's",
        "immutable-chunkmap is no peer",
    ),
    claim(
        "hashbrown, README",
        2026,
        "0.17.1",
        "About twice as fast as std's earlier HashMap",
        "that HashMap went with Rust 1.36; std's is hashbrown since",
    ),
    claim(
        "imbl, documentation",
        2026,
        "7.0.2",
        "OrdMap takes 2 to 3 times as long as std's BTreeMap",
        "of imbl, the hash map alone is a peer",
    ),
    claim(
        "stellar/rs-soroban-env, issue 200",
        2026,
        SURVEY,
        "An empty im HashMap takes about 2700 bytes",
        "the least map measured has 1000 entries",
    ),
    claim(
        "getsentry/sentry-rust, pull request 305",
        2021,
        "comment, 2021-01-08",
        "Maps of 10 to 30 tags are 18 to 26 % faster as std's map behind Arc::make_mut than in im",
        "the least map measured has 1000 entries",
    ),
    claim(
        "zingolabs/zaino, pull request 1579",
        2026,
        "description, 2026-09-17",
        "Publishing 8 snapshots that are kept takes 84 % less time with imbl, walks 27 % and look-ups \
         13 % more",
        "an application's figures, of blocks behind Arc and an ordered index beside the map",
    ),
];
