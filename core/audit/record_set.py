"""A set of records with selections. It computes no figures; it only finds those that the audit measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import overload

from core.audit.estimate import mean_over_seeds
from core.audit.glossary import source_rank
from core.audit.metrics.catalog import EITHER_OUTCOME, kind_of
from core.audit.records import BIAS_AUDIT, ORIGINAL, WHOLE, Record
from core.audit.repair_level import is_tried
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE

_FIGURE_FIELDS = ("source", "protocol", "metric", "sensitive", "group", "positive", "split")


class RecordSet(Sequence[Record]):
    """An immutable sequence of records. Every selection is again a `RecordSet`, in the same order.

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
        """Number of records."""
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        """Iterate over the records in order."""
        return iter(self._records)

    def __add__(self, other: Iterable[Record]) -> RecordSet:
        """Append other records."""
        return RecordSet((*self._records, *other))

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same records in the same order."""
        return isinstance(other, RecordSet) and self._records == other._records

    def __hash__(self) -> int:
        """Equal sets have equal hashes."""
        return hash(self._records)

    def __repr__(self) -> str:
        """Show the number of records."""
        return f"RecordSet of {len(self)} records"

    def where(self, **fields: object) -> RecordSet:
        """Return the records whose fields have these values; a tuple or a set stands for any of its values.

        >>> rows = [Record(source="original", protocol=letter, metric="accuracy", value=0.8) for letter in "ABC"]
        >>> [record.protocol for record in RecordSet(rows).where(metric="accuracy", protocol=("A", "B"))]
        ['A', 'B']

        Raises:
            TypeError: A record has no such field.
        """
        tests = [(_known(name), _values(wanted)) for name, wanted in fields.items()]
        found: Iterable[Record] = self._records
        for name, values in tests:
            found = [record for record in found if getattr(record, name) in values]
        return RecordSet(found)

    def without(self, **fields: object) -> RecordSet:
        """Return the records that `where` leaves out."""
        tests = [(_known(name), _values(wanted)) for name, wanted in fields.items()]
        return self.filter(lambda record: not all(getattr(record, name) in values for name, values in tests))

    def filter(self, keep: Callable[[Record], object]) -> RecordSet:
        """Return the records for which ``keep`` is true."""
        return RecordSet(record for record in self._records if keep(record))

    def sorted(self, key: Callable[[Record], tuple[object, ...]]) -> RecordSet:
        """Return the records sorted by ``key``; the sort is stable."""
        return RecordSet(sorted(self._records, key=key))

    def one(self, **fields: object) -> Record:
        """Return the only record whose fields have these values.

        Raises:
            LookupError: No record or several records match.
        """
        result = self.where(**fields)
        if len(result) != 1:
            raise LookupError(f"{len(result)} records match {fields}; expected exactly one.")
        return result[0]

    def first(self, **fields: object) -> Record | None:
        """Return the first record whose fields have these values, if there is one."""
        return next(iter(self.where(**fields)), None)

    def at(
        self, metric: str, *, source: str, protocol: str, sensitive: str | None = None, group: str | None = None
    ) -> Record | None:
        """Return the record of this metric, source, protocol, attribute and group, if there is one."""
        return self.first(metric=metric, source=source, protocol=protocol, sensitive=sensitive, group=group)

    def by(self, *fields: str) -> dict[tuple[object, ...], Record]:
        """Return the records by the values of these fields; if several share the values, the last one."""
        return {tuple(getattr(record, name) for name in fields): record for record in self._records}

    @property
    def overall(self) -> RecordSet:
        """Records that are not of a single group."""
        return self.where(group=None)

    @property
    def of_groups(self) -> RecordSet:
        """Records of single groups."""
        return self.without(group=None)

    @property
    def by_seed(self) -> RecordSet:
        """Records of single classifier seeds, over all groups."""
        return self.overall.without(seed=None)

    @property
    def positive_outcome(self) -> str | None:
        """The outcome that the records count as positive: the first that one names whose figure depends on it."""
        named = (record.positive for record in self._records if not _is_of_either_outcome(record))
        return next((positive for positive in named if positive is not None), None)

    def of_outcome(self, positive: str | None) -> RecordSet:
        """Return the records with this positive outcome, without any, or the same for either."""
        return self.filter(lambda record: record.positive in (None, positive) or _is_of_either_outcome(record))

    @property
    def shown(self) -> RecordSet:
        """One record for each figure: the mean over seeds, else the figure of the lowest seed.

        A figure of the original rows is the one over all of them; those of their train and test part are left out if
        there is one. So rates and ratios that are told together are of the same rows and groups.
        """
        whole = {_figure_of_rows(one) for one in self.where(source=ORIGINAL, split=WHOLE)}
        chosen: dict[tuple[object, ...], Record] = {}
        for record in self._records:
            if record.source == ORIGINAL and record.split != WHOLE and _figure_of_rows(record) in whole:
                continue
            key = tuple(getattr(record, name) for name in _FIGURE_FIELDS)
            current = chosen.get(key)
            if current is None or _seed_rank(record) < _seed_rank(current):
                chosen[key] = record
        return RecordSet(chosen.values())

    @property
    def main(self) -> RecordSet:
        """The `shown` records of the positive outcome."""
        return self.shown.of_outcome(self.positive_outcome)

    @property
    def attributes(self) -> list[str]:
        """The sensitive attributes of the audit, in its order, without those of a bias audit."""
        names = (record.sensitive for record in self._records if record.protocol != BIAS_AUDIT)
        return list(dict.fromkeys(name for name in names if name is not None))

    @property
    def sources(self) -> list[str]:
        """The sources in the order of the glossary, without the candidates of a repair-level search."""
        return sorted({record.source for record in self._records if not is_tried(record.source)}, key=source_rank)

    @property
    def confidence(self) -> float:
        """The nominal coverage of the intervals."""
        bounded = [record.confidence for record in self._records if record.low is not None]
        return next(iter(bounded or [record.confidence for record in self._records]), DEFAULT_CONFIDENCE)

    def with_means_over_seeds(self) -> RecordSet:
        """Return these records and, where a figure has several seeds, its mean (seed null) after them."""
        by_figure: dict[tuple[object, ...], list[Record]] = {}
        for record in self._records:
            key = tuple(getattr(record, name) for name in _FIGURE_FIELDS)
            by_figure.setdefault(key, []).append(record)
        means = [mean_over_seeds(records) for records in by_figure.values() if len({r.seed for r in records}) > 1]
        return self + means


def _figure_of_rows(record: Record) -> tuple[str, str, str | None]:
    return record.protocol, record.metric, record.sensitive


def _is_of_either_outcome(record: Record) -> bool:
    return kind_of(record.metric) in EITHER_OUTCOME


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
