#!/usr/bin/env python3
"""Opens the report of a recorded run in a browser without a window, wide and as on a phone, and
uses it: checks/report/check.js says what is expected. Exits with 77 where there is no browser."""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"]
WINDOWS = ["1440,900", "390,800"]


def browser():
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def report(into):
    """The report of the latest recorded run, made from a fresh database."""
    shutil.copytree(TOP / "data/recorded", into / "data/recorded")
    page = into / "report.html"
    # The program that tests start, because it has been built for them.
    build = ["cargo", "test", "--locked", "--quiet", "-p", "hamt-bench", "--test", "report_page", "--no-run"]
    subprocess.run(build, cwd=TOP, check=True)
    program = TOP / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "hamt-bench"
    subprocess.run([program, "report", "--data", into / "data", "--out", page], cwd=TOP, check=True,
                   stdout=subprocess.DEVNULL)
    return page.read_text()


def outcome(program, page, window, into):
    """What check.js found, once the page has settled."""
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={into / 'profile'}",
               f"--window-size={window}", "--virtual-time-budget=5000", "--dump-dom", page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'<html[^>]* data-check="([^"]*)"', run.stdout)
    return html.unescape(found[1]) if found else "the script did not come to its end"


def main():
    program = browser()
    if program is None:
        print("no browser: one of", ", ".join(BROWSERS))
        return 77
    with tempfile.TemporaryDirectory() as name:
        into = Path(name)
        text = report(into)
        check = Path(__file__).with_name("check.js").read_text()
        page = into / "checked.html"
        # In a block of its own, apart from the names of the page's script.
        page.write_text(text.replace("</body>", f"<script>{{\n{check}\n}}</script></body>"))
        outcomes = {window: outcome(program, page, window, into) for window in WINDOWS}
    for window, found in outcomes.items():
        print(f"{window}: {found}")
    return 0 if all(found == "passed" for found in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
