//! c-hamt: its tests in C, with every kind of hash, and the strictness of its source.
#![cfg(has_c_compiler)]

use core::ffi::c_int;
use std::env;

use std::path::Path;
use std::process::Command;

use hamt_bench::ffi::self_test::{Test, kinds, run};

/// Murmur3, and a hash that uses up its first generation after ten bits.
const MURMUR: c_int = 0;
const LATE: c_int = 3;

fn check(test: Test, kind: c_int) {
    if let Err(line) = run(test, kind) {
        panic!("{test:?} with hash kind {kind} failed at test_chamt.c:{line}");
    }
}

#[test]
fn edits_in_place_agree_with_a_model() {
    (0..kinds()).for_each(|kind| check(Test::Ephemeral, kind));
}

#[test]
fn versions_stay_as_they_were() {
    (0..kinds()).for_each(|kind| check(Test::Versions, kind));
}

#[test]
fn failed_allocations_change_nothing() {
    (0..kinds()).for_each(|kind| check(Test::Memory, kind));
}

#[test]
fn strings_and_murmur3() {
    check(Test::Strings, MURMUR);
}

/// Among 1e6 keys hundreds of pairs agree in the 30 bits of generation 0.
#[test]
fn a_million_keys_are_all_found() {
    check(Test::Many(1_000_000), MURMUR);
}

#[test]
fn keys_of_later_generations_are_all_found() {
    check(Test::Many(200_000), LATE);
}

/// `C_HAMT_KEYS` keys, ten million without it.
#[test]
#[ignore = "takes half a minute and a gigabyte"]
fn ten_million_keys_are_all_found() {
    let keys = env::var("C_HAMT_KEYS").map_or(10_000_000, |keys| keys.parse().expect("a number"));
    check(Test::Many(keys), MURMUR);
}

#[test]
fn the_source_is_strict_c99() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("c");
    let files = folder
        .read_dir()
        .expect("readable")
        .map(|entry| entry.expect("readable").path());
    let sources = files.filter(|path| path.extension().is_some_and(|extension| extension == "c"));
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let strict = [
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-pedantic",
        "-Werror",
        "-O1",
        "-fsyntax-only",
    ];
    let Ok(output) = Command::new(&compiler).args(strict).args(sources).output() else {
        return; // the build found a compiler of another name
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
