from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.report.charts.gallery import Line, gallery
from core.report.output.html import drawing


def images(count, side=16):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


def opened(sheet):
    return np.asarray(Image.open(BytesIO(sheet.parts[0])))


@pytest.mark.parametrize(("side", "scale"), [(8, 8), (16, 4), (32, 2), (64, 1), (100, 1)])
def test_every_pixel_of_an_image_is_a_square_on_the_sheet(side, scale):
    some = images(2, side)
    found = opened(gallery("t", "c", [Line("line", list(some))]))
    large = some[0].repeat(scale, axis=0).repeat(scale, axis=1)
    bottom = len(found) - 4
    assert np.array_equal(found[bottom - len(large) : bottom, 4 : 4 + large.shape[1]], large)


@pytest.mark.parametrize(("side", "parts"), [(16, 3), (64, 3), (150, 6), (400, 12)])
def test_no_part_is_wider_than_a_phone_and_every_image_is_there(side, parts):
    found = gallery("t", "c", [Line("line", list(images(12, side))), Line("short", list(images(2, side)))])
    sizes = [Image.open(BytesIO(part)).size for part in found.parts]
    assert len(sizes) == parts
    assert max(width for width, _ in sizes) <= max(350, side + 8)
    assert len({found.spoken(place) for place in range(1, parts + 1)}) == parts


def test_a_range_of_columns_without_an_image_is_left_out():
    some = images(6)
    found = gallery("t", "c", [Line("line", [*some[:5], *[None] * 5, some[5]])])
    assert len(found.parts) == 2


def test_a_gallery_is_drawn_with_its_text_escaped():
    found = gallery('<b>"t"</b>', "c", [Line('<script>"', list(images(1)), ("<i>",))])
    drawn = str(drawing(found).picture)
    assert drawn.startswith('<img src="data:image/png;base64,')
    assert "<script>" not in drawn
    assert "<b>" not in drawn
