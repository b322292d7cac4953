//! How far figures can be trusted: percentile-bootstrap intervals of medians and their ratios.
//!
//! A figure is computed again from values drawn from the samples with replacement, as many as
//! there are; the middle 95 % of a thousand such figures are the interval. It needs no model of
//! the samples, which in benchmarks are skewed. The draws are the same each time, so that a
//! report made again is the same report.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::{Stats, quantile};

/// Figures computed again for an interval.
const RESAMPLES: usize = 1000;
/// Part of them left out at each end.
const TAIL: f64 = 0.025;
const SEED: u64 = 95;

/// Samples below which an interval claims too little: even from the least to the greatest of
/// four, it would miss the true median once in eight times.
pub const ENOUGH: usize = 5;

/// A figure and the 95 % interval around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The figure computed from all samples.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Samples it rests on; of two series the smaller number.
    pub samples: usize,
}

impl Interval {
    /// Half the width over the figure: 0.01 is one per cent up or down.
    #[must_use]
    pub fn relative_half_width(&self) -> f64 {
        (self.high - self.low) / 2.0 / self.estimate
    }

    /// Whether `value` is in the interval.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Figure and ends over `divisor`, which must be positive.
    #[must_use]
    pub fn over(self, divisor: f64) -> Self {
        Self {
            estimate: self.estimate / divisor,
            low: self.low / divisor,
            high: self.high / divisor,
            samples: self.samples,
        }
    }
}

/// The median of `values`; `None` if there are none.
#[must_use]
pub fn median(values: &[f64]) -> Option<Interval> {
    let estimate = Stats::of(values)?.median;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut sample = Resampled::of(values);
    Some(interval(estimate, values.len(), || sample.median(&mut rng)))
}

/// The median of `numerator` over that of `denominator`, for series that were measured apart;
/// `None` if one has no samples or the denominator one that is not positive.
#[must_use]
pub fn ratio(numerator: &[f64], denominator: &[f64]) -> Option<Interval> {
    let (above, below) = (Stats::of(numerator)?, Stats::of(denominator)?);
    if below.min <= 0.0 {
        return None;
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let (mut upper, mut lower) = (Resampled::of(numerator), Resampled::of(denominator));
    let samples = above.n.min(below.n);
    Some(interval(above.median / below.median, samples, || {
        upper.median(&mut rng) / lower.median(&mut rng)
    }))
}

/// The median of the ratios of samples of one round, for series that were measured in turn: what
/// disturbs a round disturbs both. Samples are pairs of repeat and value, joined by repeat;
/// `None` if they have no repeat in common, or a denominator is not positive.
#[must_use]
pub fn paired_ratio(numerator: &[(u32, f64)], denominator: &[(u32, f64)]) -> Option<Interval> {
    let mut ratios = Vec::new();
    for (repeat, above) in numerator {
        if let Some((_, below)) = denominator.iter().find(|(other, _)| other == repeat) {
            if *below <= 0.0 {
                return None;
            }
            ratios.push(above / below);
        }
    }
    median(&ratios)
}

fn interval(estimate: f64, samples: usize, mut again: impl FnMut() -> f64) -> Interval {
    let mut figures: Vec<f64> = core::iter::repeat_with(&mut again)
        .take(RESAMPLES)
        .collect();
    figures.sort_by(f64::total_cmp);
    let end = |p| quantile(&figures, p).unwrap_or(estimate);
    Interval {
        estimate,
        low: end(TAIL),
        high: end(1.0 - TAIL),
        samples,
    }
}

/// Values to draw from. Draws are counted by place, so that no draw has to be sorted.
struct Resampled {
    sorted: Vec<f64>,
    counts: Vec<usize>,
}

impl Resampled {
    fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let counts = vec![0; sorted.len()];
        Self { sorted, counts }
    }

    /// The median of as many values as there are, drawn with replacement.
    fn median(&mut self, rng: &mut impl Rng) -> f64 {
        let total = self.sorted.len();
        self.counts.fill(0);
        for _ in 0..total {
            self.counts[below(rng, total)] += 1;
        }
        f64::midpoint(self.drawn((total - 1) / 2), self.drawn(total / 2))
    }

    /// The value at a place among those drawn, in ascending order.
    fn drawn(&self, place: usize) -> f64 {
        let mut seen = 0;
        let reached = self.counts.iter().position(|count| {
            seen += count;
            seen > place
        });
        self.sorted[reached.unwrap_or(self.sorted.len() - 1)]
    }
}

