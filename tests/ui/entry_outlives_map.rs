//! The reference from an entry lives as long as the map at most.
fn main() {
    let value: &mut u8;
    {
        let mut map = hamt::Hamt::new();
        value = map.entry(1).or_default();
    }
    *value = 1;
}
