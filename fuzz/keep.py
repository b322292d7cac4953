#!/usr/bin/env python3
"""Keeps, of all inputs found for a target, the few that cover most of what all of them cover.

    fuzz/keep.py PROGRAM TARGET [MOST]

PROGRAM is the built target, as `cargo +nightly fuzz build` left it; MOST is 25. Reads fuzz/corpus/TARGET and
fuzz/found/TARGET, and writes fuzz/corpus/TARGET anew."""

import hashlib
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent


def features(program, directories):
    """The features that libFuzzer sees in each file, from what its merge notes down."""
    with tempfile.TemporaryDirectory() as scratch:
        control, merged = pathlib.Path(scratch, "control"), pathlib.Path(scratch, "merged")
        merged.mkdir()
        subprocess.run([program, "-merge=1", f"-merge_control_file={control}", merged, *directories],
                       check=True, capture_output=True)
        lines = control.read_text().splitlines()
    # Two numbers, the files by name, and then `FT NUMBER FEATURE...` and `COV NUMBER EDGE...` for each.
    count = int(lines[0])
    names = lines[2:2 + count]
    found = {name: set() for name in names}
    for line in lines[2 + count:]:
        kind, _, rest = line.partition(" ")
        if kind in ("FT", "COV"):
            number, *numbers = rest.split()
            found[names[int(number)]].update((kind, it) for it in numbers)
    return found


def chosen(found, most):
    """Files, each of which adds most to those before; an edge counts as much as many features."""
    weight = {"COV": 100, "FT": 1}
    covered, files = set(), []
    while len(files) < most:
        gains = {name: sum(weight[kind] for kind, _ in its - covered) for name, its in found.items()}
        best = max(gains, key=gains.get, default=None)
        if best is None or gains[best] == 0:
            break
        files.append(best)
        covered |= found.pop(best)
    return files


def main():
    program, target = sys.argv[1:3]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 25
    directories = corpus, _ = ROOT / "corpus" / target, ROOT / "found" / target
    kept = [pathlib.Path(name).read_bytes() for name in chosen(features(program, directories), most)]
    for file in corpus.iterdir():
        file.unlink()
    for data in kept:
        (corpus / hashlib.sha1(data).hexdigest()[:12]).write_bytes(data)
    print(f"{target}: {len(kept)} files, {sum(map(len, kept))} bytes")


if __name__ == "__main__":
    main()
