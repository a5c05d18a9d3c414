"""Placement of the labels of marks in a plane, with as little overlap as possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

LETTER, HEIGHT = 6.3, 15.0  # pixels of a letter and of a line at 12 px, about
AWAY = 10.0  # from a mark's middle to its name
_STEPS = (-0.75, 0.75, 0, -1.75, 1.75, -2.75, 2.75, -3.75, 3.75, -4.75, 4.75)
_LIKING = 0.6  # square pixels that may be covered to be a pixel nearer
Align = Literal["left", "center", "right"]
ALIGNS: tuple[Align, ...] = get_args(Align)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Where a name stands, in pixels from the upper left.

    Args:
        x: Its left edge, its centre or its right edge.
        y: Its middle.
        align: Which of these: ``left``, ``center`` or ``right``.
        far: Whether it is so far from its mark that a line must lead there.
    """

    x: float
    y: float
    align: Align
    far: bool


def places(
    marks: Sequence[tuple[float, float]],
    names: Sequence[str],
    width: float,
    height: float,
    in_the_way: Sequence[Box] = (),
) -> list[Place]:
    """Return a place for each name, beside its mark where that is free; the same marks have the same places.

    Args:
        marks: Middles of all marks, in pixels from the upper left.
        names: What is written beside each.
        width: Of the plane, in pixels.
        height: Of the plane, in pixels.
        in_the_way: What else should not be written over: left, upper, right, lower edge.

    >>> [(place.x, place.align) for place in places([(50, 50), (300, 50)], ["this", "that"], 320, 100)]
    [(60.0, 'left'), (290.0, 'right')]
    """
    taken: list[Box] = [*(_mark(x, y) for x, y in marks), *in_the_way]
    found = []
    for at, name in enumerate(names):
        tried = [(place, _box(place, name)) for place in _candidates(*marks[at])]
        others = taken[:at] + taken[at + 1 :]
        place, box = min(
            tried, key=lambda one: _cost(one[1], others, width, height) + _LIKING * abs(one[0].y - marks[at][1])
        )
        taken.append(box)
        found.append(place)
    return found


def _candidates(x: float, y: float) -> Iterator[Place]:
    """Return right of the mark and left of it, a little up or down; then further away, over and under it too."""
    for step in _STEPS:
        far = abs(step) > 2
        yield Place(x + AWAY, y + step * HEIGHT, "left", far)
        yield Place(x - AWAY, y + step * HEIGHT, "right", far)
        if abs(step) > 1:
            yield Place(x, y + step * HEIGHT, "center", far)


def _mark(x: float, y: float) -> Box:
    return (x - 6, y - 6, x + 6, y + 6)


def _box(place: Place, name: str) -> Box:
    wide = len(name) * LETTER
    left = place.x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[place.align]
    return (left, place.y - HEIGHT / 2, left + wide, place.y + HEIGHT / 2)


def _cost(box: Box, others: Sequence[Box], width: float, height: float) -> float:
    """Return the area that is covered or lies outside, which is worse."""
    inside = _shared(box, (0.0, 0.0, width, height))
    outside = (box[2] - box[0]) * (box[3] - box[1]) - inside
    return round(outside * 3 + sum(_shared(box, other) for other in others), 3)


def _shared(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)
