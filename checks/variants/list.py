"""The broken variants: what is changed where, and which check has to notice.

A variant is a list of (file, exact old text, new text). When the code around one changes, its text
here has to follow; that it applies is demanded too."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEST = ["test", "--locked", "--profile", "checks", "-p", "hamt-checks"]
TARGET = "x86_64-unknown-linux-gnu"

# How each check is run. `only` of a variant goes to the test program: a filter for a check of many
# tests, so that each is seen to fail by itself.
CHECKS = {
    "schedules": {
        "build": ["cargo", *TEST, "--features", "shuttle", "--test", "schedules"],
        "only": "--exact counted_entries",
    },
    "orders": {
        "build": ["cargo", *TEST, "--features", "loom", "--test", "orders"],
    },
    "sharing": {
        "build": ["cargo", *TEST, "--test", "sharing"],
    },
    "model": {
        "build": ["cargo", "test", "--locked", "--profile", "model", "-p", "hamt-play", "--test", "model"],
        "target": "broken_model",
        "env": {"HAMT_MODEL_STEPS": "300000"},
    },
    "parity": {
        "build": ["cargo", "test", "--locked", "--profile", "checks", "-p", "pooled-hamt", "--test", "parity"],
    },
    "pool": {
        "build": ["cargo", *TEST, "--lib"],
        "only": "pool::",
    },
    "soak": {
        "build": ["cargo", *TEST, "--test", "soak"],
    },
    "instructions": {
        "build": ["cargo", "build", "--locked", "--release", "-p", "hamt-checks", "--bin", "instructions"],
        "run": ["checks/instructions/run.py"],
        "needs": "command -v valgrind && head -1 checks/instructions/counts.csv | grep -qF \"$(rustc --version)\"",
        "without": "no valgrind, or counts.csv is of another compiler",
    },
    "races": {
        "build": ["cargo", "+nightly", *TEST, "-Zbuild-std", "--target", TARGET, "--features", "nopool", "--test", "races"],
        "target": "races",
        "env": {"RUSTFLAGS": "-Zsanitizer=thread"},
        "needs": "test -d $(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library",
        "without": "no nightly toolchain with the component rust-src",
    },
    "poison": {
        "build": ["cargo", "+nightly", *TEST, "--target", TARGET, "--features", "poison", "--test", "races"],
        "env": {"RUSTFLAGS": "-Zsanitizer=address"},
        "needs": "cargo +nightly --version",
        "without": "no nightly toolchain",
    },
    # Only the build that the sanitizer sees into; the other one finds the same, later.
    "fuzz": {
        "build": ["fuzz/run", "--build", "map_ops", "forest", "algebra"],
        "run": ["fuzz/run"],
        "env": {"HAMT_FUZZ_SECONDS": "100", "HAMT_FUZZ_BUILDS": "unpooled=100"},
        "needs": "cargo fuzz --version && cargo +nightly --version",
        "without": "no cargo-fuzz, or no nightly toolchain",
    },
}

CHECKS["refusals"] = {
    "build": ["cargo", "+nightly", *TEST, "--features", "refusals,nopool", "--test", "refusals"],
    "env": {"CARGO_PROFILE_CHECKS_OPT_LEVEL": "1"},
    "needs": "cargo +nightly --version",
    "without": "no nightly toolchain",
}
CHECKS["fuzz_import"] = dict(CHECKS["fuzz"], only="import", build=["fuzz/run", "--build", "import"])
# Checks of `.ci/run` that are run as they are, or the one of their commands that is to fail.
for name in ("fmt", "package", "safety", "supply", "msrv", "no_std", "report"):
    CHECKS[name] = {"run": [".ci/run", name]}
CHECKS["report"]["build"] = ["cargo", "test", "--locked", "-p", "hamt-bench", "--test", "report_page", "--no-run"]
CHECKS["clippy"] = {"run": ["cargo", "clippy", "--locked", "-p", "pooled-hamt", "--", "-D", "warnings"]}
CHECKS["docs"] = {"run": ["cargo", "doc", "--locked", "--no-deps", "-p", "pooled-hamt"],
                  "env": {"RUSTDOCFLAGS": "-D warnings"}}
CHECKS["tests_other"] = {"run": ["cargo", "check", "--locked", "-p", "pooled-hamt", "--no-default-features"]}
CHECKS["bench"] = {"build": ["cargo", "test", "--locked", "-p", "hamt-bench", "--bench", "compare"]}
CHECKS["valgrind_tests"] = {
    "build": ["cargo", "test", "--locked", "-p", "hamt-bench", "--test", "c_hamt"],
    "target": "bench",
    "env": {"CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER":
            "valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite"},
    "needs": "command -v valgrind",
    "without": "no valgrind",
}
CHECKS["miri"] = {
    "run": ["cargo", "+nightly", "miri", "test", "--locked", "-p", "pooled-hamt", "--target",
            "i686-unknown-linux-gnu", "--test", "all", "--", "--exact"],
    "env": {"MIRIFLAGS": "-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check"},
    "needs": "cargo +nightly miri --version",
    "without": "no nightly toolchain with the component miri",
}
# Under the sanitizers, a program that is built in less time than theirs.
CHECKS["asan"] = {
    "build": ["cargo", "+nightly", *TEST, "--features", "nopool", "--target", TARGET, "--test", "sharing"],
    "env": {"RUSTFLAGS": "-Zsanitizer=address"},
    "needs": "cargo +nightly --version",
    "without": "no nightly toolchain",
}
CHECKS["msan"] = {
    "build": ["cargo", "+nightly", *TEST, "-Zbuild-std", "--target", TARGET, "--test", "sharing"],
    "env": {"RUSTFLAGS": "-Zsanitizer=memory -Zsanitizer-memory-track-origins"},
    "needs": CHECKS["races"]["needs"],
    "without": CHECKS["races"]["without"],
}
CHECKS["spin"] = dict(CHECKS["races"], only="lock_excludes", build=[
    "cargo", "+nightly", *TEST, "-Zbuild-std", "--target", TARGET, "--no-default-features", "--lib"])

CHECKS["cross"] = {
    "build": ["cargo", "test", "--locked", "-p", "pooled-hamt", "--target", "i686-unknown-linux-gnu", "--lib"],
    "only": "pool::",
    "env": {"CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_LINKER": "i686-linux-gnu-gcc"},
    "needs": "rustup target list --installed | grep -qx i686-unknown-linux-gnu && dpkg -s gcc-i686-linux-gnu",
    "without": "no compiler and linker for i686",
}
CHECKS["big_endian"] = {
    "build": ["cargo", "test", "--locked", "-p", "pooled-hamt", "--target", "s390x-unknown-linux-gnu", "--lib"],
    "only": "hash::",
    "target": "cross",
    "env": {"CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER": "s390x-linux-gnu-gcc",
            "QEMU_LD_PREFIX": "/usr/s390x-linux-gnu"},
    "needs": "rustup target list --installed | grep -qx s390x-unknown-linux-gnu && test -e /proc/sys/fs/binfmt_misc/qemu-s390x",
    "without": "no compiler and linker for s390x, or no QEMU for its programs",
}

# What CI tries of all this, because it is built in seconds.
for name in ("clippy", "fmt", "pool", "safety", "supply"):
    CHECKS[name]["sampled"] = True

COUNT = "src/children/count.rs"
LOAN = "src/children/loan.rs"
BORROW = "src/children/borrow.rs"
PLACE = "src/children/place.rs"
SPLICE = "src/children/splice.rs"
EDIT = "src/children/edit/mod.rs"
REMOVE = "src/children/edit/remove.rs"
VISIT = "src/children/edit/visit.rs"
DISJOINT = "src/children/edit/disjoint.rs"
RESIZE = "src/children/resize.rs"
ENTRY = "src/children/entry.rs"
COLLISION = "src/children/collision.rs"
BUILD = "src/children/build.rs"
INTO_ITER = "src/children/into_iter.rs"
CHILDREN = "src/children/mod.rs"
CACHE = "src/pool/cache.rs"
DEPOT = "src/pool/depot.rs"
SWEEP = "src/pool/sweep.rs"
TABLE = "src/pool/table.rs"
THREAD = "src/pool/thread.rs"

VARIANTS = []


def variant(check, name, *patches, only=None):
    only = CHECKS[check].get("only", "") if only is None else only
    VARIANTS.append({"check": check, "name": name, "patches": patches, "only": only})


# Weak memory: only loom and the thread sanitizer see these.

variant("orders", "a reference is given up relaxed",
        (COUNT, "count.fetch_sub(1, Ordering::AcqRel)", "count.fetch_sub(1, Ordering::Relaxed)"))
variant("orders", "a reference is given up without release",
        (COUNT, "count.fetch_sub(1, Ordering::AcqRel)", "count.fetch_sub(1, Ordering::Acquire)"))
variant("orders", "the last reference is given up without acquire",
        (COUNT, "count.fetch_sub(1, Ordering::AcqRel)", "count.fetch_sub(1, Ordering::Release)"))
variant("orders", "a count of 1 is read relaxed",
        (COUNT, "count.load(Ordering::Acquire) == 1", "count.load(Ordering::Relaxed) == 1"))
variant("orders", "a loan is locked without acquire",
        (LOAN, "meta | LOCK, Ordering::Acquire, Ordering::Relaxed", "meta | LOCK, Ordering::Relaxed, Ordering::Relaxed"))
variant("orders", "a loan is unlocked without release",
        (LOAN, ".store(meta.0, Ordering::Release)", ".store(meta.0, Ordering::Relaxed)"))

variant("orders", "a dying array looks into children that it does not own",
        (COUNT, "if owns_all_behind {", "if owns_all_behind || lent != 0 {"))

variant("races", "a reference is given up relaxed, under the sanitizer",
        (COUNT, "count.fetch_sub(1, Ordering::AcqRel)", "count.fetch_sub(1, Ordering::Relaxed)"))
variant("races", "a count of 1 is read relaxed, under the sanitizer",
        (COUNT, "count.load(Ordering::Acquire) == 1", "count.load(Ordering::Relaxed) == 1"))
variant("races", "a loan is locked without acquire, under the sanitizer",
        (LOAN, "meta | LOCK, Ordering::Acquire, Ordering::Relaxed", "meta | LOCK, Ordering::Relaxed, Ordering::Relaxed"))
variant("spin", "the spinning lock is released relaxed",
        ("src/sync/lock.rs", "self.lock.held.store(false, Ordering::Release);", "self.lock.held.store(false, Ordering::Relaxed);"))

# Borrowing: who owns what, and when it may be written.

variant("schedules", "a locked loan is locked again",
        (LOAN, """    if meta & LOCK != 0 {
        return None;
    }
    word.compare_exchange(meta, meta | LOCK, Ordering::Acquire, Ordering::Relaxed)
        .ok()
        .map(Meta)""", """    word.store(meta | LOCK, Ordering::Relaxed);
    Some(Meta(meta & !LOCK))"""))
variant("schedules", "a version is compacted without the lock",
        (BORROW, """        // SAFETY: this function's promise.
        unsafe { absorb(node, level, false) };
        // SAFETY: this function's promise.
        unsafe { convert(node, level) };""", """        // SAFETY: this function's promise.
        unsafe { absorb(node, level, true) };
        // SAFETY: this function's promise.
        unsafe { convert(node, level) };"""))
variant("schedules", "a converted loan is unlocked too early",
        (BORROW, """    // SAFETY: locked.
    let leftover = unsafe { let_go(node, level) };
    // SAFETY: locked.
    unsafe { unlock(node, before.settled()) };""", """    // SAFETY: locked.
    unsafe { unlock(node, before) };
    // SAFETY: not locked.
    let leftover = unsafe { let_go(node, level) };
    // SAFETY: not locked.
    unsafe { loan::set_meta(node, before.settled()) };"""))
variant("schedules", "a handle is given up before its loan is absorbed",
        (CHILDREN, "            unsafe { borrow::absorb(self.node, Level::ROOT, false) };",
         """            drop(last);
            // SAFETY: not kept alive.
            unsafe { borrow::absorb(self.node, Level::ROOT, false) };
            return;"""))
variant("schedules", "an origin that others hold is absorbed",
        (BORROW, "if !unsafe { is_sole(origin) } {", "if unsafe { super::count::of_node(origin) } > 2 {"))
variant("schedules", "an origin's meta word is read before its count",
        (BORROW, "        if !unsafe { is_sole(origin) } {", """        let early = unsafe { meta(origin) };
        // SAFETY: as above.
        if !unsafe { is_sole(origin) } {"""),
        (BORROW, "let origin_meta = unsafe { meta(origin) };", "let origin_meta = early;"))
variant("schedules", "absorbing releases what it took",
        (BORROW, "let replaced = origin_owned & !taken;", "let replaced = origin_owned;"))
variant("schedules", "absorbing keeps what was replaced",
        (BORROW, "unsafe { Dying::owning(origin, level, replaced) }", "unsafe { Dying::owning(origin, level, 0 & replaced) }"))
variant("schedules", "converting takes no references",
        (BORROW, "unsafe { retain_items(node, items::<K, V>(node.maps) & !own) };",
         "unsafe { retain_items(node, 0 & items::<K, V>(node.maps) & !own) };"))
variant("schedules", "a settled loan keeps its origin",
        (BORROW, """    // SAFETY: the loan's token.
    unsafe { Leftover::new(origin, level) }""", """    let _ = (origin, level);
    Leftover::none()"""))
variant("schedules", "a copy of a borrowed array takes no reference on it",
        (SPLICE, """                // SAFETY: kept alive by what the caller holds.
                unsafe { retain_node(self.old) };""", ""))
variant("schedules", "a borrowed child is changed in place",
        (EDIT, "let owned = unsafe { loan::owns(node, bit) };", "let owned = true;"))
variant("schedules", "a borrowed entry is given up when it is replaced",
        (EDIT, "        if borrowed {", "        if borrowed && false {"))
variant("schedules", "a copy forgets that it owns the slot it changed",
        (SPLICE, "(own & !fresh) | (items & fresh)", "own & !fresh"))
variant("schedules", "a slot that was copied is not marked as owned",
        (EDIT, "let own = unsafe { loan::owned(node) } | bit.mask();", "let own = unsafe { loan::owned(node) } | (0 & bit.mask());"))
variant("schedules", "a copy that counts takes no reference on its path's child",
        (SPLICE, "loan::items::<K, V>(self.new.maps) & !self.change.fresh;\n            // SAFETY: N2; the old",
         "loan::items::<K, V>(self.new.maps) & !self.change.path;\n            // SAFETY: N2; the old"))
variant("sharing", "a chain to fold is judged before its references are taken",
        (REMOVE, """        let splice = unsafe { Splice::prepare(self.place, change) };
        // Only now, because preparing may have taken references.
        // SAFETY: a child of a live array, one level down.
        let chain = unsafe { Chain::follow(top, self.level().next()) };""", """        // SAFETY: a child of a live array, one level down.
        let chain = unsafe { Chain::follow(top, self.level().next()) };
        let splice = unsafe { Splice::prepare(self.place, change) };"""))
variant("schedules", "folding forgets the child that stays shared",
        (REMOVE, "} else if owned {", "} else if owned && false {"))
variant("schedules", "a chain of dead origins is not followed",
        (COUNT, """        if !release(unsafe { &(*origin.array).count }) {
            return;
        }
        node = origin;""", """        release(unsafe { &(*origin.array).count });
        return;"""))
variant("schedules", "an array that borrows is taken apart by value",
        (INTO_ITER, "true if unsafe { is_whole(node) }", "true if unsafe { super::count::is_sole(node) }"))
variant("schedules", "a shared entry is written",
        (ENTRY, "        if count::is_one(unsafe { self.count() }) {\n            return;",
         "        if count::is_one(unsafe { self.count() }) || true {\n            return;"))
variant("schedules", "a shared array is changed where it stands",
        (PLACE, "let sole = unsafe { is_sole(node) };", "let sole = unsafe { is_sole(node) } || true;"))
variant("schedules", "an array that borrows is changed where it stands",
        (PLACE, "sole & unsafe { loan::meta(node) }.is_plain()", "sole & (unsafe { loan::meta(node) }.is_plain() || true)"))
variant("sharing", "an array that has moved leaves its old block behind",
        (RESIZE, """    // SAFETY: the new block has `room` bytes more.
    unsafe { copy(old, at, bytes, new, at + room) };
    // SAFETY: its contents have moved.
    unsafe { free(old, bytes) };""", """    // SAFETY: the new block has `room` bytes more.
    unsafe { copy(old, at, bytes, new, at + room) };"""),
        only="leaks::removing")
variant("sharing", "the folded child's arrays are left behind",
        (REMOVE, """        self.count(-1);
        // SAFETY: all entries are moved out, and nobody else refers to the arrays.
        unsafe { chain.free() };""", "        self.count(-1);"),
        only="leaks::removing")
variant("sharing", "chains of origins grow without end",
        (SPLICE, "if unsafe { loan::meta(node) }.depth() >= MAX_CHAIN {", "if unsafe { loan::meta(node) }.depth() >= 100 * MAX_CHAIN {"),
        only="borrow::forests")
variant("sharing", "a loan is never settled",
        (BORROW, "left <= FEW || 2 * left < lent", "left == 0 && left <= FEW && 2 * left < lent"),
        only="borrow::forests")
variant("sharing", "the last entry's array is not freed",
        (REMOVE, """            // SAFETY: the only entry is moved out.
            unsafe { free_array(node, self.level()) };
            Leftover::none()""", "            Leftover::none()"),
        only="leaks::removing")
variant("sharing", "a counted entry's block is not freed when it is taken",
        (ENTRY, """            // SAFETY: the entry is moved out and nobody else refers to the block.
            unsafe { Counted::free(block) };""", ""),
        only="leaks::removing")

# Collision nodes and pairs.

variant("schedules", "a copied collision node takes no references",
        (SPLICE, "        } else if !Kind::<K, V>::INLINE {\n            self.kept_entries", "        } else if Kind::<K, V>::INLINE {\n            self.kept_entries"),
        only="--exact counted_entries_that_collide")
variant("schedules", "an entry is added to a shared collision node",
        (COLLISION, "if len < capacity && unsafe { place.is_exclusive() } {", "if len < capacity {"),
        only="--exact counted_entries_that_collide")
variant("schedules", "an entry is taken out of a shared collision node",
        (COLLISION, "if len > capacity / 4 && unsafe { place.is_exclusive() } {", "if len > capacity / 4 {"),
        only="--exact counted_entries_that_collide")
variant("schedules", "a pair is pushed down onto one place",
        (BUILD, "this.bottom.maps.entry_rank(bit) + filled.state(bit).entries()", "this.bottom.maps.entry_rank(bit)"),
        only="--exact inline_entries")
variant("schedules", "inline entries of a shared array are not cloned",
        (SPLICE, "            unsafe { splice.clone_entries() };", "            let _ = || unsafe { splice.clone_entries() };"),
        only="--exact inline_entries")

# The API.

variant("parity", "an extraction forgets that a child has folded",
        ("src/trie/remove.rs", "let next = if plan.folds { plan.rank } else { index };", "let next = index;"),
        only="extraction::any_picks")
variant("parity", "an extraction writes shared arrays",
        (VISIT, """        self.own();
        let node = self.node();
        let children""", """        let node = self.node();
        let children"""),
        only="extraction::any_picks")
variant("parity", "an extraction writes shared entries",
        (VISIT, """        // SAFETY: the array is exclusive and owns the entry.
        unsafe { slot.make_unique() };
""", ""),
        only="sequences::counted_good")
variant("parity", "equal keys get two references to one value",
        (DISJOINT, """        assert!(!again, "duplicate keys found");""", "        let _ = again;"),
        only="disjoint::")
variant("parity", "several values are given out from shared arrays",
        (DISJOINT, "        editor.slot_mut(hash, index);", "        let _ = (&mut editor, index);"),
        only="disjoint::each_is")
variant("parity", "an entry just inserted is taken for its neighbour",
        ("src/trie/get.rs", "entries.len() - 1", "entries.len() / 2"),
        only="entries::inserted")
variant("parity", "a drained map keeps its entries",
        ("src/map/extract.rs", "entries: IntoIter::new(IntoEntries::new(self.root.take()))",
         "entries: IntoIter::new(IntoEntries::new(self.root.clone()))"),
        only="extraction::a_leaked_drain")
variant("parity", "a drained map is not prompt any more",
        (CHILDREN, "            tagged_len: self.tagged_len & PROMPT,\n            ..Self::EMPTY", "            ..Self::EMPTY"),
        only="extraction::drained_maps")
variant("parity", "equal values are written",
        ("src/map/try_insert.rs", "Entry::Occupied(entry) if *entry.get() == value =>", "Entry::Occupied(entry) if *entry.get() == value && false =>"),
        only="nothing_copied::")
variant("parity", "a reservation goes back with the next free block",
        (DEPOT, "        self.free_after_sweep = self.free_after_sweep.max(self.free_bytes());", "        self.free_after_sweep = 0;"),
        only="capacity::reservations_outlast")
variant("parity", "a signature is another",
        ("src/map/try_insert.rs", "    pub fn is_change(&self) -> bool", "    pub const fn is_change(&self) -> bool"),
        only="public_api::public_api_is")

# What random cases from a seed have to come across.

variant("model", "absorbing releases what it took, in a forest",
        (BORROW, "let replaced = origin_owned & !taken;", "let replaced = origin_owned;"),
        only="forest")
variant("model", "a settled loan keeps its origin, in a forest",
        (BORROW, """    // SAFETY: the loan's token.
    unsafe { Leftover::new(origin, level) }""", """    let _ = (origin, level);
    Leftover::none()"""),
        only="forest")
variant("model", "a map that drops promptly borrows",
        (SPLICE, "let splice = if place.is_lazy() && lent > FEW {", "let splice = if lent > FEW {"),
        only="forest")
variant("model", "an extraction forgets that a child has folded, in one map",
        ("src/trie/remove.rs", "let next = if plan.folds { plan.rank } else { index };", "let next = index;"),
        only="map_ops")
variant("model", "what only they changed is merged as we have it, at random",
        ("src/trie/policies.rs", "(false, true, _) => Some(THEIRS)", "(false, true, _) => Some(OURS)"),
        only="algebra")
variant("model", "a key that both maps have is a difference",
        ("src/trie/diff.rs", "|it| find_key_of(self.old, *it).is_none())?", "|it| find_key_of(self.old_rest, *it).is_none())?"),
        only="algebra")

# What a fuzzer has to come across.

variant("fuzz", "an extraction forgets that a child has folded, fuzzed",
        ("src/trie/remove.rs", "let next = if plan.folds { plan.rank } else { index };", "let next = index;"),
        only="map_ops")
variant("fuzz", "a shared entry is written, fuzzed",
        (ENTRY, "        if count::is_one(unsafe { self.count() }) {\n            return;",
         "        if count::is_one(unsafe { self.count() }) || true {\n            return;"),
        only="map_ops")
variant("fuzz", "absorbing releases what it took, fuzzed",
        (BORROW, "let replaced = origin_owned & !taken;", "let replaced = origin_owned;"),
        only="forest")
variant("fuzz", "a settled loan keeps its origin, fuzzed",
        (BORROW, """    // SAFETY: the loan's token.
    unsafe { Leftover::new(origin, level) }""", """    let _ = (origin, level);
    Leftover::none()"""),
        only="forest")
variant("fuzz", "what only they changed is merged as we have it",
        ("src/trie/policies.rs", "(false, true, _) => Some(THEIRS)", "(false, true, _) => Some(OURS)"),
        only="algebra")
variant("fuzz", "a join takes no references on what it takes over",
        ("src/children/assemble.rs", "retain_items::<K, V>(block.node, from.child_slots())",
         "retain_items::<K, V>(block.node, 0 & from.child_slots())"),
        only="algebra")
variant("fuzz_import", "a lone backslash cannot be",
        ("hamt-bench/src/csv_io/own.rs", "None => return Err(cell.malformed(\"ends in a lone backslash\")),",
         "None => unreachable!(),"))

# The pool.

variant("pool", "a thread that ends leaves its lists behind",
        (THREAD, "        cache.flush(depot);\n        let after", "        let after"))
variant("pool", "spare magazines are forgotten",
        (CACHE, """                self.spares[class].store(ptr::null_mut(), Relaxed);
                each(class, spare, class::magazine(class));""", """                self.spares[class].store(ptr::null_mut(), Relaxed);"""))
variant("pool", "a chunk with a live block is given back",
        (SWEEP, "let leaves = bytes == chunk.bytes &&", "let leaves = bytes + 4096 >= chunk.bytes &&"))
variant("pool", "a taken segment stays in its list",
        (DEPOT, "                    self.segments = after;", "                    let _ = after;"))
variant("pool", "the rest of a bump region is lost",
        (CACHE, "unsafe { depot.give_run(cursor, rest) };", "let _ = (&depot, cursor);"))
variant("pool", "a refill takes one block too many off the list",
        (DEPOT, "for _ in 1..most {", "for _ in 0..most {"))
variant("soak", "full magazines that come home are lost",
        (DEPOT, """            unsafe { block::set_second(head, self.shelves[class].full) };
            self.shelves[class].full = head;
            self.list_bytes += blocks * class::bytes(class);
            add_stock(class, blocks);""", """            unsafe { block::set_second(head, self.shelves[class].full) };
            let _ = blocks;"""))
variant("soak", "chunks are asked for at cache lines",
        (TABLE, "from_size_align(bytes + LEAD, USUAL_ALIGN)", "from_size_align(bytes + LEAD, CHUNK_ALIGN)"))

# Speed.

variant("instructions", "the fast instructions are not used",
        ("src/arch.rs", "    if detected::is_known() {", "    if detected::is_known() && core::hint::black_box(false) {"))

# What SAFETY.md and SECURITY.md promise beyond that.

variant("pool", "leaked references wrap a count",
        (COUNT, "count.fetch_add(1, Ordering::Relaxed) > MAX_COUNT", "count.fetch_add(1, Ordering::Relaxed) == u32::MAX"),
        only="counts_do_not_wrap")
variant("sharing", "the default hasher has the same key in each process",
        ("src/hasher.rs", "ahash::RandomState::with_seeds(a, b, c, d)",
         "ahash::RandomState::with_seeds(a & 0, b & 0, c & 0, d & 0)"), only="chosen_collisions_do_not_travel")
variant("refusals", "an entry is given up before there is a block for it",
        (ENTRY, """        let block = Counted::alloc();
        let counted = Counted {
            count: AtomicU32::new(1),
            watch: Watch::new(),
            pair: (key, value),
        };""", """        let pair = ManuallyDrop::new((key, value));
        let block = Counted::alloc();
        let counted = Counted {
            count: AtomicU32::new(1),
            watch: Watch::new(),
            pair: ManuallyDrop::into_inner(pair),
        };"""), only="panics::counted_good")
# Only the sanitizer sees these two: nothing comes of what is read.

variant("poison", "an array is looked at after it went back to the pool",
        (COUNT, """    unsafe { pool::free(start, bytes) }
}
""", """    unsafe { pool::free(start, bytes) }
    // SAFETY: not; the array is gone.
    core::hint::black_box(unsafe { loan::meta(node) }.has_loan());
}
"""), only="threads::threads_share_dying_versions_inline")
variant("poison", "an entry's count is looked at after its block went back to the pool",
        ("src/children/entry.rs", """                unsafe { Counted::free(self.0) }
