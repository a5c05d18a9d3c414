"""Relations between columns that hold in every train row, and how many rows of the file break them.

The figure of a relation is the share of the file's rows that break it minus that of hold-out rows. All relations are
measured with one error rate (Bonferroni).
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from core.audit.estimate import Tag, estimate
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.data.relations.found import find_relations
from core.data.schema import Schema


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame, source: str
) -> list[Record]:
    """Return the figure of each relation: ``broken_relation:RELATION``.

    Args:
        schema: Columns and roles.
        train: Real train rows, in which the relations hold.
        holdout: Real hold-out rows.
        rows: The source's rows.
        source: Its name.
    """
    tag, relations = Tag(source, PROTOCOL, split="source"), find_relations(train, schema)
    level = 1 - error_rate() / max(len(relations), 1)
    found = []
    for relation in relations:
        mine, control = relation.broken(rows), relation.broken(holdout)
        if not len(mine) or not len(control):
            continue
        low, high = intervals.difference(mine.sum(), mine.size, control.sum(), control.size, level)
        figure = estimate(float(mine.mean() - control.mean()), float(low), float(high), "newcombe", mine.size)
        note = f"{mine.mean():.1%} of the file's rows break it, {control.mean():.1%} of test rows, and no train row."
        found.append(tag.record(f"broken_relation:{relation.text}", replace(figure, note=note)))
    return found
