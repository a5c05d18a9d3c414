"""The card “Check your data”, as a person meets it, on a screen and on a phone."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from tests.browser.driving import settled
from tests.browser.test_whole_way import give, page, press, sound, visit

__all__ = ["page"]
ROWS = 200


def odd_table() -> bytes:
    """People with spellings of a group, a column that gives the outcome away, rows twice, and one that adds up."""
    rng = np.random.default_rng(0)
    hired = rng.choice(["yes", "no"], ROWS)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["Female", "Male", "male"], ROWS, p=[0.5, 0.4, 0.1]),
            "age": rng.integers(18, 70, ROWS),
            "base": rng.integers(1_000, 5_000, ROWS),
            "bonus": rng.integers(10, 900, ROWS),
            "letter": np.where(hired == "yes", "offer", "regret"),
            "hired": hired,
        }
    )
    frame.insert(4, "total", frame["base"] + frame["bonus"])
    return pd.concat([frame, frame.iloc[:20]]).to_csv(index=False).encode()


def card(page):
    return page.locator(".st-key-data-checks")


def decide(page, button: str, shown: str) -> None:
    """Presses a button of the card until what it leads to is there: a click while the page is drawn may be lost."""
    place = card(page).get_by_text(shown).first
    for _ in range(3):
        if place.is_visible():
            return
        card(page).get_by_role("button", name=button).first.click()
        settled(page)
        for _ in range(50):
            if place.is_visible():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"{button!r} does not lead to {shown!r}.")


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.slow), 390])
def test_every_finding_has_a_button_and_every_change_a_way_back(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(re.sub(r"(https?://[^/]+).*", r"\1/data", page.url))
    settled(page)
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "also packed; or a zip")
    give(page, "odd.csv", "text/csv", odd_table(), "220 rows, 7 columns")
    box, roles = card(page).bounding_box(), page.get_by_role("heading", name="What the columns are").bounding_box()
    assert box["y"] < roles["y"]
    decide(page, "Merge spellings", "write 'male' as 'Male'")
    decide(page, "Leave the column out", "leave column 'letter' out")
    decide(page, "Keep one of each", "keep one of each row (20 rows)")
    page.get_by_text("200 rows, 7 columns").first.wait_for()
    assert card(page).get_by_text("differ only in case").count() == 0
    card(page).get_by_text("Relations between columns that synthetic rows keep").click()
    card(page).get_by_text("total = base + bonus").wait_for()
    decide(page, "Undo", "differ only in case")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("part => part.scrollWidth <= part.clientWidth + 1")
    for button in card(page).get_by_role("button").all():
        if button.is_visible():
            edges = button.bounding_box()
            assert edges["x"] >= 0
            assert edges["x"] + edges["width"] <= width
    sound(page)


def test_a_table_without_faults_says_so_in_one_line(page):
    visit(page, "Data")
    press(page, "Built-in data", "Use this table")
    press(page, "Use this table", "Check your data")
    card(page).get_by_text("nothing found that you need to decide on").wait_for()
    sound(page)
