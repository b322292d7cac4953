//! The part of a run with several threads.

use core::sync::atomic::Ordering::Relaxed;
use core::time::Duration;

use rand::Rng;
use rand::seq::SliceRandom as _;

use super::Options;
use crate::plan::Effort;
use crate::record::{PLAIN_KEY_SET, PeerVersion, Sample, Series, Unit};
use crate::threads::{self, Publisher, QUANTILES, Round};

/// Entries of the published map.
const SCALE: usize = 100_000;

/// Rounds and the time of each.
const fn pace(effort: Effort) -> (u32, Duration) {
    match effort {
        Effort::Test => (1, Duration::from_millis(5)),
        Effort::Quick => (5, Duration::from_millis(50)),
        Effort::Default => (15, Duration::from_millis(100)),
        Effort::Full => (31, Duration::from_millis(300)),
    }
}

/// The publishers that are wanted.
pub(super) fn wanted(options: &Options) -> Vec<Publisher> {
    let mut all = threads::publishers();
    all.retain(|one| {
        let name = format!("threads/{PLAIN_KEY_SET}/{SCALE}/{}", one.product);
        options.filter.wants(&name, one.product, SCALE)
    });
    all
}

/// About how long [`run`] takes.
pub(super) fn estimate(publishers: &[Publisher], effort: Effort) -> Duration {
    let (rounds, time) = pace(effort);
    let all = u32::try_from(publishers.len()).unwrap_or(u32::MAX);
    time * rounds * all * 2
}

/// The publishers as a run records them, but for those that are `known` as peers.
pub(super) fn versions(publishers: &[Publisher], known: &[PeerVersion]) -> Vec<PeerVersion> {
    let new = publishers.iter().filter(|publisher| {
        let same = |peer: &&PeerVersion| peer.name == publisher.product;
        known.iter().find(same).is_none()
    });
    let version = |publisher: &Publisher| PeerVersion {
        name: publisher.product.to_owned(),
        version: publisher.version.clone(),
        present: true,
        note: publisher.note.to_owned(),
    };
    new.map(version).collect()
}

/// Runs the publishers in rounds, in an order drawn anew for each; all samples, a list for each.
pub(super) fn run(
    publishers: &[Publisher],
    options: &Options,
    rng: &mut impl Rng,
) -> Vec<Vec<Sample>> {
    let entries = threads::entries(SCALE, options.seed);
    let keys: Vec<u64> = entries.iter().map(|entry| entry.0).collect();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let readers = (processors - 1).max(1);
    let (rounds, time) = pace(options.effort);
    let mut samples = vec![Vec::new(); publishers.len()];
    let mut order: Vec<usize> = (0..publishers.len()).collect();
    for number in 0..options.rounds.unwrap_or(rounds) {
        order.shuffle(rng);
        for &at in &order {
            if options.stop.load(Relaxed) {
                return Vec::new();
            }
            let publisher = &publishers[at];
            let map = (publisher.open)(&entries);
            let round = threads::round(
                &*map,
                &keys,
                readers,
                time,
                options.seed ^ u64::from(number),
            );
            samples[at].extend(to_samples(publisher, number, &round));
        }
    }
    samples
}

fn to_samples(publisher: &Publisher, repeat: u32, round: &Round) -> Vec<Sample> {
    let sample = |measurement: String, (iters, value): (u64, f64)| Sample {
        series: Series {
            product: publisher.product.to_owned(),
            version: publisher.version.clone(),
            measurement,
            key_set: PLAIN_KEY_SET.to_owned(),
            scale: SCALE as u64,
            unit: Unit::NsPerOp,
        },
        repeat,
        iters,
        value,
    };
    let mut samples = vec![
        sample("threads_read".to_owned(), round.reads),
        sample("threads_write".to_owned(), round.writes),
    ];
    for ((name, _), (read, write)) in QUANTILES.into_iter().zip(round.quantiles) {
        samples.push(sample(format!("threads_read_{name}"), (1, read as f64)));
        samples.push(sample(format!("threads_write_{name}"), (1, write as f64)));
    }
    samples
}
