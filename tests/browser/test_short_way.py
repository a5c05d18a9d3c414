"""From an own file to fair rows in few clicks; then an earlier run and another file, each alone on every page."""

import re

import pytest

from tests.browser.driving import settled
from tests.browser.test_whole_way import (  # noqa: F401  # the page is a fixture
    FINISHED,
    ROWS,
    WAIT,
    downloaded,
    every_page_is_about,
    give,
    page,
    people,
    press,
    sound,
    visit,
)

pytestmark = pytest.mark.slow
MOST_CLICKS = 7


def open_a_run_then_bring_another_table(page):  # noqa: F811  # the fixture
    name = re.search(r"run=([^&]+)", page.url)[1]
    page.set_viewport_size({"width": 1280, "height": 900})
    visit(page, "Start")
    page.get_by_role("link", name="Open its report").first.click()
    settled(page)
    every_page_is_about(page, name)
    visit(page, "Data")
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "also packed; or a zip")
    give(page, "others.csv", "text/csv", people(390), "390 rows, 5 columns")
    every_page_is_about(page, "others.csv", lacks=name)
    visit(page, "Start")
    page.get_by_text(name).first.wait_for()
    page.reload()
    settled(page)
    every_page_is_about(page, "others.csv", lacks=name)


def test_the_way_from_an_own_file_to_fair_rows_is_short(page):  # noqa: F811  # the fixture
    """Counts what a person clicks; to choose a file is one."""
    page.evaluate("() => { window.clicks = 0; document.addEventListener('click', () => window.clicks++, true); }")
    page.get_by_role("link", name="Use my own table").click()
    settled(page)
    give(page, "own.csv", "text/csv", people(), "400 rows, 5 columns")
    page.get_by_role("link", name="Next: audit this table").first.click()
    page.get_by_text("Where groups differ").wait_for()
    settled(page)
    page.get_by_role("link", name="Next: make a fairer version").click()
    page.get_by_text("Fast", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Start training").click()
    page.get_by_text(FINISHED).first.wait_for(timeout=WAIT)
    settled(page)
    lines = downloaded(page, "Download the fair rows (exact CSV)").decode().splitlines()
    assert lines[0] == "gender,years,grade,region,hired"
    assert len(lines) > ROWS / 2
    assert page.evaluate("() => window.clicks") + 1 <= MOST_CLICKS
    sound(page)
    open_a_run_then_bring_another_table(page)
