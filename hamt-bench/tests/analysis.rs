//! What is said of runs whose right answers are known.

mod common;

use common::{in_bytes, info, on_keys, sample};
use hamt_bench::analysis::compare::Products;
use hamt_bench::analysis::history::Subject;
use hamt_bench::analysis::{Comparison, Filter, History, Noise, Rank, Rivals, Tally, Verdict};
use hamt_bench::record::{Run, Sample, Unit};

const PRODUCTS: [(&str, f64); 4] = [
    ("hamt", 20.0),
    ("hashbrown", 10.0),
    ("imbl", 40.0),
    ("c-hamt", 15.0),
];
const REPEATS: u32 = 15;

/// Numbers evenly between 0 and 1, other ones for each seed.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / 16_777_216.0
    }
}

/// A run of three workloads on two key sets and four scales. Each sample is off by up to `noise`
/// of the true time, up or down; `time` is the true time of a series, given its plain one.
fn run(id: &str, seed: u64, noise: f64, time: impl Fn(&Sample, f64) -> f64) -> Run {
    let mut random = random(seed);
    let mut samples = Vec::new();
    for (product, base) in PRODUCTS {
        for measurement in ["query", "build", "persistent_insert"] {
            for key_set in ["random", "words"] {
                for scale in [1000, 10_000, 100_000, 1_000_000] {
                    for repeat in 0..REPEATS {
                        let blank = sample(product, measurement, scale, repeat, 0.0);
                        let blank = on_keys(blank, key_set);
                        let value = time(&blank, base) * (1.0 + noise * (2.0 * random() - 1.0));
                        samples.push(Sample { value, ..blank });
                    }
                }
            }
        }
    }
    complete(id, samples)
}

fn complete(id: &str, samples: Vec<Sample>) -> Run {
    let mut info = info(id);
    info.note = "default run, warm heap".to_owned();
    Run {
        info,
        complete: true,
        samples,
    }
}

fn is_ours(sample: &Sample, measurement: &str, key_set: &str) -> bool {
    let series = &sample.series;
    (
        series.product.as_str(),
        series.measurement.as_str(),
        series.key_set.as_str(),
    ) == ("hamt", measurement, key_set)
}

fn near(left: f64, right: f64, part: f64) -> bool {
    (left / right - 1.0).abs() < part
}

fn compare(old: &Run, new: &Run) -> Comparison {
    Comparison::of(old, new, &Products::ours(), &Filter::default()).unwrap()
}

#[test]
fn the_noise_of_a_run_is_that_of_its_samples() {
    let quiet = Noise::of(&run("quiet", 1, 0.01, |_, base| base)).unwrap();
    let loud = Noise::of(&run("loud", 1, 0.10, |_, base| base)).unwrap();
    // The median of 15 values evenly within +-1 is sure to about half of that.
    assert!((0.003..0.007).contains(&quiet.median), "{quiet:?}");
    assert!((0.03..0.07).contains(&loud.median), "{loud:?}");
    assert!(quiet.median < quiet.p90 && quiet.p90 < 0.012, "{quiet:?}");
    assert_eq!(quiet.series, 96);
    assert!(
        quiet.sentence().contains("differences under 0."),
        "{}",
        quiet.sentence()
    );
    let few = complete("few", vec![sample("hamt", "query", 1000, 0, 1.0)]);
    assert_eq!(Noise::of(&few), None);
}

