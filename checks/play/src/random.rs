//! Cases out of a seed, for a driver without libFuzzer.

use std::fmt;

use arbitrary::{Arbitrary, Unstructured};

use crate::kinds::Pace;
pub use crate::kinds::step;
use crate::probes::Random;
use crate::{algebra, forest, map_ops};

/// Names of the players, each of which has every third case.
pub const PLAYERS: [&str; 3] = ["map_ops", "forest", "algebra"];

/// A case for one of the players.
pub struct Case {
    steps: usize,
    player: Player,
}

#[derive(Debug)]
enum Player {
    MapOps(map_ops::Case),
    Forest(forest::Case),
    Algebra(algebra::Case),
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.player.fmt(f)
    }
}

/// The name of the player whose case this is.
#[must_use]
pub fn player_of(number: u64) -> &'static str {
    match number % 3 {
        0 => PLAYERS[0],
        1 => PLAYERS[1],
        _ => PLAYERS[2],
    }
}

impl Case {
    /// The case of a number, the same whenever it is asked for.
    #[must_use]
    pub fn new(seed: u64, number: u64) -> Self {
        let mut random = Random(Random(seed).next() ^ Random(number).next());
        let most = [8, 32, 128, 512][random.below(4) as usize];
        let steps = random.below(most) as usize + 1;
        let player = match number % 3 {
            0 => Player::MapOps(map_ops::Case::random(&mut random, steps)),
            1 => Player::Forest(forest::Case::random(&mut random, steps)),
            _ => Player::Algebra(algebra::Case::random(&mut random, steps)),
        };
        Case { steps, player }
    }

    /// How many steps it has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Plays it, and looks at all there is after every `every`-th step.
    ///
    /// # Panics
    /// If maps and models differ, or a map is broken.
    pub fn play(&self, every: usize) {
        let pace = Pace {
            contents: every,
            shapes: every.saturating_mul(32),
        };
        match &self.player {
            Player::MapOps(case) => map_ops::run_at(case, pace),
            Player::Forest(case) => forest::run_at(case, pace),
            Player::Algebra(case) => algebra::run_at(case, pace),
        }
    }
}

/// Something made from random bytes, of which it must not need more than there are here.
pub(crate) fn made<T: for<'a> Arbitrary<'a>>(random: &mut Random) -> T {
    let mut bytes = [0; 32];
    for part in bytes.chunks_exact_mut(8) {
        part.copy_from_slice(&random.next().to_le_bytes());
    }
    T::arbitrary(&mut Unstructured::new(&bytes)).expect("any bytes will do")
}

/// So many steps: a `Vec` made from bytes would have whatever length these say, mostly a short one.
pub(crate) fn steps<T: for<'a> Arbitrary<'a>>(random: &mut Random, count: usize) -> Vec<T> {
    (0..count).map(|_| made(random)).collect()
}
