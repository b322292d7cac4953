//! What was read from a local map does not leave its scope.
fn main() {
    let first = {
        let map = hamt::Hamt::from([(1, String::new())]);
        map.keys().next()
    };
    println!("{first:?}");
}
