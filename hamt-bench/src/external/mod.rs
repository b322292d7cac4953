//! Peers in other languages: any program that prints its times as CSV can join a run.
//!
//! The program learns what is wanted from its environment, prints totals as CSV to
//! standard output and says anything else on standard error. `hamt-bench/external/README.md` is
//! the contract for authors of such programs.

pub(crate) mod rows;

use core::time::Duration;
use std::process::Command;

use crate::error::{Error, Place, Result};
use crate::process::{self, Failure};
use crate::record::{PeerVersion, Sample};

/// Time for one program where the user gives none: the Python peers need some minutes for a
/// million entries.
pub const TIME_LIMIT: Duration = Duration::from_secs(3600);

/// What a program is asked to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Entries in the maps, as `HAMT_BENCH_SCALES`.
    pub scales: Vec<u64>,
    /// Seed of keys and shuffles, as `HAMT_BENCH_SEED`.
    pub seed: u64,
    /// Whether fewer repeats will do, as `HAMT_BENCH_QUICK`.
    pub quick: bool,
}

impl Wish {
    fn variables(&self) -> [(&'static str, String); 3] {
        let scales: Vec<String> = self.scales.iter().map(u64::to_string).collect();
        [
            ("HAMT_BENCH_SCALES", scales.join(",")),
            ("HAMT_BENCH_SEED", self.seed.to_string()),
            ("HAMT_BENCH_QUICK", u8::from(self.quick).to_string()),
        ]
    }
}

/// Runs the command line `line` (split as a shell does, but without one) and returns what it
/// measured, sorted by series and repeat. Its standard error is passed on as it comes.
///
/// # Errors
/// If the line cannot be split, the program is not there, fails, takes longer than `limit`, or
/// prints anything but rows of the contract. Errors name the line in place of a file. No run
/// need end for it: the caller reports the error and goes on.
pub fn run(line: &str, wish: &Wish, limit: Duration) -> Result<Vec<Sample>> {
    let refused = |problem: String| Error::Unreadable {
        file: line.to_owned(),
        place: Place::Whole,
        problem,
    };
    let words = shell_words::split(line)
        .map_err(|error| refused(format!("not a command line: {error}")))?;
    let [program, arguments @ ..] = words.as_slice() else {
        return Err(refused("a blank command line".to_owned()));
    };
    let failed = |failure| Error::External {
        command: line.to_owned(),
        failure,
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(wish.variables());
    let finished = process::run(&mut command, limit).map_err(failed)?;
    if !finished.status.success() {
        let status = finished.status;
        return Err(failed(Failure::Status { status }));
    }
    if finished.stdout.iter().all(u8::is_ascii_whitespace) {
        return Err(refused("printed no rows".to_owned()));
    }
    rows::read_printed(line, &finished.stdout)
}

/// The products among samples of [`run`], described for a run's list of peers.
#[must_use]
pub fn products(line: &str, samples: &[Sample]) -> Vec<PeerVersion> {
    let mut names: Vec<_> = samples
        .iter()
        .map(|sample| (&sample.series.product, &sample.series.version))
        .collect();
    names.sort();
    names.dedup();
    let peer = |(name, version): (&String, &String)| PeerVersion {
        name: name.clone(),
        version: version.clone(),
        present: true,
        note: format!("timed by {}, its loop included", title(line)),
    };
    names.into_iter().map(peer).collect()
}

/// A command line as records name it: without the folders, which mean nothing elsewhere.
#[must_use]
pub fn title(line: &str) -> String {
    let words = shell_words::split(line).unwrap_or_default();
    let last = |word: &String| word.rsplit(['/', '\\']).next().unwrap_or(word).to_owned();
    words.iter().map(last).collect::<Vec<_>>().join(" ")
}