""", """                unsafe { Counted::free(self.0) };
                // SAFETY: not; the block is gone.
                core::hint::black_box(unsafe { &(*self.0.as_ptr()).count }.load(crate::sync::Ordering::Relaxed));
"""), only="threads::threads_share_dying_versions_counted")
variant("sharing", "colliding keys are compared twice",
        ("src/children/view.rs", "            if entry.matches(hash, &mut eq) {",
         "            if entry.matches(hash, &mut eq) | entry.matches(hash, &mut eq) {"), only="colliding_keys_make_a_list")
variant("refusals", "a clone is lost if cloning the hasher panics",
        ("src/map/traits.rs", """        Hamt {
            root: self.root.clone(),
            hash_builder: self.hash_builder.clone(),
        }""", """        let root = core::mem::ManuallyDrop::new(self.root.clone());
        Hamt {
            hash_builder: self.hash_builder.clone(),
            root: core::mem::ManuallyDrop::into_inner(root),
        }"""), only="panics::counted_good")
variant("refusals", "a returned map is lost if dropping the old value panics",
        ("src/map/persistent.rs", """        let (old, new) =
            self.update_lookup_with_key(key, value, |key, old, new| combine(key, old.clone(), new));
        // Dropped here, because a result that is already returned is lost if a `Drop` panics.
        drop(old);
        new
