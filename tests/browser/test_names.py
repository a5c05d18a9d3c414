"""Names of strangers are shown as they are: no link, no picture, no symbol in place of their characters."""

import re

import pytest

from tests.browser import driving
from tests.browser.names_page import NAMES, PLACES

SHOWN = "e => [e.textContent, e.querySelectorAll('a, img, br, em, strong, code, h1, li, table').length]"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    pytest.importorskip("playwright")
    runs = tmp_path_factory.mktemp("runs")
    with driving.served(runs, script="tests/browser/names_page.py") as address, driving.browser() as chromium:
        page = chromium.new_page()
        page.goto(address)
        page.get_by_text("All are shown.").wait_for()
        yield page


def one_line(text: str) -> str:
    """Blanks and controls count as one blank, as a browser shows them."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_shown_as_it_is(page, place):
    wrong = {}
    for number, name in enumerate(NAMES):
        text, marks = page.locator(f".st-key-{place}-{number}").evaluate(SHOWN)
        if one_line(f"Column {name} ends") not in one_line(text) or marks:
            wrong[name] = (text, marks)
    assert not wrong
