#!/usr/bin/env python3
"""Holds SAFETY.md to the sources: the files with `unsafe` and how much of it, what each comment on unsafe code
cites, every memory ordering, and that the tests named for the soundness cases are there.

    checks/safety/run.py             says what differs
    checks/safety/run.py --refresh   writes the counts of unsafe code anew"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "SAFETY.md"
SOURCES = sorted((ROOT / "src").rglob("*.rs"))
# What a comment on unsafe code may refer to in place of an invariant: the contract of the function it stands in,
# which says "# Safety", or the comment before.
CONTRACT = re.compile(r"this function's|caller's|\(caller\)|promise of|[Aa]s (above|said|for|in) ?|[Nn]ot[;, ]")
OPERATIONS = ("load|store|swap|fetch_add|fetch_sub|fetch_and|fetch_or|fetch_xor|fetch_max|fetch_min|fetch_update|"
              "compare_exchange|compare_exchange_weak")
ORDER = re.compile(r"\b(Relaxed|Acquire|Release|AcqRel|SeqCst)\b")
TOKEN = re.compile(r'(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>b?r(?P<hash>#*)".*?"(?P=hash)|b?"(?:\\.|[^"\\])*"'
                   r"|b?'(?:\\.[^']*|[^'\\])')", re.S)


def without_tests(text):
    """What is compiled for tests alone is blanked; it stands at a file's end or in a file of its own."""
    at = re.search(r"^#\[cfg\((all\()?test\b[^\n]*\]\nmod \w+ \{", text, re.M)
    return text[:at.start()] if at else text


def code_of(text):
    """The text with comments and literals blanked, each character in its place."""
    return TOKEN.sub(lambda it: re.sub(r"[^\n]", " ", it.group()), text)


class Source:
    def __init__(self, path):
        self.name = path.relative_to(ROOT / "src").as_posix()
        self.text = without_tests(path.read_text())
        self.code = code_of(self.text)

    def line(self, at):
        return f"src/{self.name}:{self.text.count(chr(10), 0, at) + 1}"

    def unsafe(self):
        """Blocks, functions and impls."""
        return tuple(len(re.findall(rf"\bunsafe\s+{what}", self.code)) for what in (r"\{", "fn", "impl"))


