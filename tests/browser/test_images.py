"""Images as a person meets them: a zip is looked at, a run's images compared, more made and taken along."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from core import pipeline
from core.config import run_config
from core.data.io.image_zip import write_image_zip
from core.data.sources.load import load
from tests.browser.driving import settled
from tests.browser.test_whole_way import downloaded, give, page, press, sound, visit

__all__ = ["page"]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def few():
    whole = load("color-digits", image_size=8)
    return replace(whole, frame=whole.frame.iloc[:400].reset_index(drop=True), holdout=whole.holdout.iloc[:60])


@pytest.fixture(scope="module")
def trained(runs, few):
    """The name of a small finished run in the app's folder."""
    settings = {"preset": "fast", "epochs": 1, "rows": 80, "audit_seeds": (0,), "generator_draws": 1}
    pipeline.run(few, run_config(**settings), runs / "digits")
    return "digits"


def test_a_zip_of_images_is_looked_at(page, few, tmp_path):
    frame = few.frame.iloc[:120]
    write_image_zip(frame, few.schema, few.attachments.of(frame["image"]), tmp_path / "some.zip")
    visit(page, "Data")
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "The file stays on the machine")
    give(page, "some.zip", "application/zip", (tmp_path / "some.zip").read_bytes(), "120 images")
    sound(page)


def test_a_run_of_images_is_compared_and_makes_more(page, address, trained):
    page.goto(f"{address}/compare?run={trained}")
    settled(page)
    press(page, "Images", "The same image as each group")
    shown = page.locator("[data-testid=stImage] img")
    shown.first.wait_for()
    before = shown.first.get_attribute("alt")
    page.get_by_role("combobox", name="Lines").click()
    page.get_by_role("option", name="7", exact=True).click()
    settled(page)
    assert shown.first.get_attribute("alt") != before
    page.get_by_text("The same image as each group").click()
    page.get_by_text("Each line is one image whose latents").first.wait_for()
    sound(page)
    page.goto(f"{address}/generate?run={trained}")
    settled(page)
    page.get_by_role("combobox", name="Digit").click()
    page.get_by_role("option", name="3", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_text("Synthetic images by digit and color").wait_for(timeout=120_000)
    settled(page)
    with zipfile.ZipFile(io.BytesIO(downloaded(page, "Download images and labels (zip)"))) as archive:
        lines = archive.read("labels.csv").decode().splitlines()
    assert {line.split(",")[1] for line in lines[1:]} == {"3"}
    sound(page)
