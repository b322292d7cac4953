//! Which series a question is about.

use clap::Args;

/// Picks series; a list that is empty picks all.
#[derive(Args, Clone, Debug, Default)]
pub struct Filter {
    /// Only this workload, as `query` or `persistent_insert`; may be given several times
    #[arg(long = "measurement", value_name = "NAME")]
    pub measurements: Vec<String>,
    /// Only these keys, as `random` or `words`; may be given several times
    #[arg(long = "key-set", value_name = "NAME")]
    pub key_sets: Vec<String>,
    /// Only this number of entries, as `1000` or `1e3`; may be given several times
    #[arg(long = "scale", value_name = "N", value_parser = parse_scale)]
    pub scales: Vec<u64>,
}

impl Filter {
    /// Whether a series of these is picked.
    #[must_use]
    pub fn admits(&self, measurement: &str, key_set: &str, scale: u64) -> bool {
        let named =
            |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| one == name);
        named(&self.measurements, measurement)
            && named(&self.key_sets, key_set)
            && (self.scales.is_empty() || self.scales.contains(&scale))
    }
}

/// A number of entries in digits or as `2e5`.
///
/// # Errors
/// If the text is neither, or the number is 0 or beyond 64 bits.
pub fn parse_scale(text: &str) -> Result<u64, String> {
    let number = match text.split_once('e') {
        None => text.parse().ok(),
        Some((digits, power)) => digits
            .parse::<u64>()
            .ok()
            .zip(
                power
                    .parse()
                    .ok()
                    .and_then(|power| 10_u64.checked_pow(power)),
            )
            .and_then(|(digits, power)| digits.checked_mul(power)),
    };
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("`{text}` is no number of entries, such as 1000 or 1e3"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_read_as_they_are_shown() {
        for scale in [1, 999, 1000, 25_000, 1_000_000, 50_000_000] {
            assert_eq!(parse_scale(&crate::cells::scale_name(scale)), Ok(scale));
        }
        for wrong in [
            "",
            "0",
            "-1",
            "1e",
            "e3",
            "1.5e3",
            "0e9",
            "1e20",
            "1e99999999999",
            "many",
        ] {
            assert!(parse_scale(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn empty_lists_pick_all() {
        let all = Filter::default();
        assert!(all.admits("query", "words", 7));
        let some = Filter {
            measurements: vec!["query".to_owned(), "drop".to_owned()],
            key_sets: vec!["random".to_owned()],
            scales: vec![1000],
        };
        assert!(some.admits("drop", "random", 1000));
        for (measurement, key_set, scale) in [
            ("insert", "random", 1000),
            ("drop", "words", 1000),
            ("drop", "random", 10),
        ] {
            assert!(!some.admits(measurement, key_set, scale));
        }
    }
}
