//! Quantities of a run that claims are about.

use alloc::collections::BTreeMap;

use crate::cells::{Grid, scale_name};
use crate::record::PLAIN_KEY_SET;
use crate::stats::geomean;

/// What one side of a comparison measured, on random `u64` keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The product, and behind it those that stand in for it where it was not measured.
    pub products: &'static [&'static str],
    /// The workload.
    pub measurement: &'static str,
}

/// What of a run a claim is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// The first divided by the second: geometric mean over the scales both were measured at, from
    /// `from` to `to`.
    Ratio {
        /// The dividend.
        of: Term,
        /// The divisor.
        over: Term,
        /// The least scale.
        from: u64,
        /// The greatest scale.
        to: u64,
    },
    /// That ratio at the greatest common scale divided by that at the least.
    Trend {
        /// The dividend.
        of: Term,
        /// The divisor.
        over: Term,
    },
    /// A figure at the greatest scale divided by that at the least.
    Growth {
        /// The series.
        of: Term,
    },
    /// A figure itself, in the measurement's unit.
    Figure {
        /// The series.
        of: Term,
        /// The scale.
        at: u64,
    },
}

/// A quantity as a run has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its value; above 0.
    pub value: f64,
    /// What was measured, with the products that took part: `query: c-hamt / glib, 1e3 to 1e5`.
    pub what: String,
}

/// Medians of a term by scale, with the product they are of.
struct Found {
    product: &'static str,
    medians: BTreeMap<u64, f64>,
}

impl Term {
    fn find(&self, grid: &Grid) -> Result<Found, String> {
        for product in self.products {
            for (at, column) in grid.columns.iter().enumerate() {
                if column.product != *product {
                    continue;
                }
                let medians: BTreeMap<u64, f64> = grid
                    .rows
                    .iter()
                    .filter(|(key, _)| {
                        key.measurement == self.measurement && key.key_set == PLAIN_KEY_SET
                    })
                    .filter_map(|(key, cells)| Some((key.scale, cells[at]?.median)))
                    .filter(|(_, median)| *median > 0.0)
                    .collect();
                if !medians.is_empty() {
                    return Ok(Found { product, medians });
                }
            }
        }
        let measurement = self.measurement;
        Err(format!(
            "this run has no {measurement} of {}",
            self.products.join(" or ")
        ))
    }
}

impl Quantity {
    /// The sides of the comparison.
    pub fn terms(&self) -> impl Iterator<Item = Term> {
        let (first, second) = match *self {
            Self::Ratio { of, over, .. } | Self::Trend { of, over } => (of, Some(over)),
            Self::Growth { of } | Self::Figure { of, .. } => (of, None),
        };
        core::iter::once(first).chain(second)
    }

    /// Its value in a run.
    ///
    /// # Errors
    /// If a series it needs is not there; the text says which.
    pub fn measure(&self, grid: &Grid) -> Result<Measured, String> {
        match *self {
            Self::Ratio { of, over, from, to } => {
                let (what, mut ratios) = ratios(grid, of, over)?;
                ratios.retain(|scale, _| (from..=to).contains(scale));
                let (Some((least, _)), Some((greatest, _))) =
                    (ratios.first_key_value(), ratios.last_key_value())
                else {
                    return Err(format!("this run has no {what} {}", span(from, to)));
                };
                let what = format!("{what}, {}", span(*least, *greatest));
                let value = geomean(ratios.values().copied()).ok_or("no ratios")?;
                Ok(Measured { value, what })
            }
            Self::Trend { of, over } => {
                let (what, ratios) = ratios(grid, of, over)?;
                growth(&what, &ratios)
            }
            Self::Growth { of } => {
                let found = of.find(grid)?;
                growth(
                    &format!("{} of {}", of.measurement, found.product),
                    &found.medians,
                )
            }
            Self::Figure { of, at } => {
                let found = of.find(grid)?;
                let what = format!("{} of {}", of.measurement, found.product);
                let value = found.medians.get(&at).copied();
                value
                    .map(|value| Measured {
                        value,
                        what: format!("{what} at {}", scale_name(at)),
                    })
                    .ok_or_else(|| format!("this run has no {what} at {}", scale_name(at)))
            }
        }
    }
}

/// The ratios of two terms at their common scales, and a name for them.
fn ratios(grid: &Grid, of: Term, over: Term) -> Result<(String, BTreeMap<u64, f64>), String> {
    let (first, second) = (of.find(grid)?, over.find(grid)?);
    let what = if of.measurement == over.measurement {
        format!("{}: {} / {}", of.measurement, first.product, second.product)
    } else {
        format!(
            "{} {} / {} {}",
            first.product, of.measurement, second.product, over.measurement
        )
    };
    let ratios: BTreeMap<u64, f64> = first
        .medians
        .iter()
        .filter_map(|(scale, value)| Some((*scale, value / second.medians.get(scale)?)))
        .collect();
    if ratios.is_empty() {
        return Err(format!("this run has no common scale of {what}"));
    }
    Ok((what, ratios))
}

fn growth(what: &str, by_scale: &BTreeMap<u64, f64>) -> Result<Measured, String> {
    match (by_scale.first_key_value(), by_scale.last_key_value()) {
        (Some((least, first)), Some((greatest, last))) if least < greatest => Ok(Measured {
            value: last / first,
            what: format!("{what}, {} / {}", scale_name(*greatest), scale_name(*least)),
        }),
        _ => Err(format!("this run has {what} at one scale only")),
    }
}

fn span(from: u64, to: u64) -> String {
    match (from, to) {
        (0, u64::MAX) => "at any scale".to_owned(),
        (from, to) if from == to => format!("at {}", scale_name(from)),
        (from, u64::MAX) => format!("from {} on", scale_name(from)),
        (from, to) => format!("{} to {}", scale_name(from), scale_name(to)),
    }
}
