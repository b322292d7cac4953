//! As std's: longer lifetimes can be used as shorter ones.
use hamt::{Iter, Keys, Values};

pub fn iter<'a, 'b: 'a>(it: Iter<'b, &'static str, &'static u8>) -> Iter<'a, &'a str, &'a u8> {
    it
}

pub fn keys<'a>(it: Keys<'static, &'static str, &'static u8>) -> Keys<'a, &'a str, &'a u8> {
    it
}

pub fn values<'a>(it: Values<'static, &'static str, &'static u8>) -> Values<'a, &'a str, &'a u8> {
    it
}

fn main() {}
