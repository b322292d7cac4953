//! Parallel iterators over maps and sets, with [`rayon`](::rayon).
//!
//! They divide the trie from its root down, as long as there are threads with nothing to do; so it
//! does not matter if some parts are larger than others. Their order is that of the sequential
//! iterators.
//!
//! ```
//! use hamt::Hamt;
//! use rayon::prelude::*;
//!
//! let mut squares: Hamt<u64, u64> = (0..10_000).map(|n| (n, n * n)).collect();
//! let before = squares.clone();
//! squares.par_values_mut().for_each(|square| *square += 1);
//! assert_eq!(
//!     squares.par_values().sum::<u64>(),
//!     before.par_iter().map(|(n, _)| n * n + 1).sum::<u64>(),
//! );
//! ```

mod map;
mod set;

pub use map::{IntoParIter, ParIter, ParIterMut, ParKeys, ParValues, ParValuesMut};
pub use set::{IntoParElements, ParElements};
