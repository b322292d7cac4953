//! How much the figures of a run may be off.

use super::percent;
use super::samples::{Samples, values};
use crate::record::{Run, Unit};
use crate::stats::bootstrap::{self, ENOUGH};
use crate::stats::quantile;

/// The half-widths of the 95 % intervals of a run's times, as parts of the median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Of the series in the middle.
    pub median: f64,
    /// Nine series of ten have no more.
    pub p90: f64,
    /// Number of series.
    pub series: usize,
}

impl Noise {
    /// The noise of a run; `None` if no time in it has samples enough.
    #[must_use]
    pub fn of(run: &Run) -> Option<Self> {
        let samples = Samples::of(run);
        let widths = samples
            .iter()
            .filter(|(series, samples)| series.unit == Unit::NsPerOp && samples.len() >= ENOUGH)
            .filter_map(|(_, samples)| bootstrap::median(&values(samples)))
            .filter(|interval| interval.estimate > 0.0)
            .map(|interval| interval.relative_half_width());
        let mut widths: Vec<f64> = widths.collect();
        widths.sort_by(f64::total_cmp);
        Some(Self {
            median: quantile(&widths, 0.5)?,
            p90: quantile(&widths, 0.9)?,
            series: widths.len(),
        })
    }

    /// What that means for a reader of the figures.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!(
            "Medians are sure to +-{} (half of {} series) or +-{} (nine in ten): differences \
             under {} mean nothing here.",
            percent(self.median),
            self.series,
            percent(self.p90),
            percent(self.p90),
        )
    }
}

/// The noise to judge by: nine series in ten have no more. None is known for runs of one or two
/// samples a series; then intervals judge alone.
pub(super) fn threshold(noise: Option<Noise>) -> f64 {
    noise.map_or(0.0, |noise| noise.p90)
}
