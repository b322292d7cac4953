//! A run's fingerprint, by which changed or damaged samples are noticed.

use crate::record::{Run, Sample};

/// Fingerprint of a run's samples, in 16 hexadecimal digits: FNV-1a over their fields in
/// order of series and repeats. It finds damage, not malice.
#[must_use]
pub fn digest(run: &Run) -> String {
    let mut sorted: Vec<&Sample> = run.samples.iter().collect();
    sorted.sort_by(|a, b| order(a, b));
    let mut hash = Fnv::default();
    hash.field(run.info.id.as_bytes());
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

/// Sorts samples by series, then repeat: the order of export and comparison.
pub(crate) fn sort(samples: &mut [Sample]) {
    samples.sort_by(order);
}

fn order(left: &Sample, right: &Sample) -> core::cmp::Ordering {
    (&left.series, left.repeat).cmp(&(&right.series, right.repeat))
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Mixes in one field and its length, so that fields cannot run into each other.
    fn field(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in bytes.iter().chain(&length) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
