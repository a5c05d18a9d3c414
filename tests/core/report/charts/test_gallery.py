from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.report.charts.gallery import Line, gallery
from core.report.output.html import drawing


def images(count, side=16):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


def opened(sheet):
    return np.asarray(Image.open(BytesIO(sheet.png)))


@pytest.mark.parametrize(("side", "scale"), [(8, 8), (16, 4), (32, 2), (64, 1), (100, 1)])
def test_every_pixel_of_an_image_is_a_square_on_the_sheet(side, scale):
    some = images(2, side)
    found = opened(gallery("t", "c", [Line("line", list(some))]))
    large = some[0].repeat(scale, axis=0).repeat(scale, axis=1)
    height, left = len(large), found.shape[1] - 2 * (large.shape[1] + 4)
    assert np.array_equal(found[4 : 4 + height, left : left + large.shape[1]], large)


def test_a_gallery_is_drawn_with_its_text_escaped():
    found = gallery('<b>"t"</b>', "c", [Line('<script>"', list(images(1)), ("<i>",))])
    drawn = str(drawing(found).picture)
    assert drawn.startswith('<img src="data:image/png;base64,')
    assert "<script>" not in drawn
    assert "<b>" not in drawn
