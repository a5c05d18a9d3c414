"""Rows that a file has more than once: over all its rows, within a group, and one row by itself.

A row *repeats* if another row of the file is a copy of it. Half of the file is looked up in the other half; hold-out
rows are looked up in as many train rows. The scale of both is the median distance between nearest hold-out rows, since
rows unlike any real one have no neighbourhood there. The worst of all rows and of each group is named, with one error
rate for all of them (Bonferroni): a small group can be made from a few people without much changing over all rows.

The *commonest row*: a third of its share of the file, minus the share of the commonest of all real rows: above 0 if it
is more than three times as common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from core.audit.estimate import Estimate, Tag, undefined
from core.audit.metrics.file_checks.copies import (
    MAX_CANDIDATES,
    MAX_ROWS,
    MIN_CANDIDATES,
    PROTOCOL,
    Hits,
    excess,
    is_copy,
)
from core.audit.metrics.file_checks.row_comparison import Rows, RowSpace, sample
from core.audit.metrics.file_checks.shares import shortfall
from core.audit.records import Record
from core.audit.statistics.confidence import error_rate
from core.data.groups import GroupedFrame
from core.data.schema import Schema

COMMONEST_KEPT = 1 / 3
MOST_REAL_ROWS = 100_000
"""Train rows, and hold-out rows, among which the commonest real row is looked for."""
_Part = tuple[str | None, str | None, pd.DataFrame, pd.DataFrame, pd.DataFrame]
"""Attribute, group, and its rows of the file, of the train rows and of the hold-out rows."""


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame, source: str
) -> list[Record]:
    """Return how many more rows repeat than real rows do, and how common the file's commonest row is.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The source's rows.
        source: Its name.
    """
    tag = Tag(source, PROTOCOL, split="source")
    drawn = sample(rows, MAX_ROWS, 22)
    space = RowSpace.fit(schema, train, [holdout, rows])
    tested = space.rows(sample(holdout, MAX_CANDIDATES, 21))
    if len(tested) < MIN_CANDIDATES or len(drawn) < 2 * MIN_CANDIDATES:
        return [tag.record("repeated_rows_excess", undefined(f"Undefined: it takes {2 * MIN_CANDIDATES} rows."))]
    usual = float(np.median(tested.distances(tested, 2)[:, 1]))
    parts = list(_parts(schema, drawn, train, holdout))
    level = 1 - error_rate() / len(parts)
    found = {part[:2]: _excess(space, part, usual, level) for part in parts}
    attribute, group = max(found, key=lambda one: found[one].low or -1.0)
    return [
        Tag(source, PROTOCOL, attribute, split="source").record(
            "repeated_rows_excess", found[attribute, group], group=group
        ),
        tag.record("commonest_row_excess", _commonest(space, drawn, train, holdout)),
    ]


def _parts(schema: Schema, rows: pd.DataFrame, train: pd.DataFrame, holdout: pd.DataFrame) -> Iterator[_Part]:
    """Yield all rows, then each group that has enough of them in all three tables."""
    yield None, None, rows, train, holdout
    frames = rows, train, holdout
    if not set(schema.sensitive) <= set(rows):
        return  # points of an embedding have no groups
    grouped = [GroupedFrame(frame, schema) for frame in frames]
    for attribute, grouping in grouped[0].single.items():
        for group in grouping.names:
            masks = [one.single[attribute].mask(group) for one in grouped]
            mine, known, unknown = (frame[mask] for frame, mask in zip(frames, masks, strict=True))
            if min(len(mine) // 2, len(known), len(unknown)) >= MIN_CANDIDATES:
                yield attribute, group, mine, known, unknown


def _excess(space: RowSpace, part: _Part, usual: float, level: float) -> Estimate:
    _, _, rows, train, holdout = part
    size = min(len(rows) // 2, len(train))
    order = np.random.default_rng(25).permutation(len(rows))
    halves = rows.iloc[order[:size]], rows.iloc[order[size : size + MAX_CANDIDATES]]
    real = sample(train, size, 26), sample(holdout, MAX_CANDIDATES, 21)
    mine, control = (_repeat(space.rows(tested), space.rows(among), usual) for among, tested in (halves, real))
    return excess(mine, [control], level)


def _repeat(tested: Rows, among: Rows, usual: float) -> Hits:
    return is_copy(tested.distances(among)[:, 0], np.float64(usual))


def _commonest(space: RowSpace, rows: pd.DataFrame, *real: pd.DataFrame) -> Estimate:
    known = _count_of_commonest(space, [sample(frame, MOST_REAL_ROWS, 27) for frame in real])
    mine = _count_of_commonest(space, [rows])
    return shortfall(mine, known, COMMONEST_KEPT, 1 - error_rate())


def _count_of_commonest(space: RowSpace, frames: Sequence[pd.DataFrame]) -> tuple[int, int]:
    """Return how many rows equal the commonest row, and how many rows there are."""
    codes = np.concatenate([space.rows(frame).codes for frame in frames])
    return int(np.unique(codes, axis=0, return_counts=True)[1].max()), len(codes)
