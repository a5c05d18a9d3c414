"""How high every page is before a click: `python -m tests.browser.page_heights RUNS NAME` prints all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.driving import browser, link, page_names, served, settled

WIDTHS = (1280, 390)
HIGH = 800
DRAWN = 1_000  # milliseconds between two measurements
STEADY = 3  # equal measurements
LONG = 300_000


def height(page: Any) -> int:
    """The height in pixels of what a page holds, once it no longer changes: charts are drawn after the script ends."""
    found = [-1]
    while len(found) < STEADY or len(set(found[-STEADY:])) > 1:
        page.wait_for_timeout(DRAWN)
        found.append(int(page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")))
    return found[-1]


def heights(page: Any, address: str, run: str) -> Iterator[tuple[str, int]]:
    """Opens every page and every section of a finished run, and gives its name and its height."""
    for name in page_names():
        page.goto(f"{address}/{link(name)}?run={run}")
        page.get_by_role("heading", level=1).first.wait_for(timeout=LONG)
        settled(page, LONG)
        yield name, height(page)
        if name == "compare":
            choices = page.locator(".st-key-section button")
            for place in range(1, choices.count()):
                title = choices.nth(place).inner_text()
                choices.nth(place).click()
                settled(page, LONG)
                yield f"{name}, {title}", height(page)


def main(runs: str, run: str) -> None:
    """Prints the heights at the width of a desk and of a phone."""
    with served(Path(runs)) as address, browser() as chromium:
        for width in WIDTHS:
            page = chromium.new_page(viewport={"width": width, "height": HIGH})
            for name, found in heights(page, address, run):
                sys.stdout.write(f"{width:5} {found:6}  {name}\n")
                sys.stdout.flush()
            page.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
