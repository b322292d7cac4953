//! Through a `&mut` no shorter-lived value can be smuggled in.
use hamt::{Hamt, IterMut};

fn map<'a, 'b>(map: &'b mut Hamt<u8, &'static str>) -> &'b mut Hamt<u8, &'a str> {
    map
}

fn iter<'a, 'b>(iter: IterMut<'b, u8, &'static str>) -> IterMut<'b, u8, &'a str> {
    iter
}

fn main() {}
