//! Hashes as the trie sees them: 64 bits, consumed five at a time from the low end.

use core::hash::{BuildHasher, Hash};

use crate::bits::Bit;

/// Bits of a hash that one level consumes.
const FRAGMENT_BITS: u32 = 5;

/// Number of fragments that a level tells apart.
pub(crate) const FRAGMENTS: usize = 1 << FRAGMENT_BITS;

/// A key's full hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HashBits(pub(crate) u64);

impl HashBits {
    #[inline(always)]
    pub(crate) fn of<Q: Hash + ?Sized>(hasher: &impl BuildHasher, key: &Q) -> Self {
        HashBits(hasher.hash_one(key))
    }

    /// The slot of a node at `level` that this hash leads to.
    ///
    /// At the collision level there are no slots left; callers test for it first.
    #[inline(always)]
    pub(crate) fn bit(self, level: Level) -> Bit {
        debug_assert!(!level.is_collision(), "the hash is used up");
        Bit::new(((self.0 >> (level.shift & 63)) & 31) as u32)
    }

    /// The slot's number.
    #[inline(always)]
    pub(crate) fn fragment(self, level: Level) -> usize {
        debug_assert!(!level.is_collision(), "the hash is used up");
        ((self.0 >> (level.shift & 63)) & 31) as usize
    }
}

/// Distance from the root. Twelve levels consume five bits each, the thirteenth the four that are
/// left; below it all 64 bits are equal and only collision nodes stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Level {
    shift: u32,
}

impl Level {
    pub(crate) const ROOT: Level = Level { shift: 0 };
    /// Levels with slots, and one for collision nodes.
    pub(crate) const COUNT: usize = 14;
    pub(crate) const COLLISION: Level = Level { shift: 65 };

    #[inline(always)]
    pub(crate) fn next(self) -> Self {
        debug_assert!(
            !self.is_collision(),
            "nothing stands below a collision node"
        );
        Level {
            shift: self.shift + FRAGMENT_BITS,
        }
    }

    /// The level that many steps below the root.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a depth is at most 13")]
    pub(crate) fn at_depth(depth: usize) -> Self {
        debug_assert!(depth < Self::COUNT, "the trie has {} levels", Self::COUNT);
        Level {
            shift: (depth as u32) * FRAGMENT_BITS,
        }
    }

    /// The level with this [`Level::shift`].
    #[inline(always)]
    pub(crate) fn at_shift(shift: u32) -> Self {
        Level { shift }
    }

    /// The first level at which hashes part that differ in these bits.
    pub(crate) fn parting(bits: u64) -> Self {
        if bits == 0 {
            Self::COLLISION
        } else {
            Self::at_depth((bits.trailing_zeros() / FRAGMENT_BITS) as usize)
        }
    }

    #[inline(always)]
    pub(crate) fn is_collision(self) -> bool {
        self == Self::COLLISION
    }

    /// Bits of the hash consumed above.
    #[inline(always)]
    pub(crate) fn shift(self) -> u32 {
        self.shift
    }

    /// The bits of a hash that are settled for an entry in a slot of a node at this level.
    pub(crate) fn known_bits(self) -> u64 {
        let bits = (self.shift + FRAGMENT_BITS).min(u64::BITS);
        u64::MAX >> (u64::BITS - bits)
    }

    /// 0 at the root, 13 at the collision nodes.
    pub(crate) fn depth(self) -> usize {
        (self.shift / FRAGMENT_BITS) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_consume_all_bits_once() {
        let mut level = Level::ROOT;
        let hash = HashBits(0xFEDC_BA98_7654_3210);
        let mut seen = 0u64;
        let mut levels = 0;
        while !level.is_collision() {
            let fragment = (0..32)
                .find(|&f| Bit::new(f) == hash.bit(level))
                .expect("one slot");
            seen |= u64::from(fragment) << level.shift;
            assert_eq!(level.depth(), levels);
            levels += 1;
            level = level.next();
        }
        assert_eq!(seen, hash.0);
        assert_eq!(levels + 1, Level::COUNT);
    }
}
