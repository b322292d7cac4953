//! Counts the words of some texts, each in a map of its own, and compares and adds up the maps.
//!
//! Give it paths of text files; without any it reads this repository's own documents.
//!
//! ```sh
//! cargo run --release --example word_count -- book.txt
//! ```

use core::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use hamt::Hamt;

type Counts = Hamt<String, usize>;

/// How often each word occurs, whatever its case.
fn count(text: &str) -> Counts {
    let mut counts = Counts::new();
    let words = text.split(|c: char| !c.is_alphabetic());
    for word in words.filter(|word| word.chars().count() > 3) {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

/// The words that occur most often, those of equal counts in the order of the alphabet.
fn most_frequent(counts: &Counts, limit: usize) -> Vec<(&str, usize)> {
    let mut words: Vec<_> = counts.iter().map(|(word, n)| (word.as_str(), *n)).collect();
    words.sort_by(|(one, m), (two, n)| n.cmp(m).then(one.cmp(two)));
    words.truncate(limit);
    words
}

fn list(words: &[(&str, usize)]) -> String {
    let words: Vec<_> = words
        .iter()
        .map(|(word, n)| format!("{word} {n}"))
        .collect();
    words.join(", ")
}

fn paths() -> Vec<PathBuf> {
    let given: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if !given.is_empty() {
        return given;
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["README.md", "ARCHITECTURE.md", "CHECKS.md", "PROFILING.md"]
        .map(|name| here.join(name))
        .into()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut texts = Vec::new();
    for path in paths() {
        let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        let counts = count(&String::from_utf8_lossy(&text));
        texts.push((name.to_string_lossy().into_owned(), counts));
    }

    // Keys that only one map has are taken over with the parts they stand in; only words that occur
    // in several texts have their counts added.
    let total = Counts::unions_with(texts.iter().map(|(_, counts)| counts.clone()), |a, b| a + b);
    println!("{} texts, {} different words", texts.len(), total.len());
    println!("most frequent: {}", list(&most_frequent(&total, 8)));

    for (number, (name, counts)) in texts.iter().enumerate() {
        let others = texts
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number);
        let others = Counts::unions(others.map(|(_, (_, counts))| counts.clone()));
        let own = counts.relative_complement(&others);
        println!(
            "{name}: {} words, {} of them nowhere else: {}",
            counts.len(),
            own.len(),
            list(&most_frequent(&own, 4))
        );
    }

    let everywhere = texts.iter().fold(total.clone(), |common, (_, counts)| {
        common.intersection(counts)
    });
    println!("in all of them: {}", list(&most_frequent(&everywhere, 8)));

    let sum: usize = texts.iter().flat_map(|(_, counts)| counts.values()).sum();
    assert_eq!(total.values().sum::<usize>(), sum);
    assert!(everywhere.iter().all(|(word, n)| total[word] == *n));
    Ok(())
}
