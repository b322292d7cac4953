//! The report as a page: well-formed, of one piece, escaped, and right.

mod common;

use common::{check_program, in_bytes, info, run, sample};
use hamt_bench::record::{PeerVersion, Run};
use hamt_bench::report;
use scraper::{Html, Selector};

/// The report, parsed; the parser finds no fault in it.
fn page(runs: &[Run]) -> Html {
    let text = report::render(runs).unwrap();
    let page = Html::parse_document(&text);
    assert_eq!(page.errors, Vec::<String>::new());
    page
}

fn select<'a>(page: &'a Html, css: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(css).unwrap()).collect()
}

/// The text of each match, blanks run together.
fn texts(page: &Html, css: &str) -> Vec<String> {
    let text = |one: scraper::ElementRef<'_>| one.text().collect::<String>();
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    select(page, css).into_iter().map(text).map(words).collect()
}

/// Two workloads at one scale: `query` lost to hashbrown (and won against imbl), `insert` won but
/// for c-hamt, which leaks; and memory, won.
fn small() -> Run {
    let samples = vec![
        sample("hamt", "query", 1000, 0, 9.0),
        sample("hamt", "query", 1000, 1, 10.0),
        sample("hamt", "query", 1000, 2, 12.0),
        sample("imbl", "query", 1000, 0, 40.0),
        sample("hashbrown", "query", 1000, 0, 5.0),
        sample("hamt", "persistent_insert", 1000, 0, 8.0),
        sample("c-hamt", "persistent_insert", 1000, 0, 4.0),
        sample("imbl", "persistent_insert", 1000, 0, 80.0),
        in_bytes(sample("hamt", "bytes", 1000, 0, 20.0)),
        in_bytes(sample("imbl", "bytes", 1000, 0, 80.0)),
    ];
    Run {
        info: info("one"),
        complete: true,
        samples,
    }
}

