//! Shorter lifetimes can not be used as longer ones.
use hamt::Hamt;

fn longer<'a>(map: Hamt<&'a str, u8>) -> Hamt<&'static str, u8> {
    map
}

fn main() {}
