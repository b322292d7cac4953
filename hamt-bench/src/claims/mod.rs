//! What others have published about maps like ours, as data, and what a run says to it.
//!
//! A claim names its source, what it says and in what figure, and the quantity of a run that can
//! test it. What no run of ours can test is listed too, with the reason, so that nobody takes
//! silence for agreement. The sentences are ours: they say what the source says, in short.

mod goals;
mod published;
mod quantity;
mod untestable;

use crate::cells::{Grid, figure};

pub use quantity::{Measured, Quantity, Term};

/// A figure within this factor of the claim, either way, agrees: machines, compilers, keys and
/// hashes differ more than runs do.
pub const TOLERANCE: f64 = 1.5;

/// Where a claim was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Author or project, and the document.
    pub name: &'static str,
    /// Year of the version that was read.
    pub year: u16,
    /// That version: a commit, a release, an abstract, a comment's date.
    pub version: &'static str,
}

/// A published claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Who says so.
    pub source: Source,
    /// What is said.
    pub says: &'static str,
    /// How it is tested here, or why it cannot be.
    pub test: Test,
    /// What differs between the source's experiment and ours; may be empty.
    pub remark: &'static str,
}

/// How a claim is tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    /// A quantity of a run should be as expected.
    Measure {
        /// What of the run.
        quantity: Quantity,
        /// What it should come to.
        expected: Expected,
    },
    /// This benchmark cannot tell, for this reason.
    Untestable(&'static str),
}

/// The figure of a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// One figure.
    About(f64),
    /// Anything from the first to the second.
    Between(f64, f64),
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

impl Expected {
    /// By what factor a positive value misses: 1 if it does not, above 1 if it is too great, below
    /// if too small.
    #[must_use]
    pub fn miss(self, value: f64) -> f64 {
        let (low, high) = match self {
            Self::About(figure) => (figure, figure),
            Self::Between(low, high) => (low, high),
            Self::AtMost(high) => (0.0, high),
            Self::AtLeast(low) => (low, f64::INFINITY),
        };
        if value > high {
            value / high
        } else if value < low {
            value / low
        } else {
            1.0
        }
    }

    /// The figure in words: `about 2.00`.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::About(value) => format!("about {}", figure(value)),
            Self::Between(low, high) => format!("{} to {}", figure(low), figure(high)),
            Self::AtMost(high) => format!("at most {}", figure(high)),
            Self::AtLeast(low) => format!("at least {}", figure(low)),
        }
    }
}

/// What a run says to a claim.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The figure is as claimed, to within [`TOLERANCE`].
    Agrees(Measured),
    /// It is not: too great or too small by that factor (see [`Expected::miss`]).
    Differs(Measured, f64),
    /// This run cannot tell.
    NotHere(String),
}

impl Claim {
    /// What the run says to it.
    #[must_use]
    pub fn judge(&self, grid: &Grid) -> Verdict {
        let (quantity, expected) = match &self.test {
            Test::Measure { quantity, expected } => (quantity, expected),
            Test::Untestable(reason) => return Verdict::NotHere((*reason).to_owned()),
        };
        match quantity.measure(grid) {
            Ok(measured) => {
                let miss = expected.miss(measured.value);
                if miss.max(1.0 / miss) <= TOLERANCE {
                    Verdict::Agrees(measured)
                } else {
                    Verdict::Differs(measured, miss)
                }
            }
            Err(reason) => Verdict::NotHere(reason),
        }
    }
}

/// Every claim, the testable ones first: those of others, then this project's own goals.
pub fn all() -> impl Iterator<Item = &'static Claim> {
    published::CLAIMS
        .iter()
        .chain(goals::CLAIMS)
        .chain(untestable::CLAIMS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::MEASUREMENTS;
    use crate::peers;

    #[test]
    fn claims_name_known_products_and_measurements() {
        let known: Vec<&str> = peers::all().iter().map(|peer| peer.product).collect();
        let mut testable = 0;
        for claim in all() {
            let Test::Measure { quantity, .. } = &claim.test else {
                continue;
            };
            testable += 1;
            for term in quantity.terms() {
                assert!(!term.products.is_empty(), "{}", claim.says);
                for product in term.products {
                    assert!(known.contains(product), "{product}: {}", claim.says);
                }
                assert!(
                    MEASUREMENTS.contains(&term.measurement),
                    "{}: {}",
                    term.measurement,
                    claim.says
                );
            }
        }
        assert!(testable > 20);
    }

    #[test]
    fn claims_are_complete_and_distinct() {
        let claims: Vec<_> = all().collect();
        for (at, claim) in claims.iter().enumerate() {
            assert!((1990..2100).contains(&claim.source.year), "{}", claim.says);
            assert!(!claim.source.name.is_empty() && !claim.source.version.is_empty());
            let twice = claims[..at].iter().find(|other| other.says == claim.says);
            assert!(twice.is_none(), "{}", claim.says);
            match claim.test {
                Test::Untestable(reason) => assert!(!reason.is_empty(), "{}", claim.says),
                Test::Measure { expected, .. } => match expected {
                    Expected::Between(low, high) => assert!(0.0 < low && low < high),
                    Expected::About(value) | Expected::AtMost(value) | Expected::AtLeast(value) => {
                        assert!(value > 0.0 && value.is_finite());
                    }
                },
            }
        }
    }

    #[test]
    fn misses_are_factors_either_way() {
        let near = |left: f64, right: f64| (left - right).abs() < 1e-12;
        assert!(near(Expected::About(2.0).miss(6.0), 3.0));
        assert!(near(Expected::About(2.0).miss(1.0), 0.5));
        assert!(near(Expected::Between(1.5, 4.0).miss(3.0), 1.0));
        assert!(near(Expected::Between(1.5, 4.0).miss(8.0), 2.0));
        assert!(near(Expected::Between(1.5, 4.0).miss(0.75), 0.5));
        assert!(near(Expected::AtMost(1.0).miss(0.01), 1.0));
        assert!(near(Expected::AtMost(1.0).miss(1.3), 1.3));
        assert!(near(Expected::AtLeast(1.0).miss(100.0), 1.0));
        assert!(near(Expected::AtLeast(1.0).miss(0.25), 0.25));
    }
}
