"""The bins of a numeric column: which values they hold, what is kept of them, and what is drawn from them.

A bin keeps its common values, those of `rare_rows` rows or more, with their shares. Of its other values it keeps knots:
each is the mean of `rare_rows` neighbouring values that no other knot uses. Draws lie between the knots, so that no
end of a range is the value of a single person. The `rare_rows` - 1 smallest and largest numbers of a column weigh in no
knot. Other values that are too few for two knots are drawn as the common values of their bin. A bin that would have
neither is pooled with a neighbour, unless a cut point of the schema lies between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from core.data.encoding import calendar_steps as calendars
from core.data.encoding.steps import Grid
from core.data.encoding.values import mean_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

INNER_KNOTS: Final = 9
_ERROR: Final = 1e-9
_Limits = tuple[float, float]


class Bin(BaseModel):
    """The values of one bin: common values with their shares, and the quantiles between which others are drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    common: tuple[FiniteFloat, ...]
    shares: tuple[Annotated[FiniteFloat, Field(ge=0)], ...]
    knots: tuple[FiniteFloat, ...]

    @model_validator(mode="after")
    def _is_complete(self) -> Bin:
        if len(self.shares) != len(self.common) + 1 or sum(self.shares) <= 0:
            raise ValueError("A bin has a share for each common value and one for the others, not all of them 0.")
        if list(self.knots) != sorted(self.knots) or not (self.common or self.knots):
            raise ValueError("A bin has values, and the knots between them rise.")
        return self

    def draw(self, uniforms: Numbers, grid: Grid, calendar: calendars.Calendar) -> Numbers:
        """Return a number for each row of ``uniforms`` (n, 2), shape (n,); between knots, on the grid."""
        shares = np.asarray(self.shares)
        index = np.searchsorted(np.cumsum(shares) / shares.sum(), uniforms[:, 0], side="right")
        index = np.minimum(index, len(shares) - 1)
        between = np.empty(len(index))
        if self.knots:
            between = np.interp(uniforms[:, 1], np.linspace(0, 1, len(self.knots)), self.knots)
            between = calendars.on_calendar(grid.nearest(between), calendar)
        if not self.common:
            return between
        common = np.asarray(self.common, dtype=float)
        drawn: Numbers = common[np.minimum(index, len(common) - 1)]
        return np.where((index == len(common)) & bool(self.knots), between, drawn)


