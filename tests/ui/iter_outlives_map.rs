//! Iterators keep the map.
fn main() {
    let map = hamt::Hamt::from([(1, String::new())]);
    let (iter, keys, values) = (map.iter(), map.keys(), map.values());
    drop(map);
    println!("{iter:?} {keys:?} {values:?}");
}
