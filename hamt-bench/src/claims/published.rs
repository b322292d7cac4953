//! Claims of others that a run can test.

use super::Expected::{About, AtLeast, AtMost, Between};
use super::{Claim, Expected, Quantity, Source, Term, Test};

/// libhamt where it is installed, else our C HAMT, which has its design.
const LIBHAMT: &[&str] = &["libhamt", "c-hamt"];
/// Bagwell's design: our C HAMT, else libhamt.
const CLASSIC: &[&str] = &["c-hamt", "libhamt"];

const LIBHAMT_README: Source = Source {
    name: "libhamt, README",
    year: 2024,
    version: "commit 100ec3e",
};
const HAMT_BENCH_README: Source = Source {
    name: "the hamt-bench suite, README",
    year: 2023,
    version: "commit d5dd659",
};
const BAGWELL: Source = Source {
    name: "Bagwell, Ideal Hash Trees",
    year: 2001,
    version: "LAMP-REPORT-2001-001, abstract",
};
const IMBL_DOCS: Source = Source {
    name: "imbl, documentation",
    year: 2026,
    version: "7.0.2",
};
const IM_DOCS: Source = Source {
    name: "im, documentation",
    year: 2022,
    version: "15.1.0",
};
const IMBL_129: Source = Source {
    name: "jneem/imbl, pull request 129",
    year: 2025,
    version: "description",
};
const IMBL_131: Source = Source {
    name: "jneem/imbl, pull request 131",
    year: 2025,
    version: "description, 2025-08-16",
};
const IMBL_73: Source = Source {
    name: "jneem/imbl, pull request 73",
    year: 2024,
    version: "description, 2024-03-16",
};
const IMBL_154: Source = Source {
    name: "jneem/imbl, issue 154",
    year: 2026,
    version: "comment, 2026-03-03",
};
const RPDS: Source = Source {
    name: "rpds, README",
    year: 2026,
    version: "1.2.1",
};
const HASHBROWN: Source = Source {
    name: "hashbrown, README",
    year: 2026,
    version: "0.17.1",
};
const AGAVE: Source = Source {
    name: "anza-xyz/agave, pull request 7770",
    year: 2025,
    version: "description, 2025-08-28",
};

const ANOTHER_MACHINE: &str = "Nanoseconds of another machine.";
const TREE: &str = "Theirs is libavl's AVL and red-black tree; here it is glibc's tsearch, a \
                    red-black tree as well.";
const PATH_COPYING: &str = "The source does not say whether updates are in place; its figures \
                            look like path copying, so that is what is compared.";

const fn term(products: &'static [&'static str], measurement: &'static str) -> Term {
    Term {
        products,
        measurement,
    }
}

/// Two products at one workload, over all scales.
const fn versus(
    of: &'static [&'static str],
    over: &'static [&'static str],
    measurement: &'static str,
) -> Quantity {
    within(of, over, measurement, 0, u64::MAX)
}

const fn within(
    of: &'static [&'static str],
    over: &'static [&'static str],
    measurement: &'static str,
    from: u64,
    to: u64,
) -> Quantity {
    Quantity::Ratio {
        of: term(of, measurement),
        over: term(over, measurement),
        from,
        to,
    }
}

/// One product at two workloads, over all scales.
const fn between(
    product: &'static [&'static str],
    of: &'static str,
    over: &'static str,
) -> Quantity {
    Quantity::Ratio {
        of: term(product, of),
        over: term(product, over),
        from: 0,
        to: u64::MAX,
    }
}

const fn claim(
    source: Source,
    says: &'static str,
    quantity: Quantity,
    expected: Expected,
    remark: &'static str,
) -> Claim {
    Claim {
        source,
        says,
        test: Test::Measure { quantity, expected },
        remark,
    }
}

