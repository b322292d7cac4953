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
mod standings;

use askama::Template;

use crate::analysis::Judge;
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
    // Ratios of ours in one run to peers in another would compare the hours too, and the best of
    // several runs is better than the best of one: what sums up is about the first run alone.
    let first = runs.iter().find(|run| !run.samples.is_empty());
    let grid = Grid::of(first.map_or(&[], core::slice::from_ref));
    let judge = first.map(Judge::of);
    let standings = standings::all(&grid, judge.as_ref());
    let all = Grid::of(runs);
    let anchors = detail::Anchors::of(&all);
    let page = Page {
        style: include_str!("../../templates/style.css"),
        script: include_str!("../../templates/sort.js"),
        head: head::Head::of(
            &grid,
            runs,
            &standings,
            judge.and_then(|judge| judge.noise()),
        ),
        matrix: matrix::Matrix::of(&grid, &anchors),
        losses: losses::all(standings, &anchors),
        workloads: detail::all(&all, &anchors)?,
        peers: peers::all(&all, runs),
        claims: claims::Section::of(&grid),
        raw: raw::Raw::of(runs),
    };
    page.render().map_err(|error| Error::Report {
        problem: error.to_string(),
    })
}
