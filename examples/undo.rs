//! A spreadsheet with unlimited undo and redo: every step keeps the whole sheet as it was, and costs
//! only what it changed.
//!
//! The history is two stacks of versions; nothing is written down about how to take a step back. The
//! table shows what each step added to the memory of all versions together, beside what a copy of
//! the sheet would have taken.
//!
//! ```sh
//! cargo run --example undo
//! ```

use hamt::Hamt;

/// Cells by column and row.
type Sheet = Hamt<(u16, u16), f64>;

const COLUMNS: u16 = 40;
const ROWS: u16 = 500;

/// A value, and all values it has had.
struct History<T> {
    past: Vec<T>,
    now: T,
    future: Vec<T>,
}

impl<T: Clone> History<T> {
    fn new(now: T) -> Self {
        History {
            past: Vec::new(),
            now,
            future: Vec::new(),
        }
    }

    /// Makes a step that can be undone. What had been undone before cannot be redone any more.
    fn step(&mut self, change: impl FnOnce(&mut T)) {
        self.past.push(self.now.clone());
        self.future.clear();
        change(&mut self.now);
    }

    fn undo(&mut self) -> bool {
        Self::shift(&mut self.past, &mut self.now, &mut self.future)
    }

    fn redo(&mut self) -> bool {
        Self::shift(&mut self.future, &mut self.now, &mut self.past)
    }

    fn shift(from: &mut Vec<T>, now: &mut T, to: &mut Vec<T>) -> bool {
        let Some(next) = from.pop() else {
            return false;
        };
        to.push(core::mem::replace(now, next));
        true
    }
}

/// A step of the session: what the user did, and what it does to the sheet.
type Step = (&'static str, fn(&mut Sheet));

const STEPS: [Step; 6] = [
    ("set one cell", |sheet| {
        sheet.insert((3, 7), 42.0);
    }),
    ("set it again", |sheet| {
        sheet.insert((3, 7), 43.0);
    }),
    ("clear one cell", |sheet| {
        sheet.remove(&(0, 0));
    }),
    ("clear an empty cell", |sheet| {
        sheet.remove(&(0, 0));
    }),
    ("fill a column", |sheet| {
        sheet.extend((0..ROWS).map(|row| ((COLUMNS, row), f64::from(row))));
    }),
    ("double everything", |sheet| {
        sheet.values_mut().for_each(|value| *value *= 2.0);
    }),
];

fn main() {
    let cells = (0..COLUMNS).flat_map(|column| (0..ROWS).map(move |row| (column, row)));
    let sheet: Sheet = cells
        .map(|(column, row)| ((column, row), f64::from(column) * f64::from(row)))
        .collect();
    println!(
        "A sheet of {} cells takes {} bytes.\n",
        sheet.len(),
        sheet.stats().live_bytes()
    );
    println!(
        "{:<20} {:>8} {:>14} {:>14}",
        "step", "changes", "bytes more", "a copy takes"
    );

    let mut history = History::new(sheet);
    for (name, change) in STEPS {
        let before = hamt::pool::stats().live_bytes;
        history.step(change);
        let after = hamt::pool::stats().live_bytes;
        let last = history.past.last().expect("a step was made");
        println!(
            "{name:<20} {:>8} {:>14} {:>14}",
            last.diff(&history.now).count(),
            after - before,
            history.now.stats().live_bytes(),
        );
    }

    // All the way back and forth again: each version is the very one it was.
    let newest = history.now.clone();
    let mut steps = 0;
    while history.undo() {
        steps += 1;
    }
    assert_eq!(steps, STEPS.len());
    assert_eq!(history.now[&(3, 7)], 21.0);
    assert_eq!(history.now.len(), usize::from(COLUMNS) * usize::from(ROWS));
    while history.redo() {}
    assert!(history.now.ptr_eq(&newest));
    println!("\nUndid and redid all {steps} steps.");

    // A new step after an undo drops the versions that it makes unreachable.
    history.undo();
    let before = hamt::pool::stats().live_bytes;
    drop(newest);
    history.step(|sheet| {
        sheet.insert((0, 0), 1.0);
    });
    assert!(!history.redo());
    println!(
        "Another step instead of \"{}\" gave {} bytes back.",
        STEPS[STEPS.len() - 1].0,
        before - hamt::pool::stats().live_bytes
    );
}
