//! What fuzzing has kept is played once more, without libFuzzer.

use std::fs;
use std::path::Path;

use arbitrary::{Arbitrary, Unstructured};
use hamt_play::{algebra, forest, map_ops};

fn play_kept<Case: for<'a> Arbitrary<'a>>(target: &str, run: fn(&Case)) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let files = fs::read_dir(corpus.join(target)).expect("a readable directory");
    let mut played = 0;
    for file in files {
        let bytes = fs::read(file.expect("an entry").path()).expect("a readable file");
        run(&Case::arbitrary_take_rest(Unstructured::new(&bytes)).expect("bytes make a case"));
        played += 1;
    }
    assert!(played > 10, "{played} inputs are kept for {target}");
}

#[test]
fn kept_inputs_pass() {
    play_kept("map_ops", map_ops::run);
    play_kept("forest", forest::run);
    play_kept("algebra", algebra::run);
}
