//! What two runs differ by where no code did.

use super::percent;
use super::samples::{Samples, median};
use crate::cells::figure;
use crate::record::{OURS, Unit};
use crate::stats::{geomean, quantile};

/// Series of unchanged code below which their scatter says too little.
const MANY: usize = 10;

/// How the machine changed: new over old times of all the peers whose version did not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// Their geometric mean.
    pub factor: f64,
    /// How far they are from that mean: what two runs differ by where no code did. `None` if
    /// they are too few.
    pub scatter: Option<Scatter>,
    /// Number of series.
    pub series: usize,
}

/// Distances from a mean, as parts of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scatter {
    /// Half of the series are no farther.
    pub median: f64,
    /// Nine in ten are no farther.
    pub p90: f64,
}

impl Drift {
    pub(super) fn between(old: &Samples<'_>, new: &Samples<'_>) -> Option<Self> {
        let unchanged = new
            .iter()
            .filter(|(series, _)| series.product != OURS && series.unit == Unit::NsPerOp);
        let ratios = unchanged.filter_map(|(series, samples)| {
            let (before, after) = (median(old.get(series))?, median(samples)?);
            (before > 0.0 && after > 0.0).then_some(after / before)
        });
        let ratios: Vec<f64> = ratios.collect();
        let factor = geomean(ratios.iter().copied())?;
        let mut distances: Vec<f64> = ratios
            .iter()
            .map(|ratio| (ratio / factor).ln().abs().exp_m1())
            .collect();
        distances.sort_by(f64::total_cmp);
        Some(Self {
            factor,
            scatter: quantile(&distances, 0.5)
                .zip(quantile(&distances, 0.9))
                .filter(|_| distances.len() >= MANY)
                .map(|(median, p90)| Scatter { median, p90 }),
            series: ratios.len(),
        })
    }

    pub(super) fn sentence(&self) -> String {
        let scatter = self.scatter.map_or_else(String::new, |scatter| {
            format!(
                "; half of these are up to {} from that, nine in ten up to {}",
                percent(scatter.median),
                percent(scatter.p90)
            )
        });
        format!(
            "drift of the machine: {} (new / old, geomean of {} series of unchanged peers){scatter}",
            figure(self.factor),
            self.series
        )
    }
}
