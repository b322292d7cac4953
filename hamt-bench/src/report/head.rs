//! What was measured, when, where and how, and the few figures that sum it up.

use super::standings::{Against, Standings};
use crate::analysis::{Noise, Tally, percent};
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
    pub(super) fn of(
        grid: &Grid,
        runs: &[Run],
        standings: &[Standings<'_>],
        noise: Option<Noise>,
    ) -> Self {
        let mut tiles = Vec::new();
        for (what, unit) in [("time", Unit::NsPerOp), ("memory", Unit::BytesPerEntry)] {
            for list in standings {
                let (whose, remark) = match list.against {
                    Against::Persistent => {
                        ("persistent peer", "; peers that never free are left out")
                    }
                    Against::Leaking => continue,
                    Against::Any => ("peer", ""),
                };
                let says = format!("of the best {whose}'s {what}");
                tiles.extend(objective(list, says, unit, remark));
            }
        }
        tiles.extend(noise.map(certainty));
        Self {
            ours: OURS,
            runs: runs.iter().map(facts).collect(),
            warnings: warnings(grid, runs),
            tiles,
        }
    }
}

/// Ours over the best of some other products, over all rows of a unit.
fn objective(list: &Standings<'_>, says: String, unit: Unit, remark: &str) -> Option<Tile> {
    let rows = list.rows.iter().map(|row| &row.standing);
    let rows: Vec<_> = rows.filter(|row| row.unit == unit).collect();
    let mean = geomean(rows.iter().map(|row| row.ratio.estimate))?;
    let tally: Tally = rows.iter().map(|row| row.verdict).collect();
    Some(Tile {
        figure: format!("{}x", figure(mean)),
        says,
        detail: format!(
            "geometric mean of {} rows: {}{remark}",
            rows.len(),
            tally.as_rank()
        ),
    })
}

/// How sure the times are.
fn certainty(noise: Noise) -> Tile {
    Tile {
        figure: format!("\u{b1}{}", percent(noise.median)),
        says: "noise: 95 % intervals of the times".to_owned(),
        detail: noise.sentence(),
    }
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
