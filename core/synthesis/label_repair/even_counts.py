"""Even counts: as many positive outcomes as expected in every group and at every level, instead of about as many.

Outcomes that are drawn row by row are binomial in number. In a small group that noise is larger than most gaps between
groups, and a classifier learns it. So a few outcomes are moved to the other side until each group, and in it each
level, has the number that its probabilities ask for, to within one (controlled rounding; Cox 1987).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


def moves(
    is_positive: NDArray[np.bool_],
    own_positive: NDArray[np.bool_],
    rates: Floats,
    cells: tuple[Integers, Integers],
    share: float,
) -> NDArray[np.intp]:
    """Return the rows whose outcome must move to the other side, at most ``n``.

    Rows whose own outcome is on that side come first; so few outcomes are other than the decoder's. Else the first
    rows move.

    Args:
        is_positive: Whether the outcome that was drawn is positive, shape (n,).
        own_positive: Whether the row's own outcome is, shape (n,).
        rates: Probability of a positive outcome, shape (n,).
        cells: Group and level of each row, each of shape (n,).
        share: How much of the difference is removed, 0 to 1.
    """
    found = []
    for members, expected in _cells(rates, *cells):
        lacking = round(share * (expected - int(is_positive[members].sum())))
        candidates = members[is_positive[members] != (lacking > 0)]
        order = np.argsort(own_positive[candidates] != (lacking > 0), kind="stable")
        found.append(candidates[order[: abs(lacking)]])
    return np.concatenate(found) if found else np.empty(0, dtype=np.intp)


def _cells(rates: Floats, groups: Integers, levels: Integers) -> Iterator[tuple[NDArray[np.intp], int]]:
    """Yield the rows of each group and level with the number of positive outcomes; what is rounded is carried over."""
    order = np.lexsort((levels, groups))
    is_first = np.append(True, (np.diff(groups[order]) != 0) | (np.diff(levels[order]) != 0))
    last_group, carried = -1, 0.0
    for members in np.split(order, np.flatnonzero(is_first)[1:]) if len(order) else ():
        group = int(groups[members[0]])
        carried = carried if group == last_group else 0.0
        exact = float(rates[members].sum()) + carried
        expected = int(np.clip(round(exact), 0, len(members)))
        last_group, carried = group, exact - expected
        yield members, expected
