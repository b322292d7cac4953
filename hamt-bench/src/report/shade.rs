//! Ratios as texts and colours, the same in every section.

/// From which factor on, either way, a ratio is shown in each of the four shades.
const STEPS: [f64; 4] = [1.1, 1.5, 3.0, 8.0];

const BETTER: [&str; 5] = ["even", "win1", "win2", "win3", "win4"];
const WORSE: [&str; 5] = ["even", "loss1", "loss2", "loss3", "loss4"];

/// The CSS class of a ratio ours / theirs.
pub(super) fn class(ratio: f64) -> &'static str {
    let off = ratio.max(1.0 / ratio);
    let step = STEPS.iter().filter(|step| off >= **step).count();
    if ratio <= 1.0 {
        BETTER[step]
    } else {
        WORSE[step]
    }
}

/// One field of the colours' key.
pub(super) struct Key {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// The key to the colours, from best to worst.
pub(super) fn key() -> Vec<Key> {
    let better = STEPS
        .iter()
        .zip(&BETTER[1..])
        .rev()
        .map(|(step, class)| Key {
            class,
            text: format!("\u{2264} 1/{step}"),
        });
    let even = Key {
        class: "even",
        text: "about 1".to_owned(),
    };
    let worse = STEPS.iter().zip(&WORSE[1..]).map(|(step, class)| Key {
        class,
        text: format!("\u{2265} {step}"),
    });
    better.chain([even]).chain(worse).collect()
}

/// A figure to two or three digits, however small: `5.6e-5`, `0.0042`, `0.93`, `12.5`, `340`.
pub(super) fn number(value: f64) -> String {
    match value {
        v if v >= 0.0995 || v <= 0.0 => crate::cells::figure(v),
        v if v >= 0.00995 => format!("{v:.3}"),
        v if v >= 0.000_995 => format!("{v:.4}"),
        v => format!("{v:.1e}"),
    }
}

/// A value to five digits, for columns to be sorted by.
pub(super) fn sortable(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

/// A ratio in words: `2.9 times faster`, `1.3 times slower`.
pub(super) fn words(ratio: f64, better: &str, worse: &str) -> String {
    if ratio <= 1.0 {
        format!("{} times {better}", crate::cells::figure(1.0 / ratio))
    } else {
        format!("{} times {worse}", crate::cells::figure(ratio))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_symmetric_about_one() {
        assert_eq!(
            (class(1.0), class(1.05), class(0.95)),
            ("even", "even", "even")
        );
        for (ratio, number) in [(1.2, 1), (2.0, 2), (4.0, 3), (9.0, 4), (1e6, 4)] {
            assert_eq!(class(ratio), format!("loss{number}"));
            assert_eq!(class(1.0 / ratio), format!("win{number}"));
        }
        assert_eq!(key().len(), 9);
    }

    #[test]
    fn what_columns_are_sorted_by_is_short() {
        for (value, short) in [
            (5.715_434_782, 5.7154),
            (1_234_567.8, 1_234_600.0),
            (0.0, 0.0),
        ] {
            assert_eq!(sortable(value).to_string(), short.to_string());
        }
        assert!(sortable(f64::INFINITY).is_infinite());
    }

    #[test]
    fn small_ratios_keep_two_digits() {
        for (ratio, text) in [
            (12.54, "12.5"),
            (0.934, "0.93"),
            (0.1, "0.10"),
            (0.0421, "0.042"),
            (0.01, "0.010"),
            (0.00123, "0.0012"),
            (0.000_214, "2.1e-4"),
            (0.0, "0.00"),
        ] {
            assert_eq!(number(ratio), text);
        }
    }
}
