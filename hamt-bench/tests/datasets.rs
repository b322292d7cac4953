//! Data-set files, whole and broken, and generated records.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use hamt_bench::datasets::{Table, lines, shapes};
use hamt_bench::error::{Error, Place, Result};
use proptest::prelude::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn records(path: &Path, key: &str, value: &str) -> Result<Vec<(String, String)>> {
    Table::open(path, key, value)?.collect()
}

fn pairs<const N: usize>(of: [(&str, &str); N]) -> Vec<(String, String)> {
    of.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec()
}

#[test]
fn columns_are_chosen_by_name_or_number() {
    let dir = tempfile::tempdir().unwrap();
    let csv = "\u{feff}id,2,text\n1,one,\"a, b\"\n2,two,\"say \"\"x\"\"\"\r\n";
    let path = write(dir.path(), "t.csv", csv);
    let by_name = records(&path, "id", "text").unwrap();
    assert_eq!(by_name, pairs([("1", "a, b"), ("2", "say \"x\"")]));
    assert_eq!(records(&path, "1", "3").unwrap(), by_name);
    // A name comes before a number.
    assert_eq!(
        records(&path, "2", "1").unwrap(),
        pairs([("one", "1"), ("two", "2")])
    );
    for wanted in ["name", "0", "4", "-1", ""] {
        match records(&path, "id", wanted).unwrap_err() {
            Error::NoSuchColumn {
                column, present, ..
            } => {
                assert_eq!(
                    (column.as_str(), present.join(" ")),
                    (wanted, "id 2 text".into())
                );
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn delimiters_follow_the_name_or_the_header() {
    let dir = tempfile::tempdir().unwrap();
    let tabs = "key\tvalue, or not\nk\ta \"b, c\n";
    for name in ["t.tsv", "t.tab", "t.TSV", "t.txt", "t"] {
        let path = write(dir.path(), name, tabs);
        assert_eq!(
            records(&path, "key", "2").unwrap(),
            pairs([("k", "a \"b, c")]),
            "{name}"
        );
        let path = write(dir.path(), &format!("{name}.gz"), gzip(tabs.as_bytes()));
        assert_eq!(
            records(&path, "key", "2").unwrap(),
            pairs([("k", "a \"b, c")]),
            "{name}.gz"
        );
    }
    let path = write(dir.path(), "u.txt", "key,value\nk,v\n");
    assert_eq!(records(&path, "key", "value").unwrap(), pairs([("k", "v")]));
    let path = write(dir.path(), "tabs.csv", "key\tx,value\nk,v\n");
    assert_eq!(
        records(&path, "key\tx", "value").unwrap(),
        pairs([("k", "v")])
    );
}

#[test]
fn the_last_of_equal_keys_wins_and_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "t.csv", "k,v\na,1\nb,2\na,3\nc,4\na,5\n");
    let loaded = Table::open(&path, "k", "v").unwrap().load().unwrap();
    assert_eq!(loaded.records, pairs([("a", "5"), ("b", "2"), ("c", "4")]));
    assert_eq!(loaded.duplicates, 2);
}

#[test]
fn broken_tables_are_refused_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let at = |line, field| Place::Field { line, field };
    let cases: [(&[u8], Place, &str); 8] = [
        (b"", Place::Whole, "the file is empty"),
        (b"k,v\n", at(1, 1), "a header, but no rows"),
        (
            b"k,v\na,1\nb\n",
            at(3, 2),
            "1 fields where the header has 2",
        ),
        (
            b"k,v\na,1\nb,2,3\n",
            at(3, 3),
            "3 fields where the header has 2",
        ),
        (b"k,v\na,1\nb,\xff\n", at(3, 2), "not UTF-8 text"),
        (b"k,\xff\na,1\n", at(1, 2), "not UTF-8 text"),
        (
            b"k,v\na,\"1\nb,2\n",
            at(2, 1),
            "a quotation mark is not closed",
        ),
        (
            &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff],
            at(1, 1),
            "the compressed file is damaged",
        ),
    ];
    for (bytes, wanted, complaint) in cases {
        let path = write(dir.path(), "t.csv", bytes);
        match records(&path, "1", "2").expect_err(complaint) {
            Error::Unreadable {
                file,
                place,
                problem,
            } => {
                assert_eq!(
                    (file, place),
                    (path.display().to_string(), wanted),
                    "{problem}"
                );
                assert!(problem.starts_with(complaint), "{problem}");
            }
            other => panic!("{complaint}: {other}"),
        }
    }
    for path in [dir.path().join("not there"), dir.path().to_owned()] {
        assert!(matches!(records(&path, "1", "2"), Err(Error::Io { .. })));
        assert!(matches!(lines(&path, None), Err(Error::Io { .. })));
    }
}

