//! What the fuzz targets do: bytes become a case, and a case is played on maps and on models of them.
//!
//! Hashers, counted keys and the comparison of a map with its model are those of the library's tests.

pub mod algebra;
pub mod forest;
#[expect(dead_code, reason = "the library's tests use all of it")]
#[path = "../../tests/all/hashers.rs"]
mod hashers;
#[cfg(feature = "import")]
pub mod import;
mod kinds;
pub mod map_ops;
#[expect(
    dead_code,
    reason = "the library's tests use all of it, and their compiler knows no chains of `let`"
)]
#[path = "../../tests/all/probes.rs"]
mod probes;
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the library's tests use all of it"
)]
#[path = "../../tests/all/versions.rs"]
mod versions;