def table(page, heading):
    """The cells of the table below a heading, without its head."""
    part = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    if not part:
        sys.exit(f"SAFETY.md: no section \"{heading}\"")
    rows = [line for line in part.group(1).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


def code_words(cell):
    return re.findall(r"`([^`]+)`", cell)


def counts(sources):
    lines = ["| file | blocks | functions | impls |", "|---|---|---|---|"]
    total = (0, 0, 0)
    for source in sources:
        found = source.unsafe()
        if any(found):
            lines.append(f"| `{source.name}` | {found[0]} | {found[1]} | {found[2]} |")
            total = tuple(map(sum, zip(total, found)))
    return lines + [f"| in all | {total[0]} | {total[1]} | {total[2]} |"]


def check_counts(page, sources, refresh):
    block = re.search(r"(<!-- counts -->\n).*?(<!-- end of counts -->)", page, re.S)
    fresh = block.group(1) + "\n".join([*counts(sources), ""]) + block.group(2)
    if block.group() == fresh:
        return
    if refresh:
        PAGE.write_text(page.replace(block.group(), fresh))
        return
    old = set(block.group().splitlines())
    for line in fresh.splitlines():
        if line not in old:
            yield f"SAFETY.md does not say: {line} (--refresh writes it)"
    for line in sorted(old - set(fresh.splitlines())):
        yield f"SAFETY.md says wrongly: {line} (--refresh writes it)"


def check_comments(page, sources):
    declared = {name for source in sources
                for name in re.findall(r"^\s*//[!/]?\s+(?:\* \*\*)?([NCEBPT]\d)\b(?:\*\*)?\s", source.text, re.M)}
    words = [word for row in table(page, "Words") for word in code_words(row[0])]
    defined = re.compile(r"\b(" + "|".join(map(re.escape, words)) + r")\b")
    for source in sources:
        for comment in re.finditer(r"// (SAFETY: [^\n]*(?:\n\s*// [^\n]*)*)", source.text):
            said = re.sub(r"\n\s*//", "", comment.group(1))
            cited = set(re.findall(r"\b[NCEBPT]\d\b", said))
            for name in sorted(cited - declared):
                yield f"{source.line(comment.start())}: {name} is declared nowhere: {said}"
            if not (cited or CONTRACT.search(said) or defined.search(said)):
                yield f"{source.line(comment.start())}: cites no invariant, no contract and no word of SAFETY.md: {said}"
    text = "".join(source.text for source in sources)
    for name in sorted(set(re.findall(r"\b[NCEBPT]\d\b", page)) - declared):
        yield f"SAFETY.md: {name} is declared nowhere"
    for word in words:
        if not re.search(rf"SAFETY: [^\n]*(\n\s*// [^\n]*)*?\b{re.escape(word)}\b", text):
            yield f"SAFETY.md: no comment says \"{word}\" any more"


def receiver(code, at):
    """The last name before a method's dot: of `self.slots[class].head` it is `head`, of `word(node)` it is `word`."""
    rest = code[:at].rstrip()
    while rest and rest[-1] in ")]}":
        closing, opening = rest[-1], {")": "(", "]": "[", "}": "{"}[rest[-1]]
        depth, start = 0, len(rest)
        while start:
            start -= 1
            depth += (rest[start] == closing) - (rest[start] == opening)
            if depth == 0:
                break
        # What a block ends with is what it is worth.
        rest = rest[start + 1:-1].rstrip() if closing == "}" else rest[:start].rstrip()
    return re.search(r"(\w*)$", rest).group(1)


def arguments(code, at):
    """What stands between the parenthesis at `at` and its partner."""
    depth = 0
    for end in range(at, len(code)):
        depth += (code[end] == "(") - (code[end] == ")")
        if depth == 0:
            return code[at + 1:end]
    return code[at + 1:]


def orderings(sources):
    """Each (file, atomic, operation, orders) of the sources, with its place."""
    for source in sources:
        for call in re.finditer(rf"\.\s*({OPERATIONS})\s*\(", source.code):
            # Of nested calls only what stands between the outer parentheses is this one's.
            own = arguments(source.code, call.end() - 1)
            while (nested := re.sub(r"\([^()]*\)", "", own)) != own:
                own = nested
            orders = " / ".join(ORDER.findall(own))
            if orders:
                yield (source.name, receiver(source.code, call.start()), call.group(1), orders), source.line(call.start())


def check_orderings(page, sources):
    listed = {}
    for row in table(page, "Memory orderings"):
        for file in code_words(row[0]):
            for atomic in code_words(row[1]):
                for operation in code_words(row[2]):
                    listed[file, atomic, operation, row[3].replace("`", "")] = False
    for use, place in orderings(sources):
        if use not in listed:
            yield f"{place}: not in SAFETY.md's table: {', '.join(use)}"
        else:
            listed[use] = True
    # One that stands elsewhere, in a constant say, would reach an operation unseen.
    for source in sources:
        code = re.sub(r"\buse [^;]*;", "", source.code)
        seen = sum(len(orders.split(" / ")) for (_, _, _, orders), _ in orderings([source]))
        if len(ORDER.findall(code)) != seen:
            yield f"src/{source.name}: an ordering that is not written where an operation takes it"
    rows = {}
    for (file, atomic, operation, orders), used in listed.items():
        rows.setdefault((file, atomic, orders), []).append(used)
    for (file, atomic, orders), used in rows.items():
        if not any(used):
            yield f"SAFETY.md: nothing in {file} uses {atomic} with {orders} any more"


def check_cases(page):
    named = 0
    for row in table(page, "Soundness cases"):
        links = re.findall(r"\[`?([^\]`]+)`?\]\(([^)#]+)\)", row[2])
        if not links and "does not apply" not in row[2]:
            yield f"SAFETY.md: case {row[0]} names no test"
        for name, file in links:
            named += 1
            path = ROOT / file
            if not path.is_file():
                yield f"SAFETY.md: case {row[0]}: there is no {file}"
            elif path.suffix == ".rs" and path.name != name:
                # Tests that a macro makes stand at the beginning of a line of its own call.
                if not re.search(rf"\bfn {name}\b|^\s+{name}(:|,)", path.read_text(), re.M):
                    yield f"SAFETY.md: case {row[0]}: {file} has no test {name}"
    numbers = [int(row[0]) for row in table(page, "Soundness cases")]
    if numbers != list(range(1, 33)):
        yield f"SAFETY.md: the cases are not those from 1 to 32: {numbers}"
    print(f"{named} tests named for {len(numbers)} cases")


def main():
    sources = [Source(path) for path in SOURCES if path.name != "tests.rs"]
    findings = list(check_counts(PAGE.read_text(), sources, "--refresh" in sys.argv[1:]))
    page = PAGE.read_text()
    findings += [*check_comments(page, sources), *check_orderings(page, sources), *check_cases(page)]
    print("\n".join(findings), end="\n" if findings else "")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
