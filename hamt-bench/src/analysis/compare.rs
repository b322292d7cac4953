//! What changed between two runs, series by series, with the machine's own drift taken out.

use core::fmt::Write as _;

use super::noise::threshold;
use super::samples::{Samples, check_product, median, ratio};
use super::verdict::{Tally, Verdict};
use super::{Drift, Filter, Noise, columns, ends, percent};
use crate::cells::{Grid, figure, scale_name};
use crate::error::{Error, Result};
use crate::record::{OURS, Run, Series, Unit};
use crate::stats::{Interval, geomean};
use crate::table;

/// Whose series are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Products {
    /// Every product's.
    All,
    /// These products'.
    Named(Vec<String>),
}

impl Products {
    /// Only the map under test.
    #[must_use]
    pub fn ours() -> Self {
        Self::Named(vec![OURS.to_owned()])
    }

    fn admit(&self, product: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == product),
        }
    }
}

/// One series in both runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The series, as the second run names it.
    pub series: Series,
    /// Median in the first run.
    pub old: f64,
    /// Median in the second run.
    pub new: f64,
    /// New over old, as measured.
    pub raw: f64,
    /// New over old over the drift; bytes do not drift.
    pub ratio: Interval,
    /// Whether that differs from one.
    pub verdict: Verdict,
}

impl Change {
    /// Workload, key set and scale.
    #[must_use]
    pub fn row(&self) -> String {
        format!("{} {}", self.series.label(), scale_name(self.series.scale))
    }
}

/// A second run against a first.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The series in both runs that were asked for, worst first.
    pub changes: Vec<Change>,
    /// The machine's drift; `None` if no peer is in both runs at one version.
    pub drift: Option<Drift>,
    /// Differences of times below this part of one mean nothing.
    pub noise: f64,
    remarks: Vec<String>,
}

impl Comparison {
    /// Compares what `products` and `filter` pick.
    ///
    /// # Errors
    /// If a product is unknown to the second run, or no series is in both runs.
    pub fn of(old: &Run, new: &Run, products: &Products, filter: &Filter) -> Result<Self> {
        if let Products::Named(names) = products {
            let grid = Grid::of(core::slice::from_ref(new));
            for name in names {
                check_product(name, new, &grid)?;
            }
        }
        let (before, after) = (Samples::of(old), Samples::of(new));
        let drift = Drift::between(&before, &after);
        let scatter = drift.and_then(|drift| drift.scatter);
        let scatter = scatter.map_or(0.0, |scatter| scatter.p90);
        let noise = [old, new]
            .map(|run| threshold(Noise::of(run)))
            .into_iter()
            .fold(scatter, f64::max);
        let picked = after.iter().filter(|(series, _)| {
            products.admit(&series.product)
                && filter.admits(&series.measurement, &series.key_set, series.scale)
        });
        let change = |(series, samples): (&Series, _)| {
            let earlier = before.of_any_version(series);
            // Rounds of two runs have nothing to do with each other.
            let raw = ratio(samples, earlier, false)?;
            let factor = match series.unit {
                Unit::NsPerOp => drift.map_or(1.0, |drift| drift.factor),
                Unit::BytesPerEntry | Unit::BytesPerVersion | Unit::Number => 1.0,
            };
            let ratio = raw.over(factor);
            Some(Change {
                series: series.clone(),
                old: median(earlier)?,
                new: median(samples)?,
                raw: raw.estimate,
                ratio,
                verdict: Verdict::of(&ratio, series.unit, noise),
            })
        };
        let mut changes: Vec<Change> = picked.filter_map(change).collect();
        if changes.is_empty() {
            return Err(Error::NothingToCompare {
                what: format!(
                    "runs `{}` and `{}` have no series in common of those asked for",
                    old.info.id, new.info.id
                ),
            });
        }
        changes.sort_by(|a, b| b.ratio.estimate.total_cmp(&a.ratio.estimate));
        Ok(Self {
            changes,
            drift,
            noise,
            remarks: remarks(old, new),
        })
    }

