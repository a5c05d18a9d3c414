"""No page is longer than two and a half screens before a click, and opening a section does not make the page jump."""

import pytest

from core import pipeline
from core.config import run_config
from core.data.sources.load import load
from tests.browser.driving import settled
from tests.browser.page_heights import HIGH, LONG, height, heights

pytestmark = pytest.mark.slow
MOST = 2.5 * HIGH
MOST_SHIFT = 0.1  # "good" of the cumulative layout shift (web.dev/cls)
SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
    }).observe({type: 'layout-shift'});
}"""


def run_of(runs, name, **options):
    """The name of a finished run of the demo table, with pictures."""
    config = run_config(preset="fast", epochs=2, audit_seeds=(0,), pictures="pca", generator_draws=1)
    pipeline.run(load("demo", rows=1_000, **options), config, runs / name)
    return name


@pytest.fixture(scope="module")
def demo(runs, address):
    return run_of(runs, "demo")


@pytest.fixture(scope="module")
def two_attributes(runs, address):
    return run_of(runs, "two", sensitive=["sex", "origin"])


@pytest.fixture(scope="module")
def digits(runs, address):
    config = run_config(preset="fast", epochs=1, rows=300, audit_seeds=(0,), pictures="pca", generator_draws=1)
    pipeline.run(load("color-digits"), config, runs / "digits")
    return "digits"


@pytest.fixture
def page(chromium):
    found = chromium.new_page(viewport={"width": 1280, "height": HIGH})
    yield found
    found.close()


@pytest.mark.parametrize("run", ["demo", "digits"])
def test_no_page_is_longer_than_two_and_a_half_screens_before_a_click(page, address, run, request):
    measured = dict(heights(page, address, request.getfixturevalue(run)))
    assert all(found > HIGH / 4 for found in measured.values()), measured  # each was drawn
    assert {name: found for name, found in measured.items() if found > MOST} == {}


def test_two_attributes_make_no_page_longer(page, address, two_attributes):
    page.goto(f"{address}/compare?run={two_attributes}")
    for name in ("By sex", "By origin"):
        tab = page.get_by_role("tab", name=name)
        tab.wait_for(timeout=LONG)
        tab.click()
        settled(page, LONG)
        assert height(page) <= MOST
        panel = page.get_by_role("tabpanel").filter(visible=True)
        assert (
            panel.locator("[data-testid=stVegaLiteChart]").bounding_box()["width"] > HIGH / 4
        )  # drawn when it is shown


def test_a_section_that_opens_leaves_what_stands_above_where_it_is(page, address, demo):
    page.goto(f"{address}/compare?run={demo}")
    head = page.get_by_text("Mistakes, by group", exact=True)
    head.wait_for(timeout=LONG)
    settled(page, LONG)
    head.scroll_into_view_if_needed()  # a click does so too
    before = head.bounding_box()["y"]
    page.evaluate(SHIFTS)
    head.click()
    page.get_by_text("Wrongly predicted not").first.wait_for(timeout=LONG)
    settled(page, LONG)
    assert page.locator("[data-testid=stExpander] canvas, [data-testid=stExpander] svg").count() > 0
    assert head.bounding_box()["y"] == pytest.approx(before, abs=2)
    assert page.evaluate("window.shifted") < MOST_SHIFT
