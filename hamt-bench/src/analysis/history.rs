//! How chosen figures moved over all runs.

use super::{Filter, columns, samples};
use crate::cells::{MEASUREMENTS, figure, scale_name};
use crate::error::{Error, Result};
use crate::machine::Utc;
use crate::record::{PLAIN_KEY_SET, Run, Series, Unit, measurement_label};
use crate::table;

/// Workloads shown where none are asked for: reading, sharing, building, memory.
const DEFAULT_MEASUREMENTS: [&str; 4] = ["query", "persistent_insert", "build", "bytes"];
/// Scale shown where none is asked for, if all runs have it.
const DEFAULT_SCALE: u64 = 1_000_000;

/// What a history is of.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The product.
    pub product: String,
    /// The product that its figures are divided by, run by run: the machine's moods cancel out.
    pub yardstick: String,
    /// Its series; empty lists stand for the defaults.
    pub filter: Filter,
}

/// A run in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The run's id.
    pub run: String,
    /// When it started.
    pub time: String,
    /// Its commit, seven digits.
    pub commit: String,
}

/// One series over the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Workload, key set and scale.
    pub label: String,
    /// Unit of the figures.
    pub unit: Unit,
    /// The product's median in each run.
    pub figures: Vec<Option<f64>>,
    /// That over the yardstick's.
    pub ratios: Vec<Option<f64>>,
}

/// Figures over runs, oldest first.
#[derive(Clone, Debug)]
pub struct History {
    /// What it is of.
    pub subject: Subject,
    /// The runs that have any of the series.
    pub points: Vec<Point>,
    /// The series.
    pub lines: Vec<Line>,
}

impl History {
    /// Follows the subject through `runs`, which stand in the order of time.
    ///
    /// # Errors
    /// If no run has a series that is asked for.
    pub fn of(runs: &[Run], subject: Subject) -> Result<Self> {
        let indexes: Vec<_> = runs.iter().map(samples::Samples::of).collect();
        let mut lines = Vec::new();
        for (measurement, key_set, scale, unit) in wanted(runs, &subject) {
            let median = |at: usize, product: &str| {
                let of_series = |series: &Series| {
                    series.product == product
                        && series.measurement == measurement
                        && series.key_set == key_set
                        && series.scale == scale
                        && series.unit == unit
                };
                let index: &samples::Samples<'_> = &indexes[at];
                let found = index.iter().find(|(series, _)| of_series(series));
                samples::median(found?.1)
            };
            let figures: Vec<_> = (0..runs.len())
                .map(|at| median(at, &subject.product))
                .collect();
            let ratio = |(at, figure): (usize, &Option<f64>)| {
                let base = median(at, &subject.yardstick).filter(|base| *base > 0.0);
                Some((*figure)? / base?)
            };
            lines.push(Line {
                label: format!(
                    "{} {}",
                    measurement_label(&measurement, &key_set),
                    scale_name(scale)
                ),
                unit,
                ratios: figures.iter().enumerate().map(ratio).collect(),
                figures,
            });
        }
        let has = |at: &usize| lines.iter().any(|line| line.figures[*at].is_some());
        let kept: Vec<usize> = (0..runs.len()).filter(has).collect();
        if kept.is_empty() {
            return Err(Error::NothingToCompare {
                what: format!(
                    "no run has a series of `{}` that is asked for",
                    subject.product
                ),
            });
        }
        for line in &mut lines {
            line.figures = kept.iter().map(|at| line.figures[*at]).collect();
            line.ratios = kept.iter().map(|at| line.ratios[*at]).collect();
        }
        Ok(Self {
            subject,
            points: kept.into_iter().map(|at| point(&runs[at])).collect(),
            lines,
        })
    }

