//! glibc's `tsearch`, a red-black tree of pointers.

use core::cmp::Ordering;
use core::ffi::{CStr, c_int, c_void};
use core::ptr;

use crate::keys::{Key, Word};

type Compare = extern "C" fn(*const c_void, *const c_void) -> c_int;

// As `search.h` declares them.
unsafe extern "C" {
    fn tsearch(key: *const c_void, root: *mut *mut c_void, compare: Compare) -> *mut c_void;
    fn tfind(key: *const c_void, root: *const *mut c_void, compare: Compare) -> *mut c_void;
    fn tdelete(key: *const c_void, root: *mut *mut c_void, compare: Compare) -> *mut c_void;
    fn tdestroy(root: *mut c_void, free: extern "C" fn(*mut c_void));
    fn twalk_r(
        root: *const c_void,
        action: extern "C" fn(*const c_void, c_int, *mut c_void),
        closure: *mut c_void,
    );
}

/// `preorder` and `endorder` of an inner node are not visits of its entry.
const POSTORDER: c_int = 1;
const LEAF: c_int = 3;

/// A key as an entry of the tree holds it.
pub(crate) trait TreeKey: Key<Value = u64> {
    /// The number, or where the word is.
    type Held: Copy + 'static;

    /// The key as an entry holds it.
    fn held(&'static self) -> Self::Held;
    /// Its order.
    fn order(a: Self::Held, b: Self::Held) -> Ordering;
}

impl TreeKey for u64 {
    type Held = Self;

    fn held(&'static self) -> Self {
        *self
    }

    fn order(a: Self, b: Self) -> Ordering {
        a.cmp(&b)
    }
}

impl TreeKey for Word {
    type Held = &'static CStr;

    fn held(&'static self) -> &'static CStr {
        self.as_c_str()
    }

    fn order(a: &'static CStr, b: &'static CStr) -> Ordering {
        a.cmp(b)
    }
}

/// What a node of the tree points to; a box that the map owns.
struct Pair<K: TreeKey> {
    key: K::Held,
    value: u64,
}

extern "C" fn compare<K: TreeKey>(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: the tree holds and is asked for pairs only.
    let a = unsafe { &*a.cast::<Pair<K>>() };
    // SAFETY: as above.
    let b = unsafe { &*b.cast::<Pair<K>>() };
    K::order(a.key, b.key) as c_int
}

extern "C" fn free<K: TreeKey>(pair: *mut c_void) {
    // SAFETY: every pair in the tree came from a box, and this one is gone from it.
    drop(unsafe { Box::from_raw(pair.cast::<Pair<K>>()) });
}

/// A map from keys to boxed pairs.
pub(crate) struct Map<K: TreeKey> {
    root: *mut c_void,
    len: usize,
    kind: core::marker::PhantomData<K>,
}

impl<K: TreeKey> Map<K> {
    pub(crate) fn new() -> Self {
        Self {
            root: ptr::null_mut(),
            len: 0,
            kind: core::marker::PhantomData,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The pair of `key`, or null.
    fn find(&self, key: K::Held) -> *mut Pair<K> {
        let pair = Pair::<K> { key, value: 0 };
        let pair = ptr::from_ref(&pair).cast();
        // SAFETY: the tree is alive and is asked with a pair.
        let node = unsafe { tfind(pair, &raw const self.root, compare::<K>) };
        if node.is_null() {
            return ptr::null_mut();
        }
        // SAFETY: a node begins with its pair's address.
        unsafe { *node.cast::<*mut Pair<K>>() }
    }

    pub(crate) fn get(&self, key: K::Held) -> Option<u64> {
        // SAFETY: pairs in the tree are alive, and no method that changes one runs.
        unsafe { self.find(key).as_ref() }.map(|pair| pair.value)
    }

    pub(crate) fn insert(&mut self, key: K::Held, value: u64) {
        let pair = Box::into_raw(Box::new(Pair::<K> { key, value }));
        // SAFETY: the tree is alive and gets a pair, which it holds from now on if it is new.
        let node = unsafe { tsearch(pair.cast(), &raw mut self.root, compare::<K>) };
        assert!(!node.is_null(), "tsearch ran out of memory");
        // SAFETY: a node begins with its pair's address.
        let held = unsafe { *node.cast::<*mut Pair<K>>() };
        if held == pair {
            self.len += 1;
            return;
        }
        // SAFETY: the key was there already: its pair is another one, and alive.
        unsafe { (*held).value = value };
        free::<K>(pair.cast());
    }

    pub(crate) fn remove(&mut self, key: K::Held) {
        let pair = self.find(key);
        if !pair.is_null() {
            // SAFETY: the tree is alive and holds the pair.
            unsafe { tdelete(pair.cast(), &raw mut self.root, compare::<K>) };
            free::<K>(pair.cast());
            self.len -= 1;
        }
    }

    pub(crate) fn for_each<F: FnMut(u64)>(&self, mut visit: F) {
        extern "C" fn action<K: TreeKey, F: FnMut(u64)>(
            node: *const c_void,
            visit: c_int,
            closure: *mut c_void,
        ) {
            if visit == POSTORDER || visit == LEAF {
                // SAFETY: a node begins with its pair's address.
                let pair = unsafe { *node.cast::<*const Pair<K>>() };
                // SAFETY: pairs in the tree are alive.
                let value = unsafe { (*pair).value };
                // SAFETY: the closure is the one given to `twalk_r` below.
                let visit = unsafe { &mut *closure.cast::<F>() };
                visit(value);
            }
        }
        let closure = ptr::from_mut(&mut visit).cast();
        // SAFETY: the tree is alive and does not change; the closure outlives the walk.
        unsafe { twalk_r(self.root, action::<K, F>, closure) };
    }
}

impl<K: TreeKey> Drop for Map<K> {
    fn drop(&mut self) {
        // SAFETY: the tree is alive and ends here.
        unsafe { tdestroy(self.root, free::<K>) };
    }
}
