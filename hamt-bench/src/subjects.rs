//! The peers that are open, with the keys of one kind and scale.

use crate::keys::{Keys, Kind, Sources};
use crate::peers::PeerEntry;
use crate::plan::Benchmark;
use crate::workload::Subject;

/// Opens peers as benchmarks ask for them; those with other keys are closed.
#[expect(
    missing_debug_implementations,
    reason = "peers need not implement Debug"
)]
pub struct Subjects {
    peers: Vec<PeerEntry>,
    sources: Sources,
    seed: u64,
    keys: Option<(Kind, usize, Keys)>,
    open: Vec<Option<Box<dyn Subject>>>,
}

impl Subjects {
    /// Nothing is open yet.
    #[must_use]
    pub const fn new(peers: Vec<PeerEntry>, sources: Sources, seed: u64) -> Self {
        Self {
            peers,
            sources,
            seed,
            keys: None,
            open: Vec::new(),
        }
    }

    /// The peers, present or absent.
    #[must_use]
    pub fn peers(&self) -> &[PeerEntry] {
        &self.peers
    }

    /// The subject of a benchmark.
    ///
    /// # Panics
    /// If its peer does not take such keys; a plan asks only for what peers take.
    pub fn get(&mut self, benchmark: &Benchmark) -> &mut dyn Subject {
        let keys = self.keys(benchmark.kind, benchmark.scale);
        let peer = &self.peers[benchmark.peer];
        let open = || {
            peer.open(keys)
                .expect("a plan asks only for what peers take")
        };
        &mut **self.open[benchmark.peer].get_or_insert_with(open)
    }

    /// The keys of one kind and scale; if they are others than before, all peers are closed.
    fn keys(&mut self, kind: Kind, scale: usize) -> Keys {
        match self.keys {
            Some((last, size, keys)) if (last, size) == (kind, scale) => keys,
            _ => {
                self.open.clear();
                self.open.resize_with(self.peers.len(), || None);
                let keys = Keys::new(kind, scale, self.seed, &self.sources);
                self.keys = Some((kind, scale, keys));
                keys
            }
        }
    }
}
