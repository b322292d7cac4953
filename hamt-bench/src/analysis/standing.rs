//! Ours against another product in one row of a run: what every judgement on a run rests on.

use super::noise::threshold;
use super::samples::{Samples, is_interleaved, median, ratio, series};
use super::{Noise, Verdict};
use crate::cells::{Grid, RowKey};
use crate::record::{Run, Unit};
use crate::stats::Interval;

/// Ours against another product in one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Workload, with its key set if that is not the plain one.
    pub label: String,
    /// The workload alone.
    pub measurement: String,
    /// Entries in the map.
    pub scale: u64,
    /// Unit of the medians.
    pub unit: Unit,
    /// Our median.
    pub ours: f64,
    /// The other product.
    pub peer: String,
    /// Its median.
    pub theirs: f64,
    /// Ours over theirs.
    pub ratio: Interval,
    /// Whether that is a win (lower), a loss (higher), or neither.
    pub verdict: Verdict,
}

/// A run, with what it takes to judge its rows.
#[expect(missing_debug_implementations, reason = "it is a view of a run")]
pub struct Judge<'a> {
    samples: Samples<'a>,
    noise: Option<Noise>,
    interleaved: bool,
}

impl<'a> Judge<'a> {
    /// A judge of the rows of `run`.
    #[must_use]
    pub fn of(run: &'a Run) -> Self {
        Self {
            samples: Samples::of(run),
            noise: Noise::of(run),
            interleaved: is_interleaved(run),
        }
    }

    /// The run's noise.
    #[must_use]
    pub const fn noise(&self) -> Option<Noise> {
        self.noise
    }

    /// Whether samples of one repeat were taken in one round, and are compared pairwise.
    #[must_use]
    pub const fn is_interleaved(&self) -> bool {
        self.interleaved
    }

    /// Ours against the product in `column` in a row of the run's `grid`; `None` if one of them is
    /// not there, or a median is not positive.
    #[must_use]
    pub fn standing(&self, grid: &Grid, row: &RowKey, column: usize) -> Option<Standing> {
        let (ours, peer) = (&grid.columns[grid.ours()?], &grid.columns[column]);
        let [mine, theirs] = [ours, peer].map(|column| self.samples.get(&series(row, column)));
        let ratio = ratio(mine, theirs, self.interleaved)?;
        // What disturbs a round disturbs both series of a pair: their interval alone decides.
        let least = if self.interleaved {
            0.0
        } else {
            threshold(self.noise)
        };
        Some(Standing {
            label: row.label(),
            measurement: row.measurement.clone(),
            scale: row.scale,
            unit: row.unit,
            ours: median(mine)?,
            peer: peer.label.clone(),
            theirs: median(theirs)?,
            ratio,
            verdict: Verdict::of(&ratio, row.unit, least),
        })
    }
}