""", """        self.update_lookup_with_key(key, value, |key, old, new| combine(key, old.clone(), new))
            .1
"""), only="panics::counted_good")

# Checks of the text, of builds, and of the bench side.

LIB = "src/lib.rs"
variant("fmt", "a line is indented", (LIB, "\npub mod pool;", "\n  pub mod pool;"))
variant("clippy", "unsafe code without a comment",
        (SPLICE, "    // SAFETY: a fresh block, at least as large as a header and aligned to the pool's granule.\n", ""))
variant("docs", "a link leads nowhere", (LIB, "//! [`Hamt`] has the interface", "//! [`Hempt`] has the interface"))
variant("package", "tests are published", ("Cargo.toml", 'include = [', 'include = ["/tests/**/*.rs", '))
variant("safety", "an ordering is stronger than said",
        (COUNT, "count.fetch_sub(1, Ordering::AcqRel)", "count.fetch_sub(1, Ordering::SeqCst)"))
variant("supply", "serde comes by default", ("Cargo.toml", 'default = ["std", "ahash"]', 'default = ["std", "ahash", "serde"]'))
variant("msrv", "something newer than the oldest compiler",
        (LIB, "\nmod arch;", "\nmod arch;\nconst _: () = assert!(4_u32.is_multiple_of(2));"))
variant("no_std", "std is always there", (LIB, '#[cfg(any(feature = "std", test))]\n', ""))
variant("tests_other", "what needs std is compiled without",
        (LIB, "\nmod arch;", "\nmod arch;\n#[allow(unused_imports, reason = \"broken\")]\nuse std::vec;"))
variant("bench", "a peer gives other values than it was given",
        ("hamt-bench/src/peers/methods.rs", "self.get(key).map(K::digest)", "self.get(key).map(|it| K::digest(it) ^ 1)"),
        only="query")
variant("report", "columns are sorted one way only",
        ("hamt-bench/templates/sort.js", 'head.getAttribute("aria-sort") === "ascending"));', "false));"))

# Memory: what only one kind of checker sees.

HEADER = ("""    let array = pool::alloc(bytes).cast::<Header>().as_ptr();
    // SAFETY: a fresh block, at least as large as a header and aligned to the pool's granule.
    unsafe { array.write(Header::new()) };
