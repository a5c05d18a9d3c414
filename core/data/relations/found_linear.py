"""Find the numbers and dates that are computed from one other, exactly or rounded to their last decimal."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.data.encoding.steps import decimals_of
from core.data.relations.consequences import Classes
from core.data.relations.evidence import EVIDENCE, MIN_ROWS, TESTED_ROWS
from core.data.relations.linear import LINE_ERROR, Linear

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_VALUES = 10  # fewer are on a line by chance, as any two are
LEAST_UNITS = 100  # that a rounded column spans, so that bands of ten years are no tenths of an age
LEAST_ROUNDED = 5  # rows that rounding moved by a quarter of a unit or more
FIRST_ROWS, ROUNDS = 80, 40
LARGEST = 1e100


def linear_relations(
    numbers: Mapping[str, Floats], fixed: Collection[str], derived: Collection[str], *, of_dates: bool
) -> list[Linear]:
    """Return the columns that are computed from one other, each after that from which it is computed.

    Columns that are all computed from each other are told by as few relations as connect them. Of two, the later one is
    computed, unless it must not change, or is computed from others already, or only the other one loses detail.

    Args:
        numbers: Columns in the order of the table, each of shape (n,), NaN where missing; dates in seconds.
        fixed: Headers of columns that must not change.
        derived: Headers of columns that other relations compute.
        of_dates: Whether they are dates.
    """
    usable = {name: values for name, values in numbers.items() if _is_usable(values)}
    parent: dict[str, Linear] = {}
    classes = Classes()
    decimals = cache(lambda name: _decimals(usable[name]))
    for earlier, later in combinations(usable, 2):
        if classes.of(earlier) == classes.of(later) or {earlier, later} <= set(derived):
            continue
        known = np.flatnonzero(~np.isnan(usable[earlier]) & ~np.isnan(usable[later]))
        if len(known) < MIN_ROWS:
            continue
        found = [
            one
            for column, by in ((later, earlier), (earlier, later))
            if column not in parent
            and (one := _linear(column, by, usable[column][known], usable[by][known], decimals, of_dates=of_dates))
        ]
        if found:
            best = min(found, key=lambda one: (one.column in fixed, one.column in derived, one.rounding > 0))
            parent[best.column] = best
            classes.join(later, earlier)
    return _in_order(parent)


def _in_order(parent: Mapping[str, Linear]) -> list[Linear]:
    """Return relations so that each comes after the one that computes what it is computed from."""
    told: dict[str, Linear] = {}
    while len(told) < len(parent):
        told |= {name: one for name, one in parent.items() if one.by not in parent or one.by in told}
    return list(told.values())


def _is_usable(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return len(known) >= MIN_ROWS and float(np.abs(known).max()) < LARGEST and _are_many(known)


def _are_many(values: Floats) -> bool:
    return len(np.unique(values[:TESTED_ROWS])) >= LEAST_VALUES or len(np.unique(values)) >= LEAST_VALUES


def _decimals(values: Floats) -> int | None:
    known = values[~np.isnan(values)]
    return None if decimals_of(known[:TESTED_ROWS]) is None else decimals_of(known)


@np.errstate(all="ignore")  # of the largest and smallest numbers, no line fits
def _linear(
    column: str, by: str, own: Floats, other: Floats, decimals: Callable[[str], int | None], *, of_dates: bool
) -> Linear | None:
    """Return how a column is computed from another one, if it is.

    Args:
        column: Header of the column.
        by: Header of the other.
        own: Values of the column in the rows where both have any.
        other: Values of the other one.
        decimals: The number of decimals of a column.
        of_dates: Whether both are dates.
    """
    coarse, fine = decimals(column), decimals(by)
    unit = 0.0 if of_dates or coarse is None else 10.0**-coarse
    # With a rounding of half a unit nearly all pairs are excluded in a few rows.
    if not _may_fit(other, own, unit / 2):
        return None
    line = _line(other, own, 0.0)
    factor, offset = (line.factor, simplest(line.low, line.high)) if line else (0.0, 0.0)
    if line is None and unit > 0 and _is_function(other, own):
        detail = 0.0 if fine is None else 10.0**-fine
        factor, offset = _rounded_line(other, own, unit, detail)
    if (
        factor == 0
        or not np.isfinite([factor, offset]).all()
        or (of_dates and factor != 1)
        or not (_are_many(own) and _are_many(other))
    ):
        return None
    # A twelfth of whole numbers is whole in these rows, and need not be in others.
    is_exact = unit == 0 or (fine is not None and _is_whole(factor * 10.0**-fine / unit) and _is_whole(offset / unit))
    rounding = 0.0 if is_exact else unit / 2
    found = Linear(column=column, by=by, factor=factor, offset=offset, rounding=rounding, of_dates=of_dates)
    return found if _is_evident(found, own, other) else None


def _rounded_line(x: Floats, y: Floats, unit: float, detail: float) -> tuple[float, float]:
    """Return factor and offset of the line of which a column is the rounded value; 0 and 0 if there is none.

    Of values that have no more detail than those on the line nothing is rounded: they are only near, and so are those
    of which all but a few are on it. The line is one that people use: its offset is a possible value, or so is the
    number that it makes 0. One shifted by half a unit, as whole euros without their cents are, is none.

    Args:
        x: Values of the other column.
        y: Values of the column.
        unit: One in the last decimal of the column.
        detail: One in the last decimal of the other one; 0 if it has too many.
    """
    line = _line(x, y, unit / 2)
    if line is None or line.factor == 0 or (detail > 0 and _is_whole(line.factor * detail / unit)):
        return 0.0, 0.0
    middle = (line.low + line.high) / 2
    if not line.low <= (offset := round(middle / unit) * unit) <= line.high:
        half, step = (np.floor(middle / unit) + 0.5) * unit, abs(line.factor) * detail
        offset = round(middle / step) * step if step > 0 else simplest(line.low, line.high)
        is_told = np.ptp(y) >= LEAST_UNITS * unit and not line.low <= half <= line.high
        if not is_told or not line.low <= offset <= line.high:
            return 0.0, 0.0
    off = np.abs(y - line.factor * x - offset) > unit / 4
    return (line.factor, offset) if np.count_nonzero(off) >= LEAST_ROUNDED else (0.0, 0.0)


def _is_evident(found: Linear, own: Floats, other: Floats) -> bool:
    """Return whether shuffled rows would hardly fit the line; two rows lay it."""
    mixed = np.random.default_rng(39).permutation(other)
    near = np.abs(own - found.factor * mixed - found.offset) <= found.rounding + LINE_ERROR * np.abs(own).max()
    by_chance = min(max(float(near.mean()), 1 / len(own)), 1.0)
    return -(len(own) - 2) * float(np.log(by_chance)) > EVIDENCE


def _is_function(x: Floats, y: Floats) -> bool:
    order = np.argsort(x)
    return not ((np.diff(x[order]) == 0) & (np.diff(y[order]) != 0)).any()


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6


def _through_ends(x: Floats, y: Floats) -> tuple[float, float]:
    low, high = x.argmin(), x.argmax()
    slope = float((y[high] - y[low]) / (x[high] - x[low])) if x[high] > x[low] else 0.0
    return slope, float(y[low] - slope * x[low])


def _margin(x: Floats, y: Floats, rounding: float) -> Floats:
    """Return how far each row may lie from a line, shape (n,): rounding, and errors in the last digits."""
    slope, start = _through_ends(x, y)
    return np.asarray(rounding + LINE_ERROR * (np.abs(y) + np.abs(slope * x) + abs(start)))


def _may_fit(x: Floats, y: Floats, rounding: float) -> bool:
    """Return whether no row lies so far from the line through both ends that no line can fit."""
    low, high = x.argmin(), x.argmax()
    ends = np.asarray([low, high])
    slope, start = _through_ends(x, y)
    for rows in (slice(TESTED_ROWS), slice(None)):
        allowed = _margin(x[rows], y[rows], rounding) + _margin(x[ends], y[ends], rounding).max()
        if x[high] == x[low] or not (np.abs(y[rows] - slope * x[rows] - start) <= allowed).all():
            return False
    return True


class _Line(NamedTuple):
    """A factor, and the lowest and highest offset with which all rows fit."""

    factor: float
    low: float
    high: float


def _line(x: Floats, y: Floats, rounding: float) -> _Line | None:
    """Return the line with the simplest slope from which no row is further than its margin; ``None``: no line.

    The slopes that fit some rows are those that fit any two of them. While the simplest such slope fits not all rows,
    the two that contradict each other most are added.
    """
    margin = _margin(x, y, rounding)
    rows = np.unique([*range(min(FIRST_ROWS, len(x))), x.argmin(), x.argmax()])
    for _ in range(ROUNDS):
        low, high = _slopes(x[rows], y[rows], margin[rows])
        if low > high:
            return None
        slope = simplest(low, high)
        rest = y - slope * x
        least, most = (rest - margin).argmax(), (rest + margin).argmin()
        if rest[least] - margin[least] <= rest[most] + margin[most]:
            return _Line(slope, float(rest[least] - margin[least]), float(rest[most] + margin[most]))
        rows = np.unique([*rows, least, most])
    return None


def _slopes(x: Floats, y: Floats, margin: Floats) -> tuple[float, float]:
    """Return the lowest and highest slope of a line that fits all rows; the first is greater if there is none."""
    run, rise, both = x[:, None] - x, y[:, None] - y, margin[:, None] + margin
    if (np.abs(rise) > both)[run == 0].any() or not (run > 0).any():
        return np.inf, -np.inf
    right = run > 0
    return float(((rise - both)[right] / run[right]).max()), float(((rise + both)[right] / run[right]).min())


def simplest(low: float, high: float) -> float:
    """Return the number between two that has the fewest digits, or whose inverse has.

    >>> simplest(0.0832, 0.0834) * 12, simplest(11.7, 12.2), simplest(-0.1, 0.2)
    (1.0, 12.0, 0.0)
    """
    if low <= 0 <= high:
        return 0.0
    middle = (low + high) / 2
    for digits in range(17):
        for number in (float(f"{middle:.{digits}e}"), 1 / float(f"{1 / middle:.{digits}e}")):
            if low <= number <= high:
                return number
    return middle
