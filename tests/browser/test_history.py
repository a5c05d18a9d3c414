"""Runs in a real browser: searched, given a title, set side by side, deleted."""

import re

import pytest

from core.runs.run_folder import find_runs
from tests.browser.driving import settled
from tests.kept_runs import keep

pytestmark = pytest.mark.slow
WAIT = 180_000
TITLE = "Loans *spring* [x](https://example.org)"


@pytest.fixture
def page(chromium, address, runs):
    """The start page with three finished runs."""
    for place, name in enumerate(("first", "second", "third")):
        keep(runs / name, seed=place, started=f"2026-01-0{place + 1}T10:00:00+00:00")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    tab = context.new_page()
    tab.goto(address)
    settled(tab, WAIT)
    yield tab
    context.close()


def test_runs_are_searched_given_a_title_compared_and_deleted(page, runs):
    give_a_title(page)
    search(page)
    set_side_by_side(page)
    delete(page)
    assert [folder.path.name for folder in find_runs(runs)] == ["second", "first"]
    assert page.locator("[data-testid=stException]").count() == 0


def give_a_title(page):
    page.get_by_role("button", name="Rename").first.click()
    field = page.get_by_label("Title", exact=True)
    field.fill(TITLE)
    field.press("Tab")
    settled(page, WAIT)
    page.get_by_role("button", name="Save").click()
    page.get_by_text(TITLE, exact=True).wait_for()
    assert page.get_by_role("link", name="x", exact=True).count() == 0


def search(page):
    field = page.get_by_label("Search the runs")
    field.fill("spring")
    field.press("Enter")
    page.get_by_text("1 run of 3 with these words.").wait_for()
    settled(page, WAIT)
    field.fill("")
    field.press("Enter")
    page.get_by_text("1 run of 3 with these words.").wait_for(state="detached")
    settled(page, WAIT)


def set_side_by_side(page):
    for place in range(2):
        page.locator("[data-testid=stCheckbox] label").nth(place).click()
        settled(page, WAIT)
    page.get_by_role("button", name="Set side by side").click()
    page.get_by_text("Settings that differ").wait_for()
    page.get_by_text(re.compile("^Fairness against utility")).first.wait_for()
    page.reload()
    page.get_by_text("Settings that differ").wait_for()
    settled(page, WAIT)
    page.get_by_role("button", name="Back to all runs").click()
    page.get_by_text("Runs on this machine").wait_for()
    settled(page, WAIT)


def delete(page):
    page.get_by_role("button", name="Delete", exact=True).first.click()
    page.get_by_text("This goes for good:").wait_for()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("This goes for good:").wait_for(state="detached")
    page.get_by_text(TITLE, exact=True).wait_for(state="detached")
    settled(page, WAIT)