    /// Geometric means of new over old (drift taken out) by workload and key set, worst first,
    /// each with the number of its series.
    #[must_use]
    pub fn by_workload(&self) -> Vec<(String, f64, usize)> {
        let mut labels: Vec<String> = self.changes.iter().map(|one| one.series.label()).collect();
        labels.sort_unstable();
        labels.dedup();
        let mean = |label: String| {
            let of_label = self
                .changes
                .iter()
                .filter(|one| one.series.label() == label);
            let ratios: Vec<f64> = of_label.map(|one| one.ratio.estimate).collect();
            Some((label, geomean(ratios.iter().copied())?, ratios.len()))
        };
        let mut means: Vec<_> = labels.into_iter().filter_map(mean).collect();
        means.sort_by(|a, b| b.1.total_cmp(&a.1));
        means
    }

    /// The means over all series: a line for times, a line for memory.
    #[must_use]
    pub fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (what, unit) in [("times", Unit::NsPerOp), ("memory", Unit::BytesPerEntry)] {
            let of_unit = || self.changes.iter().filter(|one| one.series.unit == unit);
            let Some(mean) = geomean(of_unit().map(|one| one.ratio.estimate)) else {
                continue;
            };
            let tally: Tally = of_unit().map(|one| one.verdict).collect();
            let [lower, higher] =
                [Verdict::Lower, Verdict::Higher].map(|one| one.as_change(unit).to_lowercase());
            lines.push(format!(
                "new / old, {what}: {mean:.3} (geomean of {} series: {} {higher}, {} {lower}, {} \
                 neither)",
                of_unit().count(),
                tally.higher,
                tally.lower,
                tally.same + tally.unclear
            ));
        }
        lines
    }

    /// What the machine did meanwhile, and what follows for the figures.
    #[must_use]
    pub fn circumstances(&self) -> Vec<String> {
        let drift = self.drift.map_or_else(
            || "drift of the machine unknown: no peer of one version is in both runs".to_owned(),
            |drift| drift.sentence(),
        );
        let noise = format!(
            "differences of times under {} mean nothing here",
            percent(self.noise)
        );
        let remarks = self.remarks.iter().cloned();
        remarks.chain([drift, noise]).collect()
    }

    /// The series whose time grew significantly, by more than the part `limit` of one.
    pub fn slower_than(&self, limit: f64) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |one| {
            one.series.unit == Unit::NsPerOp
                && one.verdict == Verdict::Higher
                && one.ratio.estimate > 1.0 + limit
        })
    }

    /// The comparison for a terminal.
    #[must_use]
    pub fn render(&self, width: usize) -> String {
        let mut out =
            "New / old (below 1: the second run is better), worst first; 95 % intervals; \
                       `ratio` has the drift taken out\n"
                .to_owned();
        let line = |one: &Change| {
            vec![
                format!("{} {}", one.series.product, one.row()),
                figure(one.old),
                figure(one.new),
                figure(one.raw),
                figure(one.ratio.estimate),
                ends(&one.ratio),
                one.verdict.as_change(one.series.unit).to_owned(),
            ]
        };
        let rows: Vec<_> = self.changes.iter().map(line).collect();
        let titles = [
            "series", "old", "new", "new/old", "ratio", "95 %", "verdict",
        ];
        out += &table::split(&columns(&titles, &rows), &[], width).concat();
        out += "\nBy workload\n";
        let means = self.by_workload();
        let rows: Vec<_> = means
            .into_iter()
            .map(|(label, mean, series)| vec![label, figure(mean), series.to_string()])
            .collect();
        out += &table::split(
            &columns(&["workload", "ratio", "series"], &rows),
            &[],
            width,
        )
        .concat();
        out.push('\n');
        for line in self.circumstances().into_iter().chain(self.summary()) {
            let _ = writeln!(out, "{line}");
        }
        out
    }
}

/// What makes two runs hard to compare.
fn remarks(old: &Run, new: &Run) -> Vec<String> {
    let (before, after) = (&old.info, &new.info);
    let differences = [
        ("machines", before.machine != after.machine),
        ("Rust compilers", before.rustc != after.rustc),
        ("flags", before.flags != after.flags),
        (
            "C compilers",
            before.cc != after.cc || before.cflags != after.cflags,
        ),
        ("keys (seeds)", before.seed != after.seed),
        ("methods", before.note != after.note),
    ];
    let differ =
        |(what, differ): (&str, bool)| differ.then(|| format!("the runs have different {what}"));
    let unfinished = [old, new]
        .into_iter()
        .filter(|run| !run.complete)
        .map(|run| format!("run `{}` is incomplete", run.info.id));
    differences
        .into_iter()
        .filter_map(differ)
        .chain(unfinished)
        .collect()
}