    /// A row a run: each figure, and beside it the ratio to the yardstick.
    #[must_use]
    pub fn render(&self, width: usize) -> String {
        let rows: Vec<_> = self
            .points
            .iter()
            .map(|point| vec![point.time.clone(), point.commit.clone()])
            .collect();
        let fixed = columns(&["run", "commit"], &rows);
        let mut series = Vec::new();
        for line in &self.lines {
            let cell = |(value, ratio): (&Option<f64>, &Option<f64>)| match (value, ratio) {
                (None, _) => "-".to_owned(),
                (Some(value), None) => figure(*value),
                (Some(value), Some(ratio)) => format!("{} ({})", figure(*value), figure(*ratio)),
            };
            let unit = line.unit;
            let cells = line.figures.iter().zip(&line.ratios).map(cell);
            series.push(
                core::iter::once(format!("{} [{unit}]", line.label))
                    .chain(cells)
                    .collect(),
            );
        }
        format!(
            "Medians of {}; in brackets the ratio to {} in the same run (below 1: {} is better)\n{}",
            self.subject.product,
            self.subject.yardstick,
            self.subject.product,
            table::split(&fixed, &series, width).concat()
        )
    }
}

fn point(run: &Run) -> Point {
    Point {
        run: run.info.id.clone(),
        time: match run.info.started_at {
            0 => "time unknown".to_owned(),
            seconds => Utc::from_unix(seconds).readable(),
        },
        commit: run.info.git_commit.chars().take(7).collect(),
    }
}

/// The series to follow, workloads in the order of tables.
fn wanted(runs: &[Run], subject: &Subject) -> Vec<(String, String, u64, Unit)> {
    let named = |names: &[String], defaults: &[&str], name: &str| {
        if names.is_empty() {
            defaults.contains(&name)
        } else {
            names.iter().any(|one| one == name)
        }
    };
    let filter = &subject.filter;
    let picked = |series: &&Series| {
        series.product == subject.product
            && named(
                &filter.measurements,
                &DEFAULT_MEASUREMENTS,
                &series.measurement,
            )
            && named(&filter.key_sets, &[PLAIN_KEY_SET], &series.key_set)
    };
    let in_run = |run: &Run| {
        let mut found: Vec<(String, String, Unit, u64)> = run
            .samples
            .iter()
            .map(|sample| &sample.series)
            .filter(picked)
            .map(|one| {
                (
                    one.measurement.clone(),
                    one.key_set.clone(),
                    one.unit,
                    one.scale,
                )
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let by_run: Vec<_> = runs.iter().map(in_run).collect();
    let mut workloads: Vec<_> = by_run
        .iter()
        .flatten()
        .map(|(measurement, key_set, unit, _)| (measurement.clone(), key_set.clone(), *unit))
        .collect();
    let rank = |name: &str| MEASUREMENTS.iter().position(|other| *other == name);
    workloads.sort_by_cached_key(|one| (rank(&one.0).unwrap_or(MEASUREMENTS.len()), one.clone()));
    workloads.dedup();
    let mut wanted = Vec::new();
    for (measurement, key_set, unit) in workloads {
        // Scales of this workload in each run that has it at all.
        let scales: Vec<Vec<u64>> = by_run
            .iter()
            .map(|run| {
                let same = run
                    .iter()
                    .filter(|one| one.0 == measurement && one.1 == key_set && one.2 == unit);
                same.map(|one| one.3).collect::<Vec<_>>()
            })
            .filter(|scales| !scales.is_empty())
            .collect();
        let chosen = if filter.scales.is_empty() {
            usual_scale(&scales).into_iter().collect()
        } else {
            filter.scales.clone()
        };
        let there = |scale: &u64| scales.iter().any(|run| run.contains(scale));
        for scale in chosen.into_iter().filter(there) {
            wanted.push((measurement.clone(), key_set.clone(), scale, unit));
        }
    }
    wanted
}

/// A million if all runs have it, else the largest scale that all have, else the largest.
fn usual_scale(scales: &[Vec<u64>]) -> Option<u64> {
    let common = |scale: &u64| scales.iter().all(|run| run.contains(scale));
    if common(&DEFAULT_SCALE) {
        return Some(DEFAULT_SCALE);
    }
    let all = || scales.iter().flatten().copied();
    all().filter(common).max().or_else(|| all().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_scale() {
        assert_eq!(
            usual_scale(&[vec![1000, 1_000_000, 10_000_000]]),
            Some(1_000_000)
        );
        assert_eq!(
            usual_scale(&[vec![1000, 10_000, 1_000_000], vec![1000, 10_000]]),
            Some(10_000)
        );
        assert_eq!(usual_scale(&[vec![1000], vec![5000]]), Some(5000));
    }
}
