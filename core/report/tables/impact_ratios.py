"""Impact ratios, rows of unknown group and crossed attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.audit.display_names import attribute_title, source_name
from core.audit.metrics.catalog import describe, placed
from core.audit.metrics.declaration import Place
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.statistics.confidence import SIGNIFICANCE_LEVEL
from core.findings.four_fifths import four_fifths
from core.findings.rate_verdicts import measured_on
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption, protocol_sources

_RATES = ("selection_rate", "scoring_rate", "base_rate")
_IMPACT, _UNKNOWN, _CROSSED = placed(Place.IMPACT), placed(Place.UNKNOWN), placed(Place.CROSSED)
_RATIO = tuple(name for name in _IMPACT if name != "impact_ratio_moved")  # a check of the four-fifths rule
_HEADS = ("measured on", "source", "group", "n", "rate")
_READ = (
    "A category's rate over the highest rate of the included categories; 1 is parity. Categories that have too few "
    "rows, or under 2 % of them, are listed but excluded."
)
_SHARE = "unknown_share"
_NONE_UNKNOWN = "No row has an unknown group, so no ratio depends on where such rows belong."
_SHRUNK, _DECIDE = tuple(f"{name}_shrunk" for name in _RATES), "n_to_decide"
_ADDRESS = ("protocol", "source", "split")
_Key = tuple[str, str, str]


def impact_table(records: RecordSet, sensitive: str) -> Table:
    """Return every category's rate over the highest included one, with Fisher's test, and without a verdict."""
    rows = [
        (*labels, *map(figure_cell, (rate, *cells))) for labels, rate, cells in _impacts(records, sensitive, _RATIO)
    ]
    return Table(
        f"Impact ratios, {attribute_title(sensitive)}",
        f"{_READ} {interval_caption(records)}",
        (*_HEADS, *(describe(name).label for name in _RATIO)),
        tuple(rows),
        labels=3,
    )


def four_fifths_table(records: RecordSet, sensitive: str) -> Table:
    """Return the same with the one-moved check and the verdict by four fifths, for a US employment decision."""
    found = list(_impacts(records, sensitive, _IMPACT))
    shares = any(cells[0] is not None for _, _, cells in found)
    rows = []
    for labels, rate, cells in found:
        word, why = four_fifths(*cells[1:])
        figures = (rate, *(cells if shares else cells[1:]))
        rows.append((*labels[:3], Cell(word.value), labels[3], *map(figure_cell, figures), Cell(why)))
    measured = _IMPACT if shares else _IMPACT[1:]
    return Table(
        f"Impact ratios by the four-fifths rule, {attribute_title(sensitive)}",
        f"{_READ} A gap is found where the ratio is below four fifths, Fisher's exact test supports it (p below "
        f"{SIGNIFICANCE_LEVEL:g}), and one selection more would not lift it. {interval_caption(records)}",
        (*_HEADS[:3], "verdict", *_HEADS[3:], *(describe(name).label for name in measured), "why"),
        tuple(rows),
        labels=3,
    )


def _impacts(
    records: RecordSet, sensitive: str, metrics: Sequence[str]
) -> Iterator[tuple[tuple[Cell, ...], Record | None, list[Record | None]]]:
    """Yield for each category the cells that name it, its rate, and the figures of these metrics."""
    mine = records.of_groups.where(sensitive=sensitive)
    for place in _places(mine.where(metric=_IMPACT)):
        found = mine.where(**dict(zip(_ADDRESS, place, strict=True))).by("group", "metric")
        for group in dict.fromkeys(group for group, metric in found if metric in _IMPACT):
            rate = next((found[group, name] for name in _RATES if (group, name) in found), None)
            first = rate or next(found[group, name] for name in _IMPACT if (group, name) in found)
            labels = (Cell(measured_on(first)), Cell(source_name(first.source)), Cell(str(group)), count_cell(first))
            yield labels, rate, [found.get((group, name)) for name in metrics]


def unknown_table(records: RecordSet) -> Table:
    """Return rows whose group is unknown, and the least impact ratio over all ways they could be assigned."""
    mine = records.overall.where(metric=_UNKNOWN)
    found = {(*_place(r), r.sensitive or "", r.metric): r for r in mine}
    keys = dict.fromkeys((*_place(r), r.sensitive or "") for r in mine)
    rows = []
    for key in keys:
        cells = [found.get((*key, name)) for name in _UNKNOWN]
        first = next(cell for cell in cells if cell is not None)
        labels = (
            Cell(attribute_title(key[3])),
            Cell(measured_on(first)),
            Cell(source_name(first.source)),
            count_cell(first),
        )
        rows.append((*labels, *map(figure_cell, cells)))
    return Table(
        "Rows of unknown group",
        "These rows take no part in the ratios. Worst and best case: how low and how high the lowest impact ratio "
        "could be if their groups were known.",
        ("attribute", "measured on", "source", "n", *(describe(name).label for name in _UNKNOWN)),
        tuple(rows),
        labels=3,
        instead="" if any(r.value for r in mine.where(metric=_SHARE)) or not rows else _NONE_UNKNOWN,
    )


def crossed_table(records: RecordSet, sensitive: str, *, by_four_fifths: bool) -> Table:
    """Return crossed groups: the raw rate, the shrunk rate and, by the four-fifths rule, the rows needed to decide."""
    mine = records.of_groups.where(sensitive=sensitive)
    places = _places(mine.where(metric=_CROSSED))
    rows = []
    for place in places:
        found = mine.where(**dict(zip(_ADDRESS, place, strict=True))).by("group", "metric")
        for group in dict.fromkeys(group for group, _ in found):
            rate, shrunk = (
                next((found[group, name] for name in names if (group, name) in found), None)
                for names in (_RATES, _SHRUNK)
            )
            needed = found.get((group, _DECIDE))
            first = rate or shrunk or needed
            if first is None:
                continue
            labels = (Cell(measured_on(first)), Cell(source_name(first.source)), Cell(str(group)), count_cell(first))
            rows.append((*labels, *map(figure_cell, (rate, shrunk, needed) if by_four_fifths else (rate, shrunk))))
    decide = (
        "The last column: rows that the group would need for a test of the four-fifths ratio to decide. "
        if by_four_fifths
        else ""
    )
    return Table(
        f"Combined groups, {attribute_title(sensitive)}",
        "Rates of small groups jump by chance. The shrunk rate leans on the other groups, the more so the smaller the "
        f"group is (empirical Bayes). {decide}{interval_caption(mine)}",
        (*_HEADS, "shrunk rate", *(("n needed to decide",) if by_four_fifths else ())),
        tuple(rows),
        labels=3,
    )


def _place(record: Record) -> _Key:
    return (record.protocol, record.source, record.split)


def _places(records: RecordSet) -> list[_Key]:
    order = {pair: place for place, pair in enumerate(protocol_sources(records))}
    return sorted({_place(r) for r in records}, key=lambda key: (order[key[0], key[1]], key[2] != "train", key[2]))