pub(super) const CLAIMS: &[Claim] = &[
    claim(
        LIBHAMT_README,
        "A query takes twice as long as GLib's hash table needs, in small maps",
        within(LIBHAMT, &["glib"], "query", 1_000, 1_000),
        About(2.0),
        "",
    ),
    claim(
        LIBHAMT_README,
        "Against GLib's hash table, queries get worse as the map grows",
        Quantity::Trend {
            of: term(LIBHAMT, "query"),
            over: term(&["glib"], "query"),
        },
        AtLeast(1.0),
        "",
    ),
    claim(
        LIBHAMT_README,
        "A query takes 20 times as long as hsearch needs, in small maps (and the author doubts it)",
        within(LIBHAMT, &["glibc-hsearch"], "query", 1_000, 1_000),
        About(20.0),
        "Theirs is macOS's hsearch, ours glibc's with numbers written out as strings: two unlike \
         programs behind one interface.",
    ),
    claim(
        LIBHAMT_README,
        "Balanced binary trees take 5 times as long for a query",
        versus(&["glibc-tsearch"], LIBHAMT, "query"),
        About(5.0),
        TREE,
    ),
    claim(
        LIBHAMT_README,
        "Balanced binary trees take 1.5 to 4 times as long for an insert in place",
        versus(&["glibc-tsearch"], LIBHAMT, "insert"),
        Between(1.5, 4.0),
        TREE,
    ),
    claim(
        LIBHAMT_README,
        "Balanced binary trees take 1.5 to 5 times as long to remove in place",
        versus(&["glibc-tsearch"], LIBHAMT, "remove"),
        Between(1.5, 5.0),
        TREE,
    ),
    claim(
        LIBHAMT_README,
        "With a table cache, a persistent insert is faster than a red-black tree's insert in \
         place from about 1e5 entries on",
        Quantity::Ratio {
            of: term(&["glibc-tsearch"], "insert"),
            over: term(LIBHAMT, "persistent_insert"),
            from: 100_000,
            to: u64::MAX,
        },
        AtLeast(1.0),
        TREE,
    ),
    claim(
        HAMT_BENCH_README,
        "libhamt's queries at 1e5 entries took 64 to 122 ns, by version",
        Quantity::Figure {
            of: term(LIBHAMT, "query"),
            at: 100_000,
        },
        Between(63.6, 122.0),
        ANOTHER_MACHINE,
    ),
    claim(
        BAGWELL,
        "Looking for what is absent costs less than finding what is there",
        between(CLASSIC, "query_miss", "query"),
        AtMost(1.0),
        "",
    ),
    claim(
        BAGWELL,
        "The time of a search does not depend on the number of keys",
        Quantity::Growth {
            of: term(CLASSIC, "query"),
        },
        About(1.0),
        "True of the steps, not of the caches that a map outgrows.",
    ),
    claim(
        BAGWELL,
        "Faster than double hashing, in searches",
        versus(CLASSIC, &["glibc-hsearch"], "query"),
        AtMost(1.0),
        "glibc's hsearch hashes doubly, but its keys are strings.",
    ),
    claim(
        BAGWELL,
        "Less space than double hashing",
        versus(CLASSIC, &["glibc-hsearch"], "bytes"),
        AtMost(1.0),
        "hsearch is told the number of entries beforehand, and so has no table half empty.",
    ),
    claim(
        IMBL_DOCS,
        "Its HashMap is almost neck and neck with std's: look-ups",
        versus(&["imbl"], &["std"], "query"),
        About(1.0),
        "Both with ahash here.",
    ),
    claim(
        IMBL_DOCS,
        "Its HashMap in place is almost as fast as std's: inserts",
        versus(&["imbl"], &["std"], "insert"),
        About(1.0),
        "Both with ahash here.",
    ),
    claim(
        IMBL_DOCS,
        "In place is about an order of magnitude faster than making a new version",
        between(&["imbl"], "persistent_insert", "insert"),
        About(10.0),
        "",
    ),
    claim(
        IM_DOCS,
        "The HashMap of im is almost neck and neck with std's: look-ups",
        versus(&["im"], &["std"], "query"),
        About(1.0),
        "Both with ahash here.",
    ),
    claim(
        IM_DOCS,
        "In im, in place is about an order of magnitude faster than making a new version",
        between(&["im"], "persistent_insert", "insert"),
        About(10.0),
        "",
    ),
    claim(
        IMBL_129,
        "Small nodes bring a map of 1e5 pairs of u64 to 11.1 MB: 111 bytes an entry",
        Quantity::Figure {
            of: term(&["imbl"], "bytes"),
            at: 100_000,
        },
        About(110.6),
        "Counted from nodes by the author, before pull request 131.",
    ),
    claim(
        IMBL_131,
        "1e4 inserts in place into an empty map take 407 us: 40.7 ns each",
        Quantity::Figure {
            of: term(&["imbl"], "build"),
            at: 10_000,
        },
        About(40.7),
        ANOTHER_MACHINE,
    ),
    claim(
        IMBL_131,
        "Iterating over 1e4 entries takes 58 us: 5.8 ns each",
        Quantity::Figure {
            of: term(&["imbl"], "iterate"),
            at: 10_000,
        },
        About(5.8),
        ANOTHER_MACHINE,
    ),
    claim(
        IMBL_73,
        "imbl iterates about as fast as rpds",
        versus(&["imbl"], &["rpds-arc"], "iterate"),
        About(1.0),
        "",
    ),
    claim(
        IMBL_154,
        "At 1e6, imbl's insert takes 1.38 times as long as rpds's",
        within(
            &["imbl"],
            &["rpds-arc"],
            "persistent_insert",
            1_000_000,
            1_000_000,
        ),
        About(863.0 / 625.0),
        PATH_COPYING,
    ),
    claim(
        IMBL_154,
        "At 1e6, imbl's get takes 0.43 of the time of rpds's",
        within(&["imbl"], &["rpds-arc"], "query", 1_000_000, 1_000_000),
        About(9.0 / 21.0),
        "",
    ),
    claim(
        IMBL_154,
        "At 1e6, imbl's remove takes 1.9 times as long as rpds's",
        within(
            &["imbl"],
            &["rpds-arc"],
            "persistent_remove",
            1_000_000,
            1_000_000,
        ),
        About(1100.0 / 570.0),
        PATH_COPYING,
    ),
    claim(
        IMBL_154,
        "At 1e6, imbl takes 0.92 of the memory of rpds",
        within(&["imbl"], &["rpds-arc"], "bytes", 1_000_000, 1_000_000),
        About(119.52 / 129.73),
        "The payload of the source's entries is not known.",
    ),
    claim(
        RPDS,
        "Rc instead of Arc can make some operations twice as fast: persistent inserts",
        versus(&["rpds-arc"], &["rpds-rc"], "persistent_insert"),
        About(2.0),
        "The Arc here is triomphe's, which counts no weak references.",
    ),
    claim(
        RPDS,
        "Rc instead of Arc can make some operations twice as fast: dropping a map",
        versus(&["rpds-arc"], &["rpds-rc"], "drop"),
        About(2.0),
        "The Arc here is triomphe's, which counts no weak references.",
    ),
    claim(
        HASHBROWN,
        "One byte of overhead a slot: 19.4 to 38.9 bytes for 16 of payload, by load",
        Quantity::Figure {
            of: term(&["hashbrown"], "bytes"),
            at: 1_000_000,
        },
        Between(17.0 / 0.875, 17.0 / 0.4375),
        "The README says one byte; the range is our arithmetic, for tables between 7/16 and 7/8 \
         full.",
    ),
    claim(
        AGAVE,
        "Iterating over an im HashMap of 1e6 entries takes 200 ms: 200 ns an entry",
        Quantity::Figure {
            of: term(&["im"], "iterate"),
            at: 1_000_000,
        },
        About(200.0),
        "Their entries are larger; a full run measures im at 1e6, a default run does not.",
    ),
];
