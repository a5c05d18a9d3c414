"""Relations between columns that hold in every train row, and how many rows of the file break them.

The figure of a relation is the share of the file's rows that break it minus that of hold-out rows. All relations are
measured with one error rate (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from core.audit.estimate import Estimate, Tag, estimate
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.records import ORIGINAL, Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import error_rate
from core.data.relations.kinds import Relation
from core.data.schema import Schema

REFUSED = "A person decided that synthetic rows need not keep it."


def held_records(schema: Schema, train: pd.DataFrame, relations: Sequence[Relation]) -> list[Record]:
    """Return in how many real train rows each relation holds: ``held_relation:RELATION``.

    Args:
        schema: Columns and roles, with the relations that a person refused.
        train: Real train rows.
        relations: All relations that hold in them, refused ones too.
    """
    tag = Tag(ORIGINAL, PROTOCOL, split="train")
    return [
        tag.record(
            f"held_relation:{relation.text}",
            Estimate(
                float(relation.concerns(train).sum()),
                n=len(train),
                note=REFUSED if relation.text in schema.refused_relations else "",
            ),
        )
        for relation in relations
    ]


def records(relations: Sequence[Relation], holdout: pd.DataFrame, rows: pd.DataFrame, source: str) -> list[Record]:
    """Return the figure of each relation: ``broken_relation:RELATION``.

    Args:
        relations: What holds in every real train row, without what a person refused.
        holdout: Real hold-out rows.
        rows: The source's rows.
        source: Its name.
    """
    tag = Tag(source, PROTOCOL, split="source")
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