#[test]
fn a_fifth_more_is_slower_whatever_the_machine_does_meanwhile() {
    let old = run("old", 1, 0.03, |_, base| base);
    for drift in [1.0, 1.4, 0.7] {
        let new = run("new", 2, 0.03, |sample, base| {
            let slower = is_ours(sample, "query", "words");
            drift * base * if slower { 1.2 } else { 1.0 }
        });
        let compared = compare(&old, &new);
        assert!(
            near(compared.drift.unwrap().factor, drift, 0.01),
            "{:?}",
            compared.drift
        );
        assert_eq!(compared.drift.unwrap().series, 72);
        assert_eq!(compared.changes.len(), 24);
        let mut wrong = 0;
        for one in &compared.changes {
            let slower = one.series.label() == "query:words";
            let (ratio, verdict) = if slower {
                (1.2, Verdict::Higher)
            } else {
                (1.0, Verdict::Same)
            };
            assert!(one.verdict == verdict || !slower, "{one:?}");
            wrong += usize::from(one.verdict != verdict);
            assert!(near(one.ratio.estimate, ratio, 0.04), "{one:?}");
            assert!(near(one.raw, ratio * drift, 0.05), "{one:?}");
        }
        // Of twenty intervals of 95 %, one may be wrong.
        assert!(wrong <= 1, "{}", compared.render(100));
        // Worst first.
        assert!(
            compared.changes[..4]
                .iter()
                .all(|one| one.verdict == Verdict::Higher)
        );
        let (worst, mean, series) = &compared.by_workload()[0];
        assert_eq!((worst.as_str(), *series), ("query:words", 4));
        assert!(near(*mean, 1.2, 0.02));
        assert_eq!(compared.slower_than(0.1).count(), 4);
        assert_eq!(compared.slower_than(0.3).count(), 0);
        let back = compare(&new, &old);
        let mut best = back.changes.iter().rev().take(4);
        assert!(best.all(|one| one.verdict == Verdict::Lower));
        assert_eq!(back.slower_than(0.1).count(), 0);
    }
}

#[test]
fn noise_alone_is_no_change() {
    let old = run("old", 1, 0.10, |_, base| base);
    for seed in 2..6 {
        let new = run("new", seed, 0.10, |_, base| base);
        let all = Comparison::of(&old, &new, &Products::All, &Filter::default()).unwrap();
        assert_eq!(all.changes.len(), 96);
        let changed = all
            .changes
            .iter()
            .filter(|one| one.verdict != Verdict::Same);
        // One in ten exceeds the noise, one in twenty of those its interval too.
        assert!(changed.count() <= 2, "{}", all.render(100));
    }
}

#[test]
fn what_unchanged_peers_scatter_by_is_no_change_of_ours() {
    let old = run("old", 1, 0.01, |_, base| base);
    // From run to run each series of a peer moves by up to 40 %, as caches happen to fall.
    let moved = |sample: &Sample, base: f64| {
        let series = &sample.series;
        let text = format!("{}{}{}", series.product, series.label(), series.scale);
        let mix = |all: u64, byte| all.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte);
        let luck = random(text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))();
        let ours = series.product == "hamt";
        base * if ours { 1.2 } else { 0.6 + 0.8 * luck }
    };
    let new = run("new", 2, 0.01, moved);
    let compared = compare(&old, &new);
    let scatter = compared.drift.unwrap().scatter.unwrap();
    assert!(
        scatter.p90 > 0.25 && scatter.median < scatter.p90,
        "{scatter:?}"
    );
    assert!(
        compared
            .changes
            .iter()
            .all(|one| one.verdict == Verdict::Same)
    );
}

#[test]
fn peers_of_another_version_tell_no_drift() {
    let old = run("old", 1, 0.01, |_, base| base);
    let mut new = run("new", 2, 0.01, |_, base| base * 1.2);
    for one in &mut new.samples {
        one.series.version = "2.0".to_owned();
    }
    let compared = compare(&old, &new);
    assert_eq!(compared.drift, None);
    // Ours is compared all the same: that its version changes is the point.
    assert_eq!(compared.changes.len(), 24);
    assert!(
        compared
            .changes
            .iter()
            .all(|one| one.verdict == Verdict::Higher)
    );
    assert!(
        compared
            .render(100)
            .contains("drift of the machine unknown")
    );
}

