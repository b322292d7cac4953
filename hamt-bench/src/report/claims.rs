//! Published claims beside what the runs say to them.

use crate::cells::{Grid, figure};
use crate::claims::{self, Claim, TOLERANCE, Test, Verdict};

/// The claims, by what became of them.
pub(super) struct Section {
    pub(super) tolerance: String,
    pub(super) agree: usize,
    pub(super) differ: usize,
    /// Those a figure of this run answers.
    pub(super) tested: Vec<Row>,
    /// The others, with the reason.
    pub(super) untested: Vec<Row>,
}

/// A claim.
pub(super) struct Row {
    pub(super) source: &'static str,
    pub(super) edition: String,
    pub(super) says: &'static str,
    pub(super) remark: &'static str,
    pub(super) expected: String,
    pub(super) value: f64,
    pub(super) found: String,
    pub(super) what: String,
    pub(super) class: &'static str,
    pub(super) verdict: String,
}

impl Section {
    pub(super) fn of(grid: &Grid) -> Self {
        let mut section = Self {
            tolerance: figure(TOLERANCE),
            agree: 0,
            differ: 0,
            tested: Vec::new(),
            untested: Vec::new(),
        };
        for claim in claims::all() {
            let verdict = claim.judge(grid);
            let row = row(claim, &verdict);
            match verdict {
                Verdict::Agrees(_) => section.agree += 1,
                Verdict::Differs(..) => section.differ += 1,
                Verdict::NotHere(_) => {
                    section.untested.push(row);
                    continue;
                }
            }
            section.tested.push(row);
        }
        section
    }
}

fn row(claim: &Claim, verdict: &Verdict) -> Row {
    let (value, what, class, says) = match verdict {
        Verdict::Agrees(measured) => (
            measured.value,
            &measured.what,
            "agrees",
            "agrees".to_owned(),
        ),
        Verdict::Differs(measured, miss) => {
            let side = if *miss > 1.0 { "higher" } else { "lower" };
            let says = format!("differs: {} times {side}", figure(miss.max(1.0 / miss)));
            (measured.value, &measured.what, "differs", says)
        }
        Verdict::NotHere(reason) => (0.0, reason, "nothere", "not testable here".to_owned()),
    };
    Row {
        source: claim.source.name,
        edition: format!("{}, {}", claim.source.year, claim.source.version),
        says: claim.says,
        remark: claim.remark,
        expected: match claim.test {
            Test::Measure { expected, .. } => expected.text(),
            Test::Untestable(_) => String::new(),
        },
        value: super::shade::sortable(value),
        found: figure(value),
        what: what.clone(),
        class,
        verdict: says,
    }
}
