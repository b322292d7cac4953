//! `OccupiedEntry::get_mut` borrows the entry, unlike `into_mut`.
fn main() {
    let mut map = hamt::Hamt::from([(1, 1)]);
    if let hamt::Entry::Occupied(mut entry) = map.entry(1) {
        let one = entry.get_mut();
        let two = entry.get_mut();
        *one += *two;
    }
}