#[test]
fn bytes_do_not_drift_and_need_no_second_sample() {
    let with_bytes = |id: &str, bytes: f64, drift: f64| {
        let mut run = run(id, 1, 0.01, |_, base| base * drift);
        run.samples
            .push(in_bytes(sample("hamt", "bytes", 1000, 0, bytes)));
        run
    };
    let compared = compare(&with_bytes("old", 20.0, 1.0), &with_bytes("new", 21.0, 2.0));
    let bytes = compared
        .changes
        .iter()
        .find(|one| one.series.unit == Unit::BytesPerEntry);
    let bytes = bytes.unwrap();
    assert!(near(bytes.ratio.estimate, 1.05, 1e-9), "{bytes:?}");
    assert_eq!(bytes.verdict, Verdict::Higher);
    // They are no times: nothing became slower.
    assert_eq!(compared.slower_than(0.0).count(), 0);
    let text = compared.render(100);
    assert!(
        text.contains("LARGER") && !text.contains("SLOWER"),
        "{text}"
    );
    assert!(
        text.contains("new / old, memory: 1.050 (geomean of 1 series: 1 larger"),
        "{text}"
    );
}

#[test]
fn filters_and_products_pick_series() {
    let (old, new) = (
        run("old", 1, 0.01, |_, base| base),
        run("new", 2, 0.01, |_, base| base),
    );
    let filter = Filter {
        measurements: vec!["query".to_owned(), "build".to_owned()],
        key_sets: vec!["words".to_owned()],
        scales: vec![1000],
    };
    let named = Products::Named(vec!["imbl".to_owned(), "c-hamt".to_owned()]);
    let picked = Comparison::of(&old, &new, &named, &filter).unwrap();
    let mut rows: Vec<String> = picked
        .changes
        .iter()
        .map(|one| format!("{} {}", one.series.product, one.row()))
        .collect();
    rows.sort_unstable();
    assert_eq!(
        rows,
        [
            "c-hamt build:words 1e3",
            "c-hamt query:words 1e3",
            "imbl build:words 1e3",
            "imbl query:words 1e3"
        ]
    );
    // The drift is that of all peers nevertheless.
    assert_eq!(picked.drift.unwrap().series, 72);
    let nothing = Filter {
        scales: vec![7],
        ..Filter::default()
    };
    let error = Comparison::of(&old, &new, &Products::ours(), &nothing)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("runs `old` and `new` have no series in common"),
        "{error}"
    );
    let typo = Products::Named(vec!["imlb".to_owned()]);
    let error = Comparison::of(&old, &new, &typo, &filter)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no product `imlb`; it has hamt, hashbrown, imbl, c-hamt"),
        "{error}"
    );
}

