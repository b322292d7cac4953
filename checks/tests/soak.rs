//! The pool under a steady load: maps are born on some threads, changed on others and die on third
//! ones, and threads come and go. What the pool holds must stop growing, and in the end all of it
//! goes back. `HAMT_SOAK_SECONDS` says how long, 6 if it says nothing. And what goes back, the
//! system's allocator has to find a use for.

#![expect(clippy::std_instead_of_core, reason = "tests run where `std` is")]

#[path = "support/random.rs"]
mod random;

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hamt::{Hamt, pool};
use random::Random;

/// What goes through the pipes.
struct Parcel {
    numbers: Hamt<u64, u64>,
    texts: Hamt<String, u64>,
}

/// Keys of the largest maps.
const LARGEST: u64 = 6000;

fn produce(seed: u64, out: &SyncSender<Parcel>, stop: &AtomicBool) {
    let mut random = Random(seed);
    let mut base: Hamt<u64, u64> = (0..LARGEST).map(|n| (n, n)).collect();
    while !stop.load(Ordering::Relaxed) {
        // Mostly small maps, and a few large ones; half of them versions of one that stays here.
        let size = 1 + random.below(LARGEST) / (1 + random.below(60));
        let numbers = if random.below(2) == 0 {
            (0..size)
                .map(|_| (random.below(2 * LARGEST), size))
                .collect()
        } else {
            for _ in 0..size / 8 {
                base.insert(random.below(LARGEST), size);
            }
            base.update(random.below(LARGEST), 1)
        };
        let texts = (0..size / 4)
            .map(|n| (format!("{} and {n}", random.below(50)), n))
            .collect();
        if out.send(Parcel { numbers, texts }).is_err() {
            return;
        }
    }
}

fn consume(seed: u64, from: &Receiver<Parcel>, shelf: &Mutex<Vec<Parcel>>, parcels: &AtomicU64) {
    let mut random = Random(seed);
    for mut parcel in from {
        parcels.fetch_add(1, Ordering::Relaxed);
        for _ in 0..random.below(200) {
            let key = random.below(2 * LARGEST);
            parcel.numbers.insert(key, key);
            parcel.numbers.remove(&(key / 2));
        }
        parcel.texts.retain(|_, n| *n % 3 != 0);
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        // What stands there dies here, whoever made it.
        if shelf.len() < 12 {
            shelf.push(parcel);
        } else {
            let at = random.index(shelf.len());
            let old = std::mem::replace(&mut shelf[at], parcel);
            drop(shelf);
            drop(old);
        }
    }
}

/// Resident bytes of this process, where the system tells.
fn resident() -> usize {
    let page = 4096;
    fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|it| it.split(' ').nth(1)?.parse::<usize>().ok())
        .map_or(0, |pages| pages * page)
}

/// The most that was held, live and resident in a part of the time.
#[derive(Clone, Copy, Default, Debug)]
struct Peak {
    held: usize,
    live: usize,
    resident: usize,
}

impl Peak {
    fn sample(&mut self) {
        let stats = pool::stats();
        self.held = self.held.max(stats.held_bytes);
        self.live = self.live.max(stats.live_bytes);
        self.resident = self.resident.max(resident());
    }
}

/// Peaks of later parts may be so much higher than those of earlier ones: sizes are random.
fn about(bytes: usize) -> usize {
    bytes + bytes / 4 + (512 << 10)
}

/// Both tests look at the whole process.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn what_goes_back_is_used_again() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut random = Random(1);
    // What the program keeps meanwhile stands between the chunks that come and go.
    let mut others: Vec<Vec<u8>> = Vec::new();
    let before = resident();
    for round in 0..40_000 {
        let mut map = Hamt::with_capacity(random.index(20_000));
        map.extend((0..random.below(100)).map(|n| (n, n)));
        if round % 10 == 0 {
            others.push(vec![1; random.index(200)]);
        }
        map.shrink_to_fit();
    }
    let (kept, more) = (others.concat().len(), resident().saturating_sub(before));
    println!("{more} bytes more are resident, of which the program keeps {kept}");
    // glibc 2.36 took 3 MB, and 15 while chunks were asked for at cache lines.
    assert!(more <= 6 << 20, "{more} bytes more are resident");
}

#[test]
fn memory_is_flat() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let seconds = std::env::var("HAMT_SOAK_SECONDS").map_or(6, |it| it.parse().expect("a number"));
    let cap = 1 << 20;
    pool::set_cap(cap);
    let part = Duration::from_secs(seconds) / 4;
    let stop = AtomicBool::new(false);
    let shelf = Mutex::new(Vec::new());
    // The first part warms up; the second is what the others are compared with.
    let mut peaks = [Peak::default(); 4];
    let parcels = AtomicU64::new(0);
    let mut short_lived = 0u64;
    thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .flat_map(|lane| {
                let (out, from) = sync_channel(4);
                let (shelf, stop, parcels) = (&shelf, &stop, &parcels);
                [
                    scope.spawn(move || produce(lane, &out, stop)),
                    scope.spawn(move || consume(lane, &from, shelf, parcels)),
                ]
            })
            .collect();
        for peak in &mut peaks {
            let begin = Instant::now();
            while begin.elapsed() < part {
                // Takes a parcel along and ends with it.
                let shelf = &shelf;
                let visitor = scope.spawn(move || {
                    let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
                    let parcel = shelf.pop();
                    drop(shelf);
                    if let Some(mut parcel) = parcel {
                        parcel.numbers.values_mut().for_each(|value| *value += 1);
                    }
                });
                visitor.join().expect("no panic");
                short_lived += 1;
                peak.sample();
                thread::sleep(Duration::from_millis(2));
            }
        }
        stop.store(true, Ordering::Relaxed);
        for worker in workers {
            // Only a join by hand waits for the thread-locals to be gone.
            worker.join().expect("no panic");
        }
    });
    println!(
        "size: {} parcels, {short_lived} threads came and went",
        parcels.into_inner()
    );
    peaks.iter().for_each(|peak| println!("{peak:?}"));
    let [_, early, late @ ..] = peaks;
    for peak in late {
        assert!(peak.held <= about(early.held), "the pool grows");
        assert!(peak.resident <= about(early.resident), "the process grows");
    }
    for peak in &peaks[1..] {
        // Live bytes, the cap, and half of what five threads may keep for themselves at most.
        assert!(peak.held <= peak.live + cap + (5 << 19), "{peak:?}");
    }
    shelf.lock().unwrap_or_else(PoisonError::into_inner).clear();
    pool::trim();
    let left = pool::stats();
    assert_eq!((left.live_bytes, left.chunk_bytes), (0, 0), "{left:?}");
}
