//! `measure` from its options to what is recorded.

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::sync::atomic::AtomicBool;
use std::path::Path;

use hamt_bench::keys::{Sources, WordList};
use hamt_bench::measure::{self, Options};
use hamt_bench::plan::{Effort, Filter};
use hamt_bench::record::Run;
use hamt_bench::store::Store;

fn options(data: &Path, names: &[&str]) -> Options {
    Options {
        data: data.to_owned(),
        effort: Effort::Quick,
        filter: Filter {
            names: names.iter().map(ToString::to_string).collect(),
            products: vec!["hamt".to_owned(), "imbl".to_owned()],
            scales: Vec::new(),
        },
        rounds: Some(3),
        seed: 7,
        pin: None,
        program: Some(env!("CARGO_BIN_EXE_hamt-bench").into()),
        external: Vec::new(),
        record: true,
        stop: Arc::new(AtomicBool::new(false)),
    }
}

fn sources() -> Sources {
    Sources {
        words: WordList::new((0..1_200).map(|number| format!("word{number}"))),
        titles: None,
        table: None,
    }
}

/// The only run in a data directory.
fn recorded(data: &Path) -> Run {
    let store = Store::open(data).unwrap();
    let heads = store.runs().unwrap();
    assert_eq!(heads.len(), 1);
    store.load(&heads[0].id).unwrap()
}

#[test]
fn every_peer_gives_one_sample_a_round() {
    let data = tempfile::tempdir().unwrap();
    let names = ["query/random/1000/", "trie_depth/random/1000/"];
    let report = measure::run(&options(data.path(), &names), sources()).unwrap();
    assert!(report.wrong.is_empty() && !report.stopped);
    assert!(report.summary.unwrap().problems.is_empty());

    let run = recorded(data.path());
    assert!(run.complete);
    assert!(run.info.note.contains("interleaved"), "{}", run.info.note);
    assert!(run.info.note.contains("filtered"), "{}", run.info.note);
    let mut repeats: BTreeMap<(String, String), Vec<u32>> = BTreeMap::new();
    for sample in &run.samples {
        let series = &sample.series;
        let name = (series.measurement.clone(), series.product.clone());
        repeats.entry(name).or_default().push(sample.repeat);
    }
    let series = |measurement: &str, product: &str| {
        repeats
            .get(&(measurement.to_owned(), product.to_owned()))
            .cloned()
    };
    assert_eq!(series("query", "hamt"), Some(vec![0, 1, 2]));
    assert_eq!(series("query", "imbl"), Some(vec![0, 1, 2]));
    // A shape is examined once, and imbl does not show its own.
    assert_eq!(series("trie_depth", "hamt"), Some(vec![0]));
    assert_eq!(repeats.len(), 3);
}

#[test]
fn threads_are_recorded_with_their_quantiles() {
    let data = tempfile::tempdir().unwrap();
    measure::run(&options(data.path(), &["threads/"]), sources()).unwrap();
    let run = recorded(data.path());
    let count = |measurement: &str, product: &str| {
        let same = run.samples.iter().filter(|sample| {
            (
                sample.series.measurement.as_str(),
                sample.series.product.as_str(),
            ) == (measurement, product)
        });
        same.count()
    };
    for measurement in [
        "threads_read",
        "threads_write",
        "threads_read_p50",
        "threads_write_p999",
    ] {
        assert_eq!(count(measurement, "hamt"), 3, "{measurement}");
        assert_eq!(count(measurement, "imbl"), 3, "{measurement}");
    }
    assert!(run.samples.iter().all(|sample| sample.value > 0.0));
}

#[test]
fn resident_memory_is_taken_in_a_process_of_its_own() {
    let data = tempfile::tempdir().unwrap();
    measure::run(&options(data.path(), &["rss/"]), sources()).unwrap();
    let run = recorded(data.path());
    let of = |product: &str| {
        let mut mine = run
            .samples
            .iter()
            .filter(|one| one.series.product == product);
        mine.next().map(|sample| sample.value)
    };
    // Ours takes more than its 16 bytes of data, imbl more than that.
    let (ours, imbl) = (of("hamt").unwrap(), of("imbl").unwrap());
    assert!(
        16.0 < ours && ours < imbl && imbl < 1_000.0,
        "{ours} {imbl}"
    );
    // A program that cannot do it leaves nothing.
    let data = tempfile::tempdir().unwrap();
    let mut options = options(data.path(), &["rss/", "trie_depth/random/1000/"]);
    options.program = Some("/bin/false".into());
    measure::run(&options, sources()).unwrap();
    let run = recorded(data.path());
    assert!(
        run.samples
            .iter()
            .all(|sample| sample.series.measurement == "trie_depth")
    );
}

#[test]
fn an_external_program_that_fails_is_skipped() {
    let data = tempfile::tempdir().unwrap();
    let mut options = options(data.path(), &["query/random/1000/hamt"]);
    options.external = vec!["no-such-program-anywhere".to_owned()];
    measure::run(&options, sources()).unwrap();
    let run = recorded(data.path());
    assert!(run.complete && run.samples.len() == 3);
}

#[test]
fn a_run_that_is_stopped_stays_incomplete() {
    let data = tempfile::tempdir().unwrap();
    let mut options = options(data.path(), &["query/random/1000/"]);
    options.stop = Arc::new(AtomicBool::new(true));
    let report = measure::run(&options, sources()).unwrap();
    assert!(report.stopped);
    assert!(!recorded(data.path()).complete);
}

#[test]
fn a_filter_that_leaves_nothing_is_an_error() {
    let data = tempfile::tempdir().unwrap();
    let error = measure::run(&options(data.path(), &["no such benchmark"]), sources());
    assert!(error.unwrap_err().to_string().contains("filters"));
    assert!(!data.path().join("bench.sqlite").exists());
}