""", """    let array = pool::alloc(bytes).cast::<Header>().as_ptr();
""")
variant("asan", "an array's block is a word too short",
        (SPLICE, "pool::alloc(bytes).cast::<Header>()", "pool::alloc(bytes - 8).cast::<Header>()"), only="leaks::")
variant("msan", "an array's header is not written, under the sanitizer", (SPLICE, *HEADER), only="leaks::removing")
variant("valgrind_tests", "the C HAMT keeps its chunks",
        ("hamt-bench/c/pool.c", "            free(chunk);\n            chunk = next;", "            chunk = next;"),
        only="strings_and_murmur3")
variant("miri", "entries on their way are aligned as numbers are",
        ("src/node.rs", "#[repr(C, align(8))]\n#[derive(Clone, Copy)]", "#[repr(C)]\n#[derive(Clone, Copy)]"),
        ("src/node.rs", "size_of::<Word>() == GRANULE && align_of::<Word>() == GRANULE", "size_of::<Word>() == GRANULE"),
        only="layouts::aligned_to_8")
variant("cross", "a word has 64 bits", (
        "src/pool/sweep.rs", "const WORD: usize = usize::BITS as usize;", "const WORD: usize = 64;"))
variant("big_endian", "a hash is taken for its bytes in the machine's order", (
        "src/hash.rs", "Bit::new(((self.0 >>", "Bit::new(((u64::from_ne_bytes(self.0.to_le_bytes()) >>"))


def unfit(variants):
    """What does not apply to the tree as it is."""
    for variant in variants:
        for name, old, _ in variant["patches"]:
            found = (ROOT / name).read_text().count(old) if (ROOT / name).is_file() else 0
            if found != 1:
                yield f"{variant['name']}: this text is {found} times in {name}:\n{old}"
