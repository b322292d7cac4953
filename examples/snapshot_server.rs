//! Readers that each iterate over a version of their own while a writer goes on: no reader sees half
//! of a transfer, and nobody waits for an iteration to end.
//!
//! A bank moves money between accounts. The lock is held for as long as it takes to clone a handle or
//! to put a new one in its place; the readers sum up ten thousand accounts without it. If one of them
//! saw a transfer between its two writes, its sum would be wrong.
//!
//! ```sh
//! cargo run --release --example snapshot_server
//! ```

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::RwLock;
use std::thread;

use hamt::Hamt;

const ACCOUNTS: u32 = 10_000;
const OPENING: i64 = 100;
const TOTAL: i64 = OPENING * ACCOUNTS as i64;
const TRANSFERS: u64 = 50_000;
const READERS: usize = 3;

/// The newest version, for anybody to take.
struct Server {
    accounts: RwLock<Snapshot>,
    closed: AtomicBool,
}

#[derive(Clone)]
struct Snapshot {
    version: u64,
    balances: Hamt<u32, i64>,
}

impl Server {
    fn snapshot(&self) -> Snapshot {
        self.accounts.read().expect("no thread panics").clone()
    }

    /// Puts a version in the place of the last, which is dropped after the lock is given up.
    fn publish(&self, snapshot: Snapshot) {
        let mut accounts = self.accounts.write().expect("no thread panics");
        let last = core::mem::replace(&mut *accounts, snapshot);
        drop(accounts);
        drop(last);
    }
}

/// Numbers that look random, by xorshift.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(end)).expect("less than a `u32`")
    }
}

/// Makes all transfers, each a version of its own.
fn write(server: &Server) {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let Snapshot { mut balances, .. } = server.snapshot();
    for version in 1..=TRANSFERS {
        let (from, to) = (numbers.below(ACCOUNTS), numbers.below(ACCOUNTS));
        let amount = i64::from(numbers.below(100));
        *balances.entry(from).or_insert(0) -= amount;
        *balances.entry(to).or_insert(0) += amount;
        server.publish(Snapshot {
            version,
            balances: balances.clone(),
        });
    }
    server.closed.store(true, Ordering::Release);
}

/// Sums up versions until the writer is done; returns how many, and between how many the first and
/// the last of them lay.
fn read(server: &Server) -> (u64, u64) {
    let mut last = server.snapshot();
    let (mut read, mut spread) = (0, 0);
    loop {
        let closed = server.closed.load(Ordering::Acquire);
        let snapshot = server.snapshot();
        assert!(snapshot.version >= last.version, "versions go on");
        assert_eq!(snapshot.balances.values().sum::<i64>(), TOTAL);
        assert_eq!(snapshot.balances.len(), ACCOUNTS as usize);
        // The version before is still what it was, and the two differ in no more than the transfers
        // between them.
        let transfers = snapshot.version - last.version;
        let changed = last.balances.diff(&snapshot.balances).count();
        assert!(changed as u64 <= 2 * transfers);
        (read, spread) = (read + 1, spread + transfers);
        last = snapshot;
        if closed {
            return (read, spread);
        }
    }
}

fn main() {
    let server = Server {
        accounts: RwLock::new(Snapshot {
            version: 0,
            balances: (0..ACCOUNTS).map(|account| (account, OPENING)).collect(),
        }),
        closed: AtomicBool::new(false),
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|_| scope.spawn(|| read(&server)))
            .collect();
        write(&server);
        for (number, reader) in readers.into_iter().enumerate() {
            let (read, spread) = reader.join().expect("all sums are right");
            println!(
                "reader {number}: {read} versions of {ACCOUNTS} accounts, {} transfers apart, each sum right",
                spread / read.max(1)
            );
        }
    });
    let newest = server.snapshot();
    assert_eq!(newest.version, TRANSFERS);
    assert_eq!(newest.balances.values().sum::<i64>(), TOTAL);
    println!(
        "writer: {TRANSFERS} transfers, {} accounts overdrawn",
        newest.balances.values().filter(|it| **it < 0).count()
    );
}
