//! Build script of `hamt-bench` (the library has none): compiles the C side, looks for the C
//! libraries that take part in the comparison, and records what the bench was built from.
//!
//! It never fails. What is not there is left out: `cfg(has_c_compiler)`, `cfg(has_glib)`,
//! `cfg(has_judy)` and `cfg(has_libhamt)` say what is, `HAMT_BENCH_ABSENT_<NAME>` what to do about
//! the rest. `HAMT_BENCH_WITHOUT` names libraries to leave out all the same, for example
//! `HAMT_BENCH_WITHOUT=glib,judy`. After installing one, `cargo clean -p hamt-bench` has it looked
//! for again.

use std::env;
use std::path::PathBuf;

#[path = "hamt-bench/build/libraries.rs"]
mod libraries;
#[path = "hamt-bench/build/provenance.rs"]
mod provenance;
#[path = "hamt-bench/build/toolchain.rs"]
mod toolchain;

use toolchain::Toolchain;

const CFGS: [&str; 6] = [
    "has_c_compiler",
    "has_glib",
    "has_judy",
    "has_libhamt",
    "has_libhamt_cache",
    "has_mallinfo2",
];

fn main() {
    for cfg in CFGS {
        println!("cargo::rustc-check-cfg=cfg({cfg})");
    }
    for variable in ["HAMT_BENCH_WITHOUT", "LIBHAMT_DIR"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let member = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    provenance::export(&member);

    let toolchain = without("c_compiler").and_then(|()| Toolchain::build_c_side(&member.join("c")));
    let with_toolchain = |name: &str, find: fn(&Toolchain) -> Result<(), String>| {
        without(name).and_then(|()| toolchain.as_ref().map_err(Clone::clone).and_then(find))
    };
    report("glib", with_toolchain("glib", libraries::glib));
    report("judy", with_toolchain("judy", libraries::judy));
    report("libhamt", with_toolchain("libhamt", libraries::libhamt));
    report(
        "mallinfo2",
        with_toolchain("mallinfo2", libraries::mallinfo2),
    );
    provenance::export_compiler(toolchain.as_ref().ok());
    report("c_compiler", toolchain.map(|_| ()));
}

/// Fails where the user does not want `name`.
fn without(name: &str) -> Result<(), String> {
    let list = env::var("HAMT_BENCH_WITHOUT").unwrap_or_default();
    if list.split([',', ' ']).any(|item| item == name) {
        return Err(format!("left out: HAMT_BENCH_WITHOUT={list}"));
    }
    Ok(())
}

/// Tells the bench whether `name` is there and, if not, why.
fn report(name: &str, found: Result<(), String>) {
    match found {
        Ok(()) => println!("cargo::rustc-cfg=has_{name}"),
        Err(reason) => {
            let reason = reason.replace('\n', " ");
            println!(
                "cargo::rustc-env=HAMT_BENCH_ABSENT_{}={reason}",
                name.to_uppercase()
            );
        }
    }
}
