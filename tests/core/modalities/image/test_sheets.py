from io import BytesIO

import numpy as np
from PIL import Image

from core.modalities.image import sheets


def images(count, side=16):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


def opened(gallery):
    return np.asarray(Image.open(BytesIO(gallery.parts[0].png)))


def test_subgroups_that_are_lacking_are_blank_and_said():
    one = images(1)[0]
    found = sheets.by_subgroup({("a", "x"): one}, {("a", "y"): one}, ["a"], ["x", "y"])
    assert [[cell.text for cell in row] for row in found.table.rows] == [
        ["heads", "x", "y"],
        ["a, original", "image", "none"],
        ["a, synthetic", "none", "image"],
    ]
    assert "personal data" in found.caption
    assert found.table.header == ("line", "1", "2")


def test_only_the_first_twelve_of_many_groups_are_shown():
    groups = [f"g{place}" for place in range(30)]
    found = sheets.by_subgroup({("a", group): images(1)[0] for group in groups}, {}, ["a"], groups)
    assert len(found.table.header) == 13


def test_each_outcome_is_a_sheet_with_the_original_above_the_synthetic():
    some = {(name, "x"): images(1)[0] for name in "abc"}
    assert [sheet.name for sheet in sheets.by_subgroup(some, some, list("abc"), ["x"]).sheets] == ["a", "b", "c"]


def test_the_part_that_decides_is_blue():
    falls = np.zeros((1, 8, 8))
    falls[0, 0, 0] = 0.5
    found = sheets.occlusion(np.zeros((1, 16, 16, 3), np.uint8), {"original": falls}, ["3"])
    sheet = opened(found)
    assert (sheet == np.array((0, 114, 178))).all(axis=2).sum() == 64
    assert [row[0].text for row in found.table.rows] == ["heads", "test image", "trained on original"]


def test_the_other_sheets_say_what_stands_where():
    assert sheets.nearest(images(2), images(2), [0.25, 3.0]).table.rows[0][1].text == "0.250"
    assert [row[0].text for row in sheets.encoders(images(2), images(2), ["1", "2"]).table.rows] == [
        "heads",
        "full model",
        "compact model",
    ]
    rows = sheets.counterfactual(images(6).reshape(2, 3, 16, 16, 3), ["x", "y", "z"], ["one", "two"]).table.rows
    assert [cell.text for cell in rows[0]] == ["heads", "x", "y", "z"]
