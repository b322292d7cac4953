//! What is installed, what is missing and how to get it, and what would disturb a measurement.
//!
//! Nothing is changed: tools are asked for their version, with a time limit, and the database is
//! opened to be read.

mod machine;
mod records;
mod tools;

use std::path::Path;

/// How things stand with one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// Optional, and not there.
    Missing,
    /// There, but not usable.
    Broken,
    /// Works, but may disturb measurements or limit what can be done.
    Note,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Missing => "missing",
            Self::Broken => "BROKEN",
            Self::Note => "note",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it belongs to: `tools`, `peers`, ...
    pub area: &'static str,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// What was found, and what to do about it.
    pub text: String,
}

impl Finding {
    fn new(area: &'static str, name: &str, state: State, text: impl Into<String>) -> Self {
        Self {
            area,
            name: name.to_owned(),
            state,
            text: text.into(),
        }
    }
}

/// Everything that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// In the order of the text, areas together.
    pub findings: Vec<Finding>,
}

/// Looks at this machine and at the data directory. Takes a second or two.
#[must_use]
pub fn examine(data: &Path) -> Report {
    let mut findings = tools::findings();
    findings.extend(tools::built_in());
    findings.extend(machine::findings(data));
    findings.push(records::finding(data));
    Report { findings }
}

impl Report {
    /// Whether nothing is missing and nothing broken.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let fine = |state| matches!(state, State::Good | State::Note);
        self.findings.iter().all(|finding| fine(finding.state))
    }

    /// The findings as text, one a line.
    #[must_use]
    pub fn render(&self) -> String {
        let count = |wanted| {
            let states = self.findings.iter().map(|finding| finding.state);
            states.filter(|state| *state == wanted).count()
        };
        let names = self.findings.iter().map(|finding| finding.name.len());
        let width = names.max().unwrap_or_default();
        let mut out = String::new();
        for same_area in self.findings.chunk_by(|a, b| a.area == b.area) {
            out += &format!("{}\n", same_area[0].area);
            for Finding {
                name, state, text, ..
            } in same_area
            {
                out += &format!("  {:7}  {name:width$}  {text}\n", state.word());
            }
        }
        let [missing, broken] = [State::Missing, State::Broken].map(count);
        out + &format!("missing: {missing}, broken: {broken}; all but rustc is optional\n")
    }
}
