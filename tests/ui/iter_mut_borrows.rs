//! The references that a writing iterator gives are exclusive.
fn main() {
    let mut map = hamt::Hamt::from([(1, 1)]);
    let values: Vec<_> = map.values_mut().collect();
    let more: Vec<_> = map.iter_mut().collect();
    println!("{values:?} {more:?}");
}
