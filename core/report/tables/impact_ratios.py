"""Impact ratios, rows of unknown group and crossed attributes."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name
from core.audit.metrics.catalog import describe, placed
from core.audit.metrics.declaration import Place
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.statistics.confidence import SIGNIFICANCE_LEVEL
from core.findings.rate_verdicts import four_fifths, measured_on
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption, protocol_sources

_RATES = ("selection_rate", "scoring_rate", "base_rate")
_IMPACT, _UNKNOWN, _CROSSED = placed(Place.IMPACT), placed(Place.UNKNOWN), placed(Place.CROSSED)
_SHRUNK, _DECIDE = tuple(f"{name}_shrunk" for name in _RATES), "n_to_decide"
_ADDRESS = ("protocol", "source", "split")
_Key = tuple[str, str, str]


def impact_table(records: RecordSet, sensitive: str) -> Table:
    """Return every category's rate over the highest included one, with Fisher's test and the one-moved check."""
    mine = records.of_groups.where(sensitive=sensitive)
    places = _places(mine.where(metric=_IMPACT))
    rows = []
    for place in places:
        found = mine.where(**dict(zip(_ADDRESS, place, strict=True))).by("group", "metric")
        for group in dict.fromkeys(group for group, metric in found if metric in _IMPACT):
            rate = next((found[group, name] for name in _RATES if (group, name) in found), None)
            cells = [found.get((group, name)) for name in _IMPACT]
            first = rate or next(cell for cell in cells if cell is not None)
            word, why = four_fifths(*cells[1:])
            labels = (Cell(measured_on(first)), Cell(source_name(first.source)), Cell(str(group)), count_cell(first))
            rows.append((*labels, figure_cell(rate), *map(figure_cell, cells), Cell(word.value), Cell(why)))
    heads = ("measured on", "source", "group", "n", "rate", *(describe(name).label for name in _IMPACT))
    return Table(
        f"Impact ratios, {attribute_title(sensitive)}",
        "A category's rate over the highest rate of the included categories; 1 is parity. A gap is found where the "
        f"ratio is below four fifths, Fisher's exact test supports it (p below {SIGNIFICANCE_LEVEL:g}), and one "
        f"selection more would not lift it. Categories under 2 % of the rows are listed but excluded. "
        f"{interval_caption(mine)}",
        (*heads, "verdict", "why"),
        tuple(rows),
        labels=3,
    )


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
    )


def crossed_table(records: RecordSet, sensitive: str) -> Table:
    """Return crossed groups: the raw rate, the shrunk rate, and the rows needed to decide."""
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
            rows.append((*labels, figure_cell(rate), figure_cell(shrunk), figure_cell(needed)))
    return Table(
        f"Combined groups, {attribute_title(sensitive)}",
        "Rates of small groups jump by chance. The shrunk rate leans on the other groups, the more so the smaller the "
        "group is (empirical Bayes). The last column: rows that the group would need for a test of the four-fifths "
        f"ratio to decide. {interval_caption(mine)}",
        ("measured on", "source", "group", "n", "rate", "shrunk rate", "n needed to decide"),
        tuple(rows),
        labels=3,
    )


def _place(record: Record) -> _Key:
    return (record.protocol, record.source, record.split)


def _places(records: RecordSet) -> list[_Key]:
    order = {pair: place for place, pair in enumerate(protocol_sources(records))}
    return sorted({_place(r) for r in records}, key=lambda key: (order[key[0], key[1]], key[2] != "train", key[2]))
