from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.report.charts import image_galleries
from core.report.output.html import drawing


def images(count, side=16):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


def opened(gallery):
    return np.asarray(Image.open(BytesIO(gallery.png)))


@pytest.mark.parametrize(("side", "scale"), [(8, 8), (16, 4), (32, 2), (64, 1), (100, 1)])
def test_every_pixel_of_an_image_is_a_square_on_the_sheet(side, scale):
    some = images(2, side)
    found = opened(image_galleries.gallery("t", "c", [image_galleries.Line("line", list(some))]))
    large = some[0].repeat(scale, axis=0).repeat(scale, axis=1)
    height, left = len(large), found.shape[1] - 2 * (large.shape[1] + 4)
    assert np.array_equal(found[4 : 4 + height, left : left + large.shape[1]], large)


def test_subgroups_that_are_lacking_are_blank_and_said():
    one = images(1)[0]
    found = image_galleries.by_subgroup({("a", "x"): one}, {("a", "y"): one}, ["a"], ["x", "y"])
    assert [[cell.text for cell in row] for row in found.table.rows] == [
        ["a, original", "x", "none"],
        ["a, synthetic", "none", "image"],
    ]
    assert "personal data" in found.caption
    assert found.table.header == ("line", "1", "2")


def test_only_the_first_twelve_of_many_groups_are_shown():
    groups = [f"g{place}" for place in range(30)]
    found = image_galleries.by_subgroup({("a", group): images(1)[0] for group in groups}, {}, ["a"], groups)
    assert len(found.table.header) == 13


def test_a_gallery_is_drawn_with_its_text_escaped():
    found = image_galleries.gallery('<b>"t"</b>', "c", [image_galleries.Line('<script>"', list(images(1)), ("<i>",))])
    drawn = str(drawing(found).picture)
    assert drawn.startswith('<img src="data:image/png;base64,')
    assert "<script>" not in drawn
    assert "<b>" not in drawn


def test_the_part_that_decides_is_blue():
    falls = np.zeros((1, 8, 8))
    falls[0, 0, 0] = 0.5
    found = image_galleries.decided(np.zeros((1, 16, 16, 3), np.uint8), {"original": falls}, ["3"])
    sheet = opened(found)
    assert (sheet == np.array((0, 114, 178))).all(axis=2).sum() == 64
    assert [row[0].text for row in found.table.rows] == ["held-out image", "trained on original"]


def test_the_other_sheets_say_what_stands_where():
    assert image_galleries.nearest(images(2), images(2), [0.25, 3.0]).table.rows[0][1].text == "0.250"
    assert [row[0].text for row in image_galleries.of_encoders(images(2), images(2), ["1", "2"]).table.rows] == [
        "teacher",
        "student",
    ]
    rows = image_galleries.counterfactual(
        images(6).reshape(2, 3, 16, 16, 3), ["x", "y", "z"], ["one", "two"]
    ).table.rows
    assert [cell.text for cell in rows[0]] == ["one", "x", "y", "z"]
