//! Many look-ups at once: each goes down one level, then the next one, and while it waits for
//! memory the others go on.

use crate::children::{NodeRef, Step};
use crate::hash::HashBits;

/// Look-ups in flight: as many lines of memory as a core waits for at once, and some more, because
/// not all go equally deep.
pub(crate) const LANES: usize = 32;

/// In smaller maps, which caches hold, look-ups one after the other are faster.
pub(crate) const MIN_MAP: usize = 1 << 17;

/// The entries among which each hash finds its key, if anywhere.
#[inline(always)]
pub(crate) fn locate<'a, K, V>(
    root: NodeRef<'a, K, V>,
    hashes: &[HashBits],
) -> [Step<'a, K, V>; LANES] {
    let mut steps = [const { Step::NOWHERE }; LANES];
    let mut going = [0; LANES];
    let mut left = 0;
    for (lane, hash) in hashes.iter().enumerate().take(LANES) {
        steps[lane] = root.step(*hash);
        going[left] = lane;
        left += usize::from(steps[lane].is_child());
    }
    while left > 0 {
        let before = left;
        left = 0;
        for at in 0..before {
            let lane = going[at];
            steps[lane] = steps[lane].node().step(hashes[lane]);
            going[left] = lane;
            left += usize::from(steps[lane].is_child());
        }
    }
    for (step, hash) in steps.iter().zip(hashes) {
        step.entries().prefetch_blocks(*hash);
    }
    steps
}
