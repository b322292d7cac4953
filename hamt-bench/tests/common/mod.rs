//! Runs made up for tests.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test program uses its own part of these helpers"
)]

use std::path::Path;
use std::process::{Command, Output};

use hamt_bench::record::{Machine, PeerVersion, Run, RunInfo, Sample, Series, Unit};

/// A run's description with awkward characters in every free text.
pub fn info(id: &str) -> RunInfo {
    let peer = |name: &str, present, note: &str| PeerVersion {
        name: name.to_owned(),
        version: if present {
            "1.0".to_owned()
        } else {
            String::new()
        },
        present,
        note: note.to_owned(),
    };
    RunInfo {
        id: id.to_owned(),
        started_at: 1_795_000_000,
        git_commit: "0123456789abcdef".to_owned(),
        dirty: Some(true),
        rustc: "rustc 1.95.0, \"quoted\"".to_owned(),
        flags: "-C opt-level=3, -C lto".to_owned(),
        cc: "cc 12\nsecond line".to_owned(),
        cflags: String::new(),
        machine: Machine {
            cpu: "Test CPU @ 3 GHz, virtual".to_owned(),
            cores: 2,
            os: "linux 6.1 x86_64".to_owned(),
        },
        seed: Some(u64::MAX),
        peers: vec![
            peer("hamt", true, "refcounted; pooled | \\ all"),
            peer("imbl", true, "refcounted"),
            peer("c-hamt", true, "leaks old versions"),
            peer("judy", false, "install libjudy-dev"),
        ],
        provenance: String::new(),
        note: "a, \"note\"".to_owned(),
    }
}

/// One sample of a time.
pub fn sample(product: &str, measurement: &str, scale: u64, repeat: u32, value: f64) -> Sample {
    Sample {
        series: Series {
            product: product.to_owned(),
            version: "1.0".to_owned(),
            measurement: measurement.to_owned(),
            key_set: "random".to_owned(),
            scale,
            unit: Unit::NsPerOp,
        },
        repeat,
        iters: 1000,
        value,
    }
}

/// The same sample on other keys.
pub fn on_keys(mut sample: Sample, key_set: &str) -> Sample {
    sample.series.key_set = key_set.to_owned();
    sample
}

/// The same sample as bytes an entry.
pub fn in_bytes(mut sample: Sample) -> Sample {
    sample.series.unit = Unit::BytesPerEntry;
    sample
}

/// A few hundred samples of several products, workloads, key sets and scales, sorted as stored.
pub fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    let mut state = 7_u64;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 40) as f64 / 16_777_216.0
    };
    let products = [
        ("hamt", 1.0),
        ("hashbrown", 0.6),
        ("imbl", 2.0),
        ("c-hamt", 1.5),
    ];
    for (product, factor) in products {
        for (measurement, base) in [
            ("query", 9.1),
            ("persistent_insert", 120.0),
            ("bytes", 22.0),
        ] {
            if product == "hashbrown" && measurement == "persistent_insert" {
                continue;
            }
            for key_set in ["random", "words"] {
                for scale in [1000, 10_000, 100_000, 1_000_000] {
                    for repeat in 0..5 {
                        let value = base * factor * (1.0 + noise() / 3.0);
                        let one = sample(product, measurement, scale, repeat, value);
                        let one = on_keys(one, key_set);
                        all.push(if measurement == "bytes" {
                            in_bytes(one)
                        } else {
                            one
                        });
                    }
                }
            }
        }
    }
    all.sort_by(|a, b| (&a.series, a.repeat).cmp(&(&b.series, b.repeat)));
    all
}

/// A complete run with [`samples`].
pub fn run(id: &str) -> Run {
    Run {
        info: info(id),
        complete: true,
        samples: samples(),
    }
}

/// The number in the only row of an SQL query.
pub fn number(conn: &rusqlite::Connection, sql: &str) -> i64 {
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Runs the benchmark's command on a data directory, on a terminal 160 wide.
pub fn program(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hamt-bench"));
    command.env("COLUMNS", "160");
    command.arg("--data").arg(data).args(args).output().unwrap()
}

/// Runs the command once for each case: arguments, exit code, and what it says with that.
#[track_caller]
pub fn check_program(data: &Path, cases: &[(&[&str], i32, &str)]) {
    for (args, code, expected) in cases {
        let output = program(data, args);
        let stream = if *code == 0 {
            &output.stdout
        } else {
            &output.stderr
        };
        let text = String::from_utf8_lossy(stream);
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {text}");
        assert!(text.contains(expected), "{args:?}: {text}");
    }
}
