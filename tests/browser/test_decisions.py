"""A file with the decisions of models, as a person meets it: roles, thresholds, verdicts, the report, a reload."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from tests.browser.driving import settled
from tests.browser.test_whole_way import WAIT, downloaded, give, page, press, sound, visit

__all__ = ["page"]
pytestmark = pytest.mark.slow
BUTTON = "Audit the decisions"


def decided(rows: int = 400) -> bytes:
    """Two models with names of their own; both select women less often, whatever came true."""
    rng = np.random.default_rng(0)
    gender = rng.choice(["woman", "man"], rows)
    repaid = rng.random(rows) < 0.5
    points = (40 * repaid + 25 * (gender == "man") + rng.normal(20, 10, rows)).round(1)
    labels = np.where(points > 50, "yes", "no")
    columns = {"gender": gender, "repaid": np.where(repaid, "yes", "no"), "bank": labels, "points": points}
    return pd.DataFrame(columns).to_csv(index=False).encode()


def choose(page, key: str, name: str) -> None:
    """Chooses a column in the field of this key."""
    field = page.locator(f".st-key-{key} input")
    field.click()
    field.fill(name)
    page.get_by_role("option", name=name).first.click()
    settled(page)
    page.keyboard.press("Escape")
    settled(page)


def upload_and_choose_roles(page):
    visit(page, "Data")
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "also packed; or a zip")
    give(page, "decided.csv", "text/csv", decided(), "400 rows, 4 columns")
    choose(page, "target", "repaid")
    press(page, "Decisions of a model", "No column holds decisions yet")
    choose(page, "predictions", "bank")
    choose(page, "scores", "points")
    page.get_by_text(re.compile("Type the lowest score that is selected")).wait_for()
    assert page.get_by_role("link", name="Next: audit the decisions").count() == 0
    threshold = page.get_by_role("spinbutton", name="Lowest score selected")
    threshold.fill("50")
    threshold.press("Enter")
    page.get_by_text("'points' selects from 50 on").wait_for()
    sound(page)


def audit(page):
    page.get_by_role("link", name="Next: audit the decisions").click()
    settled(page)
    page.get_by_text("The decisions of 2 models").wait_for()
    page.get_by_role("button", name=BUTTON).click()
    read(page)
    assert page.get_by_role("button", name=BUTTON).count() == 0


def read(page):
    page.get_by_text(re.compile("“bank” gives “")).first.wait_for(timeout=WAIT)
    page.get_by_text("Mistakes, by group", exact=True).click()
    page.get_by_text("Wrongly predicted not “yes”, by group, gender, decisions of a model").first.wait_for()
    settled(page)
    sound(page)


def take_the_report_along(page):
    report = downloaded(page, "Download the report").decode()
    assert "decisions of a model" in report
    assert "bank" in report
    assert "points" in report
    assert "<script src" not in report


def move_the_threshold(page):
    visit(page, "Data")
    threshold = page.get_by_role("spinbutton", name="Lowest score selected")
    threshold.fill("70")
    threshold.press("Enter")
    page.get_by_text("'points' selects from 70 on").wait_for()
    visit(page, "Audit")
    page.get_by_role("button", name=BUTTON).wait_for()
    page.get_by_text("“points” (≥ 70)").wait_for()
    sound(page)


def explore_thresholds(page):
    """Moves the slider of the score: rates and curves follow; a table of thresholds can be taken along."""
    page.get_by_text("What another threshold would do", exact=True).click()
    slider = page.get_by_role("slider", name="Selects from this score on")
    told = page.get_by_text(re.compile("Over these groups"))
    before = told.first.inner_text()
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("before => !document.body.innerText.includes(before)", arg=before)
    settled(page)
    assert page.get_by_text("Who gets the favourable decision, points, gender").count() == 1
    page.get_by_role("button", name="Choose thresholds and tell what they cost").click()
    page.get_by_text("What each rule costs, points, gender").wait_for(timeout=WAIT)
    lines = downloaded(page, "Download the thresholds (CSV)").decode().splitlines()
    assert lines[0] == "model,attribute,rule,group,share,threshold"
    assert any(line.startswith("points,gender,equal selection rates,woman,1.0,") for line in lines)
    sound(page)


def test_the_decisions_of_two_models(page, runs):
    upload_and_choose_roles(page)
    audit(page)
    explore_thresholds(page)
    take_the_report_along(page)
    page.reload()
    settled(page)
    read(page)
    move_the_threshold(page)
    assert len([path for path in runs.iterdir() if path.name.startswith("decided-")]) == 1
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Data", "Audit"):
        page.goto(page.url.replace("/audit", f"/{name.lower()}"))
        settled(page)
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("part => part.scrollWidth <= part.clientWidth + 1"), name
