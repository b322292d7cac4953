//! This project's own goals (PROFILING.md, "Against the goals"), held to the same test.

use super::Expected::AtMost;
use super::{Claim, Quantity, Source, Term, Test};
use crate::record::OURS;

const GOALS: Source = Source {
    name: "this project, PROFILING.md",
    year: 2026,
    version: "its goals",
};

/// Ours over a peer is to be at most `limit`, at scales from `from` to `to`.
const fn goal(
    says: &'static str,
    measurement: &'static str,
    peer: &'static [&'static str],
    (from, to): (u64, u64),
    limit: f64,
) -> Claim {
    Claim {
        source: GOALS,
        says,
        test: Test::Measure {
            quantity: Quantity::Ratio {
                of: Term {
                    products: &[OURS],
                    measurement,
                },
                over: Term {
                    products: peer,
                    measurement,
                },
                from,
                to,
            },
            expected: AtMost(limit),
        },
        remark: "",
    }
}

const fn bytes(says: &'static str, measurement: &'static str, at: u64, limit: f64) -> Claim {
    Claim {
        source: GOALS,
        says,
        test: Test::Measure {
            quantity: Quantity::Figure {
                of: Term {
                    products: &[OURS],
                    measurement,
                },
                at,
            },
            expected: AtMost(limit),
        },
        remark: "",
    }
}

const USUAL: (u64, u64) = (1_000, 1_000_000);

pub(super) const CLAIMS: &[Claim] = &[
    goal(
        "A look-up takes at most 2.8 times as long as hashbrown's",
        "query",
        &["hashbrown"],
        USUAL,
        2.8,
    ),
    goal(
        "A look-up takes at most 0.9 of imbl's time",
        "query",
        &["imbl"],
        USUAL,
        0.9,
    ),
    goal(
        "A look-up takes at most 0.35 of a classic C HAMT's time",
        "query",
        &["c-hamt"],
        USUAL,
        0.35,
    ),
    goal(
        "Building by inserts takes at most 0.85 of imbl's time",
        "build",
        &["imbl"],
        USUAL,
        0.85,
    ),
    goal(
        "Building by inserts takes at most 0.85 of a classic C HAMT's time",
        "build",
        &["c-hamt"],
        USUAL,
        0.85,
    ),
    goal(
        "A bulk build of 1e6 entries takes no longer than hashbrown's",
        "collect",
        &["hashbrown"],
        (1_000_000, 1_000_000),
        1.0,
    ),
    goal(
        "Removing takes at most 0.85 of imbl's time",
        "remove",
        &["imbl"],
        USUAL,
        0.85,
    ),
    goal(
        "A persistent insert takes at most a quarter of imbl's time",
        "persistent_insert",
        &["imbl"],
        USUAL,
        0.25,
    ),
    goal(
        "A persistent insert takes at most a quarter of rpds's time",
        "persistent_insert",
        &["rpds-arc"],
        USUAL,
        0.25,
    ),
    goal(
        "A persistent insert takes no longer than a classic C HAMT's, which leaks",
        "persistent_insert",
        &["c-hamt"],
        USUAL,
        1.0,
    ),
    goal(
        "A persistent removal takes at most a quarter of imbl's time",
        "persistent_remove",
        &["imbl"],
        USUAL,
        0.25,
    ),
    goal(
        "A persistent removal takes no longer than a classic C HAMT's, which leaks",
        "persistent_remove",
        &["c-hamt"],
        USUAL,
        1.0,
    ),
    goal(
        "A fork takes at most a quarter of imbl's time",
        "fork",
        &["imbl"],
        USUAL,
        0.25,
    ),
    goal(
        "Iterating over 1e6 entries takes at most twice hashbrown's time",
        "iterate",
        &["hashbrown"],
        (1_000_000, 1_000_000),
        2.0,
    ),
    bytes(
        "26 bytes an entry at most, at 1e6",
        "bytes",
        1_000_000,
        26.0,
    ),
    bytes(
        "20 bytes an entry at most after a bulk build, at 1e6",
        "bytes_collect",
        1_000_000,
        20.0,
    ),
];
