//! Programs that must not compile, in `tests/ui`: references and iterators that outlive the map,
//! use of a map that is borrowed for writing, values that outlive what they borrow.
//!
//! Only what the borrow checker finds is tested so, as its messages name user code alone and change
//! little between compilers; missing `Send`, `Sync` and other traits are asserted in `traits`.
//! After a change of compiler `TRYBUILD=overwrite` rewrites the messages. Without a `cargo` to
//! build the programs with, or under a sanitizer, `HAMT_NO_COMPILE_FAIL` leaves them out.

#[test]
fn rejected() {
    if std::env::var_os("HAMT_NO_COMPILE_FAIL").is_none() {
        trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
    }
}

#[test]
fn iterators_are_covariant() {
    if std::env::var_os("HAMT_NO_COMPILE_FAIL").is_none() {
        trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
    }
}
