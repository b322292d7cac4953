//! A run's samples by series.

use alloc::collections::BTreeMap;

use crate::cells::{Column, Grid, RowKey};
use crate::error::{Error, Result};
use crate::record::{Run, Series};
use crate::stats::{Interval, Stats, bootstrap};

/// The samples of each series, as pairs of repeat and value.
pub(super) struct Samples<'a>(BTreeMap<&'a Series, Vec<(u32, f64)>>);

impl<'a> Samples<'a> {
    pub(super) fn of(run: &'a Run) -> Self {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for sample in &run.samples {
            let series = all.entry(&sample.series).or_default();
            series.push((sample.repeat, sample.value));
        }
        Self(all)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a Series, &[(u32, f64)])> {
        self.0
            .iter()
            .map(|(series, samples)| (*series, samples.as_slice()))
    }

    pub(super) fn get(&self, series: &Series) -> &[(u32, f64)] {
        self.0.get(series).map_or(&[], Vec::as_slice)
    }

    /// The same series, or, if there is but one, that of another version of the product.
    pub(super) fn of_any_version(&self, series: &Series) -> &[(u32, f64)] {
        let exact = self.get(series);
        if !exact.is_empty() {
            return exact;
        }
        let mut others = self.0.iter().filter(|(other, _)| {
            let renamed = Series {
                version: series.version.clone(),
                ..(**other).clone()
            };
            renamed == *series
        });
        match (others.next(), others.next()) {
            (Some((_, samples)), None) => samples,
            _ => &[],
        }
    }
}

/// The values alone.
pub(super) fn values(samples: &[(u32, f64)]) -> Vec<f64> {
    samples.iter().map(|(_, value)| *value).collect()
}

/// The median of some samples.
pub(super) fn median(samples: &[(u32, f64)]) -> Option<f64> {
    Some(Stats::of(&values(samples))?.median)
}

/// One series' median over another's, where both are positive. `interleaved` samples of one
/// repeat were taken in one round. An interval that cannot be computed (a sample is zero) is
/// wide open and rests on no samples.
pub(super) fn ratio(
    numerator: &[(u32, f64)],
    denominator: &[(u32, f64)],
    interleaved: bool,
) -> Option<Interval> {
    let (above, below) = (median(numerator)?, median(denominator)?);
    if above <= 0.0 || below <= 0.0 {
        return None;
    }
    let found = if interleaved {
        bootstrap::paired_ratio(numerator, denominator)
    } else {
        bootstrap::ratio(&values(numerator), &values(denominator))
    };
    Some(found.unwrap_or(Interval {
        estimate: above / below,
        low: 0.0,
        high: f64::INFINITY,
        samples: 0,
    }))
}

/// Whether samples of one repeat were taken in one round for all products, by the run's own note.
pub(super) fn is_interleaved(run: &Run) -> bool {
    run.info.note.to_lowercase().contains("interleaved")
}

/// The series in a cell of the grid.
pub(super) fn series(row: &RowKey, column: &Column) -> Series {
    Series {
        product: column.product.clone(),
        version: column.version.clone(),
        measurement: row.measurement.clone(),
        key_set: row.key_set.clone(),
        scale: row.scale,
        unit: row.unit,
    }
}

/// Refuses a product that the run does not know, naming those it does.
pub(super) fn check_product(name: &str, run: &Run, grid: &Grid) -> Result<()> {
    let mut known: Vec<&str> = grid
        .columns
        .iter()
        .map(|one| one.product.as_str())
        .collect();
    known.dedup();
    if known.contains(&name) {
        return Ok(());
    }
    Err(Error::NothingToCompare {
        what: format!(
            "run `{}` has no product `{name}`; it has {}",
            run.info.id,
            known.join(", ")
        ),
    })
}
