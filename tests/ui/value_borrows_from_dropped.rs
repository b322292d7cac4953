//! A map drops its values, so what they borrow from has to outlive it.
#[derive(Clone)]
struct Noisy<'a>(&'a String);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn main() {
    let mut map = hamt::Hamt::new();
    let text = String::from("dropped first");
    map.insert(1, Noisy(&text));
}
