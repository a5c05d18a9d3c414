from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.report.charts.gallery import Line, gallery
from core.report.output.html import drawing


def images(count, side=16):
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


def opened(found):
    return np.asarray(Image.open(BytesIO(found.parts[0].png)))


def lines_of(*counts, side=16):
    return [
        (f"block {place}", [Line(f"line {place}", list(images(count, side)))]) for place, count in enumerate(counts)
    ]


@pytest.mark.parametrize(("side", "scale"), [(8, 8), (16, 4), (32, 2), (64, 1), (100, 1)])
def test_every_pixel_of_an_image_is_a_square_on_the_sheet(side, scale):
    some = images(2, side)
    found = opened(gallery("t", "c", [("all", [Line("line", list(some))])]))
    large = some[0].repeat(scale, axis=0).repeat(scale, axis=1)
    bottom = len(found) - 4
    assert np.array_equal(found[bottom - len(large) : bottom, 4 : 4 + large.shape[1]], large)


@pytest.mark.parametrize(("side", "parts"), [(16, 3), (64, 3), (150, 6), (400, 12)])
def test_no_part_is_wider_than_a_phone_and_every_image_is_there(side, parts):
    (sheet,) = gallery("t", "c", [("all", [line for _, block in lines_of(12, 2, side=side) for line in block])]).sheets
    sizes = [Image.open(BytesIO(part.png)).size for part in sheet.parts]
    assert len(sizes) == parts
    assert max(width for width, _ in sizes) <= max(350, side + 8)
    assert len({part.alt for part in sheet.parts}) == parts


def test_a_range_of_columns_without_an_image_is_left_out():
    some = images(6)
    found = gallery("t", "c", [("all", [Line("line", [*some[:5], *[None] * 5, some[5]])])])
    assert len(found.parts) == 2


def test_a_gallery_is_drawn_with_its_text_escaped():
    found = gallery('<b>"t"</b>', "c", [("<u>", [Line('<script>"', list(images(1)))])], ("<i>",))
    drawn = str(drawing(found).picture)
    assert drawn.startswith('<img src="data:image/png;base64,')
    assert "<script>" not in drawn
    assert "<b>" not in drawn


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.integers(1, 12), min_size=1, max_size=30), side=st.sampled_from([8, 16, 28, 64, 128]))
def test_a_sheet_is_as_high_as_a_screen_shows_and_every_line_is_on_one(counts, side):
    found = gallery("t", "c", lines_of(*counts, side=side), [str(place) for place in range(12)])
    heights = [Image.open(BytesIO(part.png)).size[1] for part in found.parts]
    assert max(heights) <= max(330, side + 50)
    said = "; ".join(sheet.parts[0].alt.rsplit(": ", 1)[1].removesuffix(".") for sheet in found.sheets)
    assert said == "; ".join(f"line {place}" for place in range(len(counts)))
    assert [row[0].text for row in found.table.rows] == ["heads", *(f"line {place}" for place in range(len(counts)))]


def test_lines_that_belong_together_are_on_one_sheet_whose_name_says_which():
    line = Line("line", list(images(2)))
    found = gallery("t", "c", [("a", [line, line]), ("b", [line, line]), ("c", [line]), ("d", [line] * 9)])
    assert [sheet.name for sheet in found.sheets] == ["a", "b … c", "d"]


def test_heads_stand_above_their_columns_on_every_sheet_and_part():
    heads = [str(place) for place in range(10)]
    bare, headed = (gallery("t", "c", lines_of(10, 10, 10, 10), words) for words in ((), heads))
    assert [len(sheet.parts) for sheet in headed.sheets] == [2, 2]
    for one, other in zip(bare.parts, headed.parts, strict=True):
        plain, with_heads = (np.asarray(Image.open(BytesIO(part.png))) for part in (one, other))
        above = len(with_heads) - len(plain)
        assert above == 18
        assert np.array_equal(with_heads[above:], plain)
        assert (with_heads[:above] < 128).any()


def test_a_sheet_without_any_image_is_blank_and_said():
    blocks = [(str(place), [Line(str(place), [images(1)[0] if place == 0 else None])]) for place in range(9)]
    found = gallery("t", "c", blocks)
    assert [len(sheet.parts) for sheet in found.sheets] == [1, 1, 1]
    assert [cell.text for row in found.table.rows for cell in row[1:]] == ["image", *["none"] * 8]
