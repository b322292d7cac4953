//! libhamt, as the user built it.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::ptr::NonNull;

use super::key::{CKey, Compare, Hash, KeyPtr};
use super::malloc::{from_word, to_word};

#[repr(C)]
struct RawMap([u8; 0]);
#[repr(C)]
struct RawIter([u8; 0]);
#[repr(C)]
struct Allocator([u8; 0]);
#[repr(C)]
struct RawCache([u8; 0]);

/// `struct hamt_config`. Without the table cache the library's own ends before `cache`, and it
/// does not look there.
#[repr(C)]
struct Config {
    allocator: *mut Allocator,
    compare: Compare,
    hash: Hash,
    cache: *mut RawCache,
}

// As `hamt.h` declares them.
unsafe extern "C" {
    static mut hamt_allocator_default: Allocator;
    fn hamt_create(config: *const Config) -> Option<NonNull<RawMap>>;
    fn hamt_delete(map: NonNull<RawMap>);
    fn hamt_get(map: NonNull<RawMap>, key: *mut c_void) -> *const c_void;
    fn hamt_set(map: NonNull<RawMap>, key: *mut c_void, value: *mut c_void) -> *const c_void;
    fn hamt_remove(map: NonNull<RawMap>, key: *mut c_void) -> *mut c_void;
    fn hamt_pset(
        map: NonNull<RawMap>,
        key: *mut c_void,
        value: *mut c_void,
    ) -> Option<NonNull<RawMap>>;
    fn hamt_premove(map: NonNull<RawMap>, key: *mut c_void) -> Option<NonNull<RawMap>>;
    fn hamt_size(map: NonNull<RawMap>) -> usize;
    fn hamt_it_create(map: NonNull<RawMap>) -> NonNull<RawIter>;
    fn hamt_it_delete(iter: NonNull<RawIter>);
    fn hamt_it_valid(iter: NonNull<RawIter>) -> bool;
    fn hamt_it_next(iter: NonNull<RawIter>) -> *mut RawIter;
    fn hamt_it_get_value(iter: NonNull<RawIter>) -> *const c_void;
}

/// The table cache, where the library has one.
#[cfg(has_libhamt_cache)]
mod cache {
    use super::{Allocator, RawCache, hamt_allocator_default};

    /// `struct hamt_table_cache_config`.
    #[repr(C)]
    struct Config {
        buckets: isize,
        sizes: *const isize,
        allocator: *mut Allocator,
    }

    // As `cache.h` declares them.
    unsafe extern "C" {
        fn hamt_table_cache_create(config: *mut Config) -> *mut RawCache;
        fn hamt_table_cache_delete(cache: *mut RawCache);
    }

    /// Tables that each size class starts with. The library's own choice (a million in all)
    /// suits one large map, not the many small ones of a benchmark.
    static SIZES: [isize; 32] = [256; 32];

    pub(super) fn create() -> *mut RawCache {
        let sizes = SIZES.as_ptr();
        let mut config = Config {
            buckets: 32,
            sizes,
            allocator: &raw mut hamt_allocator_default,
        };
        // SAFETY: the configuration is complete; the sizes are only read.
        unsafe { hamt_table_cache_create(&raw mut config) }
    }

    pub(super) fn delete(cache: *mut RawCache) {
        // SAFETY: the cache came from `create`, and its maps are gone.
        unsafe { hamt_table_cache_delete(cache) };
    }
}

#[cfg(not(has_libhamt_cache))]
mod cache {
    use super::RawCache;

    pub(super) fn create() -> *mut RawCache {
        core::ptr::null_mut()
    }

    pub(super) fn delete(_cache: *mut RawCache) {}
}

const OUT_OF_MEMORY: &str = "libhamt ran out of memory";

/// A map with a table cache of its own.
pub(crate) struct Map<K> {
    map: NonNull<RawMap>,
    cache: *mut RawCache,
    /// `map` is a version, not what `hamt_create` returned.
    version: bool,
    keys: PhantomData<K>,
}