/// A random number below `limit`. By multiplication, which is even enough for a few dozen values
/// and, unlike the random crate's own way, the same in each of its versions.
fn below(rng: &mut impl Rng, limit: usize) -> usize {
    let wide = u128::from(rng.next_u64()) * limit as u128;
    usize::try_from(wide >> 64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-9 * right.abs().max(1.0)
    }

    /// The median of 11 draws from 1..=11 is at most `k` if six of them are: 0.7 % for 2, 5.1 %
    /// for 3, by the binomial distribution. So 2.5 % are reached at 3, and at 9 from above.
    #[test]
    fn the_interval_of_eleven_values_is_the_binomial_one() {
        let values: Vec<f64> = (1..=11).rev().map(f64::from).collect();
        let found = median(&values).unwrap();
        assert_eq!((found.estimate, found.samples), (6.0, 11));
        assert!(near(found.low, 3.0) && near(found.high, 9.0), "{found:?}");
        assert!(near(found.relative_half_width(), 0.5));
        assert!(found.holds(3.0) && found.holds(9.0) && !found.holds(9.1));
    }

    #[test]
    fn even_numbers_of_values_have_two_in_the_middle() {
        // Medians of draws from two values are one of them or their mean, each a quarter or more.
        let found = median(&[10.0, 20.0]).unwrap();
        assert_eq!((found.estimate, found.low, found.high), (15.0, 10.0, 20.0));
    }

    #[test]
    fn values_without_spread_and_no_values() {
        let found = median(&[4.0; 7]).unwrap();
        assert_eq!((found.low, found.estimate, found.high), (4.0, 4.0, 4.0));
        assert_eq!(median(&[]), None);
        assert_eq!(ratio(&[1.0], &[]), None);
        assert_eq!(ratio(&[1.0], &[0.0, 1.0]), None);
        assert_eq!(paired_ratio(&[(0, 1.0)], &[(1, 1.0)]), None);
        assert_eq!(paired_ratio(&[(0, 1.0)], &[(0, 0.0)]), None);
    }

    #[test]
    fn ratios_of_medians() {
        let found = ratio(&[3.0; 5], &[2.0; 9]).unwrap();
        assert_eq!(
            (found.low, found.estimate, found.high, found.samples),
            (1.5, 1.5, 1.5, 5)
        );
        let halved = found.over(3.0);
        assert_eq!((halved.low, halved.estimate, halved.high), (0.5, 0.5, 0.5));
    }

    /// Rounds differ by a factor of ten, the two series within a round by exactly two.
    #[test]
    fn pairs_forget_what_disturbs_a_round() {
        let rounds: Vec<(u32, f64)> = (0..9).map(|at| (at, 1.0 + f64::from(at))).collect();
        let doubled: Vec<(u32, f64)> = rounds.iter().rev().map(|(at, v)| (*at, 2.0 * v)).collect();
        let paired = paired_ratio(&doubled, &rounds).unwrap();
        assert!(
            near(paired.low, 2.0) && near(paired.high, 2.0),
            "{paired:?}"
        );
        assert_eq!(paired.samples, 9);
        let values = |series: &[(u32, f64)]| series.iter().map(|one| one.1).collect::<Vec<_>>();
        let apart = ratio(&values(&doubled), &values(&rounds)).unwrap();
        assert!(near(apart.estimate, 2.0));
        assert!(apart.low < 1.5 && apart.high > 2.5, "{apart:?}");
        // A repeat that only one series has counts nowhere.
        let more = [rounds.as_slice(), &[(99, 1e9)]].concat();
        assert_eq!(paired_ratio(&doubled, &more), Some(paired));
    }

    /// Draws skewed noise around known medians and counts how often the intervals hold the truth.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        // The median of e^x for x even around 0 is 1.
        let mut noise = || {
            let unit = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
            (unit - 0.5).exp()
        };
        let (mut medians, mut ratios, mut pairs) = (0, 0, 0);
        let trials = 400;
        for _ in 0..trials {
            let ours: Vec<f64> = (0..15).map(|_| 3.0 * noise()).collect();
            let theirs: Vec<f64> = (0..15).map(|_| 2.0 * noise()).collect();
            let numbered = |values: &[f64]| (0..).zip(values.iter().copied()).collect::<Vec<_>>();
            medians += usize::from(median(&ours).unwrap().holds(3.0));
            ratios += usize::from(ratio(&ours, &theirs).unwrap().holds(1.5));
            let paired = paired_ratio(&numbered(&ours), &numbered(&theirs));
            pairs += usize::from(paired.unwrap().holds(1.5));
        }
        for hits in [medians, ratios, pairs] {
            // 95 %, give or take the four standard deviations of 400 trials; the percentile
            // bootstrap of a median errs to either side by a point or two.
            assert!((360..=396).contains(&hits), "{hits} of {trials}");
        }
    }
}
