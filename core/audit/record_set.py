"""Records with selections. Nothing is computed: a figure is one that the audit left, or it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import overload

from core.audit.estimate import mean_over_seeds
from core.audit.glossary import source_rank
from core.audit.records import BIAS_AUDIT, Record
from core.audit.repair_level import is_tried
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE

_ADDRESS = ("source", "protocol", "metric", "sensitive", "group", "positive", "split")


class RecordSet(Sequence[Record]):
    """An immutable sequence of records with selections, each a `RecordSet` again, in the same order.

    Args:
        records: In the audit's order.
    """

    __slots__ = ("_records",)

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._records = tuple(records)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> RecordSet: ...
    def __getitem__(self, index: int | slice) -> Record | RecordSet:
        """One record, or a part of them."""
        return RecordSet(self._records[index]) if isinstance(index, slice) else self._records[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        """All of them, in order."""
        return iter(self._records)

    def __add__(self, other: Iterable[Record]) -> RecordSet:
        """These and, after them, the others."""
        return RecordSet((*self._records, *other))

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same records in the same order."""
        return isinstance(other, RecordSet) and self._records == other._records

    def __hash__(self) -> int:
        """Equal sets have equal hashes."""
        return hash(self._records)

    def __repr__(self) -> str:
        """How many there are."""
        return f"RecordSet of {len(self)} records"

    def where(self, **fields: object) -> RecordSet:
        """The records whose fields have these values; a tuple or a set stands for any of its values.

        >>> rows = [Record(source="original", protocol=letter, metric="accuracy", value=0.8) for letter in "ABC"]
        >>> [record.protocol for record in RecordSet(rows).where(metric="accuracy", protocol=("A", "B"))]
        ['A', 'B']

        Raises:
            TypeError: A record has no such field.
        """
        tests = [(_known(name), _values(wanted)) for name, wanted in fields.items()]
        return self.filter(lambda record: all(getattr(record, name) in values for name, values in tests))

    def without(self, **fields: object) -> RecordSet:
        """The records that `where` leaves out."""
        tests = [(_known(name), _values(wanted)) for name, wanted in fields.items()]
        return self.filter(lambda record: not all(getattr(record, name) in values for name, values in tests))

    def filter(self, keep: Callable[[Record], object]) -> RecordSet:
        """The records for which ``keep`` says so."""
        return RecordSet(record for record in self._records if keep(record))

    def sorted(self, key: Callable[[Record], tuple[object, ...]]) -> RecordSet:
        """The records in the order of ``key``; equal ones stay in theirs."""
        return RecordSet(sorted(self._records, key=key))

    def one(self, **fields: object) -> Record:
        """The one record whose fields have these values.

        Raises:
            LookupError: None does, or several do.
        """
        found = self.where(**fields)
        if len(found) != 1:
            raise LookupError(f"{len(found)} records match {fields}; exactly one was wanted.")
        return found[0]

    def first(self, **fields: object) -> Record | None:
        """The first record whose fields have these values, if there is one."""
        return next(iter(self.where(**fields)), None)

    def at(
        self, metric: str, *, source: str, protocol: str, sensitive: str | None = None, group: str | None = None
    ) -> Record | None:
        """The figure with this address, if the audit left it."""
        return self.first(metric=metric, source=source, protocol=protocol, sensitive=sensitive, group=group)

    def by(self, *fields: str) -> dict[tuple[object, ...], Record]:
        """The records by the values of these fields; of several alike the last."""
        return {tuple(getattr(record, name) for name in fields): record for record in self._records}

    @property
    def overall(self) -> RecordSet:
        """Those that are not of a single group."""
        return self.where(group=None)

    @property
    def of_groups(self) -> RecordSet:
        """Those of single groups."""
        return self.without(group=None)

    @property
    def by_seed(self) -> RecordSet:
        """Those of single classifier seeds, over all groups."""
        return self.overall.without(seed=None)

    @property
    def positive_outcome(self) -> str | None:
        """The outcome counted as positive throughout: the first that the audit names."""
        return next((record.positive for record in self._records if record.positive is not None), None)

    def of_outcome(self, positive: str | None) -> RecordSet:
        """Records under this positive outcome, and those that have none."""
        return self.where(positive=(None, positive))

    @property
    def shown(self) -> RecordSet:
        """One record for each figure: the mean over seeds, else the figure of the lowest seed."""
        chosen: dict[tuple[object, ...], Record] = {}
        for record in self._records:
            address = tuple(getattr(record, name) for name in _ADDRESS)
            held = chosen.get(address)
            if held is None or _seed_rank(record) < _seed_rank(held):
                chosen[address] = record
        return RecordSet(chosen.values())

    @property
    def main(self) -> RecordSet:
        """Those `shown` under the outcome that counts as positive."""
        return self.shown.of_outcome(self.positive_outcome)

    @property
    def attributes(self) -> list[str]:
        """The sensitive attributes with figures over groups, in the audit's order; not those of a framework."""
        mine = (record.sensitive for record in self._records if record.protocol != BIAS_AUDIT)
        return list(dict.fromkeys(name for name in mine if name is not None))

    @property
    def sources(self) -> list[str]:
        """The sources, in the order of the glossary; without repair levels that were only tried."""
        return sorted({record.source for record in self._records if not is_tried(record.source)}, key=source_rank)

    @property
    def confidence(self) -> float:
        """The nominal coverage of the intervals."""
        bounded = [record.confidence for record in self._records if record.low is not None]
        return next(iter(bounded or [record.confidence for record in self._records]), DEFAULT_CONFIDENCE)

    def with_means_over_seeds(self) -> RecordSet:
        """These and, if there are several seeds, after them the mean of each figure (seed null)."""
        alike: dict[tuple[object, ...], list[Record]] = {}
        for record in self._records:
            address = tuple(getattr(record, name) for name in _ADDRESS)
            alike.setdefault(address, []).append(record)
        means = [mean_over_seeds(records) for records in alike.values() if len({r.seed for r in records}) > 1]
        return self + means


def _known(name: str) -> str:
    if name not in Record.model_fields:
        raise TypeError(f"A record has no field {name!r}.")
    return name


def _values(wanted: object) -> tuple[object, ...] | frozenset[object]:
    if isinstance(wanted, (set, frozenset)):
        return frozenset(wanted)
    return tuple(wanted) if isinstance(wanted, (tuple, list)) else (wanted,)


def _seed_rank(record: Record) -> int:
    return -1 if record.seed is None else record.seed
