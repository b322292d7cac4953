//! Size classes: one for every multiple of the granule, so that a block costs exactly its bytes.

use super::{GRANULE, MAX_POOLED};

/// Number of classes; class 0 stands for no bytes and stays empty.
pub(super) const CLASSES: usize = MAX_POOLED / GRANULE + 1;

/// The class of blocks of `bytes`.
#[inline]
pub(super) const fn of(bytes: usize) -> usize {
    debug_assert!(bytes % GRANULE == 0 && bytes != 0 && bytes <= MAX_POOLED);
    bytes / GRANULE
}

/// The bytes of a block of `class`.
#[inline]
pub(super) const fn bytes(class: usize) -> usize {
    class * GRANULE
}

/// Bytes a magazine aims at. Two magazines a class are the most a thread keeps, about 1 MiB over all classes.
const MAGAZINE_BYTES: usize = 4096;

/// Blocks in a full magazine: the number that moves between a thread and the depot at once.
#[inline]
pub(super) const fn magazine(class: usize) -> usize {
    MAGAZINES[class]
}

static MAGAZINES: [usize; CLASSES] = {
    let mut blocks = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        let fit = MAGAZINE_BYTES / bytes(class);
        let fit = if fit < 4 { 4 } else { fit };
        blocks[class] = if fit > 64 { 64 } else { fit };
        class += 1;
    }
    blocks
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Every multiple of the granule has a class of its own, and the class gives the size back.
    #[test]
    fn classes_are_exact() {
        for size in (GRANULE..=MAX_POOLED).step_by(GRANULE) {
            assert_eq!(bytes(of(size)), size);
            assert!((4..=64).contains(&magazine(of(size))));
        }
        assert_eq!(of(MAX_POOLED), CLASSES - 1);
    }

    /// What one thread may keep in its lists stays near a mebibyte.
    #[test]
    fn a_cache_is_bounded() {
        let most: usize = (1..CLASSES)
            .map(|class| 2 * magazine(class) * bytes(class))
            .sum();
        assert!(most <= 1 << 20, "{most}");
    }
}
