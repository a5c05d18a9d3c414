"""The pages with a dataset and a run of images."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from core import pipeline
from core.config import run_config
from core.data import images
from core.data.sources.load import load
from core.modalities.image import classifier
from tests.app.seen import generated, labels, open_section, words


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A small run of images that is finished; not to be changed."""
    whole = load("color-digits", image_size=8)
    few = replace(whole, frame=whole.frame.iloc[:420].reset_index(drop=True), holdout=whole.holdout.iloc[:60])
    out = tmp_path_factory.mktemp("trained") / "digits"
    settings = {"preset": "fast", "epochs": 1, "rows": 120, "audit_seeds": (0,), "generator_draws": 1}
    pipeline.run(few, run_config(**settings), out)
    return out


@pytest.fixture
def with_images(app, trained, tmp_path):
    """Opens a page with that run."""
    shutil.copytree(trained, tmp_path / "digits")
    app.query_params["run"] = "digits"
    app.run()

    def visit(name):
        app.switch_page(f"pages/{name}.py").run()
        assert not app.exception
        return app

    return visit


def spoken(page):
    """What a screen reader says of the images."""
    return " ".join(image.alt for shown in page.get("image") for image in shown.proto.imgs)


def test_coloured_digits_are_chosen_looked_at_and_trained_on(opened):
    page = opened("data")
    page.segmented_control(key="way").set_value("Built-in data").run()
    page.selectbox(key="built-in").set_value("color-digits").run()
    page.slider(key="bias").set_value(0.5).run()
    next(button for button in page.button if button.label == "Use these images").click().run()
    assert not page.exception
    said = words(page)
    assert "1,438 images and 359 test images of 16 × 16 pixels" in said
    assert "Real images by digit and color" in said
    page = opened("train")
    hyperparameters = [one.label for one in page.number_input]
    assert "Fairness weight (β)" in hyperparameters
    assert "Size of the compact model" not in hyperparameters
    page = opened("methods")
    assert "these are images" in words(page)


def test_faces_that_are_not_there_are_a_sentence(opened):
    page = opened("data")
    page.segmented_control(key="way").set_value("Built-in data").run()
    page.selectbox(key="built-in").set_value("celeba").run()
    assert not page.exception
    assert "CelebA" in words(page)


def test_real_and_made_images_stand_side_by_side(with_images):
    page = with_images("compare")
    page.segmented_control(key="section").set_value("Images").run()
    assert not page.exception
    assert "Real and synthetic images by outcome and group" in words(page)
    assert "in no report" in words(page)
    for title in (
        "The nearest train images of synthetic ones",
        "The same images from full and compact model",
        "The same image as each group",
    ):
        assert title not in spoken(page)
        open_section(page, f"gallery {title}")
        assert title in spoken(page)


def test_images_are_shown_a_sheet_at_a_time(with_images):
    page = with_images("compare")
    page.segmented_control(key="section").set_value("Images").run()
    (lines,) = [one for one in page.selectbox if one.label == "Lines"]
    first = spoken(page)
    lines.set_value(1).run()
    assert not page.exception
    assert len(lines.options) > 1
    assert f"{lines.options[0]}, original" in first
    assert f"{lines.options[1]}, original" in spoken(page)
    assert f"{lines.options[0]}, original" not in spoken(page)


@pytest.mark.parametrize("section", ["Fairness and utility", "Similarity map", "Drivers"])
def test_every_section_works_with_images(with_images, section):
    page = with_images("compare")
    page.segmented_control(key="section").set_value(section).run()
    assert not page.exception
    assert words(page)


def test_images_of_one_digit_and_colour_are_made_and_offered(with_images, tmp_path):
    page = with_images("generate")
    page.number_input(key="rows").set_value(20).run()
    page.selectbox(key="generate-target").set_value("3").run()
    page.radio(key="mix").set_value("group").run()
    page.selectbox(key="group").set_value("red").run()
    folder = generated(page, tmp_path / "digits")
    assert set(folder.synthetic.read()["digit"]) == {"3"}
    assert set(folder.synthetic.read()["color"]) == {"red"}
    assert "Synthetic images by digit and color" in words(page)


def test_images_laid_out_anew_are_those_that_the_run_compared(with_images):
    page = with_images("compare")
    page.segmented_control(key="section").set_value("Similarity map").run()
    page.selectbox(key="pair").set_value("rows").run()
    kept = page.dataframe[0].value.to_dict("records")
    page.selectbox(key="method").set_value("tsne").run()
    assert not page.exception
    assert page.dataframe[0].value.to_dict("records") == kept


def test_a_zip_of_images_from_elsewhere_is_measured_beside_the_run(with_images, trained, monkeypatch):
    monkeypatch.setattr(classifier, "STEPS", 20)
    page = with_images("compare")
    page.segmented_control(key="section").set_value("Another file").run()
    theirs = ("theirs.zip", (trained / "synthetic.zip").read_bytes(), "application/zip")
    page.file_uploader(key="external").set_value(theirs).run(timeout=120)
    assert not page.exception
    open_section(page, "verdicts")
    assert "theirs" in {name for one in page.dataframe if "source" in one.value for name in one.value["source"]}


def test_a_run_of_images_names_its_own_stages_and_no_way_that_leads_nowhere(with_images):
    page = with_images("train")
    stages = " ".join(str(bar.proto) for bar in page.get("progress"))
    assert "learns the images" in stages
    assert "Pictures" in stages
    assert "Outcome repair" not in stages
    assert "Compare with other methods" not in labels(page)
    assert "Compare with other methods" not in labels(with_images("compare"))


def test_no_more_images_are_asked_for_than_memory_holds(with_images):
    assert with_images("generate").number_input(key="rows").max == 2**30 // (8 * 8 * 3)


def test_a_run_with_more_images_than_fit_at_once_can_still_be_asked(with_images, monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 50 * 8 * 8 * 3)
    asked = with_images("generate").number_input(key="rows")
    assert (asked.value, asked.max) == (50, 50)


def test_the_report_page_offers_the_images(with_images):
    page = with_images("report")
    assert "Download images and labels (zip)" in [button.label for button in page.get("download_button")]