#[test]
fn an_iterator_ends_after_its_complaint() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(dir.path(), "t.csv", "k,v\na,1\nb\nc,3\n");
    let mut table = Table::open(&path, "k", "v").unwrap();
    let seen: Vec<bool> = table.by_ref().map(|record| record.is_ok()).collect();
    assert_eq!(seen, [true, false]);
    assert!(table.next().is_none());
    let path = write(dir.path(), "keys", b"a\nb\xff\nc\n");
    let mut keys = lines(&path, None).unwrap();
    let seen: Vec<bool> = keys.by_ref().map(|key| key.is_ok()).collect();
    assert_eq!(seen, [true, false]);
    assert!(keys.next().is_none());
}

#[test]
fn lines_are_keys() {
    let dir = tempfile::tempdir().unwrap();
    let text = "\u{feff}first\r\n\n second one \nfirst\n\u{feff}no end";
    let wanted = ["first", " second one ", "first", "\u{feff}no end"];
    for (name, bytes) in [
        ("k", text.as_bytes().to_vec()),
        ("k.gz", gzip(text.as_bytes())),
    ] {
        let path = write(dir.path(), name, bytes);
        for limit in 0..6 {
            let keys: Result<Vec<String>> = lines(&path, Some(limit as u64)).unwrap().collect();
            assert_eq!(keys.unwrap(), wanted[..limit.min(4)]);
        }
        assert_eq!(lines(&path, None).unwrap().count(), 4);
    }
    // Two members one after the other, as `cat a.gz b.gz` makes them.
    let two = [gzip(b"a\nb\n"), gzip(b"c\n")].concat();
    let path = write(dir.path(), "two", two);
    assert_eq!(lines(&path, None).unwrap().count(), 3);
    let complaint = |bytes: &[u8]| {
        let path = write(dir.path(), "bad", bytes);
        let keys = lines(&path, None).and_then(Iterator::collect::<Result<Vec<_>>>);
        let file = path.display().to_string();
        keys.unwrap_err().to_string().replacen(&file, "", 1)
    };
    assert_eq!(complaint(b""), ": the file is empty");
    assert_eq!(complaint(&gzip(b"")), ": the file is empty");
    assert_eq!(
        complaint("ab\nc\u{e9}d\u{e9}".as_bytes().split_last().unwrap().1),
        ":2:4: not UTF-8 text"
    );
    assert_eq!(
        complaint(&vec![b'x'; 3 << 20]),
        ":1:1: a line of more than 1048576 bytes"
    );
}

#[test]
fn a_cut_gzip_file_is_noticed_wherever_it_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let text: String = (0..2_000).map(|i| format!("{i},{}\n", i * i)).collect();
    let whole = gzip(format!("k,v\n{text}").as_bytes());
    let mut reached = HashSet::new();
    for length in (2..whole.len())
        .step_by(97)
        .chain(whole.len() - 9..whole.len())
    {
        let path = write(dir.path(), "t.csv.gz", &whole[..length]);
        match records(&path, "k", "v").unwrap_err() {
            Error::Truncated { file, line } => {
                assert_eq!(file, path.display().to_string());
                assert!((1..=2_002).contains(&line), "{length}: {line}");
                reached.insert(line);
            }
            other => panic!("{length}: {other}"),
        }
        let keys = lines(&path, None).and_then(Iterator::collect::<Result<Vec<_>>>);
        assert!(
            matches!(keys, Err(Error::Truncated { .. })),
            "{length}: {keys:?}"
        );
    }
    assert!(
        reached.len() > 10,
        "the line tells how far it went: {reached:?}"
    );
    let path = write(dir.path(), "t.csv.gz", &whole);
    assert_eq!(records(&path, "k", "v").unwrap().len(), 2_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the bytes, there are records or a complaint; as many as there can be.
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), Just(b','), Just(b'\n'), Just(b'"'), Just(b'\t'), Just(b'a')],
            0..300,
        ),
        compress in any::<bool>(),
        flip in any::<Option<u16>>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = if compress { gzip(&bytes) } else { bytes };
        if let Some(at) = flip && !bytes.is_empty() {
            let at = usize::from(at) % bytes.len();
            bytes[at] ^= 0x41;
        }
        for name in ["t.csv", "t.tsv", "t"] {
            let path = write(dir.path(), name, &bytes);
            match Table::open(&path, "1", "2").map(|table| table.load()) {
                Ok(Ok(loaded)) => {
                    let keys: HashSet<_> = loaded.records.iter().map(|record| &record.0).collect();
                    prop_assert_eq!(keys.len(), loaded.records.len());
                }
                Ok(Err(error)) | Err(error) => {
                    prop_assert!(error.to_string().contains(&path.display().to_string()));
                }
            }
            if let Ok(keys) = lines(&path, Some(50)) {
                prop_assert!(keys.count() <= 50);
            }
        }
    }

    /// What a CSV writer writes comes back.
    #[test]
    fn written_records_come_back(
        rows in proptest::collection::vec(("\\PC*", ".*", "[a-c\",\n\r]*"), 1..20),
        compress in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["x", "key", "value"]).unwrap();
        for (other, key, value) in &rows {
            writer.write_record([other, key, value]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let bytes = if compress { gzip(&bytes) } else { bytes };
        let path = write(dir.path(), "t", bytes);
        let wanted: Vec<_> = rows.into_iter().map(|(_, key, value)| (key, value)).collect();
        prop_assert_eq!(records(&path, "key", "value").unwrap(), wanted);
    }
}

