//! An entry is the map's only user.
fn main() {
    let mut map = hamt::Hamt::from([(1, 1)]);
    let entry = map.entry(1);
    let len = map.len();
    *entry.or_insert(0) = len;
}