#[test]
fn what_makes_runs_hard_to_compare_is_said() {
    let old = run("old", 1, 0.01, |_, base| base);
    let mut new = old.clone();
    new.info.machine.cpu = "Other CPU".to_owned();
    new.info.note = "default run, interleaved".to_owned();
    new.info.id = "new".to_owned();
    new.complete = false;
    let text = compare(&old, &new).circumstances().join("\n");
    for told in [
        "different machines",
        "different methods",
        "run `new` is incomplete",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    for other in ["seeds", "flags", "compilers", "`old`"] {
        assert!(!text.contains(other), "{other}: {text}");
    }
}

fn rivals(against: &[&str], without: &[&str], fair: bool) -> Rivals {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Rivals {
        against: owned(against),
        without: owned(without),
        fair,
    }
}

#[test]
fn ranks_are_against_the_best_of_those_that_count() {
    let run = run("one", 1, 0.02, |sample, base| {
        // Ours wins persistent inserts against all; at 1e6 it is as good as c-hamt.
        match (
            sample.series.product.as_str(),
            sample.series.measurement.as_str(),
        ) {
            ("hamt", "persistent_insert") if sample.series.scale == 1_000_000 => 10.0,
            ("hamt", "persistent_insert") => 5.0,
            _ => base,
        }
    });
    let all = Rank::of(&run, &Filter::default(), &Rivals::default()).unwrap();
    assert_eq!(all.rows.len(), 24);
    assert!(
        all.rows
            .is_sorted_by(|a, b| a.ratio.estimate >= b.ratio.estimate)
    );
    for row in &all.rows {
        assert_eq!(row.peer, "hashbrown");
        let (ratio, verdict) = match (row.measurement.as_str(), row.scale) {
            ("persistent_insert", 1_000_000) => (1.0, Verdict::Same),
            ("persistent_insert", _) => (0.5, Verdict::Lower),
            _ => (2.0, Verdict::Higher),
        };
        assert!(near(row.ratio.estimate, ratio, 0.03), "{row:?}");
        assert!(row.ratio.low <= row.ratio.estimate && row.ratio.estimate <= row.ratio.high);
        assert_eq!(row.verdict, verdict, "{row:?}");
    }
    // 16 rows at 2, 6 at 1/2, 2 at 1: two to the power of 10 / 24.
    let objective = all.objective(Unit::NsPerOp).unwrap();
    assert!(
        near(objective, 2_f64.powf(10.0 / 24.0), 0.01),
        "{objective}"
    );
    assert_eq!(all.objective(Unit::BytesPerEntry), None);
    let tally = Tally {
        lower: 6,
        same: 2,
        higher: 16,
        unclear: 0,
    };
    assert_eq!(all.tally(Unit::NsPerOp), tally);

    let peer = |rivals: &Rivals| {
        let filter = Filter {
            measurements: vec!["query".to_owned()],
            ..Filter::default()
        };
        let rank = Rank::of(&run, &filter, rivals).unwrap();
        assert_eq!(rank.rows.len(), 8);
        rank.rows[0].peer.clone()
    };
    assert_eq!(peer(&rivals(&[], &["hashbrown"], false)), "c-hamt");
    // By its note, c-hamt leaks.
    assert_eq!(peer(&rivals(&[], &["hashbrown"], true)), "imbl");
    assert_eq!(peer(&rivals(&["imbl", "c-hamt"], &[], false)), "c-hamt");
    assert_eq!(peer(&rivals(&["imbl"], &[], false)), "imbl");

    let text = all.render(Some(3), 100);
    assert!(text.contains("and 21 more"), "{text}");
    assert!(
        text.contains("(geomean of 24 rows: 6 won, 16 lost, 2 within noise)"),
        "{text}"
    );
    let line = |name: &str| {
        let found = text
            .lines()
            .find(|line| line.trim_start().starts_with(name));
        let cells = found.unwrap().split('|').map(|cell| cell.trim().to_owned());
        cells.skip(2).collect::<Vec<_>>()
    };
    assert_eq!(line("persistent_insert |"), ["6", "0", "2"]);
    assert_eq!(line("build "), ["0", "8", "0"]);

    for (filter, rivals, told) in [
        (
            Filter::default(),
            rivals(&["imlb"], &[], false),
            "has no product `imlb`",
        ),
        (
            Filter::default(),
            rivals(&["c-hamt"], &[], true),
            "no row with both `hamt` and another",
        ),
        (
            Filter {
                scales: vec![5],
                ..Filter::default()
            },
            Rivals::default(),
            "run `one` has no row",
        ),
    ] {
        let error = Rank::of(&run, &filter, &rivals).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn interleaved_runs_are_judged_round_by_round() {
    // The machine is up to five times slower in some rounds; ours takes 0.9 of imbl's time.
    let mut samples = Vec::new();
    let (mut weather, mut noise) = (random(3), random(4));
    for repeat in 0..REPEATS {
        let round = 1.0 + 4.0 * weather();
        let mut off = || round * (1.0 + 0.02 * noise());
        samples.push(sample("hamt", "query", 1000, repeat, 90.0 * off()));
        samples.push(sample("imbl", "query", 1000, repeat, 100.0 * off()));
    }
    let mut run = complete("one", samples);
    let verdict = |run: &Run| {
        let rank = Rank::of(run, &Filter::default(), &Rivals::default()).unwrap();
        (rank.rows[0].verdict, rank.render(None, 100))
    };
    let (apart, text) = verdict(&run);
    assert_eq!(apart, Verdict::Same, "{text}");
    run.info.note = "default run, interleaved".to_owned();
    let (paired, text) = verdict(&run);
    assert_eq!(paired, Verdict::Lower, "{text}");
    assert!(text.contains("paired by round"), "{text}");
}

#[test]
fn few_samples_are_called_so() {
    let samples = [("hamt", 90.0), ("imbl", 100.0)]
        .into_iter()
        .flat_map(|(product, time)| {
            (0..4).map(move |repeat| sample(product, "query", 1000, repeat, time))
        });
    let run = complete("one", samples.collect());
    let rank = Rank::of(&run, &Filter::default(), &Rivals::default()).unwrap();
    assert_eq!(rank.rows[0].verdict, Verdict::Unclear);
    assert!(
        rank.render(None, 100)
            .contains("0 within noise, 1 with too few samples")
    );
}

fn subject(filter: Filter, yardstick: &str) -> Subject {
    Subject {
        product: "hamt".to_owned(),
        yardstick: yardstick.to_owned(),
        filter,
    }
}

#[test]
fn histories_follow_figures_and_ratios() {
    let first = run("first", 1, 0.0, |_, base| base);
    // The machine is twice as slow, ours but half as much.
    let mut second = run("second", 2, 0.0, |sample, base| {
        base * if sample.series.product == "hamt" {
            1.0
        } else {
            2.0
        }
    });
    // The third has smaller maps only, and no build.
    let mut third = first.clone();
    third
        .samples
        .retain(|one| one.series.scale <= 10_000 && one.series.measurement != "build");
    let mut foreign = first.clone();
    foreign.samples.retain(|one| one.series.product == "imbl");
    second.info.started_at += 1000;
    let runs = [first, second, third, foreign];
    let history = History::of(&runs, subject(Filter::default(), "imbl")).unwrap();
    let shown: Vec<_> = history
        .lines
        .iter()
        .map(|line| {
            (
                line.label.as_str(),
                line.figures.clone(),
                line.ratios.clone(),
            )
        })
        .collect();
    let same = (
        vec![Some(20.0), Some(20.0), Some(20.0)],
        vec![Some(0.5), Some(0.25), Some(0.5)],
    );
    let build = (
        vec![Some(20.0), Some(20.0), None],
        vec![Some(0.5), Some(0.25), None],
    );
    assert_eq!(
        shown,
        [
            ("query 1e4", same.0.clone(), same.1.clone()),
            ("build 1e6", build.0, build.1),
            ("persistent_insert 1e4", same.0, same.1),
        ]
    );
    let text = history.render(200);
    assert!(
        text.contains("20.0 (0.25)") && text.contains("| 0123456 |"),
        "{text}"
    );

    let filter = Filter {
        measurements: vec!["query".to_owned()],
        key_sets: vec!["words".to_owned()],
        scales: vec![1000, 1_000_000],
    };
    let chosen = History::of(&runs, subject(filter, "std")).unwrap();
    let labels: Vec<_> = chosen
        .lines
        .iter()
        .map(|line| line.label.as_str())
        .collect();
    assert_eq!(labels, ["query:words 1e3", "query:words 1e6"]);
    assert!(
        chosen
            .lines
            .iter()
            .all(|line| line.ratios.iter().all(Option::is_none))
    );

    let nothing = Filter {
        scales: vec![3],
        ..Filter::default()
    };
    let error = History::of(&runs, subject(nothing, "imbl"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("no run has a series of `hamt`"), "{error}");
}
