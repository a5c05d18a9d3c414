"""Leave out relations that follow from others, since columns are computed from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from core.data.relations.date_parts import DatePart
from core.data.relations.kinds import Determined, Order, Sum
from core.data.relations.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

_Told = TypeVar("_Told", Sum, Order)


class Classes:
    """Columns in classes: two that are joined are in the same one."""

    def __init__(self) -> None:
        self._roots: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return the name of a column's class."""
        return self._roots.get(name, name)

    def join(self, one: str, other: str) -> None:
        """Put two classes into one."""
        old, new = self.of(one), self.of(other)
        self._roots = {name: new if root == old else root for name, root in self._roots.items()}
        self._roots |= {one: new, other: new}


class Links:
    """Which columns are computed from which other one.

    Args:
        linear: Columns computed from numbers and dates, each after that from which it is computed.
        parts: Parts of dates.
    """

    def __init__(self, linear: Sequence[Linear], parts: Sequence[DatePart]) -> None:
        self._original: dict[str, str] = {}
        self._exact, self._near = Classes(), Classes()
        self._dates = {one.column: one.by for one in parts}
        for one in linear:
            self._near.join(one.column, one.by)
            if one.is_exact:
                self._exact.join(one.column, one.by)
            if one.is_copy:
                self._original[one.column] = self._original.get(one.by, one.by)
        self.images = {one.column for one in linear if one.is_exact}

    def sums(self, sums: Iterable[Sum]) -> list[Sum]:
        """Return sums of columns that are not all multiples of one, and none again of copies."""
        kept = (one for one in sums if len({self._exact.of(name) for name in one.columns}) > 1)
        return _first(kept, lambda one: (self._root(one.total), frozenset(map(self._root, one.parts))))

    def linear(self, linear: Iterable[Linear], sums: Iterable[Sum]) -> list[Linear]:
        """Return multiples without those, rounded, of which a sum of such multiples says the same exactly."""
        said = {one.total for one in sums if len({self._near.of(name) for name in one.columns}) == 1}
        return [one for one in linear if one.is_exact or one.column not in said]

    def orders(self, orders: Iterable[Order]) -> list[Order]:
        """Return orders of columns of which neither is computed from the other, and none again of copies."""
        kept = (one for one in orders if not self.are_linked(one.low, one.high))
        return _first(kept, lambda one: (self._root(one.low), self._root(one.high)))

    def determined(self, determined: Iterable[Determined]) -> list[Determined]:
        """Return which columns determine others that are not computed from the same."""
        return [one for one in determined if not self.are_linked(one.column, one.by)]

    def are_linked(self, one: str, other: str) -> bool:
        """Return whether one of two columns is computed from the other, or both from the same."""
        return self._near.of(self._dates.get(one, one)) == self._near.of(self._dates.get(other, other))

    def _root(self, name: str) -> str:
        return self._original.get(name, name)


def _first(relations: Iterable[_Told], key: Callable[[_Told], Hashable]) -> list[_Told]:
    """Return the first of the relations with each key."""
    first: dict[Hashable, _Told] = {}
    for one in relations:
        first.setdefault(key(one), one)
    return list(first.values())
