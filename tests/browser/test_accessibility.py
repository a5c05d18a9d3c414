"""WCAG 2.2 AA on every page and in both reports, as axe-core tells it, and the demo by keyboard alone."""

from __future__ import annotations

import importlib.util
import re

import pytest

from core import pipeline
from core.config import run_config
from core.data.sources.load import load
from core.runs.run_folder import RunFolder
from tests.browser import accessibility
from tests.browser.driving import link, page_names, settled
from tests.browser.test_whole_way import WAIT, give, page, press, sound, visit

__all__ = ["page"]
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("axe_playwright_python") is None,
    reason="axe-core is not installed here; `make setup` installs it.",
)
WIDTHS = (1280, 390)
PHONE_FIRST = [pytest.param(1280, marks=pytest.mark.slow), 390]
DRAWN = 1_000  # milliseconds until charts have been drawn
SECTIONS = {"Similarity map": "PCA of", "Columns": "Distribution of", "Drivers": "Drivers of the prediction"}


@pytest.fixture(scope="module")
def demo(runs):
    """The name of a small finished run of the demo's table in the app's folder."""
    config = run_config(preset="fast", epochs=1, audit_seeds=(0,), generator_draws=1, pictures="none")
    pipeline.run(load("demo", rows=300), config, runs / "people")
    return "people"


def opened(page, address: str, name: str, run: str = "") -> None:
    page.goto(f"{address}/{link(name)}{f'?run={run}' if run else ''}")
    page.get_by_role("heading", level=1).first.wait_for()
    settled(page, WAIT)
    page.wait_for_timeout(DRAWN)


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_every_page_when_empty_and_when_a_run_is_missing(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name in page_names():
        opened(page, address, name)
        accessibility.check(page, f"{name}, empty, {width}")
        opened(page, address, name, "no-such-run")
        accessibility.check(page, f"{name}, run missing, {width}")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_with_a_finished_run(page, address, demo, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name in page_names():
        opened(page, address, name, demo)
        accessibility.check(page, f"{name}, finished, {width}")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_every_section_of_compare(page, address, demo, width):
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, address, "compare", demo)
    for name, shown in SECTIONS.items():
        press(page, name, shown)
        page.wait_for_timeout(DRAWN)
        accessibility.check(page, f"compare, {name}, {width}")
    press(page, "Another file", "Synthetic file")
    accessibility.check(page, f"compare, another file, {width}")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_with_its_columns_and_a_file_that_is_refused(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(re.sub(r"(https?://[^/]+).*", r"\1/data", page.url))
    settled(page)
    press(page, "Built-in data", "Use this table")
    press(page, "Use this table", "What the columns are")
    page.wait_for_timeout(DRAWN)
    accessibility.check(page, f"data, chosen, {width}")
    press(page, "Upload a file", "also packed; or a zip")
    give(page, "empty.csv", "text/csv", b"", "is empty")
    accessibility.check(page, f"data, refused, {width}")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_the_report_and_its_first_page(page, runs, demo, width, tmp_path):
    page.set_viewport_size({"width": width, "height": 900})
    one = tmp_path / "one.html"
    one.write_text(pipeline.one_page_of(RunFolder.open(runs / demo)))
    for kept in (runs / demo / "report.html", one):
        page.goto(kept.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        accessibility.check(page, f"{kept.name}, {width}")


@pytest.mark.slow
def test_pictures_have_a_name_that_says_what_they_show(page, address, demo):
    opened(page, address, "compare", demo)
    pictures = page.locator("[data-testid=stVegaLiteChart]")
    assert pictures.count()
    titles = page.get_by_role("heading", level=3).all_inner_texts()
    for one in pictures.all():
        name = one.get_attribute("aria-label")
        assert any(name.startswith(f"{title}. ") for title in titles), name


@pytest.mark.slow
def test_a_phone_shows_the_way_to_every_page(page, address, demo):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, address, "compare", demo)
    menu = page.locator(".st-key-phone-menu")
    for name in page_names():
        there = menu.get_by_role("link", name=name.capitalize(), exact=True).bounding_box()
        assert there["x"] >= 0
        assert there["x"] + there["width"] <= 390
        assert there["height"] >= 24
        assert there["y"] < 200
    menu.get_by_role("link", name="Report", exact=True).click()
    page.wait_for_url(re.compile(rf"/report\?run={demo}"))
    page.set_viewport_size({"width": 1280, "height": 900})
    settled(page)
    assert not menu.is_visible()
    sound(page)


def test_the_focus_is_seen_and_is_not_the_mark_of_the_page(page):
    visit(page, "Data")
    page.keyboard.press("Escape")
    accessibility.tab_to(page, "Start")
    look = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).outlineStyle]"
    focused, current = (
        page.locator(f"[data-testid=stTopNavLink]{which}").first.evaluate(look)
        for which in (":focus", "[aria-current=page]")
    )
    assert focused != current
    accessibility.tab_to(page, "Upload a file")


@pytest.mark.slow
def test_the_demo_by_keyboard_alone(page):
    """No mouse from the first request to the report: start, wait, compare, read."""
    accessibility.tab_to(page, "Run the demo")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("^Finished")).first.wait_for(timeout=4 * WAIT)
    settled(page)
    accessibility.tab_to(page, "Next: compare the results")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Compare", exact=True).wait_for(timeout=WAIT)
    settled(page)
    accessibility.tab_to(page, "Next: the report")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Download the report").wait_for(timeout=WAIT)
    settled(page)
    accessibility.tab_to(page, "Download the report")
    with page.expect_download(timeout=WAIT) as found:
        page.keyboard.press("Enter")
    assert b"Fairness audit" in found.value.path().read_bytes()
    sound(page)
