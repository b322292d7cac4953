#!/usr/bin/env python3
"""Proves that the checks can fail: breaks the code in one place at a time and demands that the check
named for that place notices. Every variant in list.py has to apply, to compile and to be caught.

    checks/variants/run.py              all of them
    checks/variants/run.py WORD...      those whose name or check has one of the words in it
    checks/variants/run.py --sample     the first of each check that is built in seconds: what CI does
    checks/variants/run.py --list       names and checks only

Works on copies of the tracked files below target/checks, one for each check, so that only the
changed crate is compiled again."""

import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "ledger"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import ledger  # noqa: E402
from list import CHECKS, ROOT, VARIANTS, unfit  # noqa: E402

WORK = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute() / "checks"
# Longer than any check takes: a variant that hangs is caught too.
LIMIT = 150


class Tree:
    """A copy of the tracked files, with a target directory of its own."""

    def __init__(self, check, part):
        self.check = CHECKS[check]
        directory = self.check.get("target", check) + (f"-{part}" if part else "")
        self.path = WORK / "broken" / f"{check}-{part}"
        files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                               cwd=ROOT, check=True, capture_output=True, text=True).stdout
        wanted = {self.path / name: ROOT / name for name in files.split("\0") if (ROOT / name).is_file()}
        for copy in list(self.path.rglob("*")):
            if copy.is_file() and copy not in wanted:
                copy.unlink()
        # Only what differs is written, so that Cargo sees what changed since it built the copy last.
        for copy, file in wanted.items():
            text = file.read_bytes()
            if file.name in ("Cargo.toml", "Cargo.lock"):
                # A version of its own: Cargo would take the package for the one it was copied from, whose
                # sources are elsewhere, and build neither when it should.
                own = b'name = "hamt-checks"\nversion = "0.1.0-%s.%d"' % (check.replace("_", "-").encode(), part)
                text = text.replace(b'name = "hamt-checks"\nversion = "0.1.0"', own)
            if not copy.is_file() or copy.read_bytes() != text:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(text)
                copy.chmod(file.stat().st_mode)
        self.env = dict(os.environ, CARGO_TARGET_DIR=str(WORK / directory), RUST_BACKTRACE="0")
        self.env.update(self.check.get("env", {}))

    def run(self, command):
        """Exit status (None if it took too long) and output."""
        process = subprocess.Popen(command, cwd=self.path, env=self.env, text=True, errors="replace",
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=LIMIT)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, process.communicate()[0]

    def build(self):
        """What the compiler said if it failed."""
        if "build" not in self.check:
            return None
        no_run = [] if "run" in self.check else ["--no-run"]
        process = subprocess.run([*self.check["build"], *no_run], cwd=self.path, env=self.env,
                                 text=True, capture_output=True)
        return process.stderr if process.returncode else None

    def test(self, only):
        command = self.check.get("run") or [*self.check["build"], "-q", "--"]
        return self.run([*command, *only.split()])


def apply(tree, variant):
    """Writes the broken files; returns those that were there."""
    before = {}
    for name, old, new in variant["patches"]:
        file = tree.path / name
        text = file.read_text()
        before.setdefault(file, text)
        file.write_text(text.replace(old, new))
    return before


def reason(status, output):
    """What a failed check had to say, in one line; of a file elsewhere only its name."""
    if status is None:
        return "hangs"
    lines = [re.sub(r"(?<![\w.])/[^\s:'\"]*/", "", line.strip()) for line in output.splitlines()]
    marks = ("panicked at", "ERROR: AddressSanitizer", "more instructions", "SUMMARY: ", "a freed block",
             "uninitialised value", "definitely lost", "(signal: ", "malloc()", "free()")
    for at, line in enumerate(lines):
        if "panicked at" in line:
            # A test in a process of its own panics with what that process printed.
            more = next(filter(None, lines[at + 1:]), line)
            if not more.startswith("running "):
                return more[:100]
        elif any(mark in line for mark in marks):
            return line[line.find("(signal: "):][:100] if "(signal: " in line else line[:100]
    errors = [line for line in lines if line.startswith(("error", "src/"))]
    return errors[0][:100] if errors else f"exit status {status}"


def run_check(check, part, variants):
    """Runs variants of one check; returns those it missed."""
    tree = Tree(check, part)
    missed = []
    errors = tree.build()
    if errors:
        sys.exit(f"{check} does not compile:\n{errors}")
    for only in sorted({variant["only"] for variant in variants}):
        begin = time.monotonic()
        status, output = tree.test(only)
        if status != 0:
            sys.exit(f"{check} {only} fails on the code as it is:\n{output[-3000:]}")
        print(f"{check} {only}: passes on the code as it is ({time.monotonic() - begin:.0f} s)", flush=True)
    for variant in variants:
        begin = time.monotonic()
        before = apply(tree, variant)
        errors = tree.build()
        status, output = (0, "") if errors else tree.test(variant["only"])
        caught = status != 0
        word = "caught" if caught else "MISSED"
        why = reason(status, output) if caught else errors or "the check passed"
        # The check of random cases says how long it took.
        why = "; ".join([why, *(line for line in output.splitlines() if line.startswith("found after "))])
        seconds = round(time.monotonic() - begin)
        print(f"{word}: {variant['name']} [{check}, {seconds} s]: {why}", flush=True)
        if caught:
            ledger.caught(variant, seconds, why)
        else:
            missed.append(variant["name"])
        for file, text in before.items():
            file.write_text(text)
    return missed


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    chosen = [variant for variant in VARIANTS
              if not words or any(word in variant["name"] or word in variant["check"] for word in words)]
    if "--sample" in sys.argv:
        firsts = {variant["check"]: variant for variant in reversed(chosen)}
        chosen = [variant for check, variant in firsts.items() if CHECKS[check].get("sampled")]
    if "--list" in sys.argv:
        for variant in chosen:
            print(f"{variant['check']:10} {variant['name']}")
        return
    problems = list(unfit(chosen))
    if problems:
        sys.exit("\n".join(problems) + f"\n{len(problems)} variants do not apply: make them follow the code")
    by_check = {}
    for variant in chosen:
        by_check.setdefault(variant["check"], []).append(variant)
    for check in list(by_check):
        needs = CHECKS[check].get("needs")
        if needs and subprocess.run(needs, shell=True, cwd=ROOT, capture_output=True).returncode:
            print(f"skipped: {len(by_check.pop(check))} variants for {check}: {CHECKS[check]['without']}")
    begin = time.monotonic()
    # Long lists are cut in two, and the longest begin.
    parts = [(check, part, half) for check, variants in by_check.items()
             for part, half in enumerate((variants[::2], variants[1::2]) if len(variants) > 12 else (variants,))]
    parts.sort(key=lambda part: len(part[2]), reverse=True)
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("HAMT_VARIANT_JOBS", 2))) as pool:
        results = [pool.submit(run_check, *part) for part in parts]
        missed = [name for result in results for name in result.result()]
    number = sum(map(len, by_check.values()))
    print(f"{number - len(missed)} of {number} broken variants caught, {time.monotonic() - begin:.0f} s")
    print(f"size: {number} variants")
    if missed:
        sys.exit("missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
