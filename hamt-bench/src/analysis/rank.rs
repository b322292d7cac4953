//! Where ours stands in a run: each row against the best other product.

use core::fmt::Write as _;

use clap::Args;

use super::standing::{Judge, Standing};
use super::verdict::Tally;
use super::{Filter, Noise, columns, ends};
use crate::cells::{Column, Grid, figure, scale_name};
use crate::error::{Error, Result};
use crate::record::{OURS, Run, Unit};
use crate::stats::geomean;
use crate::table;

/// Which products ours is measured against.
#[derive(Args, Clone, Debug, Default)]
pub struct Rivals {
    /// Only against this product; may be given several times
    #[arg(long, value_name = "PRODUCT")]
    pub against: Vec<String>,
    /// Not against this product; may be given several times
    #[arg(long, value_name = "PRODUCT")]
    pub without: Vec<String>,
    /// Not against products that never free memory while they work
    #[arg(long)]
    pub fair: bool,
}

impl Rivals {
    fn admit(&self, column: &Column) -> bool {
        let named = |names: &[String]| names.contains(&column.product);
        (self.against.is_empty() || named(&self.against))
            && !named(&self.without)
            && !(self.fair && column.leaks())
    }

    /// A name that is in no column is a slip.
    fn check(&self, run: &Run, grid: &Grid) -> Result<()> {
        for name in self.against.iter().chain(&self.without) {
            super::samples::check_product(name, run, grid)?;
        }
        Ok(())
    }
}

/// The rows of a run, worst first.
#[derive(Clone, Debug)]
pub struct Rank {
    /// One for each row in which ours and another product took part.
    pub rows: Vec<Standing>,
    /// The run's noise.
    pub noise: Option<Noise>,
    interleaved: bool,
    caption: String,
}

impl Rank {
    /// Ranks the rows that `filter` picks, against the `rivals`.
    ///
    /// # Errors
    /// If a rival is unknown, or no row has both ours and a rival.
    pub fn of(run: &Run, filter: &Filter, rivals: &Rivals) -> Result<Self> {
        let grid = Grid::of(core::slice::from_ref(run));
        rivals.check(run, &grid)?;
        let judge = Judge::of(run);
        let picked = grid.against_best(
            |key| filter.admits(&key.measurement, &key.key_set, key.scale),
            |column| rivals.admit(&grid.columns[column]),
        );
        let standing = |(key, column, _)| judge.standing(&grid, key, column);
        let mut rows: Vec<Standing> = picked.filter_map(standing).collect();
        if rows.is_empty() {
            return Err(Error::NothingToCompare {
                what: format!(
                    "run `{}` has no row with both `{OURS}` and another product that is asked for",
                    run.info.id
                ),
            });
        }
        rows.sort_by(|a, b| b.ratio.estimate.total_cmp(&a.ratio.estimate));
        Ok(Self {
            rows,
            noise: judge.noise(),
            interleaved: judge.is_interleaved(),
            caption: table::caption(run),
        })
    }

    /// The geometric mean of ours over the best other product, over all rows of a unit.
    #[must_use]
    pub fn objective(&self, unit: Unit) -> Option<f64> {
        geomean(self.of_unit(unit).map(|row| row.ratio.estimate))
    }

    /// Wins (lower), losses (higher) and the others, over all rows of a unit.
    #[must_use]
    pub fn tally(&self, unit: Unit) -> Tally {
        self.of_unit(unit).map(|row| row.verdict).collect()
    }

    fn of_unit(&self, unit: Unit) -> impl Iterator<Item = &Standing> {
        self.rows.iter().filter(move |row| row.unit == unit)
    }

    /// The objective in a line for each unit.
    #[must_use]
    pub fn summary(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (what, unit) in [("times", Unit::NsPerOp), ("memory", Unit::BytesPerEntry)] {
            let Some(mean) = self.objective(unit) else {
                continue;
            };
            lines.push(format!(
                "ours / best peer, {what}: {} (geomean of {} rows: {})",
                figure(mean),
                self.of_unit(unit).count(),
                self.tally(unit).as_rank(),
            ));
        }
        lines
    }

    /// The ranking for a terminal, cut after `top` rows.
    #[must_use]
    pub fn render(&self, top: Option<usize>, width: usize) -> String {
        let how = if self.interleaved {
            "paired by round"
        } else {
            "of series measured apart"
        };
        let mut out = format!(
            "{}\n\nOurs / best other product (below 1: ours is better), worst first; 95 % \
             intervals {how}\n",
            self.caption
        );
        let shown = self.rows.len().min(top.unwrap_or(usize::MAX));
        let rows: Vec<_> = self.rows[..shown].iter().map(Self::line).collect();
        let titles = [
            "row",
            "ours",
            "theirs",
            "best peer",
            "ratio",
            "95 %",
            "verdict",
        ];
        out += &table::split(&columns(&titles, &rows), &[], width).concat();
        if shown < self.rows.len() {
            let _ = writeln!(out, "and {} more", self.rows.len() - shown);
        }
        out += "\nBy workload\n";
        out += &self.workloads(width);
        out.push('\n');
        for line in self.summary() {
            let _ = writeln!(out, "{line}");
        }
        if let Some(noise) = self.noise {
            let _ = writeln!(out, "{}", noise.sentence());
        }
        out
    }

    fn line(row: &Standing) -> Vec<String> {
        vec![
            format!("{} {}", row.label, scale_name(row.scale)),
            figure(row.ours),
            figure(row.theirs),
            row.peer.clone(),
            figure(row.ratio.estimate),
            ends(&row.ratio),
            row.verdict.as_rank().to_owned(),
        ]
    }

    /// Wins, losses and the mean of each workload, worst first.
    fn workloads(&self, width: usize) -> String {
        let mut names: Vec<&str> = self
            .rows
            .iter()
            .map(|row| row.measurement.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut lines: Vec<(f64, Vec<String>)> = names
            .into_iter()
            .filter_map(|name| {
                let rows = || self.rows.iter().filter(|row| row.measurement == name);
                let mean = geomean(rows().map(|row| row.ratio.estimate))?;
                let tally: Tally = rows().map(|row| row.verdict).collect();
                let counts = [tally.lower, tally.higher, tally.same + tally.unclear];
                let mut line = vec![name.to_owned(), figure(mean)];
                line.extend(counts.iter().map(ToString::to_string));
                Some((mean, line))
            })
            .collect();
        lines.sort_by(|a, b| b.0.total_cmp(&a.0));
        let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
        let titles = ["workload", "geomean", "won", "lost", "neither"];
        table::split(&columns(&titles, &lines), &[], width).concat()
    }
}
