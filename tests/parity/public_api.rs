//! The public API as a text, `tests/parity/public_api.txt`, so that a change of it shows in a diff.
//!
//! It is read off the sources: what `lib.rs` and the public modules export, and all that is
//! implemented for it. Implementations that a macro makes are listed as the macro's call.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, Type, UseTree, Visibility};

const REFRESH: &str = "HAMT_REFRESH_API=1 cargo test -p pooled-hamt --test parity public_api";

/// A module that users can name, and where its items stand.
struct Module {
    name: &'static str,
    /// The file that exports them, below `src`.
    exports: &'static str,
    /// Whether an item of the file at a path may be exported.
    holds: fn(&str) -> bool,
}

const MODULES: [Module; 2] = [
    Module {
        name: "hamt",
        exports: "lib.rs",
        holds: |path| !path.starts_with("pool/"),
    },
    Module {
        name: "hamt::pool",
        exports: "pool/mod.rs",
        holds: |path| path.starts_with("pool/"),
    },
];

/// What stands in one place of the listing: a heading, and lines below it in order.
type Listing = BTreeMap<String, BTreeSet<String>>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a readable directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            into.push(path);
        }
    }
}

/// The text that something was read from, on one line.
fn text(node: &impl Spanned) -> String {
    let text = node.span().source_text().unwrap_or_default();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Where a list was broken into lines it ends in a comma.
    text.replace(", )", ")")
        .replace(", >", ">")
        .replace("( ", "(")
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|it| it.path().is_ident("doc") && text(it).contains("hidden"))
}

/// The attributes that matter to users.
fn attributes(attributes: &[Attribute]) -> String {
    const SHOWN: [&str; 5] = ["cfg", "must_use", "non_exhaustive", "deprecated", "derive"];
    let shown = attributes
        .iter()
        .filter(|it| SHOWN.iter().any(|name| it.path().is_ident(name)));
    shown.map(|it| text(it) + " ").collect()
}

/// Whether an item is there for tests of the documentation only.
fn is_for_tests(item: &Item) -> bool {
    matches!(item, Item::Struct(it) if attributes(&it.attrs).contains("doctest"))
}

/// The names that a file exports by `pub use`.
fn exported(items: &[Item]) -> BTreeSet<String> {
    fn names(tree: &UseTree, into: &mut BTreeSet<String>) {
        match tree {
            UseTree::Path(path) => names(&path.tree, into),
            UseTree::Name(name) => drop(into.insert(name.ident.to_string())),
            UseTree::Rename(rename) => drop(into.insert(rename.rename.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|it| names(it, into)),
            UseTree::Glob(_) => panic!("the listing cannot see what a glob exports"),
        }
    }
    let mut found = BTreeSet::new();
    for item in items {
        if let Item::Use(item) = item {
            if is_public(&item.vis) && !is_hidden(&item.attrs) {
                names(&item.tree, &mut found);
            }
        }
    }
    found
}

fn fields(fields: &Fields, all: bool, into: &mut BTreeSet<String>) {
    for (at, field) in fields.iter().enumerate() {
        if all || is_public(&field.vis) {
            let name = field
                .ident
                .as_ref()
                .map_or(at.to_string(), ToString::to_string);
            into.insert(format!("{name}: {}", text(&field.ty)));
        }
    }
}

/// Lists an item that has a name of its own, if it is exported.
fn define(item: &Item, is_exported: impl Fn(&syn::Ident, &Visibility) -> bool, into: &mut Listing) {
    let bounds = |it: &Option<syn::WhereClause>| {
        it.as_ref()
            .map_or(String::new(), |it| format!(" {}", text(it)))
    };
    match item {
        Item::Struct(it) if is_exported(&it.ident, &it.vis) => {
            let head = format!(
                "{}struct {}{}{}",
                attributes(&it.attrs),
                it.ident,
                text(&it.generics),
                bounds(&it.generics.where_clause)
            );
            fields(&it.fields, false, into.entry(head).or_default());
        }
        Item::Enum(it) if is_exported(&it.ident, &it.vis) => {
            let head = format!(
                "{}enum {}{}{}",
                attributes(&it.attrs),
                it.ident,
                text(&it.generics),
                bounds(&it.generics.where_clause)
            );
            let variants = it.variants.iter().map(|it| {
                let mut parts = BTreeSet::new();
                fields(&it.fields, true, &mut parts);
                format!("{}{} {parts:?}", attributes(&it.attrs), it.ident)
            });
            into.entry(head).or_default().extend(variants);
        }
        Item::Trait(it) if is_exported(&it.ident, &it.vis) => {
            let items = it.items.iter().map(text);
            let head = format!(
                "{}trait {}{}",
                attributes(&it.attrs),
                it.ident,
                text(&it.generics)
            );
            into.entry(head).or_default().extend(items);
        }
        Item::Type(it) if is_exported(&it.ident, &it.vis) => {
            into.entry(attributes(&it.attrs) + &text(it)).or_default();
        }
        Item::Const(it) if is_exported(&it.ident, &it.vis) => {
            into.entry(format!(
                "{}const {}: {}",
                attributes(&it.attrs),
                it.ident,
                text(&it.ty)
            ))
            .or_default();
        }
        Item::Fn(it) if is_exported(&it.sig.ident, &it.vis) => {
            into.entry(attributes(&it.attrs) + &text(&it.sig))
                .or_default();
        }
        _ => (),
    }
}

/// The last name of a type, without references.
fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => None,
    }
}

