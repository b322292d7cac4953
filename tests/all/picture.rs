//! Pictures show what `stats` and `sharing` count.

use hamt::{Hamt, Picture};

use crate::hashers::{Constant, EightInTheMiddle, Good};

type Map<S> = Hamt<u32, String, S>;

fn of<S: std::hash::BuildHasher + Clone + Default>(entries: u32) -> [Map<S>; 2] {
    let old: Map<S> = (0..entries).map(|n| (n, format!("old {n}."))).collect();
    let new = old.update(entries / 2, "new".to_owned());
    [old, new]
}

/// Boxes in a picture for Graphviz, and those with this colour.
fn boxes(dot: &str, colour: &str) -> (usize, usize) {
    let boxes = dot.lines().filter(|line| line.contains("shape=record"));
    let coloured = boxes.clone().filter(|line| line.contains(colour)).count();
    (boxes.count(), coloured)
}

fn shows_every_array_once<S: std::hash::BuildHasher + Clone + Default>(entries: u32) {
    const SHARED: &str = "#cdebc9";
    let [old, new] = of::<S>(entries);
    let picture = Picture::of([("first", &old), ("second", &new)]);
    let sharing = new.sharing([&old]);
    let nodes = old.stats().nodes + sharing.unique_nodes;
    assert_eq!(
        boxes(&picture.to_dot(), SHARED),
        (nodes, sharing.shared_nodes)
    );
    for text in [picture.to_dot(), picture.to_svg()] {
        for n in 0..entries {
            // Where the array is another one, entries show twice.
            assert!(
                text.matches(&format!("old {n}.")).count() >= 1,
                "{n} in {text}"
            );
        }
        assert_eq!(text.matches("new").count(), 1);
        assert!(text.contains("first") && text.contains("second"));
    }
}

#[test]
fn every_array_shows_once() {
    for entries in [1, 2, 3, 40, 100] {
        shows_every_array_once::<Good>(entries);
        shows_every_array_once::<EightInTheMiddle>(entries);
        shows_every_array_once::<Constant>(entries.min(10));
    }
}

#[test]
fn versions_may_be_the_same_or_empty() {
    let map = Hamt::from([(1, 'x')]);
    let picture = Picture::of([("a", &map), ("b", &map.clone()), ("c", &Hamt::new())]);
    let dot = picture.to_dot();
    // Two of three: partly shared.
    assert_eq!(boxes(&dot, "#eef3c4"), (1, 1));
    assert_eq!(dot.matches("-> a0").count(), 2);
    assert_eq!(picture.to_svg().matches("<rect").count(), 1);
    let nothing = Picture::of::<u8, u8, Good>([]);
    assert!(nothing.to_svg().ends_with("</svg>\n"));
}

/// Keys and values may print anything.
#[test]
fn texts_are_escaped_and_cut() {
    #[derive(Clone)]
    struct Prints(&'static str);
    impl std::fmt::Debug for Prints {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }
    let texts = [
        r#"<a b="c">&{|}\"#,
        "two\nlines",
        "more than twenty-four characters",
    ];
    let map: Hamt<_, _> = (0..).zip(texts.map(Prints)).collect();
    let picture = Picture::of([("<v>", &map)]);
    let svg = picture.to_svg();
    assert!(
        svg.contains(">&lt;v&gt;</text>") && svg.contains("&lt;a b=\"c\"&gt;&amp;{|}\\</text>")
    );
    assert!(svg.contains("two lines"));
    let dot = picture.to_dot();
    assert!(dot.contains(r#"\<a b=\"c\"\>&\{\|\}\\"#), "{dot}");
    assert!(
        dot.lines().all(|line| line.matches("\"").count() % 2 == 0),
        "{dot}"
    );
    for text in [svg, dot] {
        assert!(text.contains("2: more than twenty-fou…"), "{text}");
    }
}
