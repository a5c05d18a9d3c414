"""People who use the app at the same time, each with a browser and a table of their own; see `test_load.py`."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.browser import driving

WAIT = 300_000
THINK = float(os.environ.get("EVENHAND_TEST_THINK", "10"))  # seconds on average
WORK = "Train and test models"  # a click that announces that it takes up to a minute
_CLOCK = """() => {
  for (const kind of ['click', 'change'])
    document.addEventListener(kind, () => { window.begun = performance.now(); }, true);
}"""
_TOOK = "() => document.querySelector('[data-test-script-state=notRunning]') && performance.now() - window.begun"


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    """The machine's Chromium, headless."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        chromium = await playwright.chromium.launch(executable_path=driving.browser_path(), args=root)
        yield chromium
        await chromium.close()


@dataclass
class Person:
    """Somebody with a browser and a table of their own, whose names and values all hold the same mark.

    Args:
        number: Theirs alone.
        page: Their only page.
        clicks: What each click took, in seconds, by what was clicked.
        troubles: Errors of the page's own scripts.
    """

    number: int
    page: Any
    clicks: list[tuple[str, float]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        return f"k{self.number:02}"

    @property
    def rows(self) -> int:
        return 400 + self.number

    def table(self) -> bytes:
        rng = np.random.default_rng(self.number)
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(["gender", f"years-{self.mark}", "grade", "hired"])
        for _ in range(self.rows):
            woman = rng.random() < 0.5
            years = int(rng.integers(0, 30))
            hired = rng.random() < (0.3 if woman else 0.65) + 0.01 * (years - 15)
            group = f"{'woman' if woman else 'man'}-{self.mark}"
            writer.writerow([group, years, round(rng.normal(3, 0.8), 2), "yes" if hired else "no"])
        return buffer.getvalue().encode()

    async def does(self, name: str, act: Callable[[], Any], shown: Any) -> None:
        """Think, act, and wait until what it leads to is there and no script runs."""
        await asyncio.sleep(random.uniform(0.4, 1.6) * THINK)  # noqa: S311
        await act()
        try:
            await shown.first.wait_for(timeout=WAIT)
        except Exception as error:
            text = await self.page.locator("[data-testid=stMain]").inner_text()
            raise AssertionError(f"Person {self.number} waits in vain after “{name}”: {text}") from error
        took = await self.page.wait_for_function(_TOOK, timeout=WAIT)
        self.clicks.append((name, await took.json_value() / 1000))
        await self.sees_only_the_own()

    async def visits(self, name: str, shown: Any) -> None:
        link = self.page.get_by_role("link", name=name, exact=True).first
        await self.does(name, link.click, shown)

    async def sees_only_the_own(self) -> None:
        content = await self.page.content()
        assert await self.page.locator("[data-testid=stException]").count() == 0, self.number
        assert set(re.findall(r"(?<=-)k\d\d", content)) <= {self.mark}
        assert set(re.findall(r"\b4\d\d(?= rows, )", content)) <= {str(self.rows)}
        assert self.troubles == []

    async def brings_a_table(self) -> Any:
        page, size = self.page, self.page.get_by_text(f"{self.rows} rows, 4 columns")
        await self.visits("Data", page.locator("[data-testid=stFileUploaderDropzone]"))
        file = {"name": f"people-{self.mark}.csv", "mimeType": "text/csv", "buffer": self.table()}
        await self.does("a file", lambda: page.locator("input[type=file]").first.set_input_files(file), size)
        return size

    async def goes_the_way(self, *, trains: bool, within: float = 0.0) -> None:
        page, text = self.page, self.page.get_by_text
        await asyncio.sleep(random.uniform(0.0, within))  # noqa: S311
        size = await self.brings_a_table()
        await text("Share with “yes” by group, gender").first.wait_for(timeout=WAIT)
        if trains:
            await self.trains()
            await self.visits("Audit", text("Where groups differ"))
        else:
            follow = page.get_by_role("link", name="Next: audit this table").first
            await self.does("Next: audit", follow.click, text("Where groups differ"))
        await text(f"man-{self.mark}").first.wait_for(state="attached", timeout=WAIT)
        assert f"people-{self.mark}" in await page.locator(".subject").inner_text()
        mistakes = text("Mistakes, by group", exact=True)
        await self.does(WORK, page.get_by_role("button", name=WORK).click, mistakes)
        await self.does("a section", mistakes.first.click, text("Wrongly predicted not “yes”"))
        await self.visits("Start", page.get_by_role("heading", name="Your runs"))
        own = page.get_by_role("link", name=re.compile("See its progress|Open its report"))
        assert await own.count() == (1 if trains else 0)
        await self.visits("Data", size)
        await self.visits("Train", page.get_by_role("heading", name="Train", exact=True))
        await self.visits("Audit", mistakes)

    async def trains(self, preset: str = "Fast") -> None:
        page = self.page
        start = page.get_by_role("button", name="Start training")
        await self.visits("Train", start)
        await self.does("a preset", page.get_by_text(preset, exact=True).click, start)
        await self.does("Start training", start.click, page.get_by_role("button", name="Cancel"))
        await page.wait_for_url(re.compile(f"run=people-{self.mark}-"), timeout=WAIT)

    async def sees_the_end(self) -> None:
        await self.visits("Train", self.page.get_by_role("heading", name="This run"))
        await self.page.get_by_text(re.compile("^Finished")).first.wait_for(timeout=2 * WAIT)
        await self.sees_only_the_own()


@asynccontextmanager
async def arrived(chromium: Any, address: str, numbers: range) -> AsyncIterator[list[Person]]:
    """People at the start page, each in a browser context of their own; they leave in the end."""

    async def one(number: int) -> Person:
        context = await chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(WAIT)
        page = await context.new_page()
        await page.add_init_script(f"({_CLOCK})()")
        person = Person(number, page)
        page.on("pageerror", lambda error: person.troubles.append(str(error)))
        await page.goto(address)
        await page.get_by_role("button", name="Run the demo").wait_for()
        return person

    people = await asyncio.gather(*(one(number) for number in numbers))
    try:
        yield people
    finally:
        for person in people:
            await person.page.context.close()
