//! Hashers from perfect to constant, so that every depth and every kind of collision comes up with
//! few keys.

use core::hash::{BuildHasher, Hasher};

/// Keeps `BITS` bits of a good hash, spread so that the kept ones come last: keys agree on many
/// levels before they part, and 0 bits make every key collide.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bits<const BITS: u32, const SHIFT: u32>;

#[derive(Debug)]
pub(crate) struct BitsHasher<const BITS: u32, const SHIFT: u32>(u64);

impl<const BITS: u32, const SHIFT: u32> BuildHasher for Bits<BITS, SHIFT> {
    type Hasher = BitsHasher<BITS, SHIFT>;

    fn build_hasher(&self) -> Self::Hasher {
        BitsHasher(0xCBF2_9CE4_8422_2325)
    }
}

impl<const BITS: u32, const SHIFT: u32> Hasher for BitsHasher<BITS, SHIFT> {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = mixed ^ (mixed >> 29);
        let kept = if BITS == 0 { 0 } else { mixed >> (64 - BITS) };
        kept << SHIFT
    }
}

/// All 64 bits of a good hash.
pub(crate) type Good = Bits<64, 0>;
/// One hash for all.
pub(crate) type Constant = Bits<0, 0>;
/// Sixteen hashes that differ at the root.
pub(crate) type Four = Bits<4, 0>;
/// Sixteen hashes that differ in the last, four-bit level only.
pub(crate) type FourAtTheBottom = Bits<4, 60>;
/// 256 hashes that part in the middle of the trie.
pub(crate) type EightInTheMiddle = Bits<8, 28>;
/// Hashes that differ in the low half.
pub(crate) type LowHalf = Bits<32, 0>;
