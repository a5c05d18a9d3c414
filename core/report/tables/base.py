"""Records as tables: the same for report, command line and app."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.audit.display_names import (
    attribute_title,
    protocol_heading,
    protocol_name,
    source_name,
    split_name,
    status_name,
)
from core.audit.figure_text import interval, number, percent
from core.audit.glossary import MODEL, protocol_rank, source_rank, split_rank
from core.audit.metrics.catalog import METRICS, OWN_TABLE, describe, metric_rank, placed
from core.audit.metrics.declaration import Place
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status

UTILITY = placed(Place.UTILITY)
CLASSIFIER_PROTOCOLS = ("A", "B", "C", "D", "model")
CLASSIFIER_HEADS = ("test setup", "source")
"""Heads of the columns that name the row of a table of classifiers."""
NOTHING_MISSING = "No value is missing."


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, and what belongs to it.

    Args:
        text: What is read.
        interval: ``[low, high]`` as text.
        status: The record's status in words, if it is not ok.
        note: The record's note.
        record: The figure that the cell shows.
        counts: Whether the cell shows the record's n and not its value.
    """

    text: str
    interval: str = ""
    status: str = ""
    note: str = ""
    record: Record | None = None
    counts: bool = False

    def plain(self) -> str:
        """Return everything but the note, on one line."""
        return " ".join(part for part in (self.text, self.interval, self.status) if part)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title, and a caption that says how to read it.

    Args:
        title: What it shows.
        caption: How to read it.
        header: Column heads.
        rows: Cells, one row a tuple as long as the header.
        labels: How many leading columns name the row.
        instead: A sentence that tells all that the table does, if there is one: where it is empty, or says no more.
    """

    title: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(default=())
    labels: int = 1
    instead: str = ""

    @property
    def sentence(self) -> str:
        """The sentence that is shown in place of the table; empty if the table is to be shown.

        >>> zero = Record(source="synthetic", protocol="privacy", metric="exact_copies", value=0.0)
        >>> Table("Copies", "", ("figure", "synthetic"), ((Cell("exact copies"), figure_cell(zero)),)).sentence
        'Copies: every figure is 0.'
        """
        if self.instead:
            return self.instead
        figures = [cell.record for row in self.rows for cell in row if cell.record is not None and not cell.counts]
        is_zero = bool(figures) and all(record.value == 0 and not record.high for record in figures)
        return f"{self.title}: every figure is 0." if is_zero else ""


def figure_cell(record: Record | None) -> Cell:
    """Return a record as a cell; an em dash where the audit left no figure."""
    if record is None:
        return Cell("–")
    if record.value is None:
        if record.status is Status.WITHHELD:
            return Cell("withheld", note=record.note, record=record)
        status = "" if record.status is Status.UNDEFINED else _word(record)
        return Cell("undefined", note=record.note, status=status, record=record)
    return Cell(number(record.value), interval(record), _word(record), record.note, record)


def count_cell(record: Record | None) -> Cell:
    """Return the rows behind a record as a cell."""
    if record is None or record.n is None:
        return Cell("–")
    return Cell(f"{record.n:,}", record=record, counts=True)


def interval_caption(records: RecordSet) -> str:
    """Return the sentence of a caption that explains the brackets."""
    return f"Brackets: {percent(records.confidence)} interval."


def _word(record: Record) -> str:
    return "" if record.status is Status.OK else status_name(record.status)


def fairness_table(records: RecordSet, sensitive: str) -> Table:
    """Return fairness and utility of every source under every classifier protocol, for one attribute."""
    tested = records.overall.where(protocol=CLASSIFIER_PROTOCOLS).without(metric=OWN_TABLE)
    mine = tested.filter(lambda r: r.sensitive == sensitive or (r.sensitive is None and r.metric in UTILITY))
    found = mine.by("protocol", "source", "metric")
    # Accuracy and parity first: a narrow screen shows the leading columns only.
    chosen = (UTILITY[0], *placed(Place.FAIRNESS), *UTILITY[1:])
    columns = (*chosen, *metrics_of(mine.without(metric=chosen)))
    return Table(
        f"Fairness and utility, {attribute_title(sensitive)}",
        "Parity ratio: the lowest over the highest rate of any group (demographic parity ratio, DPR); 1 is parity. "
        "Below the chance limit (10th percentile under equal rates) the gap is larger than chance gives at these group "
        "sizes. Error-rate ratio: the same for true and false positive rates (equalized odds, EOR). “No better than "
        "guessing”: not measurably better than an always-the-same guess (degenerate). "
        f"{interval_caption(mine)} {single_seeds(mine)}".rstrip(),
        (*CLASSIFIER_HEADS, "n", *(describe(metric).label for metric in columns)),
        tuple(classifier_row(found, protocol, source, columns) for protocol, source in protocol_sources(mine)),
        labels=2,
    )


def classifier_row(
    found: Mapping[tuple[object, ...], Record], protocol: str, source: str, columns: Sequence[str]
) -> tuple[Cell, ...]:
    """Return one source under one protocol: the rows tested, then its figures."""
    cells = [found.get((protocol, source, metric)) for metric in columns]
    tested = max((cell for cell in cells if cell is not None), key=lambda record: record.n or 0)
    return (Cell(protocol_name(protocol)), Cell(source_name(source)), count_cell(tested), *map(figure_cell, cells))


def group_table(records: RecordSet, protocol: str, sensitive: str) -> Table:
    """Return the rates of every group under one classifier protocol, not only the extremes."""
    mine = records.of_groups.where(protocol=protocol, sensitive=sensitive).without(metric=OWN_TABLE)
    found = mine.by("source", "group", "metric")
    columns = metrics_of(mine)
    rows = []
    for source in mine.sources:
        for group in dict.fromkeys(record.group for record in mine.where(source=source)):
            cells = [found.get((source, group, metric)) for metric in columns]
            size = found.get((source, group, "selection_rate")) or next(cell for cell in cells if cell)
            rows.append((Cell(source_name(source)), Cell(str(group)), count_cell(size), *map(figure_cell, cells)))
    return Table(
        f"By group, {attribute_title(sensitive)}, {protocol_name(protocol)}",
        "n is the number of rows of the group that were tested. True positive and false negative rates are over its "
        "positives, false positive and true negative rates over its negatives. Precision and false discovery rate are "
        "over the rows predicted positive, negative predictive value and false omission rate over those predicted "
        "negative. "
        f"{interval_caption(mine)}",
        ("source", "group", "n", *(describe(metric).label for metric in columns)),
        tuple(rows),
        labels=2,
    )


def base_rate_table(records: RecordSet, sensitive: str) -> Table:
    """Return the share of positive outcomes by group in the data, sources side by side."""
    mine = records.where(protocol="data", sensitive=sensitive).without(metric=OWN_TABLE)
    mine = mine.filter(lambda r: ":" not in r.metric)
    rates, other = mine.where(metric="base_rate"), mine.without(metric="base_rate")
    base = by_source("", "", rates, lambda r: (str(r.group), ""))
    rest = by_source(
        "", "", other, lambda r: ("all groups" if r.group is None else str(r.group), describe(r.metric).label)
    )
    rows = list(base.rows)
    columns = base.header[2:]
    for row in rest.rows:
        cells = dict(zip(rest.header[2:], row[2:], strict=True))
        rows.append((*row[:2], *(cells.get(column, Cell("–")) for column in columns)))
    return Table(
        f"Share with {positive_words(mine)}, {attribute_title(sensitive)}",
        "The share of rows with the positive outcome (base rate), and how far apart the groups are. "
        f"{interval_caption(mine)}",
        ("group", "figure", *columns),
        tuple((row[0], row[1] if row[1].text else Cell(describe("base_rate").label), *row[2:]) for row in rows),
        labels=2,
    )


def missing_table(records: RecordSet) -> Table:
    """Return the share of missing values by column and group."""
    mine = records.filter(is_missing)
    return by_source(
        "Missing values",
        "The share of rows in which the column is empty, overall and by group; columns without gaps are not listed.",
        mine,
        lambda r: (r.metric.removeprefix("missing:"), scope(r)),
        ("column", "over"),
        instead=NOTHING_MISSING if none_missing(records) else "",
    )


def none_missing(records: RecordSet) -> bool:
    """Return whether missing values were counted and there are none; of a model's decisions they are not counted."""
    counted = records.where(protocol="data") and not records.where(protocol=MODEL)
    return bool(counted) and not any(map(is_missing, records))