/// Lists what is implemented for an exported type: public items, or those of a trait that it names.
fn implement(block: &ItemImpl, into: &mut Listing) {
    let of = block
        .trait_
        .as_ref()
        .map_or(String::new(), |(_, path, _)| text(path) + " for ");
    let bounds = block.generics.where_clause.as_ref();
    let head = format!(
        "{}impl{} {of}{}{}",
        attributes(&block.attrs),
        text(&block.generics),
        text(&*block.self_ty),
        bounds.map_or(String::new(), |it| format!(" {}", text(it))),
    );
    let lines = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(it) if is_public(&it.vis) && !is_hidden(&it.attrs) => {
            Some(format!("{}{}", attributes(&it.attrs), text(&it.sig)))
        }
        ImplItem::Const(it) if is_public(&it.vis) && !is_hidden(&it.attrs) => {
            Some(format!("const {}: {}", it.ident, text(&it.ty)))
        }
        ImplItem::Type(it) => Some(text(it)),
        _ => None,
    });
    let lines: BTreeSet<String> = lines.collect();
    if block.trait_.is_some() || !lines.is_empty() {
        into.entry(head).or_default().extend(lines);
    }
}

fn listing() -> String {
    let mut paths = Vec::new();
    files(&source(), &mut paths);
    paths.sort();
    let parsed: Vec<(String, syn::File)> = paths
        .iter()
        .map(|path| {
            let below = path.strip_prefix(source()).expect("below the root");
            let text = fs::read_to_string(path).expect("readable text");
            let file = syn::parse_file(&text).expect("Rust");
            (below.to_string_lossy().replace('\\', "/"), file)
        })
        .collect();
    let mut all =
        String::from("The public API, as tests/parity/public_api.rs reads it off the sources.\n");
    for module in &MODULES {
        let root = parsed.iter().find(|(path, _)| path == module.exports);
        let exports = exported(&root.expect("the module").1.items);
        let mut listing = Listing::new();
        for (path, file) in parsed.iter().filter(|(path, _)| (module.holds)(path)) {
            let in_root = path == module.exports;
            for item in file.items.iter().filter(|it| !is_for_tests(it)) {
                define(
                    item,
                    |name, visibility| {
                        is_public(visibility) && (in_root || exports.contains(&name.to_string()))
                    },
                    &mut listing,
                );
                match item {
                    Item::Impl(it)
                        if name_of(&it.self_ty).is_some_and(|it| exports.contains(&it)) =>
                    {
                        implement(it, &mut listing);
                    }
                    Item::Macro(it) if it.ident.is_none() => {
                        let call = text(&it.mac);
                        if exports.iter().any(|name| call.contains(name.as_str())) {
                            listing.entry(call).or_default();
                        }
                    }
                    _ => (),
                }
            }
        }
        all += &format!("\n# {}\n", module.name);
        for (head, lines) in listing {
            all += &format!("\n{head}\n");
            for line in lines {
                all += &format!("    {line}\n");
            }
        }
    }
    all
}

#[test]
fn public_api_is_as_listed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/public_api.txt");
    let now = listing();
    if env::var_os("HAMT_REFRESH_API").is_some() {
        fs::write(&path, &now).expect("a writable file");
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (listed.lines().collect(), now.lines().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}\n"));
    let come = new.difference(&old).map(|line| format!("+ {line}\n"));
    let difference: String = gone.chain(come).collect();
    assert!(
        listed == now,
        "the public API is not as listed:\n{difference}If that is meant, refresh the listing: {REFRESH}"
    );
}

/// The listing sees what there is.
#[test]
fn the_listing_knows_all_kinds_of_items() {
    let now = listing();
    for line in [
        "# hamt::pool",
        "enum Change<K, V>",
        "pub const fn new() -> Self",
        "const UNION: Self",
        "impl<K, V, S: Clone> Clone for Hamt<K, V, S>",
        "type Item = (K, V);",
        "pub fn trim() -> usize",
    ] {
        let line = line.trim_start_matches("pub ");
        assert!(now.contains(line), "{line} is not in\n{now}");
    }
    assert!(!now.contains("check_heap") && !now.contains("Root<"));
}
