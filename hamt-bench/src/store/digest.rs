//! A run's fingerprint, by which changed or damaged records are noticed.
//!
//! What is hashed, and in what order, never changes: every run completed before would look
//! damaged. A test pins a value; another scheme would need a migration and a column of its own.

use crate::record::{Run, RunInfo, Sample};

/// Fingerprint of a run's description and samples, in 16 hexadecimal digits: FNV-1a over their fields in
/// order of series and repeats. It finds damage, not malice.
#[must_use]
pub fn digest(run: &Run) -> String {
    let mut sorted: Vec<&Sample> = run.samples.iter().collect();
    sorted.sort_by(|a, b| a.order(b));
    let mut hash = Fnv::default();
    hash.info(&run.info);
    for Sample {
        series,
        repeat,
        iters,
        value,
    } in sorted
    {
        for text in [
            &series.product,
            &series.version,
            &series.measurement,
            &series.key_set,
        ] {
            hash.field(text.as_bytes());
        }
        hash.field(series.unit.name().as_bytes());
        for number in [series.scale, u64::from(*repeat), *iters, value.to_bits()] {
            hash.field(&number.to_le_bytes());
        }
    }
    format!("{:016x}", hash.0)
}

/// Fingerprint of a file's bytes, in 16 hexadecimal digits.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let mut hash = Fnv::default();
    hash.field(bytes);
    format!("{:016x}", hash.0)
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn info(&mut self, info: &RunInfo) {
        let machine = &info.machine;
        let numbers = [
            info.started_at.to_string(),
            info.dirty
                .map(|dirty| dirty.to_string())
                .unwrap_or_default(),
            machine.cores.to_string(),
            info.seed.map(|seed| seed.to_string()).unwrap_or_default(),
            info.peers.len().to_string(),
        ];
        let texts = [
            &info.id,
            &info.git_commit,
            &info.rustc,
            &info.flags,
            &info.cc,
            &info.cflags,
            &machine.cpu,
            &machine.os,
            &info.provenance,
            &info.note,
        ];
        let peers = info
            .peers
            .iter()
            .flat_map(|peer| [&peer.name, &peer.version, &peer.note]);
        for text in texts.into_iter().chain(&numbers).chain(peers) {
            self.field(text.as_bytes());
        }
        for peer in &info.peers {
            self.field(&[u8::from(peer.present)]);
        }
    }

    /// Mixes in one field and its length, so that fields cannot run into each other.
    fn field(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in bytes.iter().chain(&length) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{PeerVersion, Series, Unit};

    #[test]
    fn the_scheme_is_pinned() {
        let mut run = Run::default();
        run.info.id = "run".to_owned();
        run.info.seed = Some(7);
        run.info.peers.push(PeerVersion::default());
        let sample = |repeat| Sample {
            series: Series {
                product: "hamt".to_owned(),
                version: "1".to_owned(),
                measurement: "query".to_owned(),
                key_set: "random".to_owned(),
                scale: 1000,
                unit: Unit::NsPerOp,
            },
            repeat,
            iters: 10,
            value: 1.5,
        };
        run.samples = vec![sample(1), sample(0)];
        let found = digest(&run);
        assert_eq!(found, "b80e370c8e51179b");
        run.samples.reverse();
        assert_eq!(
            digest(&run),
            found,
            "the order of recording does not matter"
        );
    }
}
