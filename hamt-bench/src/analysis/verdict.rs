//! Whether a ratio differs from one.

use crate::record::Unit;
use crate::stats::Interval;
use crate::stats::bootstrap::ENOUGH;

/// Bytes are counted, not timed; what differs by less is rounding.
const COUNTED: f64 = 0.005;

/// What a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Significantly below one.
    Lower,
    /// Not told apart from one.
    Same,
    /// Significantly above one.
    Higher,
    /// Too few samples to tell.
    Unclear,
}

impl Verdict {
    /// Times differ if the interval excludes one and the difference exceeds `noise`, a part of
    /// one; bytes, if the difference exceeds their rounding.
    #[must_use]
    pub fn of(ratio: &Interval, unit: Unit, noise: f64) -> Self {
        let beyond = |noise: f64| ratio.estimate.ln().abs() > noise.ln_1p();
        let differs = match unit {
            Unit::BytesPerEntry | Unit::BytesPerVersion | Unit::Number => beyond(COUNTED),
            Unit::NsPerOp if ratio.samples < ENOUGH => return Self::Unclear,
            Unit::NsPerOp => !ratio.holds(1.0) && beyond(noise),
        };
        match differs {
            false => Self::Same,
            true if ratio.estimate < 1.0 => Self::Lower,
            true => Self::Higher,
        }
    }

    /// The word for ours over another product.
    #[must_use]
    pub const fn as_rank(self) -> &'static str {
        match self {
            Self::Lower => "win",
            Self::Same => "within noise",
            Self::Higher => "LOSS",
            Self::Unclear => "too few samples",
        }
    }

    /// The word for new over old.
    #[must_use]
    pub const fn as_change(self, unit: Unit) -> &'static str {
        match (self, unit) {
            (Self::Lower, Unit::NsPerOp) => "faster",
            (Self::Higher, Unit::NsPerOp) => "SLOWER",
            (Self::Lower, _) => "smaller",
            (Self::Higher, _) => "LARGER",
            (Self::Same, _) => "same",
            (Self::Unclear, _) => "too few samples",
        }
    }
}

/// How often each verdict was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// [`Verdict::Lower`].
    pub lower: usize,
    /// [`Verdict::Same`].
    pub same: usize,
    /// [`Verdict::Higher`].
    pub higher: usize,
    /// [`Verdict::Unclear`].
    pub unclear: usize,
}

impl Tally {
    /// The words for ours over other products.
    #[must_use]
    pub fn as_rank(&self) -> String {
        let unclear = match self.unclear {
            0 => String::new(),
            some => format!(", {some} with too few samples"),
        };
        format!(
            "{} won, {} lost, {} within noise{unclear}",
            self.lower, self.higher, self.same
        )
    }
}

impl FromIterator<Verdict> for Tally {
    fn from_iter<I: IntoIterator<Item = Verdict>>(verdicts: I) -> Self {
        let mut tally = Self::default();
        for verdict in verdicts {
            *match verdict {
                Verdict::Lower => &mut tally.lower,
                Verdict::Same => &mut tally.same,
                Verdict::Higher => &mut tally.higher,
                Verdict::Unclear => &mut tally.unclear,
            } += 1;
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_the_interval_and_the_noise_have_to_be_passed() {
        let ratio = |estimate: f64, half: f64, samples| Interval {
            estimate,
            low: estimate - half,
            high: estimate + half,
            samples,
        };
        let time = |ratio, noise| Verdict::of(&ratio, Unit::NsPerOp, noise);
        assert_eq!(time(ratio(1.2, 0.1, 9), 0.05), Verdict::Higher);
        assert_eq!(time(ratio(0.8, 0.1, 9), 0.05), Verdict::Lower);
        assert_eq!(time(ratio(1.2, 0.3, 9), 0.05), Verdict::Same);
        assert_eq!(time(ratio(1.2, 0.1, 9), 0.25), Verdict::Same);
        assert_eq!(time(ratio(1.2, 0.1, 4), 0.05), Verdict::Unclear);
        // A fifth less is a quarter more, seen from the other side.
        assert_eq!(time(ratio(0.8, 0.1, 9), 0.24), Verdict::Lower);
        assert_eq!(time(ratio(0.8, 0.1, 9), 0.26), Verdict::Same);
        let bytes = |estimate| Verdict::of(&ratio(estimate, 0.0, 1), Unit::BytesPerEntry, 0.5);
        assert_eq!(bytes(1.004), Verdict::Same);
        assert_eq!(bytes(1.006), Verdict::Higher);
        assert_eq!(bytes(0.9), Verdict::Lower);
    }
}
