"""The paired change against the original rows, and the spread over generator seeds."""

from __future__ import annotations

from core.audit.display_names import protocol_heading, protocol_name, source_name
from core.audit.glossary import protocol_rank, source_rank
from core.audit.metrics.catalog import PAIRED, describe, placed
from core.audit.metrics.declaration import Place
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.report.tables.base import Cell, Table, by_source, count_cell, figure_cell, scope

CHANGE, GENERATORS = "change", "generators"
DRAWS = "Each draw of the generator by itself"


def change_table(records: RecordSet) -> Table:
    """Return after minus before on the same hold-out rows: a row a figure, a column a source."""
    mine = records.where(protocol=CHANGE, seed=None, metric=PAIRED)
    return by_source(
        "Change against the original rows",
        "A source's figure minus that of the original rows. Both are measured on the same real test rows, kept aside. "
        "The interval is paired: one that holds 0 leaves open whether anything changed. A positive change is better "
        "for ratios and accuracies and worse for differences.",
        mine,
        lambda r: (describe(r.metric).label, scope(r)),
        split_columns=False,
    )


def moved_table(records: RecordSet) -> Table:
    """Return who gained and lost decisions against the original rows, over all rows and by group."""
    shares = records.where(protocol="A", metric=placed(Place.MOVED))
    rates = records.where(protocol=CHANGE, seed=None).without(metric=PAIRED)
    return by_source(
        "Decisions gained and lost",
        "A classifier trained on a source against one trained on the original rows, on the same real test rows: who "
        "loses the positive decision, who gains it, and how far rates move (after minus before, with paired intervals)."
        + f" {protocol_heading('A')}.",
        shares + rates,
        lambda r: (
            f"change, {describe(r.metric).label}" if r.protocol == CHANGE else describe(r.metric).label,
            scope(r),
        ),
        split_columns=False,
    )


def generator_table(records: RecordSet) -> Table:
    """Return the figures of single draws of the generator, and of their changes, seed by seed.

    Args:
        records: All of one polarity, those of single seeds among them.
    """
    mine = records.where(protocol=(CHANGE, GENERATORS))
    seeds = sorted({r.seed for r in mine if r.seed is not None})
    if not seeds:
        return Table(DRAWS, "", ())
    rows: dict[tuple[str, ...], dict[int | None, Record]] = {}
    for record in mine:
        key = (record.protocol, record.source, scope(record), describe(record.metric).label)
        rows.setdefault(key, {})[record.seed] = record
    ordered = sorted(rows.items(), key=lambda item: (protocol_rank(item[0][0]), source_rank(item[0][1])))
    ordered = [item for item in ordered if any(seed is not None for seed in item[1])]
    return Table(
        DRAWS,
        "The same trained networks draw other rows with each seed; each draw trains its own classifier, tested on the "
        "same test rows. What a single draw shows may be luck; the first column stands for all draws.",
        ("test setup", "source", "over", "figure", "n", "all draws", *(f"seed {seed}" for seed in seeds)),
        tuple(
            (
                *map(Cell, (protocol_name(key[0]), source_name(key[1]), *key[2:])),
                count_cell(next(iter(found.values()))),
                figure_cell(found.get(None)),
                *(figure_cell(found.get(seed)) for seed in seeds),
            )
            for key, found in ordered
        ),
        labels=4,
    )