def protocol_table(records: RecordSet, protocol: str, title: str, caption: str) -> Table:
    """Return the figures of one protocol, a row a figure and a column a source, without those of single columns."""
    mine = records.where(protocol=protocol).filter(lambda r: ":" not in r.metric)
    mine = mine.sorted(lambda r: (r.group is not None, r.sensitive is not None, metric_rank(r.metric)))
    several = _on_several_splits(mine)
    return by_source(title, caption, mine, lambda r: (describe(r.metric).label, scope(r, several)), split_columns=False)


def by_source(
    title: str,
    caption: str,
    records: RecordSet,
    name: Callable[[Record], tuple[str, str]],
    heads: tuple[str, str] = ("figure", "over"),
    *,
    split_columns: bool = True,
    instead: str = "",
) -> Table:
    """Return a row for each name and a column for each source, and each split where a source has several.

    ``instead`` is a sentence that tells all that the table does.
    """
    splits = {
        source: {r.split for r in records.where(source=source)} if split_columns else {""} for source in records.sources
    }
    columns = [(source, split) for source, found in splits.items() for split in sorted(found, key=split_rank)]
    rows: dict[tuple[str, str], dict[tuple[str, str], Record]] = {}
    for record in records:
        column = (record.source, record.split if split_columns else "")
        rows.setdefault(name(record), {})[column] = record
    titles = [
        source_name(source) if len(splits[source]) == 1 else f"{source_name(source)}, {split_name(split)}"
        for source, split in columns
    ]
    return Table(
        title,
        caption,
        (*heads, *titles),
        tuple(
            (*map(Cell, key), *(figure_cell(found.get(column)) for column in columns)) for key, found in rows.items()
        ),
        labels=2,
        instead=instead,
    )