def protected_range(numbers: Numbers, rare_rows: int) -> _Limits:
    """Return the ``rare_rows``-th smallest and largest of sorted numbers; 0 and 0 if there are none."""
    if not numbers.size:
        return 0.0, 0.0
    excluded = min(rare_rows - 1, (len(numbers) - 1) // 2)
    return float(numbers[excluded]), float(numbers[-1 - excluded])


def fewest_others(rare_rows: int) -> int:
    """Return from how many rows on values that are not common are drawn: enough for two knots."""
    return 2 * rare_rows if rare_rows > 1 else 1


def fit_bins(
    numbers: Numbers, edges: Numbers, cut_points: Sequence[float], limits: _Limits, grid: Grid, rare_rows: int
) -> tuple[tuple[float, ...], tuple[Bin, ...]]:
    """Return the lower edges of all bins but the first, and the bins.

    Args:
        numbers: Known numbers, sorted, shape (n,).
        edges: Where bins should begin, ascending; numbers at an edge belong to the bin above it.
        cut_points: Those of the schema, ascending, which are among the edges. No bin lies on two sides of one.
        limits: The protected range; see `protected_range`.
        grid: Possible values of the column.
        rare_rows: Values of fewer rows are protected.
    """
    parts = [part for part in np.split(numbers, np.searchsorted(numbers, edges, side="left")) if part.size]
    found, bins = [], []
    for part, sides in _pools(parts, cut_points, limits, rare_rows):
        found.append(part)
        bins.append(_fit_bin(part, limits, sides, grid, rare_rows, len(numbers)))
    bounds = [_edge(low, high, cut_points) for low, high in pairwise(found)]
    return tuple(bounds), tuple(bins)


def _pools(
    parts: Sequence[Numbers], cut_points: Sequence[float], limits: _Limits, rare_rows: int
) -> Iterator[tuple[Numbers, _Limits]]:
    """Yield pools of neighbouring parts from which something can be drawn, and the cut points around each.

    One that is alone between two cut points is yielded whatever it holds.
    """
    borders = np.asarray([-np.inf, *cut_points, np.inf])
    sides = np.asarray([np.searchsorted(cut_points, part[0], side="right") for part in parts], dtype=np.int64)
    for side in np.unique(sides):
        found: list[Numbers] = []
        is_open = False
        for at in np.flatnonzero(sides == side).tolist():
            if is_open:
                found[-1] = np.concatenate([found[-1], parts[at]])
            else:
                found.append(parts[at])
            is_open = not _is_drawable(found[-1], limits, rare_rows)
        if is_open and len(found) > 1:
            found[-2:] = [np.concatenate(found[-2:])]
        for pool in found:
            yield pool, (float(borders[side]), float(borders[side + 1]))


def _is_drawable(part: Numbers, limits: _Limits, rare_rows: int) -> bool:
    common, _, others = _split(part, limits, rare_rows)
    return bool(common.size) or len(others) >= fewest_others(rare_rows)


def _split(part: Numbers, limits: _Limits, rare_rows: int) -> tuple[Numbers, NDArray[np.int64], Numbers]:
    """Return the common values, their rows, and the other values that lie inside the limits, with repetitions."""
    distinct, counts = np.unique(part, return_counts=True)
    common = counts >= rare_rows
    others = np.repeat(distinct[~common], counts[~common])
    return distinct[common], counts[common], others[(others >= limits[0]) & (others <= limits[1])]


def _fit_bin(part: Numbers, limits: _Limits, sides: _Limits, grid: Grid, rare_rows: int, total: int) -> Bin:
    common, counts, others = _split(part, limits, rare_rows)
    knots = () if len(others) < fewest_others(rare_rows) else inside(block_means(others, rare_rows), sides, grid)
    if not common.size and not knots:
        return Bin(common=(), shares=(1.0,), knots=_summary(part, sides, grid))
    share = (len(part) - counts.sum()) / total if knots else 0.0
    return Bin(common=tuple(common.tolist()), shares=(*(counts / total).tolist(), float(share)), knots=knots)


def block_means(others: Numbers, rows: int) -> tuple[float, ...]:
    """Return means of ``rows`` neighbouring values each, lowest first, `INNER_KNOTS` at most; none of too few values.

    Args:
        others: Sorted values, shape (n,).
        rows: Values of each mean.

    >>> block_means(np.arange(12.0), 5)
    (2.0, 9.0)
    """
    count = min(INNER_KNOTS, len(others) // rows)
    if not count:
        return ()
    starts = np.linspace(0, len(others) - rows, count).astype(int)
    return tuple(mean_of(others[start : start + rows]) for start in starts)


def inside(knots: tuple[float, ...], sides: _Limits, grid: Grid) -> tuple[float, ...]:
    """Return knots moved so that rounding to the grid crosses no cut point; none if there is no room between two."""
    low, high = _first_from(sides[0], grid), _first_from(sides[1], grid) - grid.unit
    return tuple(np.clip(knots, low, high).tolist()) if low <= high else ()


def beside_cut(sides: _Limits, grid: Grid) -> float | None:
    """Return the possible value beside a cut point, on the inner side; ``None`` if there is no cut point.

    Args:
        sides: The cut points below and above, infinite where there is none.
        grid: The possible values.

    >>> beside_cut((75.0, np.inf), Grid(1.0)), beside_cut((-np.inf, 18.0), Grid(1.0, 0.5))
    (75.0, 17.5)
    """
    low, high = sides
    if np.isfinite(low):
        known = _first_from(low, grid)
        return known if known < high else low
    return float(round(_first_from(high, grid) - grid.unit, 10)) if np.isfinite(high) else None


def _first_from(limit: float, grid: Grid) -> float:
    """Return the least possible value at or above a limit, up to rounding; an infinite limit as it is."""
    return float(round(np.ceil((limit - grid.offset) / grid.unit - _ERROR) * grid.unit + grid.offset, 10))


def _summary(part: Numbers, sides: _Limits, grid: Grid) -> tuple[float, ...]:
    """Return what is told of a few values: a cut point beside them, else their mean and how far they are from it."""
    known = beside_cut(sides, grid)
    if known is not None:
        return (known,)
    centre = mean_of(part)
    spread = mean_of(np.abs(part / 2 - centre / 2))
    return (centre - spread, centre + spread)


def _edge(below: Numbers, above: Numbers, cut_points: Sequence[float]) -> float:
    """Return a number that separates two bins and is no value of either: a cut point, else the middle of the gap."""
    between = [cut for cut in cut_points if below[-1] < cut <= above[0]]
    if between:
        return float(between[0])
    middle = float(below[-1] + (above[0] - below[-1]) / 2)
    return middle if middle > below[-1] else float(above[0])
