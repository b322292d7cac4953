//! The journal of the recorded runs, `data/README.md`: what each says, and what changed since the
//! one before.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::compare::{Change, Products};
use super::{Comparison, Filter, Noise, Rank, Rivals, figures};
use crate::cells::{Grid, figure, scale_name};
use crate::error::{Error, Result};
use crate::headlines::{self, HEADLINES};
use crate::machine::Utc;
use crate::record::Run;
use crate::stats::geomean;
use crate::{atomic, store};

/// Series shown that became faster, and as many that became slower.
const MOST: usize = 5;

/// A run and the file in `recorded` that holds it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The file's name.
    pub file: String,
    /// The run.
    pub run: Run,
}

/// What is generated from the recorded runs in `data_dir`: the journal and, if there is a full
/// default run, `readme` with its block of figures replaced. Files with their texts.
///
/// # Errors
/// If there is no recorded run, a file cannot be read, or `readme` has no place for the figures.
pub fn generate(data_dir: &Path, readme: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut runs = Vec::new();
    for (file, several) in store::recorded(data_dir)? {
        runs.extend(several.into_iter().map(|run| Recorded {
            file: file.clone(),
            run,
        }));
    }
    if runs.is_empty() {
        return Err(Error::NoRuns {
            path: data_dir.join("recorded"),
        });
    }
    runs.sort_by(|a, b| {
        let key = |one: &Recorded| (one.run.info.started_at, one.run.info.id.clone());
        key(b).cmp(&key(a))
    });
    let mut files = vec![(data_dir.join("README.md"), journal(&runs))];
    if let Some(newest) = figures::newest_full(&runs) {
        let text =
            std::fs::read_to_string(readme).map_err(|source| Error::io("read", readme, source))?;
        let text = figures::replace(readme, &text, &figures::block(newest))?;
        files.push((readme.to_owned(), text));
    }
    Ok(files)
}

/// Writes the generated files, those that differ from what is there; returns these.
///
/// # Errors
/// If a file cannot be written.
pub fn write(files: &[(PathBuf, String)]) -> Result<Vec<&Path>> {
    let mut written = Vec::new();
    for (path, text) in files {
        if std::fs::read_to_string(path).ok().as_ref() != Some(text) {
            atomic::write(path, text.as_bytes())?;
            written.push(path.as_path());
        }
    }
    Ok(written)
}

/// Compares the generated files with what is there.
///
/// # Errors
/// If one differs or cannot be read, naming it and the first line that differs.
pub fn check(files: &[(PathBuf, String)]) -> Result<()> {
    for (path, wanted) in files {
        let found =
            std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
        // A checkout may have turned the ends of lines.
        let same = found
            .lines()
            .zip(wanted.lines())
            .take_while(|(a, b)| a == b);
        let same = same.count();
        if same < wanted.lines().count().max(found.lines().count()) {
            return Err(Error::Stale {
                path: path.clone(),
                line: same + 1,
            });
        }
    }
    Ok(())
}

/// The journal of runs that stand newest first.
fn journal(runs: &[Recorded]) -> String {
    let mut out = "# Recorded runs\n\n\
        Generated from `recorded/*.csv` by `cargo run --release -p hamt-bench -- log`; do not edit.\n\
        A new `bench.sqlite` is filled from these files. All figures are medians; ratios below 1 \
        are better for us.\n"
        .to_owned();
    if let Some(latest) = runs.first() {
        let id = &latest.run.info.id;
        let _ = writeln!(
            out,
            "The latest of them as one page is `recorded/report.html`, from `cargo run --release -p hamt-bench \
             -- report --run {id} --out data/recorded/report.html`."
        );
    }
    for (at, one) in runs.iter().enumerate() {
        let previous = runs.get(at + 1).map(|one| &one.run);
        out += &section(one, previous);
    }
    out
}

