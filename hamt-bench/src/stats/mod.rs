//! Summary statistics of samples.

pub mod bootstrap;

pub use bootstrap::Interval;

/// What a set of values comes to; all in the values' own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stats {
    /// Number of values.
    pub n: usize,
    /// Median: the middle value, or the mean of the two middle ones.
    pub median: f64,
    /// Median absolute deviation from the median (not scaled to a normal distribution).
    pub mad: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of the values themselves (divided by `n`).
    pub stddev: f64,
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
}

impl Stats {
    /// Statistics of `values`; `None` if there are none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let median = middle(&sorted);
        let mut deviations: Vec<f64> = sorted.iter().map(|value| (value - median).abs()).collect();
        deviations.sort_by(f64::total_cmp);
        let count = sorted.len() as f64;
        let mean = sorted.iter().sum::<f64>() / count;
        // Two passes: squares of the values themselves would cancel for large, close values.
        let variance = sorted
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / count;
        Some(Self {
            n: sorted.len(),
            median,
            mad: middle(&deviations),
            mean,
            stddev: variance.sqrt(),
            min,
            max,
        })
    }
}

/// Median of sorted, non-empty values.
fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[half]
    } else {
        f64::midpoint(sorted[half - 1], sorted[half])
    }
}

/// The value below which the part `p` (0 to 1) of sorted values lies, interpolated between
/// neighbours; `None` if there are none.
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = p.clamp(0.0, 1.0) * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between zero and the number of values"
    )]
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    let part = place - below as f64;
    Some(sorted[below] + part * (sorted[above] - sorted[below]))
}

/// Geometric mean of positive values; `None` if there are none or one is not positive.
#[must_use]
pub fn geomean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for value in values {
        if value.is_nan() || value <= 0.0 {
            return None;
        }
        sum += value.ln();
        count += 1;
    }
    (count > 0).then(|| (sum / f64::from(count)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-9 * right.abs().max(1.0)
    }

    #[test]
    fn textbook_values() {
        let stats = Stats::of(&[9.0, 2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0]).unwrap();
        assert_eq!(stats.n, 8);
        assert!(near(stats.mean, 5.0) && near(stats.stddev, 2.0));
        assert!(near(stats.median, 4.5) && near(stats.mad, 0.5));
        assert!(near(stats.min, 2.0) && near(stats.max, 9.0));
    }

    #[test]
    fn odd_single_and_none() {
        let odd = Stats::of(&[1.0, 100.0, 2.0]).unwrap();
        assert!(near(odd.median, 2.0) && near(odd.mad, 1.0));
        let one = Stats::of(&[7.5]).unwrap();
        assert!(near(one.median, 7.5) && near(one.stddev, 0.0) && near(one.mad, 0.0));
        assert_eq!(Stats::of(&[]), None);
    }

    #[test]
    fn large_close_values_keep_their_spread() {
        let stats = Stats::of(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]).unwrap();
        assert!(
            near(stats.stddev, (2.0_f64 / 3.0).sqrt()),
            "{}",
            stats.stddev
        );
    }

    #[test]
    fn quantiles_are_interpolated() {
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (p, expected) in [
            (0.0, 1.0),
            (0.25, 2.0),
            (0.5, 4.0),
            (0.9, 12.8),
            (1.0, 16.0),
        ] {
            assert!(near(quantile(&values, p).unwrap(), expected), "{p}");
        }
        assert_eq!(quantile(&[3.0], 0.9), Some(3.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn geometric_means() {
        assert!(near(geomean([0.5, 2.0]).unwrap(), 1.0));
        assert!(near(geomean([1.0, 10.0, 100.0]).unwrap(), 10.0));
        assert_eq!(geomean([]), None);
        assert_eq!(geomean([1.0, 0.0]), None);
        assert_eq!(geomean([1.0, f64::NAN]), None);
    }
}
