//! The hashers of the Rust peers.

use core::hash::BuildHasher;

/// What a Rust peer may hash with.
pub trait Hasher: BuildHasher + Clone + Default + Send + Sync + 'static {}

impl<S: BuildHasher + Clone + Default + Send + Sync + 'static> Hasher for S {}

/// The standard library's default, SipHash with keys drawn at random.
#[cfg(feature = "extra")]
pub type SipHash = std::hash::RandomState;

/// `ahash::RandomState`, kept in the map as its users keep it, but with fixed keys, so that a run
/// can be repeated. Two of them hash alike.
#[derive(Clone, Debug)]
pub struct BenchHash(ahash::RandomState);

impl Default for BenchHash {
    fn default() -> Self {
        Self(ahash::RandomState::with_seeds(
            0x243f_6a88_85a3_08d3,
            0x1319_8a2e_0370_7344,
            0xa409_3822_299f_31d0,
            0x082e_fa98_ec4e_6c89,
        ))
    }
}

impl BuildHasher for BenchHash {
    type Hasher = <ahash::RandomState as BuildHasher>::Hasher;

    #[inline]
    fn build_hasher(&self) -> Self::Hasher {
        self.0.build_hasher()
    }
}
