//! A value that is borrowed for reading forbids writing.
fn main() {
    let mut map = hamt::Hamt::from([(1, String::new())]);
    let value = &map[&1];
    map.insert(1, String::new());
    println!("{value}");
}
