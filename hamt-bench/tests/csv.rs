//! Our own CSV form: exact there and back; every kind of damage is named with its place.

mod common;

use common::{run, samples};
use hamt_bench::csv_io;
use hamt_bench::record::Run;

#[test]
fn the_round_trip_is_exact() {
    let mut bare = run("bare");
    bare.complete = false;
    bare.info.dirty = None;
    bare.info.seed = None;
    bare.info.peers.clear();
    bare.samples.truncate(3);
    bare.samples[0].value = 0.1 + 0.2;
    bare.samples[1].value = f64::MIN_POSITIVE;
    bare.samples[2].value = 0.0;
    let runs = [run("one"), bare];
    let csv = csv_io::write(&runs);
    let read = csv_io::read("x.csv", &csv).unwrap();
    assert_eq!(read, runs);
    assert_eq!(csv_io::write(&read), csv);
}

#[test]
fn rows_may_repeat_the_description_and_come_in_any_order() {
    let runs = [run("one")];
    let text = String::from_utf8(csv_io::write(&runs)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for row in rows.iter().rev() {
        let described = rows[0].iter().take(16).chain(row.iter().skip(16));
        writer.write_record(described).unwrap();
    }
    assert_eq!(
        csv_io::read("x.csv", &writer.into_inner().unwrap()).unwrap(),
        runs
    );
}

/// A small file of three samples, as rows of cells.
fn cells() -> Vec<Vec<String>> {
    let mut small: Run = run("one");
    small.info.cc = "cc".to_owned();
    small.samples.truncate(3);
    let csv = csv_io::write([&small]);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_slice());
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

fn text(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn complaint(bytes: &[u8]) -> String {
    csv_io::read("dir/x.csv", bytes)
        .expect_err("malformed")
        .to_string()
}

#[test]
fn malformed_cells_are_named_with_line_and_column() {
    let cases = [
        (1, "run", "", "is blank"),
        (3, "run", "a\u{7}b", "control character"),
        (1, "complete", "yes", "`yes` is neither 0 nor 1"),
        (1, "started_at", "noon", "not a whole number"),
        (1, "dirty", "2", "neither 0 nor 1"),
        (1, "cores", "-1", "not a whole number"),
        (
            1,
            "seed",
            "18446744073709551616",
            "not a whole number of 64 bits",
        ),
        (1, "peers", "imbl|1", "2 parts where 4"),
        (1, "peers", "imbl|1|maybe|", "`maybe` is neither"),
        (1, "peers", "imbl|1|1|x\\", "lone backslash"),
        (2, "git_commit", "other", "differs from the run's first row"),
        (2, "product", " ", "is blank"),
        (2, "measurement", "", "is blank"),
        (2, "key_set", "", "is blank"),
        (2, "scale", "1e3", "`1e3` is not a whole number"),
        (2, "scale", "0", "is zero"),
        (2, "scale", "-5", "is negative"),
        (2, "scale", "9223372036854775808", "not a whole number"),
        (2, "unit", "ms", "no unit of ours"),
        (2, "repeat", "first", "not a whole number"),
        (2, "repeat", "4294967296", "below 2^32"),
        (3, "repeat", "0", "there twice"),
        (2, "iters", "many", "not a whole number"),
        (2, "value", "fast", "not a number"),
        (2, "value", "NaN", "not finite"),
        (2, "value", "inf", "not finite"),
        (2, "value", "-0.5", "not finite and >= 0"),
        (2, "value", "", "not a number"),
    ];
    for (row, column, value, expected) in cases {
        let mut rows = cells();
        let at = rows[0].iter().position(|name| name == column).unwrap();
        value.clone_into(&mut rows[row][at]);
        let found = complaint(&text(&rows));
        let place = format!("dir/x.csv:{}:{}: column `{column}`: ", row + 1, at + 1);
        assert!(
            found.starts_with(&place) && found.contains(expected),
            "{column}={value}: {found}"
        );
    }
}

#[test]
fn malformed_files_are_named_with_their_place() {
    let good = text(&cells());
    let line = |number: usize| {
        String::from_utf8(good.clone())
            .unwrap()
            .lines()
            .nth(number)
            .unwrap()
            .to_owned()
    };
    let with = |tail: &str| [good.clone(), tail.as_bytes().to_vec()].concat();
    let cases: [(Vec<u8>, &str); 9] = [
        (Vec::new(), "dir/x.csv: the file is empty"),
        (b"\n\n".to_vec(), "dir/x.csv: the file is empty"),
        (line(0).into_bytes(), "dir/x.csv:1:1: a header, but no rows"),
        (b"a,b\n1,2\n".to_vec(), "dir/x.csv:1:1: the header is not"),
        (
            line(0).replace("seed", "sed").into_bytes(),
            "dir/x.csv:1:13: the header is not",
        ),
        (
            line(0).replace(",value", "").into_bytes(),
            "dir/x.csv:1:25: the header is not",
        ),
        (
            with("one,2\n"),
            "dir/x.csv:5:2: 2 fields where 25 are expected",
        ),
        (
            with(&format!("{},1\n", line(2))),
            "dir/x.csv:5:25: 26 fields where 25 are expected",
        ),
        (with("one,\"open\n"), "dir/x.csv:5:2: "),
    ];
    for (bytes, expected) in cases {
        let found = complaint(&bytes);
        assert!(
            found.starts_with(expected),
            "expected {expected}\n   found {found}"
        );
    }
    let unclosed = line(3)
        .rsplit_once(',')
        .map(|(row, value)| format!("{row},\"{value}"))
        .unwrap();
    let unclosed = unclosed.replacen(",random,1000,", ",random,2000,", 1);
    let found = complaint(&with(&unclosed));
    assert!(
        found.starts_with("dir/x.csv:5:25: a quotation mark is not closed"),
        "{found}"
    );
    let mut binary = with("one,\"a,");
    binary.extend_from_slice(b"x,\xff,y\n");
    let found = complaint(&binary);
    assert!(found.starts_with("dir/x.csv:5:4: not UTF-8"), "{found}");
    // A byte order mark and CRLF are what spreadsheets write; both are read.
    let crlf = String::from_utf8(good).unwrap().replace('\n', "\r\n");
    let marked = format!("\u{feff}{crlf}");
    assert_eq!(
        csv_io::read("x", marked.as_bytes()).unwrap()[0].samples,
        samples()[..3]
    );
}