impl<K: CKey> Map<K> {
    pub(crate) fn new() -> Self {
        let cache = cache::create();
        let allocator = &raw mut hamt_allocator_default;
        let config = Config {
            allocator,
            compare: K::COMPARE,
            hash: K::HASH,
            cache,
        };
        // SAFETY: the library copies what it needs from the configuration, whose functions take
        // keys of kind `K`; the map gets no others.
        let map = unsafe { hamt_create(&raw const config) }.expect(OUT_OF_MEMORY);
        Self {
            map,
            cache,
            version: false,
            keys: PhantomData,
        }
    }

    pub(crate) fn len(&self) -> usize {
        // SAFETY: the map is alive.
        unsafe { hamt_size(self.map) }
    }

    pub(crate) fn get(&self, key: &KeyPtr<K>) -> Option<u64> {
        // SAFETY: the map is alive and takes such keys; it only reads them.
        from_word(unsafe { hamt_get(self.map, key.as_mut_ptr()) })
    }

    pub(crate) fn insert(&mut self, key: &KeyPtr<K>, value: u64) {
        // SAFETY: as in `get`; the key lives for ever, and the value's low bit is free.
        let stored = unsafe { hamt_set(self.map, key.as_mut_ptr(), to_word(value)) };
        assert!(!stored.is_null(), "{OUT_OF_MEMORY}");
    }

    /// Removes a key that is present: for an absent one the library counts down all the same.
    pub(crate) fn remove(&mut self, key: &KeyPtr<K>) {
        // SAFETY: as in `get`.
        unsafe { hamt_remove(self.map, key.as_mut_ptr()) };
    }

    /// Makes a version with the entry and frees nothing.
    fn with(&self, key: &KeyPtr<K>, value: u64) -> NonNull<RawMap> {
        // SAFETY: as in `insert`; the map stays as it was.
        let version = unsafe { hamt_pset(self.map, key.as_mut_ptr(), to_word(value)) };
        version.expect(OUT_OF_MEMORY)
    }

    pub(crate) fn persistent_insert(&mut self, key: &KeyPtr<K>, value: u64) {
        self.map = self.with(key, value);
        self.version = true;
    }

    pub(crate) fn persistent_remove(&mut self, key: &KeyPtr<K>) {
        // SAFETY: as in `get`; the map stays as it was.
        let version = unsafe { hamt_premove(self.map, key.as_mut_ptr()) };
        self.map = version.expect(OUT_OF_MEMORY);
        self.version = true;
    }

    /// The length of a new version with the entry.
    pub(crate) fn fork(&self, key: &KeyPtr<K>, value: u64) -> usize {
        let version = self.with(key, value);
        // SAFETY: versions are never freed.
        unsafe { hamt_size(version) }
    }

    pub(crate) fn for_each(&self, mut visit: impl FnMut(u64)) {
        // SAFETY: the map is alive.
        let iter = unsafe { hamt_it_create(self.map) };
        // SAFETY: the iterator is alive, and the map does not change while it is borrowed.
        while unsafe { hamt_it_valid(iter) } {
            // SAFETY: the iterator is at an entry.
            let value = unsafe { hamt_it_get_value(iter) };
            visit(value.addr() as u64);
            // SAFETY: the iterator is at an entry.
            unsafe { hamt_it_next(iter) };
        }
        // SAFETY: the iterator ends here.
        unsafe { hamt_it_delete(iter) };
    }
}

impl<K> Drop for Map<K> {
    fn drop(&mut self) {
        // The root of a version lies in the cache, where `hamt_delete` must not look for it: the
        // cache's end is the end of all versions, but for their handles.
        if !self.version {
            // SAFETY: the map is as `hamt_create` made it, and ends here.
            unsafe { hamt_delete(self.map) };
        }
        cache::delete(self.cache);
    }
}
