//! c-hamt, our own HAMT in C (`hamt-bench/c`).

use core::cell::RefCell;
use core::ffi::{c_int, c_uint, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use super::key::{CKey, Equal, Hash, KeyPtr};
use super::malloc::{from_word, to_word};

#[repr(C)]
struct RawPool([u8; 0]);
#[repr(C)]
struct RawMap([u8; 0]);
/// `struct chamt_keys`.
#[repr(C)]
struct Keys {
    hash: Hash,
    equal: Equal,
}
/// `struct chamt_iter`, with the levels of `chamt.h`.
#[repr(C)]
struct RawIter {
    depth: c_uint,
    frames: [[*const c_void; 2]; 25],
}

// As `chamt.h` declares them.
unsafe extern "C" {
    safe fn chamt_pool_create() -> Option<NonNull<RawPool>>;
    fn chamt_pool_reset(pool: NonNull<RawPool>);
    fn chamt_pool_destroy(pool: NonNull<RawPool>);
    fn chamt_pool_bytes(pool: NonNull<RawPool>) -> usize;
    fn chamt_pool_bytes_taken(pool: NonNull<RawPool>) -> usize;
    fn chamt_create(pool: NonNull<RawPool>, keys: *const Keys) -> Option<NonNull<RawMap>>;
    fn chamt_size(map: NonNull<RawMap>) -> usize;
    fn chamt_get(map: NonNull<RawMap>, key: *const c_void) -> *const c_void;
    fn chamt_set(map: NonNull<RawMap>, key: *const c_void, value: *const c_void) -> c_int;
    fn chamt_remove(map: NonNull<RawMap>, key: *const c_void, removed: *mut *const c_void)
    -> c_int;
    fn chamt_pset(
        map: NonNull<RawMap>,
        key: *const c_void,
        value: *const c_void,
    ) -> Option<NonNull<RawMap>>;
    fn chamt_premove(map: NonNull<RawMap>, key: *const c_void) -> Option<NonNull<RawMap>>;
    fn chamt_iter_init(iter: *mut RawIter, map: NonNull<RawMap>);
    fn chamt_iter_next(
        iter: *mut RawIter,
        key: *mut *const c_void,
        value: *mut *const c_void,
    ) -> c_int;
}

const OUT_OF_MEMORY: &str = "c-hamt ran out of memory";

/// A pool; maps end with it.
struct Pool(NonNull<RawPool>);

impl Drop for Pool {
    fn drop(&mut self) {
        // SAFETY: the pool is ours, and the maps in it are gone.
        unsafe { chamt_pool_destroy(self.0) };
    }
}

/// Pools larger than this are not kept: their memory is of use to other peers.
const KEPT_BYTES: usize = 64 << 20;

thread_local! {
    /// Pools of maps that are gone, so that a new map finds its pool warm.
    static SPARE: RefCell<Vec<Pool>> = const { RefCell::new(Vec::new()) };
}

/// A map with a pool of its own, which it hands on when dropped. All versions but the last one
/// stay in the pool until then.
pub(crate) struct Map<K> {
    map: NonNull<RawMap>,
    pool: Option<Pool>,
    keys: PhantomData<K>,
}

impl<K: CKey> Map<K> {
    const KEYS: &'static Keys = &Keys {
        hash: K::HASH,
        equal: K::EQUAL,
    };

    pub(crate) fn new() -> Self {
        let pool = SPARE.with_borrow_mut(Vec::pop);
        let pool = pool.unwrap_or_else(|| Pool(chamt_pool_create().expect(OUT_OF_MEMORY)));
        // SAFETY: the pool lives as long as the map, `KEYS` for ever.
        let map = unsafe { chamt_create(pool.0, Self::KEYS) }.expect(OUT_OF_MEMORY);
        Self {
            map,
            pool: Some(pool),
            keys: PhantomData,
        }
    }

    pub(crate) fn len(&self) -> usize {
        // SAFETY: the map is alive.
        unsafe { chamt_size(self.map) }
    }

    pub(crate) fn get(&self, key: &KeyPtr<K>) -> Option<u64> {
        // SAFETY: the map is alive and its keys are of the key's kind.
        from_word(unsafe { chamt_get(self.map, key.as_ptr()) })
    }

    pub(crate) fn insert(&mut self, key: &KeyPtr<K>, value: u64) {
        // SAFETY: the map is alive, the key lives for ever, and the value is even. Versions that
        // share tables with the map cannot be reached any more.
        let status = unsafe { chamt_set(self.map, key.as_ptr(), to_word(value)) };
        assert!(status > 0, "{OUT_OF_MEMORY}");
    }

    pub(crate) fn remove(&mut self, key: &KeyPtr<K>) {
        // SAFETY: as in `insert`; the removed value is not wanted.
        let status = unsafe { chamt_remove(self.map, key.as_ptr(), ptr::null_mut()) };
        assert!(status >= 0, "{OUT_OF_MEMORY}");
    }

    /// Makes a version with the entry and drops nothing.
    fn with(&self, key: &KeyPtr<K>, value: u64) -> NonNull<RawMap> {
        // SAFETY: as in `insert`; the map stays as it was.
        let version = unsafe { chamt_pset(self.map, key.as_ptr(), to_word(value)) };
        version.expect(OUT_OF_MEMORY)
    }

    pub(crate) fn persistent_insert(&mut self, key: &KeyPtr<K>, value: u64) {
        self.map = self.with(key, value);
    }

    pub(crate) fn persistent_remove(&mut self, key: &KeyPtr<K>) {
        // SAFETY: the map is alive and stays as it was.
        let version = unsafe { chamt_premove(self.map, key.as_ptr()) };
        self.map = version.expect(OUT_OF_MEMORY);
    }

    /// The length of a new version with the entry.
    pub(crate) fn fork(&self, key: &KeyPtr<K>, value: u64) -> usize {
        let version = self.with(key, value);
        // SAFETY: the version is alive as long as the pool.
        unsafe { chamt_size(version) }
    }

    pub(crate) fn for_each(&self, mut visit: impl FnMut(u64)) {
        let mut iter = MaybeUninit::<RawIter>::uninit();
        // SAFETY: the map is alive; the function makes the iterator.
        unsafe { chamt_iter_init(iter.as_mut_ptr(), self.map) };
        let (mut key, mut value) = (ptr::null(), ptr::null());
        // SAFETY: the iterator is made, and the map does not change while it is borrowed.
        while unsafe { chamt_iter_next(iter.as_mut_ptr(), &raw mut key, &raw mut value) } != 0 {
            visit(value.addr() as u64);
        }
    }

    /// Bytes of the pool's chunks, free blocks included.
    pub(crate) fn bytes(&self) -> usize {
        // SAFETY: the pool is alive.
        self.pool
            .as_ref()
            .map_or(0, |pool| unsafe { chamt_pool_bytes(pool.0) })
    }
}

impl<K> Drop for Map<K> {
    fn drop(&mut self) {
        let Some(pool) = self.pool.take() else { return };
        // SAFETY: the pool is alive.
        if unsafe { chamt_pool_bytes_taken(pool.0) } <= KEPT_BYTES {
            // SAFETY: the only map of the pool ends here.
            unsafe { chamt_pool_reset(pool.0) };
            // A thread that ends has no list any more and drops the pool.
            let _ = SPARE.try_with(|spare| spare.borrow_mut().push(pool));
        }
    }
}
