//! The table, the pictures and the command line.

mod common;

use common::{check_program, info, program, run, sample};
use hamt_bench::record::Run;
use hamt_bench::{plot, table};

/// One scale of `query` for ours and two peers: 10, 5 and 40 ns; and `insert`, where ours wins.
fn small() -> Run {
    let samples = vec![
        sample("hamt", "query", 1000, 0, 9.0),
        sample("hamt", "query", 1000, 1, 10.0),
        sample("hamt", "query", 1000, 2, 90.0),
        sample("imbl", "query", 1000, 0, 40.0),
        sample("hashbrown", "query", 1000, 0, 5.0),
        sample("hamt", "insert", 1000, 0, 8.0),
        sample("c-hamt", "insert", 1000, 0, 16.0),
        sample("imbl", "insert", 1000, 0, 64.0),
    ];
    Run {
        info: info("one"),
        complete: true,
        samples,
    }
}

#[test]
fn the_table_shows_medians_ratios_winners_and_losses() {
    let text = table::render(&[small()], 100);
    let query = text
        .lines()
        .find(|line| line.contains("random 1e3"))
        .unwrap();
    let cells: Vec<_> = query.split('|').map(str::trim).collect();
    assert_eq!(
        cells,
        [
            "random 1e3",
            "10.0",
            "2.00 LOSS",
            "5.00* (0.50)",
            "40.0 (4.00)"
        ]
    );
    let insert = text
        .lines()
        .filter(|line| line.contains("random 1e3"))
        .nth(1)
        .unwrap();
    assert!(
        insert.contains("8.00*") && insert.contains("0.50 win"),
        "{insert}"
    );
    // sqrt(2.00 * 0.50); and against imbl only, which frees: sqrt(2.00 * 0.125).
    assert!(
        text.contains("ours / best peer, times: 1.00 (geomean of 2 rows, 1 won; 0.50 without"),
        "{text}"
    );
    assert!(
        text.contains("lost: query 1e3 2.00x of hashbrown"),
        "{text}"
    );
    assert!(
        text.contains("get hit / imbl                 0.25x"),
        "{text}"
    );
    assert!(
        text.contains("judy          absent  install libjudy-dev"),
        "{text}"
    );
    assert!(
        text.contains("commit 0123456789+changes, Test CPU @ 3 GHz, virtual, 2 cores"),
        "{text}"
    );
}

