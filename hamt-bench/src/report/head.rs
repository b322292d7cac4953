//! What was measured, when, where and how, and the few figures that sum it up.

use super::peers;
use crate::cells::{Grid, figure};
use crate::machine::Utc;
use crate::record::{OURS, Run, Unit};
use crate::stats::geomean;
use crate::table;

/// The head of the page.
pub(super) struct Head {
    pub(super) ours: &'static str,
    pub(super) runs: Vec<Facts>,
    pub(super) warnings: Vec<String>,
    pub(super) tiles: Vec<Tile>,
}

/// Where a run comes from, as terms with their descriptions.
pub(super) struct Facts {
    pub(super) caption: String,
    pub(super) facts: Vec<(&'static str, String)>,
}

/// A figure that stands for the whole run.
pub(super) struct Tile {
    pub(super) figure: String,
    pub(super) says: String,
    pub(super) detail: String,
}

impl Head {
    pub(super) fn of(grid: &Grid, runs: &[Run]) -> Self {
        let versions: Vec<bool> = (0..grid.columns.len())
            .map(|column| peers::persistent(grid, column) && !grid.columns[column].leaks())
            .collect();
        let persistent = |column: usize| versions[column];
        let any = |_: usize| true;
        let mut tiles = Vec::new();
        for (what, unit) in [("time", Unit::NsPerOp), ("memory", Unit::BytesPerEntry)] {
            let says = format!("of the best persistent peer's {what}");
            tiles.extend(objective(
                grid,
                says,
                unit,
                persistent,
                "; peers that never free are left out",
            ));
            tiles.extend(objective(
                grid,
                format!("of the best peer's {what}"),
                unit,
                any,
                "",
            ));
        }
        tiles.extend(noise(grid));
        Self {
            ours: OURS,
            runs: runs.iter().map(facts).collect(),
            warnings: warnings(grid, runs),
            tiles,
        }
    }
}

/// Ours over the best other product among those wanted, over all rows of a unit.
fn objective(
    grid: &Grid,
    says: String,
    unit: Unit,
    wanted: impl Fn(usize) -> bool + Copy,
    remark: &str,
) -> Option<Tile> {
    let ratios: Vec<f64> = grid
        .against_best(move |key| key.unit == unit, wanted)
        .map(|(_, _, ratio)| ratio)
        .collect();
    let mean = geomean(ratios.iter().copied())?;
    let won = ratios.iter().filter(|ratio| **ratio <= 1.0).count();
    Some(Tile {
        figure: format!("{}x", figure(mean)),
        says,
        detail: format!(
            "geometric mean of {} rows, of which {won} won{remark}",
            ratios.len()
        ),
    })
}

/// The spread of the times: median and 90th percentile over all series of MAD / median.
fn noise(grid: &Grid) -> Option<Tile> {
    let mut spreads: Vec<f64> = grid
        .rows
        .iter()
        .filter(|(key, _)| key.unit == Unit::NsPerOp)
        .flat_map(|(_, cells)| cells.iter().flatten())
        .filter(|stats| stats.n > 1 && stats.median > 0.0)
        .map(|stats| 100.0 * stats.mad / stats.median)
        .collect();
    spreads.sort_by(f64::total_cmp);
    let last = spreads.len().checked_sub(1)?;
    let (middle, tenth) = (spreads[last / 2], spreads[last * 9 / 10]);
    Some(Tile {
        figure: format!("{} %", figure(middle)),
        says: "noise within a series".to_owned(),
        detail: format!(
            "median over {} timed series of median absolute deviation / median; 90th percentile \
             {} %. Two runs differ by more than samples of one",
            spreads.len(),
            figure(tenth)
        ),
    })
}

fn facts(run: &Run) -> Facts {
    let info = &run.info;
    let machine = &info.machine;
    let started = match info.started_at {
        0 => String::new(),
        seconds => Utc::from_unix(seconds).readable(),
    };
    let commit = match info.dirty {
        Some(true) => format!("{} with uncommitted changes", info.git_commit),
        _ => info.git_commit.clone(),
    };
    let cores = match machine.cores {
        0 => String::new(),
        1 => ", 1 core".to_owned(),
        many => format!(", {many} cores"),
    };
    let seed = info.seed.map(|seed| seed.to_string()).unwrap_or_default();
    let all = [
        ("Run", info.id.clone()),
        ("Started", started),
        ("Commit", commit),
        ("Machine", format!("{}{cores}", machine.cpu)),
        ("System", machine.os.clone()),
        ("Rust", info.rustc.clone()),
        ("Rust flags", info.flags.clone()),
        ("C compiler", info.cc.clone()),
        ("C flags", info.cflags.clone()),
        ("Method", info.note.clone()),
        ("Seed", seed),
        ("Read from", info.provenance.clone()),
        ("Samples", run.samples.len().to_string()),
    ];
    Facts {
        caption: table::caption(run),
        facts: all
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    }
}

/// What a reader has to know before the figures.
fn warnings(grid: &Grid, runs: &[Run]) -> Vec<String> {
    let mut all = Vec::new();
    for run in runs {
        let id = &run.info.id;
        if !run.complete {
            all.push(format!(
                "Run {id} is incomplete: it was stopped or is still going on."
            ));
        }
        if run.samples.is_empty() {
            all.push(format!("Run {id} has no samples."));
        }
    }
    let machine = |run: &Run| run.info.machine.clone();
    if runs
        .windows(2)
        .any(|two| machine(&two[0]) != machine(&two[1]))
    {
        all.push(
            "These runs are of different machines: ratios between them compare machines too."
                .to_owned(),
        );
    }
    match grid.ours() {
        None => all.push(format!(
            "{OURS} did not take part: there are figures, but nothing to compare with."
        )),
        Some(_) if runs.len() > 1 => all.push(
            "Several runs: matrix, losses and claims are of the first; the workloads show all side \
             by side, with ratios of ours in the first."
                .to_owned(),
        ),
        Some(_) => {}
    }
    let single =
        |cells: &Vec<Option<crate::stats::Stats>>| cells.iter().flatten().all(|stats| stats.n < 2);
    let times = || {
        grid.rows
            .iter()
            .filter(|(key, _)| key.unit == Unit::NsPerOp)
    };
    if times().next().is_some() && times().all(|(_, cells)| single(cells)) {
        all.push("There is one sample a series: nothing is known of the noise.".to_owned());
    }
    all
}
