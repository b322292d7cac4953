//! While a value is borrowed for writing, the map can not be read or cloned.
fn main() {
    let mut map = hamt::Hamt::from([(1, 1)]);
    let value = map.get_mut(&1).unwrap();
    let copy = map.clone();
    *value = 2;
    drop(copy);
}