const N: u64 = 20_000;

/// The records of a shape, after a check of what all shapes have in common.
fn shape<K, I>(make: impl Fn(u64, u64) -> I) -> Vec<(K, String)>
where
    K: core::hash::Hash + Eq + Clone + core::fmt::Debug,
    I: Iterator<Item = (K, String)>,
{
    let all: Vec<_> = make(N, 7).collect();
    assert_eq!(all.len() as u64, N);
    assert_eq!(
        all,
        make(N, 7).collect::<Vec<_>>(),
        "the same for the same seed"
    );
    let values = |seed| make(500, seed).map(|record| record.1).collect::<Vec<_>>();
    assert_ne!(values(7), values(8), "other values for another seed");
    let keys: HashSet<_> = all.iter().map(|record| &record.0).collect();
    assert_eq!(keys.len() as u64, N, "keys are distinct");
    assert!(all.iter().all(|record| !record.1.is_empty()));
    assert_eq!(make(0, 7).count(), 0);
    all
}

/// The share of the commonest values among all.
fn share_of_commonest(values: impl Iterator<Item = String>, count: usize) -> f64 {
    let mut counts = std::collections::HashMap::<String, u64>::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<u64> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    counts.iter().take(count).sum::<u64>() as f64 / N as f64
}

#[test]
fn kv_data_are_numbers_with_values_of_50_bytes() {
    let all = shape(shapes::kv_data);
    assert!(all.iter().map(|record| record.0).eq(0..N));
    let total: usize = all.iter().map(|record| record.1.len()).sum();
    assert!((49.5..50.5).contains(&(total as f64 / N as f64)));
    assert!(all.iter().all(|record| (40..=60).contains(&record.1.len())));
}

#[test]
fn messages_have_ids_that_grow_with_time() {
    let all = shape(shapes::tweet_geo);
    assert!(all.is_sorted_by(|a, b| a.0 < b.0));
    let millis = (all[all.len() - 1].0 >> 22) - (all[0].0 >> 22);
    assert!(
        (18.0..22.0).contains(&(millis as f64 / N as f64)),
        "{millis} ms"
    );
    let places = all.iter().map(|(_, place)| {
        let (north, east) = place.split_once(',').unwrap();
        let (north, east): (f64, f64) = (north.parse().unwrap(), east.parse().unwrap());
        assert!((-90.0..90.0).contains(&north) && (-180.0..=180.0).contains(&east));
        format!("{:.0} {:.0}", north / 2.0, east / 2.0)
    });
    // 1/H(500) is 0.15: the largest town has that share of all messages, on four squares at most.
    let share = share_of_commonest(places, 4);
    assert!((0.1..0.6).contains(&share), "{share}");
}

#[test]
fn hashtags_follow_zipfs_law() {
    let all = shape(shapes::tweet_hashtag);
    assert!(all.iter().all(|record| record.1.starts_with('#')));
    // The sum of k^-1.05 for k up to 50,000 is 8.94; up to 10 it is 2.79.
    let sum = |to: u32| (1..=to).map(|k| f64::from(k).powf(-1.05)).sum::<f64>();
    for (count, wanted) in [(1, 1.0 / sum(50_000)), (10, sum(10) / sum(50_000))] {
        let share = share_of_commonest(all.iter().map(|record| record.1.clone()), count);
        assert!(
            (share / wanted - 1.0).abs() < 0.1,
            "{count}: {share}, not {wanted}"
        );
    }
}

#[test]
fn texts_are_as_long_as_messages_are() {
    let all = shape(shapes::tweet_text);
    let mut lengths: Vec<usize> = all.iter().map(|record| record.1.len()).collect();
    lengths.sort_unstable();
    assert!(lengths[lengths.len() - 1] <= 280);
    // A text ends with the word that reaches the length aimed at.
    let median = lengths[lengths.len() / 2];
    assert!((58..70).contains(&median), "{median}");
    assert!(lengths[lengths.len() * 9 / 10] > 2 * median);
}

#[test]
fn followers_follow_a_power_law() {
    let all = shape(shapes::user_followers);
    let counts: Vec<usize> = all
        .iter()
        .map(|(_, list)| {
            let ids: Vec<u64> = list.split(',').map(|id| id.parse().unwrap()).collect();
            assert!(ids.iter().all(|id| *id < N));
            ids.len()
        })
        .collect();
    for least in [2, 10, 50] {
        let share = counts.iter().filter(|count| **count >= least).count() as f64 / N as f64;
        let wanted = f64::from(u32::try_from(least).unwrap()).powf(-1.3);
        assert!(
            (share / wanted - 1.0).abs() < 0.2,
            "{least}: {share}, not {wanted}"
        );
    }
    assert!(counts.iter().all(|count| *count <= 2_000));
}
