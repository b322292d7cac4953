//! What the adapters of Rust maps have in common: the methods that most maps name alike.

/// The methods of [`Peer`](super::Peer) that a map with std's names has.
macro_rules! std_methods {
    () => {
        type Key = K::Owned;

        fn key(key: &'static K) -> K::Owned {
            key.owned()
        }

        fn new(_capacity: usize) -> Self {
            Self::default()
        }

        fn len(&self) -> usize {
            self.len()
        }

        fn get(&self, key: &K::Owned) -> Option<u64> {
            self.get(key).map(K::digest)
        }

        fn contains(&self, key: &K::Owned) -> bool {
            self.contains_key(key)
        }

        fn insert(&mut self, key: K::Owned, value: K::Value) {
            self.insert(key, value);
        }

        fn collect(entries: Vec<(K::Owned, K::Value)>) -> Self {
            entries.into_iter().collect()
        }

        fn remove(&mut self, key: &K::Owned) {
            self.remove(key);
        }

        fn for_each(&self, visit: impl FnMut(u64)) {
            self.values().map(K::digest).for_each(visit);
        }

        fn copy(&self) -> Self {
            self.clone()
        }

        fn equal(&self, other: &Self) -> bool {
            self == other
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

pub(super) use {changes_by_look_up, im_methods, std_methods};
