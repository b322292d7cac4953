//! Generated records in the shape of those that key-value benchmarks publish: small records under
//! whole numbers, and tables of a microblogging service. No data of anyone is in them.
//!
//! | function | key | value |
//! |---|---|---|
//! | [`kv_data`] | 0, 1, 2, ... | 40 to 60 letters and digits |
//! | [`tweet_geo`] | id of a message | latitude and longitude |
//! | [`tweet_hashtag`] | id of a message | its first hashtag |
//! | [`tweet_text`] | id of a message | its text |
//! | [`user_followers`] | name of a user | ids of the followers |
//!
//! Each function returns the same `n` records for the same `seed`, all keys distinct, in the order
//! in which they would have come into being; who needs another order shuffles. Records are made
//! as they are asked for.
//!
//! * **Ids of messages** increase as those of a service that makes them out of the time: the
//!   milliseconds since the service's start in the upper bits, then 22 bits for the machine and a
//!   counter. The time between two messages is exponential with a mean of 20 ms.
//! * **Places** lie around 500 towns, of which the k-th is chosen in proportion to 1/k; within a
//!   town normal with a deviation of 0.05 degrees, written to five decimals.
//! * **Hashtags** are a Zipf distribution with exponent 1.05 over 50,000 tags.
//! * **Texts** are English words; the number of characters aimed at is log-normal with a median of
//!   60 and a sigma of 0.7, at most 280.
//! * **Followers** are a power law: the share of users with at least x of them falls as
//!   x^-1.3, from 1; at most 2,000. Users they are of are picked uniformly.

use rand::distr::{Alphanumeric, Distribution, Uniform};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng};
use rand_distr::{Exp, LogNormal, Normal, Pareto, Zipf};

/// Milliseconds from a service's start to the first message: about ten years.
const FIRST_MESSAGE: u64 = 315_360_000_000;
/// Bits of an id below the time.
const ID_BITS: u32 = 22;
const MEAN_GAP: f64 = 20.0;
const TOWNS: usize = 500;
const TOWN_SIZE: f64 = 0.05;
const TAGS: u32 = 50_000;
const TAG_EXPONENT: f64 = 1.05;
const MEDIAN_TEXT: f64 = 60.0;
const TEXT_SIGMA: f64 = 0.7;
const LONGEST_TEXT: usize = 280;
const FOLLOWER_EXPONENT: f64 = 1.3;
const MOST_FOLLOWERS: f64 = 2_000.0;

/// Whole numbers with values of about 50 bytes.
pub fn kv_data(n: u64, seed: u64) -> impl Iterator<Item = (u64, String)> {
    let mut rng = generator(seed, 1);
    let lengths = distribution(Uniform::new_inclusive(40, 60));
    (0..n).map(move |key| {
        let length = lengths.sample(&mut rng);
        let value = (&mut rng).sample_iter(Alphanumeric).take(length);
        (key, value.map(char::from).collect())
    })
}

/// Messages and where they were written: `-12.34567,123.45678`.
pub fn tweet_geo(n: u64, seed: u64) -> impl Iterator<Item = (u64, String)> {
    let mut rng = generator(seed, 2);
    let towns: Vec<(f64, f64)> = (0..TOWNS)
        // Few people live close to the poles.
        .map(|_| {
            (
                rng.random_range(-55.0..65.0),
                rng.random_range(-179.0..179.0),
            )
        })
        .collect();
    let rank = distribution(Zipf::new(TOWNS as f64, 1.0));
    let around = distribution(Normal::new(0.0, TOWN_SIZE));
    ids(n, seed).map(move |id| {
        let (latitude, longitude) = towns[index(rank.sample(&mut rng), TOWNS)];
        let north = latitude + around.sample(&mut rng);
        let east = longitude + around.sample(&mut rng);
        (id, format!("{north:.5},{east:.5}"))
    })
}

/// Messages and their first hashtag.
pub fn tweet_hashtag(n: u64, seed: u64) -> impl Iterator<Item = (u64, String)> {
    let mut rng = generator(seed, 3);
    let words = words();
    // Which words are the popular ones depends on the seed.
    let shift = rng.random_range(0..words.len());
    let rank = distribution(Zipf::new(f64::from(TAGS), TAG_EXPONENT));
    ids(n, seed).map(move |id| {
        let rank = index(rank.sample(&mut rng), TAGS as usize);
        let word = words[(rank + shift) % words.len()];
        // A short list of words is gone through again, with a number.
        let value = match rank / words.len() {
            0 => format!("#{word}"),
            again => format!("#{word}{again}"),
        };
        (id, value)
    })
}

/// Messages and their text.
pub fn tweet_text(n: u64, seed: u64) -> impl Iterator<Item = (u64, String)> {
    let mut rng = generator(seed, 4);
    let words = words();
    let lengths = distribution(LogNormal::new(MEDIAN_TEXT.ln(), TEXT_SIGMA));
    ids(n, seed).map(move |id| {
        let aim = index(lengths.sample(&mut rng), LONGEST_TEXT);
        let mut text = words[rng.random_range(0..words.len())].to_owned();
        while text.len() < aim {
            let word = words[rng.random_range(0..words.len())];
            if text.len() + 1 + word.len() > LONGEST_TEXT {
                break;
            }
            text.push(' ');
            text.push_str(word);
        }
        (id, text)
    })
}

/// Users, by name, and the numbers of those who follow them, separated by commas.
pub fn user_followers(n: u64, seed: u64) -> impl Iterator<Item = (String, String)> {
    let mut rng = generator(seed, 5);
    let words = words();
    let followers = distribution(Pareto::new(1.0, FOLLOWER_EXPONENT));
    (0..n).map(move |user| {
        let word = words[rng.random_range(0..words.len())];
        let count = followers.sample(&mut rng).min(MOST_FOLLOWERS);
        let list: Vec<String> = (0..=index(count, usize::MAX))
            .map(|_| rng.random_range(0..n).to_string())
            .collect();
        (format!("{word}_{user}"), list.join(","))
    })
}

/// Ids that increase as time goes on.
fn ids(n: u64, seed: u64) -> impl Iterator<Item = u64> {
    let mut rng = generator(seed, 0);
    let gap = distribution(Exp::new(1.0 / MEAN_GAP));
    let (mut time, mut last) = (0.0_f64, 0_u64);
    (0..n).map(move |_| {
        time += gap.sample(&mut rng);
        let millis = FIRST_MESSAGE + whole(time);
        let machine_and_count = rng.random_range(0..1_u64 << ID_BITS);
        // Within a millisecond the counter goes on.
        last = (millis << ID_BITS | machine_and_count).max(last + 1);
        last
    })
}

/// A generator of its own for each shape, so that none repeats another's choices.
fn generator(seed: u64, shape: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(8).wrapping_add(shape))
}

fn words() -> &'static [&'static str] {
    random_word::all(random_word::Lang::En)
}

/// A distribution with parameters of this module, which are in range.
fn distribution<D, E: core::fmt::Debug>(made: Result<D, E>) -> D {
    made.expect("the parameters are constants in range")
}

/// A rank or number from 1 as an index from 0, below `len`.
fn index(rank: f64, len: usize) -> usize {
    let number = usize::try_from(whole(rank)).unwrap_or(usize::MAX);
    number.saturating_sub(1).min(len - 1)
}

/// The whole part of a number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and nothing here is negative"
)]
const fn whole(number: f64) -> u64 {
    number as u64
}
