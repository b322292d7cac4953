//! Hashers from perfect to constant, so that every depth and every kind of collision comes up with
//! few keys.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher};

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
        keep(self.0, BITS, SHIFT)
    }
}

/// The last step: mixes, and keeps `bits` bits.
fn keep(state: u64, bits: u32, shift: u32) -> u64 {
    let mixed = (state ^ (state >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = mixed ^ (mixed >> 29);
    let kept = if bits == 0 { 0 } else { mixed >> (64 - bits) };
    kept << shift
}

/// As [`Bits`], but chosen at run time, so that a test is compiled once for all hashers. The
/// default is the one that [`Dial::with`] has set for this thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dial {
    bits: u32,
    shift: u32,
}

thread_local! {
    static DIAL: Cell<Dial> = const { Cell::new(Dial::GOOD) };
}

impl Dial {
    pub(crate) const GOOD: Dial = Dial::to(64, 0);
    pub(crate) const FOUR: Dial = Dial::to(4, 0);
    pub(crate) const FOUR_AT_THE_BOTTOM: Dial = Dial::to(4, 60);
    pub(crate) const FIVE: Dial = Dial::to(5, 0);
    pub(crate) const EIGHT_IN_THE_MIDDLE: Dial = Dial::to(8, 28);
    pub(crate) const CONSTANT: Dial = Dial::to(0, 0);
    pub(crate) const LOW_HALF: Dial = Dial::to(32, 0);
    pub(crate) const ALL: [Dial; 6] = [
        Dial::GOOD,
        Dial::FIVE,
        Dial::FOUR,
        Dial::FOUR_AT_THE_BOTTOM,
        Dial::EIGHT_IN_THE_MIDDLE,
        Dial::CONSTANT,
    ];

    const fn to(bits: u32, shift: u32) -> Self {
        Dial { bits, shift }
    }

    /// Whether different keys have different hashes, as good as always.
    pub(crate) fn is_good(self) -> bool {
        self.bits == u64::BITS
    }

    /// Runs `test` with this as the default.
    pub(crate) fn with<R>(self, test: impl FnOnce() -> R) -> R {
        let before = DIAL.replace(self);
        let result = test();
        DIAL.set(before);
        result
    }
}

impl Default for Dial {
    fn default() -> Self {
        DIAL.get()
    }
}

#[derive(Debug)]
pub(crate) struct DialHasher(BitsHasher<64, 0>, Dial);

impl BuildHasher for Dial {
    type Hasher = DialHasher;

    fn build_hasher(&self) -> DialHasher {
        DialHasher(Bits.build_hasher(), *self)
    }
}

impl Hasher for DialHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn finish(&self) -> u64 {
        keep(self.0.0, self.1.bits, self.1.shift)
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

/// The hash of a single number is that number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identity;

#[derive(Debug)]
pub(crate) struct IdentityHasher(u64);

impl BuildHasher for Identity {
    type Hasher = IdentityHasher;

    fn build_hasher(&self) -> IdentityHasher {
        IdentityHasher(0)
    }
}

impl Hasher for IdentityHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("only numbers are hashed");
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
