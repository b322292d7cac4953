//! The three-way merge.

use core::convert::Infallible;
use core::hash::{BuildHasher, Hash};

use super::Hamt;
use crate::hash::HashBits;
use crate::trie::{self, Conflict, Joined, Resolution, ThreeWay};

impl<K, V, S> Hamt<K, V, S>
where
    K: Eq + Hash + Clone,
    V: Clone + PartialEq,
    S: BuildHasher + Clone,
{
    /// Brings together what two versions made from this one have changed.
    ///
    /// | | they left it | they changed or added it | they removed it |
    /// |---|---|---|---|
    /// | **we left it** | as it was | theirs | removed |
    /// | **we changed or added it** | ours | ours if the values are equal, else a conflict | conflict |
    /// | **we removed it** | removed | conflict | removed |
    ///
    /// Whether something has changed is a matter of values being equal, not of having been written.
    /// `resolve` is called once for each conflict, in no order.
    ///
    /// Where two of the three share memory, the third stands, as a whole and without being looked
    /// at: the cost is that of what both versions have changed, not of the maps' size. (For maps not
    /// known to hash alike it is *O(n)*, see [set algebra](Hamt#set-algebra).) The result shares
    /// all it can with the three. If `resolve` panics, they are as before.
    ///
    /// ```
    /// use hamt::{Hamt, Resolution};
    ///
    /// let base = Hamt::from([("title", "Tries"), ("author", "?"), ("pages", "12")]);
    /// let ours = base.update("author", "Bagwell").update("pages", "13");
    /// let theirs = base.update("pages", "14").update("year", "2001");
    /// let merged = base.merge(&ours, &theirs, |conflict| {
    ///     assert_eq!((*conflict.key, conflict.ours, conflict.theirs), ("pages", Some(&"13"), Some(&"14")));
    ///     Resolution::Theirs
    /// });
    /// assert_eq!((merged["author"], merged["pages"], merged["year"]), ("Bagwell", "14", "2001"));
    /// ```
    #[must_use = "the maps themselves are unchanged"]
    pub fn merge(
        &self,
        ours: &Self,
        theirs: &Self,
        mut resolve: impl FnMut(Conflict<'_, K, V>) -> Resolution<V>,
    ) -> Self {
        let merged = self.try_merge(ours, theirs, move |conflict| {
            Ok::<_, Infallible>(resolve(conflict))
        });
        match merged {
            Ok(map) => map,
            Err(never) => match never {},
        }
    }

    /// As [`merge`](Hamt::merge), unless `resolve` gives up.
    ///
    /// ```
    /// use hamt::Hamt;
    ///
    /// let base = Hamt::from([(1, 'a')]);
    /// let merged = base.try_merge(&base.update(1, 'b'), &base.without(&1), |it| Err(*it.key));
    /// assert_eq!(merged, Err(1));
    /// ```
    ///
    /// # Errors
    /// The error of `resolve`, which is not called any more after it.
    pub fn try_merge<E>(
        &self,
        ours: &Self,
        theirs: &Self,
        mut resolve: impl FnMut(Conflict<'_, K, V>) -> Result<Resolution<V>, E>,
    ) -> Result<Self, E> {
        // Two maps that hash as the third hash alike.
        let rehashed = |map: &Self| (!self.hashes_alike(map)).then(|| map.root_for(self));
        let (ours_rehashed, theirs_rehashed) = (rehashed(ours), rehashed(theirs));
        let roots = [
            &self.root,
            ours_rehashed.as_ref().unwrap_or(&ours.root),
            theirs_rehashed.as_ref().unwrap_or(&theirs.root),
        ];
        let mut error = None;
        let mut settle =
            |conflict: Conflict<'_, K, V>| resolve(conflict).map_err(|it| error = Some(it)).ok();
        let joined = trie::join(roots, Some(1), &mut ThreeWay::new(&mut settle), &|key| {
            HashBits::of(&self.hash_builder, key)
        });
        let merged = match error {
            Some(error) => {
                drop(joined);
                Err(error)
            }
            None => {
                let root = match joined {
                    Joined::Same(map) => roots[map].clone(),
                    Joined::New(root) => root,
                };
                Ok(Hamt {
                    root: root.dropping_like(&self.root),
                    hash_builder: self.hash_builder.clone(),
                })
            }
        };
        // Dropped here, because a result that is already returned is lost if a `Drop` panics.
        drop(resolve);
        merged
    }
}