def single_seeds(records: RecordSet) -> str:
    """Return which protocols, or sources under them, rest on one classifier seed; empty if all figures are means."""
    lines = []
    for protocol, seed in sorted({(r.protocol, r.seed) for r in records if r.seed is not None}):
        mine = records.where(protocol=protocol)
        every = set(mine.without(source="constant").sources)  # the constant predictor needs no seed
        names = mine.where(seed=seed).sources
        some = "" if set(names) == every else f", {' and '.join(map(source_name, names))}"
        lines.append(f"{protocol_heading(protocol)}{some}: seed {seed} only.")
    return " ".join(lines)


def protocol_sources(records: Iterable[Record]) -> list[tuple[str, str]]:
    """Return protocols with sources, in the order of the glossary."""
    pairs = {(record.protocol, record.source) for record in records}
    return sorted(pairs, key=lambda pair: (protocol_rank(pair[0]), source_rank(pair[1])))


def metrics_of(records: Iterable[Record]) -> list[str]:
    """Return the metrics, in the order of the glossary."""
    names = dict.fromkeys(record.metric for record in records)
    return sorted(names, key=lambda name: metric_rank(name) if name in METRICS else (len(METRICS), ""))


def scope(record: Record, several: frozenset[str] = frozenset()) -> str:
    """Return what a figure is over; the split is named where the metric has several."""
    over = "all" if record.sensitive is None else attribute_title(record.sensitive)
    if record.group is not None:
        over = f"{over}: {record.group}" if record.sensitive else record.group
    return f"{over}, {split_name(record.split)}" if record.metric in several else over


def _on_several_splits(records: RecordSet) -> frozenset[str]:
    """Return the metrics that some source has on more than one split."""
    seen: dict[tuple[str, str, str | None, str | None], set[str]] = {}
    for record in records:
        seen.setdefault((record.metric, record.source, record.sensitive, record.group), set()).add(record.split)
    return frozenset(key[0] for key, splits in seen.items() if len(splits) > 1)


def positive_words(records: RecordSet) -> str:
    """Return the outcome that these records count as positive, as a title names it."""
    positive = next((record.positive for record in records if record.positive is not None), None)
    return "the positive outcome" if positive is None else f"“{positive}”"


def is_missing(record: Record) -> bool:
    """Return whether the record is the share of missing values of a column."""
    return record.metric.startswith("missing:")