#[test]
fn every_section_is_there_and_every_link_leads_somewhere() {
    let page = page(&[run("one")]);
    for id in ["matrix", "losses", "detail", "peers", "claims", "method"] {
        assert_eq!(select(&page, &format!("section#{id}")).len(), 1, "{id}");
    }
    assert_eq!(select(&page, "article").len(), 6);
    assert_eq!(select(&page, "article svg").len(), 6);
    let mut inside = 0;
    for link in select(&page, "a[href^='#']") {
        let target = &link.attr("href").unwrap()[1..];
        let found = select(&page, &format!("[id='{target}']")).len();
        assert_eq!(found, 1, "{target}");
        inside += 1;
    }
    assert!(inside > 30);
    let mut ids: Vec<_> = select(&page, "[id]")
        .iter()
        .map(|one| one.attr("id").unwrap().to_owned())
        .collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn nothing_comes_from_outside() {
    let text = report::render(&[run("one")]).unwrap();
    let page = Html::parse_document(&text);
    for css in [
        "[src]",
        "[srcset]",
        "link:not([href='data:,'])",
        "iframe",
        "object",
        "base",
    ] {
        assert!(select(&page, css).is_empty(), "{css}");
    }
    for link in select(&page, "[href]") {
        let to = link.attr("href").unwrap();
        assert!(to.starts_with('#') || to.starts_with("data:"), "{to}");
    }
    for styled in texts(&page, "style") {
        assert!(!styled.contains("url(") && !styled.contains("@import"));
    }
    for address in text.split("http").skip(1) {
        // The name of SVG's elements, which nobody fetches.
        assert!(
            address.starts_with("://www.w3.org/2000/svg\""),
            "{address:.60}"
        );
    }
}

#[test]
fn the_matrix_has_the_ratios_and_says_which_way_they_point() {
    let page = page(&[small()]);
    let heads = texts(&page, "#matrix-table thead th");
    assert_eq!(
        heads,
        [
            "Workload",
            "best of all",
            "hashbrown",
            "imbl",
            "c-hamt\u{2020}"
        ]
    );
    let rows = texts(&page, "#matrix-table tbody tr");
    let dash = "\u{2013}";
    let expected = [
        "time".to_owned(),
        format!("query 2.00 2.00 0.25 {dash}"),
        format!("persistent_insert 2.00 {dash} 0.10 2.00"),
        "all time 2.00 2.00 0.16 2.00".to_owned(),
        "rows below 1 0 / 2 0 / 1 2 / 2 0 / 1".to_owned(),
        "memory".to_owned(),
        format!("bytes 0.25 {dash} 0.25 {dash}"),
        format!("all memory 0.25 {dash} 0.25 {dash}"),
        format!("rows below 1 1 / 1 {dash} 1 / 1 {dash}"),
    ];
    assert_eq!(rows, expected);
    let title = |css: &str| select(&page, css)[0].attr("title").unwrap().to_owned();
    assert!(title("#matrix td.win3 a").contains("4.00 times faster"));
    assert!(title("#matrix td.loss2 a").contains("2.00 times slower"));
    let says = texts(&page, ".tile .says");
    assert_eq!(
        says[..2],
        [
            "of the best persistent peer's time",
            "of the best peer's time"
        ]
    );
    assert_eq!(texts(&page, ".tile .big")[..2], ["0.16x", "2.00x"]);
}

#[test]
fn losses_are_listed_by_kind_of_peer_worst_first() {
    let page = page(&[small()]);
    let heads = texts(&page, "#losses h3");
    assert_eq!(
        heads,
        [
            "Against persistent maps: 0 of 3 rows",
            "Against maps that never free: 1 of 1 rows",
            "Against any map: 2 of 3 rows",
        ]
    );
    let leaking = texts(&page, "#losses-leaking tbody tr");
    assert_eq!(
        leaking,
        ["persistent_insert random 1e3 2.00 - 8.00 ns 4.00 ns c-hamt leaks old versions leaks"]
    );
    let any = texts(&page, "#losses-any tbody tr");
    assert_eq!(any[0], "query random 1e3 2.00 - 10.0 ns 5.00 ns hashbrown");
    let whole = crate::page(&[run("one")]);
    let ratios: Vec<f64> = select(&whole, "#losses-any td:nth-child(4)")
        .iter()
        .map(|one| one.attr("data-value").unwrap().parse().unwrap())
        .collect();
    assert!(ratios.len() > 10 && ratios.is_sorted_by(|a, b| a >= b));
    assert!(ratios.iter().all(|ratio| *ratio > 1.0));
}

#[test]
fn what_is_within_noise_is_marked_and_no_loss() {
    let swings = [-2.0, 2.0, -1.0, 1.0, 0.0, 1.5, -1.5, 0.5, -0.5];
    let mut close = small();
    close.samples = (0..)
        .zip(swings)
        .flat_map(|(repeat, swing)| {
            [
                sample("hamt", "query", 1000, repeat, 10.0 + swing),
                sample("imbl", "query", 1000, repeat, 9.9 - swing),
                sample("hamt", "insert", 1000, repeat, 90.0 + swing),
                sample("imbl", "insert", 1000, repeat, 30.0 + swing),
            ]
        })
        .collect();
    let page = page(&[close]);
    assert_eq!(
        texts(&page, "#losses h3")[0],
        "Against any map: 2 of 2 rows, 1 within noise"
    );
    let rows = texts(&page, "#losses-any tbody tr");
    assert!(
        rows[0].starts_with("insert") && !rows[0].contains("noise"),
        "{rows:?}"
    );
    assert!(
        rows[1].starts_with("query") && rows[1].contains("within noise"),
        "{rows:?}"
    );
    let shades = select(&page, "#losses-any td:nth-child(4)");
    let shades: Vec<_> = shades.iter().map(|one| one.attr("class")).collect();
    assert_eq!(shades, [Some("num loss3"), Some("num even")]);
    let details = texts(&page, ".tile .small");
    assert!(
        details[0].starts_with("geometric mean of 2 rows: 0 won, 1 lost, 1 within noise"),
        "{details:?}"
    );
    let noise = details.last().unwrap();
    assert!(noise.contains("mean nothing here"), "{details:?}");
}

#[test]
fn details_hold_every_series_of_the_run() {
    let whole = run("one");
    let mut series: Vec<_> = whole.samples.iter().map(|one| &one.series).collect();
    series.dedup();
    let page = page(core::slice::from_ref(&whole));
    assert_eq!(select(&page, "article tbody tr").len(), series.len());
    let row = texts(&crate::page(&[small()]), "article tbody tr").swap_remove(0);
    assert_eq!(row, "hamt 1e3 10.0 1.00 10% 100 M/s 3");
}

#[test]
fn peers_say_who_they_are_and_absent_ones_how_to_have_them() {
    let mut one = small();
    one.info.peers[1].note = "persistent; ahash; atomic counts; bytes: requested".to_owned();
    let page = page(&[one]);
    let rows = texts(&page, "#peers tbody tr");
    assert!(
        rows.contains(&"judy absent To have it: install libjudy-dev".to_owned()),
        "{rows:?}"
    );
    assert!(
        rows.contains(
            &"imbl 1.0 measured persistent ahash atomic counts; bytes: requested".to_owned()
        ),
        "{rows:?}"
    );
    // It is in no list of peers, but was measured.
    assert!(
        rows.contains(&"hashbrown 1.0 measured".to_owned()),
        "{rows:?}"
    );
}

#[test]
fn hostile_names_stay_texts() {
    let evil = "<script>alert('x')</script>&amp;\" onload=\"x";
    let mut one = small();
    one.info.note = evil.to_owned();
    one.info.id = evil.to_owned();
    one.info.rustc = evil.to_owned();
    one.info.machine.cpu = format!("{evil}</style></title>]]>");
    one.info.peers.push(PeerVersion {
        name: evil.to_owned(),
        version: evil.to_owned(),
        present: true,
        note: format!("{evil}; {evil} hash; leaks"),
    });
    for (at, value) in [(0, 3.0), (1, 3.5)] {
        let mut hostile = sample(evil, "query", 1000, at, value);
        hostile.series.version = evil.to_owned();
        one.samples.push(hostile.clone());
        hostile.series.measurement = evil.to_owned();
        hostile.series.key_set = format!("{evil}-->");
        one.samples.push(hostile.clone());
        hostile.series.product = "hamt".to_owned();
        one.samples.push(hostile);
    }
    let page = page(&[one]);
    assert_eq!(select(&page, "script").len(), 1);
    assert!(select(&page, "[onload]").is_empty());
    assert!(texts(&page, "#matrix thead th").contains(&format!("{evil}\u{2020}")));
    assert!(
        texts(&page, "article h3")
            .iter()
            .any(|text| text.contains(evil))
    );
    assert!(
        texts(&page, "svg text")
            .iter()
            .any(|text| text.starts_with("<script>alert"))
    );
    assert!(texts(&page, ".facts dd").contains(&evil.to_owned()));
}

#[test]
fn a_run_without_ours_has_figures_but_no_ratios() {
    let mut foreign = small();
    foreign.samples.retain(|one| one.series.product != "hamt");
    let page = page(&[foreign]);
    assert!(
        texts(&page, ".warning")
            .iter()
            .any(|text| text.starts_with("hamt did not take part"))
    );
    assert!(select(&page, "#matrix-table, #losses table").is_empty());
    assert_eq!(select(&page, "article tbody tr").len(), 5);
    assert!(
        !texts(&page, "article thead")
            .iter()
            .any(|text| text.contains("Ratio"))
    );
}

#[test]
fn a_single_sample_is_shown_without_spread() {
    let mut one = small();
    one.samples.truncate(1);
    let page = page(&[one]);
    assert!(
        texts(&page, ".warning")
            .iter()
            .any(|text| text.contains("one sample a series"))
    );
    assert_eq!(
        texts(&page, "article tbody tr"),
        ["hamt 1e3 9.00 0.00 111 M/s 1"]
    );
    assert!(select(&page, ".tile").is_empty());
}

#[test]
fn several_runs_stand_side_by_side() {
    let (first, mut second) = (small(), small());
    second.info.id = "two".to_owned();
    second.info.machine.cpu = "another".to_owned();
    second.complete = false;
    let page = page(&[first, second]);
    let warnings = texts(&page, ".warning");
    for part in ["incomplete", "different machines", "are of the first"] {
        assert!(
            warnings.iter().any(|text| text.contains(part)),
            "{part}: {warnings:?}"
        );
    }
    assert_eq!(select(&page, "article tbody tr").len(), 16);
    assert_eq!(select(&page, ".facts").len(), 2);
    // Peers of the second run are no peers of the first.
    assert_eq!(select(&page, "#matrix-table thead th").len(), 5);
    let rows = texts(&page, "#matrix-table tbody tr");
    assert!(rows[1].starts_with("query 2.00 2.00 0.25"), "{rows:?}");
    let products = texts(&page, "article:first-of-type tbody th");
    assert!(
        products.contains(&"imbl 1.0 one".to_owned()),
        "{products:?}"
    );
    assert!(
        products.contains(&"imbl 1.0 two".to_owned()),
        "{products:?}"
    );
}

#[test]
fn the_samples_are_in_the_page_and_can_be_read_back() {
    let whole = run("one");
    let page = page(core::slice::from_ref(&whole));
    let link = select(&page, "a[download]").swap_remove(0);
    assert_eq!(link.attr("download"), Some("one.csv"));
    let (_, data) = link.attr("href").unwrap().split_once(',').unwrap();
    let csv: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    assert_eq!(csv, hamt_bench::csv_io::write([&whole]));
}

#[test]
fn too_many_samples_stay_outside_and_the_page_says_how_to_have_them() {
    let mut many = small();
    let more = (0..8_000).map(|repeat| sample("hamt", "query", 10_000, repeat, 9.5));
    many.samples.extend(more);
    let text = report::render(core::slice::from_ref(&many)).unwrap();
    assert!(text.len() < 100_000, "{}", text.len());
    let page = Html::parse_document(&text);
    assert!(select(&page, "a[download]").is_empty());
    assert_eq!(
        texts(&page, "#method code"),
        ["hamt-bench export --csv one.csv --run one", "data/recorded"]
    );
}

#[test]
fn nothing_to_report_is_an_error() {
    let empty = Run {
        info: info("none"),
        ..Run::default()
    };
    let error = report::render(&[empty]).unwrap_err().to_string();
    assert_eq!(error, "nothing to report: no sample in `none`");
    assert!(report::render(&[]).is_err());
}

#[test]
fn the_command_writes_a_file_or_says_why_not() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let csv = dir.path().join("one.csv");
    let out = dir.path().join("deep/page.html");
    std::fs::write(&csv, hamt_bench::csv_io::write([&run("one")])).unwrap();
    let (csv, out) = (csv.to_str().unwrap(), out.to_str().unwrap());
    let cases: [(&[&str], i32, &str); 7] = [
        (&["report"], 1, "no complete run recorded yet"),
        (&["import", csv], 0, "runs added: 1"),
        (&["report"], 0, "report.html: "),
        (&["report", "--run", "on", "--out", out], 0, "page.html: "),
        (&["report", "--run", "two"], 1, "no run `two`"),
        (
            &["report", "--out", "/proc/none/x.html"],
            1,
            "cannot write /proc/none/x.html",
        ),
        (&["report", "--frobnicate"], 2, "unexpected argument"),
    ];
    check_program(&data, &cases);
    let written = std::fs::read_to_string(out).unwrap();
    assert_eq!(
        written,
        std::fs::read_to_string(data.join("report.html")).unwrap()
    );
    assert!(written.starts_with("<!DOCTYPE html>") && written.trim_end().ends_with("</html>"));
}