fn section(recorded: &Recorded, previous: Option<&Run>) -> String {
    let (file, run) = (&recorded.file, &recorded.run);
    let info = &run.info;
    let time = match info.started_at {
        0 => "time unknown".to_owned(),
        seconds => Utc::from_unix(seconds).readable(),
    };
    let mut out = format!("\n## {time}, commit {}\n\n", short_commit(run));
    let state = if run.complete { "" } else { ", INCOMPLETE" };
    let seed = info
        .seed
        .map_or_else(|| "unknown".to_owned(), |seed| seed.to_string());
    let _ = write!(
        out,
        "* Run `{}` in [`recorded/{file}`](recorded/{file}), {} samples{state}\n\
         * Machine: {}, {} cores, {}\n\
         * Method: {}; seed {seed}\n\
         * Compilers: {}, {}; {}\n",
        info.id,
        run.samples.len(),
        info.machine.cpu,
        info.machine.cores,
        info.machine.os,
        if info.note.is_empty() {
            "not told"
        } else {
            &info.note
        },
        info.rustc,
        info.flags,
        info.cc,
    );
    if let Some(noise) = Noise::of(run) {
        let _ = writeln!(out, "* Noise: {}", noise.sentence());
    }
    let objective = |name: &str, rivals: &Rivals| {
        // A run without ours has no objective; that it has no headlines either shows why.
        let rank = Rank::of(run, &Filter::default(), rivals).ok()?;
        let lines = rank.summary().into_iter();
        Some(lines.fold(String::new(), |all, line| all + "* " + name + &line + "\n"))
    };
    let fair = Rivals {
        fair: true,
        ..Rivals::default()
    };
    out += &objective("", &Rivals::default()).unwrap_or_default();
    out += &objective("Without peers that never free: ", &fair).unwrap_or_default();
    out += &headline_table(run);
    if let Some(previous) = previous {
        out += &changes(previous, run);
    }
    out
}

fn headline_table(run: &Run) -> String {
    let grid = Grid::of(core::slice::from_ref(run));
    let lines = headlines::lines(&grid, HEADLINES);
    if lines.is_empty() {
        return String::new();
    }
    let mut scales: Vec<u64> = lines
        .iter()
        .flat_map(|line| line.ratios.iter().map(|(scale, _)| *scale))
        .collect();
    scales.sort_unstable();
    scales.dedup();
    let mut head = vec!["ours / peer, random keys".to_owned(), "geomean".to_owned()];
    head.extend(scales.iter().map(|scale| scale_name(*scale)));
    let rows = lines.iter().map(|line| {
        let mean = geomean(line.ratios.iter().map(|(_, ratio)| *ratio));
        let mut row = vec![
            format!("{} / {}", line.title, line.peer),
            mean.map_or_else(|| "-".to_owned(), figure),
        ];
        row.extend(scales.iter().map(|scale| {
            let found = line.ratios.iter().find(|(at, _)| at == scale);
            found.map_or_else(|| "-".to_owned(), |(_, ratio)| figure(*ratio))
        }));
        row
    });
    format!("\n{}", markdown_table(&head, rows))
}

/// What changed in ours since the run before.
fn changes(previous: &Run, run: &Run) -> String {
    let mut out = format!(
        "\nAgainst run `{}`, commit {}:\n\n",
        previous.info.id,
        short_commit(previous)
    );
    let compared = Comparison::of(previous, run, &Products::ours(), &Filter::default());
    let Ok(compared) = compared else {
        out += "* no series of ours in common\n";
        return out;
    };
    for line in compared
        .circumstances()
        .into_iter()
        .chain(compared.summary())
    {
        let _ = writeln!(out, "* {line}");
    }
    // Worst first, so the best are at the end.
    let most = |changes: &mut dyn Iterator<Item = &Change>| {
        let texts = changes.take(MOST).map(|one| {
            let word = one.verdict.as_change(one.series.unit).to_lowercase();
            format!("{} {} ({word})", one.row(), figure(one.ratio.estimate))
        });
        texts.collect::<Vec<_>>().join(", ")
    };
    let all = &compared.changes;
    let slower = most(&mut all.iter().filter(|one| one.ratio.estimate > 1.0));
    let faster = most(&mut all.iter().rev().filter(|one| one.ratio.estimate < 1.0));
    for (what, which) in [
        ("most slower or larger", slower),
        ("most faster or smaller", faster),
    ] {
        if !which.is_empty() {
            let _ = writeln!(out, "* {what}: {which}");
        }
    }
    out.push('\n');
    let head = ["new / old, drift taken out", "geomean", "series"].map(str::to_owned);
    let rows = compared.by_workload().into_iter();
    let rows = rows.map(|(label, mean, series)| vec![label, figure(mean), series.to_string()]);
    out + &markdown_table(&head, rows)
}

pub(super) fn short_commit(run: &Run) -> String {
    let commit: String = run.info.git_commit.chars().take(7).collect();
    let changes = if run.info.dirty == Some(true) {
        "+changes"
    } else {
        ""
    };
    format!("{commit}{changes}")
}

pub(super) fn markdown_table(head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(head);
    out += &format!("|{}\n", "---|".repeat(head.len()));
    out.extend(rows.map(|row| line(&row)));
    out
}
