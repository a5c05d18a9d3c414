"""Tables that only the report has: utility in full, single columns, seeds, fidelity and privacy by group."""

from __future__ import annotations

from core.audit.display_names import attribute_title, protocol_heading, protocol_name, source_name
from core.audit.glossary import protocol_rank, source_rank
from core.audit.metrics.catalog import column_of, describe, kind_of
from core.audit.metrics.file_checks.broken_relations import REFUSED
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.base import (
    CLASSIFIER_HEADS,
    CLASSIFIER_PROTOCOLS,
    Cell,
    Table,
    by_source,
    classifier_row,
    count_cell,
    figure_cell,
    interval_caption,
    is_missing,
    metrics_of,
    protocol_sources,
    protocol_table,
    scope,
)

_RELATIONS = frozenset({"held_relation", "broken_relation"})
_ALONE = "Each group is measured by itself: the whole may look right although a small group was lost."


def _how_to_read(records: RecordSet) -> str:
    return f"One row a figure, one column a source. {interval_caption(records)} n: rows behind the figure."


def utility_table(records: RecordSet) -> Table:
    """Return all figures of the classifiers over all rows."""
    mine = records.overall.where(protocol=CLASSIFIER_PROTOCOLS, sensitive=None)
    found = mine.by("protocol", "source", "metric")
    columns = metrics_of(mine)
    return Table(
        "Utility in full",
        "An always-the-same guess and the original rows bound what a useful classifier scores.",
        (*CLASSIFIER_HEADS, "n", *(describe(metric).label for metric in columns)),
        tuple(classifier_row(found, protocol, source, columns) for protocol, source in protocol_sources(mine)),
        labels=2,
    )


def columns_table(records: RecordSet, protocol: str) -> Table:
    """Return the figures of one protocol about single columns of the data."""
    mine = records.where(protocol=protocol).filter(lambda r: ":" in r.metric and kind_of(r.metric) not in _RELATIONS)
    return by_source(
        f"{protocol_heading(protocol)} by column",
        f"{_how_to_read(mine)} One column at a time.",
        mine,
        lambda r: (column_of(r.metric), f"{describe(kind_of(r.metric)).label}, {scope(r)}"),
        ("column", "figure"),
        split_columns=False,
    )


def relations_table(records: RecordSet) -> Table:
    """Return what holds between columns in every real train row, in how many, and whether it is to be kept."""
    mine = records.filter(lambda r: kind_of(r.metric) == "held_relation")
    return Table(
        "Relations between columns",
        "What holds in every real train row that it concerns (all its columns have values there), and not by chance. "
        "Rows that Evenhand generates keep it unless a person refused that. n: all train rows.",
        ("relation", "generated rows", "train rows concerned", "n"),
        tuple(
            (
                Cell(column_of(one.metric)),
                Cell("may break it" if one.note == REFUSED else "keep it"),
                figure_cell(one),
                count_cell(one),
            )
            for one in mine
        ),
        labels=2,
    )


def broken_relations_table(records: RecordSet) -> Table:
    """Return how many of each source's rows break what holds between columns in every real train row."""
    return by_source(
        "Relations that rows break",
        "The share of rows that break what holds in every real train row, minus that of test rows.",
        records.filter(lambda r: kind_of(r.metric) == "broken_relation"),
        lambda r: (column_of(r.metric), describe(kind_of(r.metric)).label),
        ("relation", "figure"),
    )


def overall_table(records: RecordSet, protocol: str) -> Table:
    """Return the figures of one protocol over all rows or over whole attributes."""
    return protocol_table(records.overall, protocol, protocol_heading(protocol), _how_to_read(records))


def by_group_table(records: RecordSet, protocol: str) -> Table:
    """Return the figures of one protocol by group."""
    caption = f"{_how_to_read(records)} {_ALONE}"
    return protocol_table(records.of_groups, protocol, f"{protocol_heading(protocol)} by group", caption)


def leftover_table(records: RecordSet) -> Table:
    """Return figures about the data that no other table shows."""
    mine = records.where(protocol="data", sensitive=None).filter(lambda r: not is_missing(r))
    return by_source(
        "Other figures of the data", _how_to_read(mine), mine, lambda r: (describe(r.metric).label, scope(r))
    )


def seed_table(records: RecordSet) -> Table:
    """Return the figures of single classifier seeds under the main outcome, where there are several seeds."""
    several = {(r.source, r.protocol) for r in records.where(seed=None, protocol=CLASSIFIER_PROTOCOLS)}
    mine = records.by_seed.of_outcome(records.positive_outcome)
    mine = mine.filter(lambda r: (r.source, r.protocol) in several)
    seeds = sorted({record.seed for record in mine if record.seed is not None})
    keys: dict[tuple[str, ...], dict[int, Record]] = {}
    for record in mine:
        key = (
            record.protocol,
            record.source,
            attribute_title(record.sensitive or ""),
            record.positive or "",
            describe(record.metric).label,
        )
        keys.setdefault(key, {})[record.seed or 0] = record
    ordered = sorted(keys.items(), key=lambda item: (protocol_rank(item[0][0]), source_rank(item[0][1])))
    return Table(
        "Each seed by itself",
        "How much a figure moves when only the classifier's seed changes. Figures by group, and with the other outcome "
        "counted as positive, are in the embedded records.",
        (*CLASSIFIER_HEADS, "attribute", "positive", "figure", *(f"seed {seed}" for seed in seeds)),
        tuple(
            (
                *map(Cell, (protocol_name(key[0]), source_name(key[1]), *key[2:])),
                *(figure_cell(found.get(seed)) for seed in seeds),
            )
            for key, found in ordered
        ),
        labels=5,
    )
