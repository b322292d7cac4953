//! The same for a clone of the map, and for an iterator by value.
#[derive(Clone)]
struct Noisy<'a>(&'a String);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn main() {
    let (copy, rest);
    let text = String::from("dropped first");
    let mut map = hamt::Hamt::new();
    map.insert(1, Noisy(&text));
    copy = map.clone();
    rest = map.into_iter();
}
