//! The commands that say what recorded runs mean.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Selection, chosen};
use crate::analysis::compare::Products;
use crate::analysis::history::Subject;
use crate::analysis::{Comparison, Filter, History, Rank, Rivals, log as journal};
use crate::error::{Error, Result};
use crate::record::OURS;
use crate::store::{Origin, Store};
use crate::{plot, table};

/// Options of `rank`.
#[derive(Args, Clone, Debug, Default)]
pub struct RankOptions {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    rivals: Rivals,
    /// Show the worst N rows only
    #[arg(long, value_name = "N")]
    top: Option<usize>,
}

/// Options of `cmp`.
#[derive(Args, Clone, Debug)]
pub struct CmpOptions {
    /// The run that is compared with, by its id or an unambiguous beginning of it
    #[arg(value_name = "OLD")]
    old: String,
    /// The run that is judged
    #[arg(value_name = "NEW")]
    new: String,
    #[command(flatten)]
    filter: Filter,
    /// This product's series instead of ours; may be given several times
    #[arg(long, value_name = "PRODUCT", conflicts_with = "all")]
    product: Vec<String>,
    /// The series of all products
    #[arg(long)]
    all: bool,
    /// Exit with 4 if a time is significantly slower, by more than PERCENT
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    fail_on_slower: Option<f64>,
}

/// Options of `history`.
#[derive(Args, Clone, Debug)]
pub struct HistoryOptions {
    #[command(flatten)]
    filter: Filter,
    /// The product to follow
    #[arg(long, default_value = OURS)]
    product: String,
    /// The product whose figures in the same run those are divided by
    #[arg(long, value_name = "PRODUCT", default_value = "imbl")]
    yardstick: String,
}

/// Options of `log`.
#[derive(Args, Clone, Debug, Default)]
pub struct LogOptions {
    /// Write nothing; fail if a file is not what would be generated
    #[arg(long)]
    check: bool,
    /// The file with the block of figures [default: README.md beside the data directory]
    #[arg(long, value_name = "FILE")]
    readme: Option<PathBuf>,
}

/// Ours against the best other product, row by row, in each selected run.
///
/// # Errors
/// If a run is not there or has nothing to rank, or the database cannot be read.
pub fn rank(data: &Path, options: &RankOptions) -> Result<String> {
    let store = Store::open(data)?;
    let runs = chosen(&store, &store.runs()?, &options.selection)?;
    let ranked = |run| {
        let rank = Rank::of(run, &options.filter, &options.rivals)?;
        Ok(rank.render(options.top, table::terminal_width()))
    };
    Ok(runs
        .iter()
        .map(ranked)
        .collect::<Result<Vec<_>>>()?
        .join("\n"))
}

/// A run against an earlier one, and whether that fails what `--fail-on-slower` asks for.
///
/// # Errors
/// If a run is not there, they have nothing in common, or the database cannot be read.
pub fn cmp(data: &Path, options: &CmpOptions) -> Result<(String, bool)> {
    let store = Store::open(data)?;
    let selection = Selection {
        runs: vec![options.old.clone(), options.new.clone()],
    };
    let runs = chosen(&store, &store.runs()?, &selection)?;
    let [old, new] = runs.as_slice() else {
        return Err(Error::NoRuns {
            path: store.path().to_owned(),
        });
    };
    let products = if options.all {
        Products::All
    } else if options.product.is_empty() {
        Products::ours()
    } else {
        Products::Named(options.product.clone())
    };
    let compared = Comparison::of(old, new, &products, &options.filter)?;
    let mut out = format!(
        "old: {}\nnew: {}\n\n{}",
        table::caption(old),
        table::caption(new),
        compared.render(table::terminal_width())
    );
    let Some(percent) = options.fail_on_slower else {
        return Ok((out, false));
    };
    let slower = compared.slower_than(percent / 100.0).count();
    out += &format!("slower by more than {percent} %: {slower} series\n");
    Ok((out, slower > 0))
}

/// Chosen figures over all complete runs of this benchmark, as a table and a picture.
///
/// # Errors
/// If no run has them, the database cannot be read, or the picture cannot be written.
pub fn history(data: &Path, options: &HistoryOptions) -> Result<String> {
    let store = Store::open(data)?;
    let heads = store.runs()?.into_iter();
    let own = heads.filter(|head| head.complete && head.origin != Origin::Imported.name());
    let runs = own
        .map(|head| store.load(&head.id))
        .collect::<Result<Vec<_>>>()?;
    if runs.is_empty() {
        return Err(Error::NoRuns {
            path: store.path().to_owned(),
        });
    }
    let subject = Subject {
        product: options.product.clone(),
        yardstick: options.yardstick.clone(),
        filter: options.filter.clone(),
    };
    let history = History::of(&runs, subject)?;
    let mut out = history.render(table::terminal_width());
    match plot::draw_history(&history, &data.join("plots"))? {
        Some(file) => out += &format!("{}\n", file.display()),
        None => out += "no run has the yardstick: nothing to draw\n",
    }
    Ok(out)
}

/// Generates the journal of the recorded runs and the figures in the README, or checks them.
///
/// # Errors
/// If there is no recorded run, a file cannot be used, or, when checking, one is out of date.
pub fn log(data: &Path, options: &LogOptions) -> Result<String> {
    let beside = || data.parent().unwrap_or(data).join("README.md");
    let readme = options.readme.clone().unwrap_or_else(beside);
    let files = journal::generate(data, &readme)?;
    if options.check {
        journal::check(&files)?;
        return Ok("the journal and the figures are up to date\n".to_owned());
    }
    let written = journal::write(&files)?;
    let mut out: String = written
        .iter()
        .map(|path| format!("{}\n", path.display()))
        .collect();
    if out.is_empty() {
        out += "nothing changed\n";
    }
    Ok(out)
}

fn parse_percent(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|percent: &f64| percent.is_finite() && *percent >= 0.0)
        .ok_or_else(|| format!("`{text}` is not a number of per cent"))
}
