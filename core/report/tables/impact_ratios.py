"""Impact ratios, unknown groups and crossed attributes: what an audit of selections asks for."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.metrics.catalog import describe
from core.report.tables.base import Cell, Table, counted, figure, pairs
from core.findings.verdicts import four_fifths, measured_on

_RATES = ("selection_rate", "scoring_rate", "base_rate")
_IMPACT = ("category_share", "impact_ratio", "impact_ratio_p", "impact_ratio_moved")
_UNKNOWN = ("unknown_share", "impact_ratio_unknown_worst", "impact_ratio_unknown_best")
_SHRUNK = ("selection_rate_shrunk", "base_rate_shrunk")
_DECIDE = "n_to_decide"
_Key = tuple[str, str, str]


def impact_table(records: RecordSet, sensitive: str) -> Table:
    """Every category's rate over the highest among the included ones, with Fisher's test and the one-moved check."""
    mine = [r for r in records if r.sensitive == sensitive and r.group is not None]
    places = _places([r for r in mine if r.metric in _IMPACT])
    rows = []
    for place in places:
        found = {(r.group, r.metric): r for r in mine if _place(r) == place}
        for group in dict.fromkeys(group for group, metric in found if metric in _IMPACT):
            rate = next((found[group, name] for name in _RATES if (group, name) in found), None)
            cells = [found.get((group, name)) for name in _IMPACT]
            first = rate or next(cell for cell in cells if cell is not None)
            word, why = four_fifths(*cells[1:])
            labels = (Cell(measured_on(first)), Cell(first.source), Cell(str(group)), counted(first))
            rows.append((*labels, figure(rate), *map(figure, cells), Cell(word.value), Cell(why)))
    heads = ("measured on", "source", "group", "n", "rate", *(describe(name).label for name in _IMPACT))
    return Table(
        f"Impact ratios, {sensitive}",
        "A category's rate over the highest rate among the included ones; 1 is parity. Flagged is a ratio below four "
        "fifths that Fisher's exact test (p below .05) supports and that one selection more would not lift. Categories "
        "under 2 % of the rows are listed though excluded. Brackets: 95 % interval.",
        (*heads, "verdict", "why"),
        tuple(rows),
        labels=3,
    )


def unknown_table(records: RecordSet) -> Table:
    """Rows whose group is unknown, and the least impact ratio over all ways they could be assigned."""
    mine = [r for r in records if r.metric in _UNKNOWN and r.group is None]
    found = {(*_place(r), r.sensitive or "", r.metric): r for r in mine}
    keys = dict.fromkeys((*_place(r), r.sensitive or "") for r in mine)
    rows = []
    for key in keys:
        cells = [found.get((*key, name)) for name in _UNKNOWN]
        first = next(cell for cell in cells if cell is not None)
        labels = (Cell(key[3]), Cell(measured_on(first)), Cell(first.source), counted(first))
        rows.append((*labels, *map(figure, cells)))
    return Table(
        "Rows of unknown group",
        "They take no part in the ratios; worst and best say how low and how high the least impact ratio could be if "
        "their groups were known.",
        ("attribute", "measured on", "source", "n", *(describe(name).label for name in _UNKNOWN)),
        tuple(rows),
        labels=3,
    )


def crossed_table(records: RecordSet, sensitive: str) -> Table:
    """Crossed groups: the raw rate, the rate shrunk towards all groups', and the rows it would take to decide."""
    mine = [r for r in records if r.sensitive == sensitive and r.group is not None]
    places = _places([r for r in mine if r.metric in (*_SHRUNK, _DECIDE)])
    rows = []
    for place in places:
        found = {(r.group, r.metric): r for r in mine if _place(r) == place}
        for group in dict.fromkeys(group for group, _ in found):
            rate, shrunk = (
                next((found[group, name] for name in names if (group, name) in found), None)
                for names in (_RATES, _SHRUNK)
            )
            needed = found.get((group, _DECIDE))
            first = rate or shrunk or needed
            if first is None:
                continue
            labels = (Cell(measured_on(first)), Cell(first.source), Cell(str(group)), counted(first))
            rows.append((*labels, figure(rate), figure(shrunk), figure(needed)))
    return Table(
        f"Crossed groups, {sensitive}",
        "Rates of small groups jump by chance; the shrunk rate leans on the other groups, the more so the smaller the "
        "group. The last column is how many rows the group would need for a test of the four-fifths ratio to decide. "
        "Brackets: 95 % interval.",
        ("measured on", "source", "group", "n", "rate", "shrunk rate", "n needed to decide"),
        tuple(rows),
        labels=3,
    )


def _place(record: Record) -> _Key:
    return (record.protocol, record.source, record.split)


def _places(records: RecordSet) -> list[_Key]:
    order = {pair: place for place, pair in enumerate(pairs(records))}
    return sorted({_place(r) for r in records}, key=lambda key: (order[key[0], key[1]], key[2] != "train", key[2]))
