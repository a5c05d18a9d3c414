"""Which records are shown. Nothing is computed: a figure is one that the audit left, or it is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.audit.records import BIAS_AUDIT, Record
from core.audit.repair_level import is_tried
from core.report.glossary import source_rank

_Key = tuple[str, str, str, str | None, str | None, str | None, str]


def shown(records: Iterable[Record]) -> list[Record]:
    """One record for each figure: the mean over seeds, else the figure of the lowest seed."""
    chosen: dict[_Key, Record] = {}
    for record in records:
        held = chosen.get(_key(record))
        if held is None or _seed_rank(record) < _seed_rank(held):
            chosen[_key(record)] = record
    return list(chosen.values())


def by_seed(records: Iterable[Record]) -> list[Record]:
    """The records of single classifier seeds, over all groups."""
    return [record for record in records if record.seed is not None and record.group is None]


def single_seeds(shown: Iterable[Record]) -> str:
    """Says which protocols, or which sources under them, stand on one classifier seed; empty if all are means."""
    alone: dict[tuple[str, int], set[str]] = {}
    every: dict[str, set[str]] = {}
    for record in shown:
        if record.seed is not None:
            alone.setdefault((record.protocol, record.seed), set()).add(record.source)
        if record.source != "constant":  # it needs no seed
            every.setdefault(record.protocol, set()).add(record.source)
    lines = []
    for (protocol, seed), names in sorted(alone.items()):
        some = "" if names == every[protocol] else f", {' and '.join(sorted(names, key=source_rank))}"
        lines.append(f"Protocol {protocol}{some}: seed {seed} only.")
    return " ".join(lines)


def main_positive(records: Iterable[Record]) -> str | None:
    """The outcome counted as positive throughout: the first that the audit names."""
    return next((record.positive for record in records if record.positive is not None), None)


def of_polarity(records: Iterable[Record], positive: str | None) -> list[Record]:
    """Records under this positive outcome, and those that have none."""
    return [record for record in records if record.positive in (None, positive)]


def attributes(records: Iterable[Record]) -> list[str]:
    """The sensitive attributes with figures over groups, in the audit's order; not those of a framework."""
    mine = (record for record in records if record.protocol != BIAS_AUDIT)
    return list(dict.fromkeys(record.sensitive for record in mine if record.sensitive is not None))


def sources(records: Iterable[Record]) -> list[str]:
    """The sources, in the order of the glossary; without repair levels that were only tried."""
    return sorted({record.source for record in records if not is_tried(record.source)}, key=source_rank)


def find(
    records: Sequence[Record],
    metric: str,
    *,
    source: str,
    protocol: str,
    sensitive: str | None = None,
    group: str | None = None,
) -> Record | None:
    """The one figure with this address, if the audit left it."""
    address = (metric, source, protocol, sensitive, group)
    for record in records:
        if (record.metric, record.source, record.protocol, record.sensitive, record.group) == address:
            return record
    return None


def _key(record: Record) -> _Key:
    return (
        record.source,
        record.protocol,
        record.metric,
        record.sensitive,
        record.group,
        record.positive,
        record.split,
    )


def _seed_rank(record: Record) -> int:
    return -1 if record.seed is None else record.seed
