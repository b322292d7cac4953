//! Claims judged on runs made up for it.

mod common;

use common::{in_bytes, info, sample};
use hamt_bench::cells::Grid;
use hamt_bench::claims::{Claim, Expected, Quantity, Source, Term, Test, Verdict};
use hamt_bench::record::{Run, Sample};

fn grid(samples: Vec<Sample>) -> Grid {
    Grid::of(&[Run {
        info: info("one"),
        complete: true,
        samples,
    }])
}

fn claim(quantity: Quantity, expected: Expected) -> Claim {
    Claim {
        source: Source {
            name: "a test",
            year: 2026,
            version: "1",
        },
        says: "something",
        test: Test::Measure { quantity, expected },
        remark: "",
    }
}

const fn term(products: &'static [&'static str], measurement: &'static str) -> Term {
    Term {
        products,
        measurement,
    }
}

/// c-hamt takes 2, 4 and 8 times as long as glib at 1e3, 1e4 and 1e5; alone it is at 1e6 too.
fn queries() -> Grid {
    grid(vec![
        sample("c-hamt", "query", 1_000, 0, 20.0),
        sample("c-hamt", "query", 10_000, 0, 40.0),
        sample("c-hamt", "query", 100_000, 0, 80.0),
        sample("c-hamt", "query", 1_000_000, 0, 300.0),
        sample("glib", "query", 1_000, 0, 10.0),
        sample("glib", "query", 10_000, 0, 10.0),
        sample("glib", "query", 100_000, 0, 10.0),
        common::on_keys(sample("glib", "query", 100_000, 0, 1.0), "words"),
        sample("c-hamt", "query_miss", 1_000, 0, 5.0),
        in_bytes(sample("c-hamt", "bytes", 1_000, 0, 40.0)),
    ])
}

const STAND_IN: &[&str] = &["libhamt", "c-hamt"];

fn ratio(from: u64, to: u64) -> Quantity {
    Quantity::Ratio {
        of: term(STAND_IN, "query"),
        over: term(&["glib"], "query"),
        from,
        to,
    }
}

fn verdict(quantity: Quantity, expected: Expected) -> Verdict {
    claim(quantity, expected).judge(&queries())
}

/// The value of a claim that was tested, and the factor by which it differs (1 if it agrees).
fn outcome(quantity: Quantity, expected: Expected) -> (f64, f64, String) {
    match verdict(quantity, expected) {
        Verdict::Agrees(measured) => (measured.value, 1.0, measured.what),
        Verdict::Differs(measured, miss) => (measured.value, miss, measured.what),
        Verdict::NotHere(reason) => panic!("{reason}"),
    }
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9 * right.abs()
}

#[test]
fn ratios_are_means_over_common_scales_and_name_the_stand_in() {
    let (value, miss, what) = outcome(ratio(0, u64::MAX), Expected::About(4.5));
    assert!(near(value, 4.0) && near(miss, 1.0));
    assert_eq!(what, "query: c-hamt / glib, 1e3 to 1e5");
    let (value, miss, what) = outcome(ratio(1_000, 1_000), Expected::About(20.0));
    assert!(near(value, 2.0) && near(miss, 0.1));
    assert_eq!(what, "query: c-hamt / glib, at 1e3");
    let (value, miss, _) = outcome(ratio(10_000, 100_000), Expected::Between(1.0, 2.0));
    assert!(near(value, 32.0_f64.sqrt()) && near(miss, 32.0_f64.sqrt() / 2.0));
}

#[test]
fn the_tolerance_is_a_factor_of_one_and_a_half_either_way() {
    for (claimed, agrees) in [(2.7, true), (5.9, true), (2.6, false), (6.1, false)] {
        let found = verdict(ratio(0, u64::MAX), Expected::About(claimed));
        assert_eq!(
            matches!(found, Verdict::Agrees(_)),
            agrees,
            "{claimed}: {found:?}"
        );
    }
    for (limit, agrees) in [(4.0, true), (2.7, true), (2.6, false)] {
        let found = verdict(ratio(0, u64::MAX), Expected::AtMost(limit));
        assert_eq!(
            matches!(found, Verdict::Agrees(_)),
            agrees,
            "{limit}: {found:?}"
        );
    }
}

#[test]
fn trends_growth_figures_and_two_workloads_of_one_product() {
    let (of, over) = (term(STAND_IN, "query"), term(&["glib"], "query"));
    let (value, _, what) = outcome(Quantity::Trend { of, over }, Expected::AtLeast(1.0));
    assert!(near(value, 4.0));
    assert_eq!(what, "query: c-hamt / glib, 1e5 / 1e3");
    let (value, miss, what) = outcome(Quantity::Growth { of }, Expected::About(1.0));
    assert!(near(value, 15.0) && near(miss, 15.0));
    assert_eq!(what, "query of c-hamt, 1e6 / 1e3");
    let figure = Quantity::Figure {
        of: term(&["c-hamt"], "bytes"),
        at: 1_000,
    };
    let (value, miss, what) = outcome(figure, Expected::Between(30.0, 50.0));
    assert!(near(value, 40.0) && near(miss, 1.0));
    assert_eq!(what, "bytes of c-hamt at 1e3");
    let misses = Quantity::Ratio {
        of: term(&["c-hamt"], "query_miss"),
        over: of,
        from: 0,
        to: u64::MAX,
    };
    let (value, _, what) = outcome(misses, Expected::AtMost(1.0));
    assert!(near(value, 0.25));
    assert_eq!(what, "c-hamt query_miss / c-hamt query, at 1e3");
}

#[test]
fn what_was_not_measured_is_named() {
    let reason = |quantity| match verdict(quantity, Expected::About(1.0)) {
        Verdict::NotHere(reason) => reason,
        other => panic!("{other:?}"),
    };
    let absent = Quantity::Growth {
        of: term(&["libhamt", "judy"], "query"),
    };
    assert_eq!(reason(absent), "this run has no query of libhamt or judy");
    let elsewhere = Quantity::Figure {
        of: term(&["glib"], "query"),
        at: 1_000_000,
    };
    assert_eq!(reason(elsewhere), "this run has no query of glib at 1e6");
    assert_eq!(
        reason(ratio(1_000_000, u64::MAX)),
        "this run has no query: c-hamt / glib from 1e6 on"
    );
    let flat = Quantity::Growth {
        of: term(&["c-hamt"], "query_miss"),
    };
    assert_eq!(
        reason(flat),
        "this run has query_miss of c-hamt at one scale only"
    );
    let mut untestable = claim(flat, Expected::About(1.0));
    untestable.test = Test::Untestable("it is about vectors");
    let found = untestable.judge(&queries());
    assert_eq!(found, Verdict::NotHere("it is about vectors".to_owned()));
}

#[test]
fn the_real_claims_meet_a_run_with_all_of_their_products() {
    // Every product at every measurement and scale, all alike: ratios are 1.
    let mut samples = Vec::new();
    for peer in hamt_bench::peers::all() {
        for measurement in hamt_bench::cells::MEASUREMENTS {
            for scale in [1_000, 10_000, 100_000, 1_000_000] {
                samples.push(sample(peer.product, measurement, scale, 0, 25.0));
            }
        }
    }
    let grid = grid(samples);
    for claim in hamt_bench::claims::all() {
        let judged = claim.judge(&grid);
        match claim.test {
            Test::Untestable(reason) => assert_eq!(judged, Verdict::NotHere(reason.to_owned())),
            Test::Measure { .. } => {
                assert!(
                    !matches!(judged, Verdict::NotHere(_)),
                    "{}: {judged:?}",
                    claim.says
                );
            }
        }
    }
}