#[test]
fn tables_fit_the_width_and_lose_no_column() {
    for width in [60, 80, 120, 200] {
        let text = table::render(&[run("one")], width);
        let tables = text.lines().filter(|line| line.contains(" | "));
        for line in tables {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
        for name in ["hamt", "hashbrown", "imbl", "c-hamt"] {
            let heads = text
                .lines()
                .filter(|line| line.starts_with(" query ") && line.contains(name));
            assert!(heads.count() > 0, "{width}: {name}");
        }
    }
}

#[test]
fn runs_without_ours_or_without_samples_are_shown() {
    let mut foreign = small();
    foreign.samples.retain(|one| one.series.product != "hamt");
    let text = table::render(&[foreign], 100);
    assert!(text.contains("5.00*") && !text.contains("LOSS"), "{text}");
    let empty = Run {
        info: info("none"),
        ..Run::default()
    };
    let text = table::render(&[empty], 100);
    assert!(
        text.contains("INCOMPLETE") && text.contains("No samples"),
        "{text}"
    );
}

/// The texts of an SVG picture: what, where (x, y), how it is anchored, its size and whether it
/// stands upright.
fn texts(svg: &str) -> Vec<(String, f64, f64, String, f64, bool)> {
    let attribute = |tag: &str, name: &str| {
        let from = tag
            .split_once(&format!(" {name}=\""))
            .map_or("", |(_, rest)| rest);
        from.split_once('"')
            .map_or("", |(value, _)| value)
            .to_owned()
    };
    svg.split("<text")
        .skip(1)
        .map(|part| {
            let (tag, rest) = part.split_once('>').unwrap();
            let text = rest.split_once("</text>").unwrap().0.trim().to_owned();
            let number = |name| attribute(tag, name).parse::<f64>().unwrap();
            let upright = tag.contains("rotate");
            (
                text,
                number("x"),
                number("y"),
                attribute(tag, "text-anchor"),
                number("font-size"),
                upright,
            )
        })
        .collect()
}

#[test]
fn pictures_hold_every_label_inside_and_apart() {
    let dir = tempfile::tempdir().unwrap();
    let files = plot::draw_all(&[run("one")], dir.path()).unwrap();
    let mut names: Vec<_> = files
        .iter()
        .map(|file| file.file_name().unwrap().to_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "bytes-words.svg",
            "bytes.svg",
            "persistent_insert-words.svg",
            "persistent_insert.svg",
            "query-words.svg",
            "query.svg",
            "ratios-peers.svg",
            "ratios.svg"
        ]
    );
    for file in &files {
        let svg = std::fs::read_to_string(file).unwrap();
        assert!(svg.starts_with("<svg width=\"1080\"") && svg.trim_end().ends_with("</svg>"));
        let words: Vec<String> = texts(&svg).into_iter().map(|text| text.0).collect();
        let caption = words.join(" ");
        for told in [
            "Test CPU @ 3 GHz",
            "commit 0123456789+changes",
            "2026-11-18",
        ] {
            assert!(caption.contains(told), "{file:?}: {told}: {caption}");
        }
        let mut boxes: Vec<(String, [f64; 4])> = Vec::new();
        for (text, x, y, anchor, size, upright) in texts(&svg) {
            // No common font is wider than 0.62 of its size for such texts.
            let (wide, high) = (text.chars().count() as f64 * size * 0.62, size);
            let left = match anchor.as_str() {
                "start" => x,
                "middle" => x - wide / 2.0,
                _ => x - wide,
            };
            let area = if upright {
                [
                    x - high / 2.0,
                    y - wide / 2.0,
                    x + high / 2.0,
                    y + wide / 2.0,
                ]
            } else {
                [left, y - high / 2.0, left + wide, y + high / 2.0]
            };
            assert!(
                area[0] >= 0.0 && area[2] <= 1080.0 && area[1] >= 0.0,
                "{file:?}: {text} {area:?}"
            );
            for (other, b) in &boxes {
                let apart =
                    area[2] <= b[0] || b[2] <= area[0] || area[3] <= b[1] || b[3] <= area[1];
                assert!(apart, "{file:?}: `{text}` overlaps `{other}`");
            }
            boxes.push((text, area));
        }
        assert!(boxes.len() > 5);
    }
}

#[test]
fn the_commands_and_their_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let good = dir.path().join("good.csv");
    let bad = dir.path().join("bad.csv");
    std::fs::write(&good, hamt_bench::csv_io::write([&run("one")])).unwrap();
    std::fs::write(&bad, "product,gitcommit\n").unwrap();
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let out = dir.path().join("out.csv");
    let cases: [(&[&str], i32, &str); 12] = [
        (&["table"], 1, "no complete run recorded yet"),
        (&["export", "--csv", good], 1, "no complete run"),
        (&["import", good], 0, "runs added: 1"),
        (&["import", bad], 3, "bad.csv:1:3: the header is not"),
        (
            &["import", "/nonexistent/x.csv"],
            1,
            "cannot read /nonexistent/x.csv",
        ),
        (&["import"], 2, "Usage"),
        (&["runs"], 0, "imported from good.csv"),
        (&["table", "--run", "on"], 0, "ours / best peer"),
        (&["table", "--run", "two"], 1, "no run `two`"),
        (&["plot"], 0, "ratios.svg"),
        (
            &["export", "--csv", out.to_str().unwrap(), "--run", "one"],
            0,
            "1 runs, 440 samples",
        ),
        (&["frobnicate"], 2, "unrecognized subcommand"),
    ];
    check_program(&data, &cases);
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(good).unwrap());
    let help = String::from_utf8(program(&data, &["--help"]).stdout).unwrap();
    for word in [
        "export",
        "import",
        "runs",
        "table",
        "plot",
        "--data",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
