//! What is examined in a process of its own, which has done nothing else before.
//!
//! The run starts this program again for one benchmark; [`examine`] is what it does there.

use core::time::Duration;
use std::path::Path;
use std::process::Command;

use super::rounds::Outcome;
use crate::keys::{Keys, Kind, Sources};
use crate::peers::PeerEntry;
use crate::plan::Benchmark;
use crate::process;
use crate::workload::Workload;

/// The command of this program with which a run starts it.
pub const COMMAND: &str = "examine";

/// More than ten million entries of a slow peer take.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// Starts `program` for one benchmark. One that fails leaves no sample and says why on standard
/// error.
pub(super) fn spawn(
    program: &Path,
    benchmark: &Benchmark,
    peers: &[PeerEntry],
    seed: u64,
) -> Outcome {
    let mut command = Command::new(program);
    command.args([
        COMMAND,
        benchmark.workload.name(),
        benchmark.kind.name(),
        &benchmark.scale.to_string(),
        peers[benchmark.peer].product,
        &seed.to_string(),
    ]);
    let printed = process::run(&mut command, TIME_LIMIT);
    let value = printed
        .map_err(|failure| failure.to_string())
        .and_then(|finished| {
            if !finished.status.success() {
                return Err(finished.status.to_string());
            }
            let text = String::from_utf8_lossy(&finished.stdout).into_owned();
            text.trim()
                .parse()
                .map_err(|_| format!("it printed `{text}`"))
        });
    match value {
        Ok(value) => Outcome {
            samples: vec![(1, value)],
            wrong: false,
        },
        Err(problem) => {
            eprintln!("left out: {}: {problem}", benchmark.name(peers));
            Outcome::default()
        }
    }
}

/// Examines one benchmark in this process; `None` if a name is not known, the peer does not take
/// part, or its answers are wrong.
#[must_use]
pub fn examine(workload: &str, kind: &str, scale: usize, product: &str, seed: u64) -> Option<f64> {
    let workload = Workload::named(workload).filter(|workload| !workload.is_timed())?;
    let kind = Kind::ALL.into_iter().find(|one| one.name() == kind)?;
    let peers = crate::peers::all();
    let peer = peers.iter().find(|peer| peer.product == product)?;
    if !peer.supports(kind.shape(), workload) {
        return None;
    }
    let keys = Keys::new(kind, scale, seed, &Sources::from_env());
    let mut subject = peer.open(keys)?;
    let (value, checksum) = subject.examine(workload);
    (checksum == subject.expected(workload)).then_some(value)
}
