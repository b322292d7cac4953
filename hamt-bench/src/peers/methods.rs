//! What the adapters of maps have in common: the methods that several name alike.

/// Keys as Rust maps own them.
macro_rules! owned_keys {
    () => {
        type Key = K::Owned;

        fn key(key: &'static K) -> K::Owned {
            key.owned()
        }
    };
}

/// The methods that every Rust map has.
macro_rules! value_methods {
    () => {
        fn get(&self, key: &K::Owned) -> Option<u64> {
            self.get(key).map(K::digest)
        }

        fn collect(entries: Vec<(K::Owned, K::Value)>) -> Self {
            entries.into_iter().collect()
        }

        fn copy(&self) -> Self {
            self.clone()
        }

        fn equal(&self, other: &Self) -> bool {
            self == other
        }
    };
}

/// The methods that read as std's do.
macro_rules! read_methods {
    () => {
        fn contains(&self, key: &K::Owned) -> bool {
            self.contains_key(key)
        }

        fn for_each(&self, visit: impl FnMut(u64)) {
            self.values().map(K::digest).for_each(visit);
        }
    };
}

/// The methods of [`Peer`](super::Peer) that a map with std's names has.
macro_rules! std_methods {
    () => {
        $crate::peers::methods::owned_keys!();
        $crate::peers::methods::value_methods!();
        $crate::peers::methods::read_methods!();

        fn new(_capacity: usize) -> Self {
            Self::default()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn insert(&mut self, key: K::Owned, value: K::Value) {
            self.insert(key, value);
        }

        fn remove(&mut self, key: &K::Owned) {
            self.remove(key);
        }
    };
}

/// The methods of a persistent map with im's names.
macro_rules! im_methods {
    () => {
        fn updated(&self, key: K::Owned, value: K::Value) -> Self {
            self.update(key, value)
        }

        fn without(&self, key: &K::Owned) -> Self {
            self.without(key)
        }
    };
}

/// Set algebra that takes both maps: of clones, which cost next to nothing.
macro_rules! joins_of_clones {
    () => {
        fn union(&self, other: &Self) -> Self {
            self.clone().union(other.clone())
        }

        fn intersection(&self, other: &Self) -> Self {
            self.clone().intersection(other.clone())
        }
    };
}

/// Counts by hand how many keys two maps do not agree on, as the users of a map without a diff do.
macro_rules! changes_by_look_up {
    () => {
        fn changes(&self, other: &Self) -> usize {
            let gone_or_changed = self
                .iter()
                .filter(|(key, value)| other.get(*key) != Some(*value));
            let new = other.keys().filter(|key| !self.contains_key(*key));
            gone_or_changed.count() + new.count()
        }
    };
}

/// The methods of a C map that takes keys by pointer.
#[cfg(any(has_c_compiler, has_libhamt, has_glib))]
macro_rules! pointer_methods {
    () => {
        type Key = KeyPtr<K>;

        fn key(key: &'static K) -> KeyPtr<K> {
            KeyPtr::new(key)
        }

        fn new(_capacity: usize) -> Self {
            Self::new()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &KeyPtr<K>) -> Option<u64> {
            self.get(key)
        }

        fn insert(&mut self, key: KeyPtr<K>, value: u64) {
            self.insert(&key, value);
        }

        fn remove(&mut self, key: &KeyPtr<K>) {
            self.remove(key);
        }

        fn for_each(&self, visit: impl FnMut(u64)) {
            self.for_each(visit);
        }
    };
}

/// The methods of such a map that is persistent and never frees.
#[cfg(any(has_c_compiler, has_libhamt))]
macro_rules! leaking_methods {
    () => {
        const LEAKS: bool = true;

        fn persistent_insert(&mut self, key: KeyPtr<K>, value: u64) {
            self.persistent_insert(&key, value);
        }

        fn persistent_remove(&mut self, key: &KeyPtr<K>) {
            self.persistent_remove(key);
        }

        fn fork(&self, key: KeyPtr<K>, value: u64) -> usize {
            self.fork(&key, value)
        }
    };
}

#[cfg(any(has_c_compiler, has_libhamt))]
pub(super) use leaking_methods;
#[cfg(any(has_c_compiler, has_libhamt, has_glib))]
pub(super) use pointer_methods;
pub(super) use {
    changes_by_look_up, im_methods, joins_of_clones, owned_keys, read_methods, std_methods,
    value_methods,
};
