//! The default hasher.

#[cfg(all(feature = "ahash", feature = "std"))]
mod keyed {
    use core::hash::BuildHasher;
    use std::sync::OnceLock;

    /// The hasher of maps that name none: [ahash](https://docs.rs/ahash) under one random key for
    /// the whole process.
    ///
    /// It has no size, so an empty map can be made in a `const`, and all maps that use it hash
    /// alike. The key comes from the standard library's own source of randomness, once, and makes
    /// it hard to choose colliding keys from outside.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// static EMPTY: Hamt<u64, u64> = Hamt::new();
    /// assert!(EMPTY.is_empty());
    /// ```
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct DefaultHashBuilder;

    static KEY: OnceLock<ahash::RandomState> = OnceLock::new();

    #[cold]
    fn random_key() -> ahash::RandomState {
        let random = std::hash::RandomState::new();
        let [a, b, c, d] = [0u64, 1, 2, 3].map(|n| random.hash_one(n));
        ahash::RandomState::with_seeds(a, b, c, d)
    }

    impl BuildHasher for DefaultHashBuilder {
        type Hasher = ahash::AHasher;

        #[inline]
        fn build_hasher(&self) -> ahash::AHasher {
            KEY.get_or_init(random_key).build_hasher()
        }
    }
}

#[cfg(all(feature = "ahash", feature = "std"))]
pub use keyed::DefaultHashBuilder;

/// Stands in for the default hasher where there is none: without the features `ahash` and `std`
/// every map has to name its hasher.
#[cfg(not(all(feature = "ahash", feature = "std")))]
#[derive(Clone, Copy, Debug)]
pub enum DefaultHashBuilder {}
