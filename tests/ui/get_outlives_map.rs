//! A reference from `get` keeps the map.
fn main() {
    let map = hamt::Hamt::from([(1, String::new())]);
    let value = map.get(&1);
    drop(map);
    println!("{value:?}");
}
