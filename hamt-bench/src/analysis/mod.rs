//! What recorded runs say: how noisy one is, where ours stands in it, what changed between two,
//! how the figures moved over all, and the records that are generated from them.
//!
//! All figures are medians, all intervals those of [`crate::stats::bootstrap`].

pub mod compare;
mod drift;
pub mod figures;
mod filter;
pub mod history;
pub mod log;
pub mod noise;
pub mod rank;
mod samples;
mod standing;
mod verdict;

pub use compare::Comparison;
pub use drift::{Drift, Scatter};
pub use filter::{Filter, parse_scale};
pub use history::History;
pub use noise::Noise;
pub use rank::{Rank, Rivals};
pub use standing::{Judge, Standing};
pub use verdict::{Tally, Verdict};

use crate::stats::Interval;

/// A part of one in per cent: `0.4 %`, `6.4 %`, `12 %`.
pub(crate) fn percent(part: f64) -> String {
    let value = part * 100.0;
    if value < 9.95 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// The ends of an interval as `1.02-1.19`; nothing where too few samples tell them.
pub(crate) fn ends(interval: &Interval) -> String {
    use crate::cells::figure;
    if interval.samples < crate::stats::bootstrap::ENOUGH {
        return "-".to_owned();
    }
    format!("{}-{}", figure(interval.low), figure(interval.high))
}

/// Columns for [`crate::table::split`] from a title and rows of one length.
fn columns(titles: &[&str], rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let column = |(at, title): (usize, &&str)| {
        core::iter::once((*title).to_owned())
            .chain(rows.iter().map(|row| row[at].clone()))
            .collect()
    };
    titles.iter().enumerate().map(column).collect()
}
