import pytest

from core.report.charts.theme import (
    ACCENT,
    GREY,
    GROUP_PALETTE,
    GROUP_SHAPES,
    PALETTE,
    SHAPES,
    Figure,
    line_step,
    source_colour,
    source_shape,
)
from core.report.tables.base import Table


def scale(encoding):
    found = encoding.to_dict()["scale"]
    return dict(zip(found["domain"], found["range"], strict=True))


def test_a_source_has_its_own_colour_and_one_from_elsewhere_that_of_such():
    found = scale(source_colour(["original", "theirs"]))
    assert found == {"original": PALETTE["original"], "theirs": PALETTE["external"]}


def test_several_sources_from_elsewhere_are_told_apart_by_colour_and_shape():
    names = [f"model {number}" for number in range(len(GROUP_PALETTE))]
    assert len(set(scale(source_colour(names)).values())) == len(names)
    assert len(set(scale(source_shape(names)).values())) == len(names)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", sorted({*PALETTE.values(), *GROUP_PALETTE, GREY, ACCENT}))
def test_every_mark_stands_out_from_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_every_source_and_every_group_has_a_shape_of_its_own():
    assert len(set(SHAPES.values())) == len(SHAPES) == len(PALETTE)
    assert len(set(GROUP_SHAPES)) == len(GROUP_SHAPES) == len(GROUP_PALETTE)


def test_a_picture_speaks_its_title_first():
    found = Figure("Rates by group", "Each mark is a group.", {}, Table("Rates", "", ()))
    assert found.spoken == "Rates by group. Each mark is a group."


@pytest.mark.parametrize(
    ("marks", "groups", "high"),
    [(1, 2, 88), (5, 2, 120), (5, 5, 225), (1, 10, 230), (5, 10, 350), (1, 24, 336), (5, 24, 840)],
)
def test_a_picture_of_groups_stays_low_but_marks_and_names_do_not_overlap(marks, groups, high):
    assert line_step(marks, groups).step * marks * groups == high
