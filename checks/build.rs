//! Tells the library's source what it is built for; there the checkers are `cfg`s and no features.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for (feature, cfg) in [
        ("SHUTTLE", "shuttle"),
        ("LOOM", "loom"),
        ("NOPOOL", "hamt_nopool"),
        ("POISON", "hamt_poison"),
        ("REFUSALS", "hamt_refusals"),
    ] {
        if env::var_os(format!("CARGO_FEATURE_{feature}")).is_some() {
            println!("cargo::rustc-cfg={cfg}");
        }
    }
}
