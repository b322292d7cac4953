//! Draws what two versions of a map share: the picture of the README, `docs/two-versions.svg`.
//!
//! ```sh
//! cargo run --example picture [file.svg]
//! ```

use core::hash::{BuildHasherDefault, Hasher};

use hamt::{Hamt, Picture};

/// The same in every run, so that the picture is; and leads to few slots of a node, so that a small map
/// has some depth.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0.rotate_left(7) ^ u64::from(*byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        // Of the five bits that each level takes, two count.
        (self.0 ^ self.0 >> 29) & 0x4631_8C63_18C6_318C
    }
}

fn main() -> std::io::Result<()> {
    let file = std::env::args().nth(1);
    let file = file.as_deref().unwrap_or("docs/two-versions.svg");
    let elements = "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar";
    let before: Hamt<_, u32, BuildHasherDefault<Spread>> = elements.split(' ').zip(1..).collect();
    let after = before.update("K", 19);
    let picture = Picture::of([("before", &before), ("after", &after)]);
    std::fs::write(file, picture.to_svg())?;
    let sharing = after.sharing([&before]);
    println!(
        "{file}: the new version shares {} of its {} bytes",
        sharing.shared_bytes,
        sharing.shared_bytes + sharing.unique_bytes
    );
    Ok(())
}
