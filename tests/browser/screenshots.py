"""Pictures of every page at the width of a desk and of a phone, from a demo run made on the way: `make screenshots`.

`python -m tests.browser.screenshots methods` makes those of the page Methods alone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.method_info import EVENHAND
from tests.browser.driving import ROOT, browser, browser_path, link, page_names, served, settled

OUT = ROOT / "docs" / "screenshots"
PAGES = page_names()
WIDTHS = (1280, 390)
TALLEST = 1800
DRAWN = 1_500  # milliseconds until charts have been drawn
LONG = 300_000
KINDS = ("rows", "representation", "decisions")
SECTIONS = {"Similarity map": "PCA of", "Columns": "Distribution of", "Drivers": "Drivers of the prediction"}


def main(names: Sequence[str] = ()) -> int:
    """Makes all, or those of the pages that are named; answers with an exit code."""
    if browser_path() is None:
        sys.stderr.write("No Chromium is installed here; install chromium, then run this again.\n")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as runs, served(Path(runs)) as address, browser() as chromium:
        run = demo(chromium.new_page(viewport={"width": 1280, "height": 900}), address)
        wanted = [name for name in PAGES if not names or name in names]
        if "methods" in wanted:
            methods(chromium.new_page(viewport={"width": 1280, "height": 900}), f"{address}/methods?run={run}")
        for width in WIDTHS:
            page = chromium.new_page(viewport={"width": width, "height": 900})
            for name in wanted:
                page.goto(f"{address}/{link(name)}?run={run}")
                settled(page)
                shoot(page, name, width)
                if name == "compare":
                    sections(page, width)
            page.close()
    return 0


def demo(page: Any, address: str) -> str:
    """Runs the demo as a person would, with a picture of the training; answers with the run's name."""
    page.goto(address)
    settled(page)
    page.get_by_role("button", name="Run the demo").click()
    page.get_by_text("Compact model: total loss").first.wait_for(timeout=LONG)
    shoot(page, "training", 1280)
    page.get_by_text(re.compile("^Finished")).first.wait_for(timeout=LONG)
    return str(page.url).partition("run=")[2]


def methods(page: Any, address: str) -> None:
    """Runs one more method of each kind as a person would, with a picture while they work."""
    page.goto(address)
    settled(page)
    others = {name: one.makes for name, one in METHODS.items() if name != EVENHAND}
    tried = [next(name for name, makes in others.items() if makes == kind) for kind in KINDS]
    page.get_by_text("Run other methods on this table").click()
    for name in tried:
        page.locator(f".st-key-method-{name} label").first.click()
        settled(page)
    page.get_by_text("Fast", exact=True).click()
    settled(page)
    page.get_by_role("button", name=f"Run {len(tried)} methods").click()
    page.get_by_text("Waiting: number").first.wait_for(timeout=LONG)
    shoot(page, "methods-at-work", 1280)
    page.get_by_text("In progress").wait_for(state="detached", timeout=LONG)
    settled(page)


def sections(page: Any, width: int) -> None:
    """The further sections of Compare."""
    for name, shown in SECTIONS.items():
        page.get_by_text(name, exact=True).first.click()
        page.get_by_text(shown).first.wait_for(timeout=LONG)
        settled(page)
        shoot(page, f"compare-{name.lower().replace(' ', '-')}", width)


def shoot(page: Any, name: str, width: int) -> None:
    """One picture, as high as the page but not endless."""
    page.wait_for_timeout(DRAWN)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(height), TALLEST)})
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")
    page.wait_for_timeout(DRAWN)
    page.screenshot(path=OUT / f"{name}-{width}.png")
    page.set_viewport_size({"width": width, "height": 900})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
