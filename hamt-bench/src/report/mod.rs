//! A run as one HTML file that needs no other: what was measured, ours against each peer, where we
//! lose, every figure with its picture, and what the run says to published claims.
//!
//! The templates, the style and the script (`hamt-bench/templates`) are compiled in; askama
//! escapes every text that comes from a run.

mod claims;
mod detail;
mod head;
mod losses;
mod matrix;
mod peers;
mod raw;
mod shade;

use askama::Template;

use crate::cells::Grid;
use crate::error::{Error, Result};
use crate::record::Run;

/// The page; each field is one section.
#[derive(Template)]
#[template(path = "page.html", whitespace = "minimize")]
struct Page {
    style: &'static str,
    script: &'static str,
    head: head::Head,
    matrix: Option<matrix::Matrix>,
    losses: Vec<losses::Losses>,
    workloads: Vec<detail::Workload>,
    peers: Vec<peers::Row>,
    claims: claims::Section,
    raw: raw::Raw,
}

/// The report on one or more runs, as the text of an HTML file.
///
/// # Errors
/// If there is no sample in any of them, or a picture cannot be drawn.
pub fn render(runs: &[Run]) -> Result<String> {
    if runs.iter().all(|run| run.samples.is_empty()) {
        let names: Vec<_> = runs
            .iter()
            .map(|run| format!("`{}`", run.info.id))
            .collect();
        return Err(Error::NoSamples {
            runs: names.join(", "),
        });
    }
    let grid = Grid::of(runs);
    let page = Page {
        style: include_str!("../../templates/style.css"),
        script: include_str!("../../templates/sort.js"),
        head: head::Head::of(&grid, runs),
        matrix: matrix::Matrix::of(&grid),
        losses: losses::all(&grid),
        workloads: detail::all(&grid)?,
        peers: peers::all(&grid, runs),
        claims: claims::Section::of(&grid),
        raw: raw::Raw::of(runs),
    };
    page.render().map_err(|error| Error::Report {
        problem: error.to_string(),
    })
}
