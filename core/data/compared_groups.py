"""Which groups an audit compares: one fixed set for each attribute, the same for every source.

The rule: a group is compared if at least ``schema.min_group_size`` real rows belong to it, train and hold-out together.
Figures on the hold-out, where every classifier is tested, need as many test rows too; since all sources are tested on
the same rows, that set is the same for all of them as well. Other groups are left out, with a note.

So the set does not follow the rows that are measured. If a group of the set has too few rows in a source, figures over
groups are those of the other groups and are marked ``small_n``. If it has none, they are undefined: the gap to a group
that a source lost cannot be measured in that source. Rows of unknown group need not occur in every source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.data.groups import CROSS, MISSING_GROUP, GroupedFrame, Grouping

REAL, TESTED = "real rows", "test rows"


@dataclass(frozen=True)
class ComparedGroups:
    """The groups of one attribute that figures compare.

    Args:
        minimum: Rows that a group needs.
        names: The groups; ``None`` for all that have enough of the rows at hand.
        among: The rows that were counted, as a note calls them.
        enough_in_all: Groups with enough real rows but too few test rows.
    """

    minimum: int
    names: frozenset[str] | None = None
    among: str = "rows"
    enough_in_all: tuple[str, ...] = ()

    def mask(self, names: Sequence[str], sizes: ArrayLike) -> NDArray[np.bool_]:
        """Return which groups of the rows at hand are compared, shape (groups,): in the set, and large enough here."""
        return self.belongs(names) & (np.asarray(sizes) >= self.minimum)

    def belongs(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Return which groups are in the set, shape (groups,)."""
        return np.asarray([self.names is None or name in self.names for name in names], dtype=bool)

    def absent(self, names: Sequence[str]) -> list[str]:
        """Return the groups of the set that have no row here, without those of unknown group.

        >>> ComparedGroups(30, frozenset({"a", "b", "(missing)"})).absent(["a"])
        ['b']
        """
        known = (name for name in self.names or () if MISSING_GROUP not in name.split(CROSS))
        return sorted(set(known) - set(names))

    def too_small(self, names: Sequence[str], sizes: ArrayLike) -> list[str]:
        """Return the groups of the set that have too few rows here; none if the set follows the rows at hand."""
        if self.names is None:
            return []
        small = self.belongs(names) & (np.asarray(sizes) < self.minimum)
        return [name for name, is_small in zip(names, small, strict=True) if is_small]

    def note(self, names: Sequence[str], sizes: ArrayLike) -> str:
        """Return a note on the groups that are left out; empty if there are none."""
        outside = ~self.belongs(names) if self.names is not None else np.asarray(sizes) < self.minimum
        left_out = [name for name, is_out in zip(names, outside, strict=True) if is_out]
        left_out += [name for name in self.enough_in_all if name not in names]
        parts = [f"Left out for fewer than {self.minimum} {self.among}: {_listed(left_out)}."] if left_out else []
        if waiting := [name for name in left_out if name in self.enough_in_all]:
            parts.append(f"With the train rows there are enough of {_listed(waiting)}.")
        if small := self.too_small(names, sizes):
            parts.append(f"Compared elsewhere, but fewer than {self.minimum} rows here: {_listed(small)}.")
        return " ".join(parts)


def compared_in_rows(*parts: GroupedFrame) -> dict[str, ComparedGroups]:
    """Return the compared groups of each attribute, for figures of rows: enough of all real rows.

    Args:
        *parts: The real rows: train and hold-out, or one table.
    """
    minimum = parts[0].schema.min_group_size
    return {
        name: ComparedGroups(minimum, _large(_sizes(*(part.groupings[name] for part in parts)), minimum), REAL)
        for name in parts[0].groupings
    }


def compared_in_tests(train: GroupedFrame, holdout: GroupedFrame) -> dict[str, ComparedGroups]:
    """Return the compared groups of each attribute, for figures on the hold-out: enough of its rows too."""
    minimum, result = train.schema.min_group_size, {}
    for name, real in compared_in_rows(train, holdout).items():
        tested = _large(_sizes(holdout.groupings[name]), minimum)
        waiting = tuple(sorted((real.names or frozenset()) - tested))
        result[name] = ComparedGroups(minimum, tested, TESTED, waiting)
    return result


def _sizes(*groupings: Grouping) -> dict[str, int]:
    result: dict[str, int] = {}
    for grouping in groupings:
        for name, size in zip(grouping.names, grouping.sizes.tolist(), strict=True):
            result[name] = result.get(name, 0) + size
    return result


def _large(sizes: Mapping[str, int], minimum: int) -> frozenset[str]:
    return frozenset(name for name, size in sizes.items() if size >= minimum)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
