"""An outcome that two columns give away together although neither does alone.

The pair is chosen on one half of the rows: the one whose pairs of values, merged into at most 36, leave least of the
outcome open (Gini impurity). It is measured on the other half, so one test is made. The figure is the AUC of the pair
minus the greatest of: a high AUC as such, that of the stronger of its two columns, and, in a file, that of the same
pair in the real rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.audit.estimate import Tag
from core.audit.metrics.file_checks.column_scores import SCALE, Auc, coded, figure, log_odds
from core.audit.metrics.file_checks.copies import PROTOCOL
from core.audit.metrics.file_checks.dependence import COARSE, Codes, merged
from core.audit.metrics.file_checks.relations import LEAK, MAX_ROWS, STRONG
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data.encoding.values import modelled_columns
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

MIN_ROWS = 100
MAX_COLUMNS = 60  # 1,770 pairs


class _Table(NamedTuple):
    """Codes of the columns, shape (n, columns), and outcomes 0 and 1, shape (n,)."""

    codes: Codes
    labels: Codes


def records(schema: Schema, train: pd.DataFrame, rows: pd.DataFrame | None, source: str) -> list[Record]:
    """Return how much better a pair of columns tells the outcome than chance, one column or the real rows explain.

    Args:
        schema: Columns and roles.
        train: Real train rows, each with a target.
        rows: The source's rows, each with a target; ``None`` for the real rows.
        source: Its name.
    """
    names = [name for name in modelled_columns(schema) if name in schema.features][:MAX_COLUMNS]
    tables = _tables(schema, names, [train] if rows is None else [train, rows])
    halves = [_halves(one) for one in tables]
    if len(names) < 2 or any(_is_too_small(half) for pair in halves for half in pair):
        return []
    chosen, tested = halves[-1]
    pair = min(combinations(range(len(names)), 2), key=lambda one: _impurity(chosen, one))
    together, *alone = (_auc(chosen, tested, places) for places in (pair, pair[:1], pair[1:]))
    floors = [LEAK if rows is None else STRONG, *(one.value for one in alone)]
    known = "" if rows is None else f" and {(real := _auc(*halves[0], pair)).value:.3f} in real rows"
    if rows is not None:
        floors.append(real.value)
    note = (
        f"The AUC of both together is {together.value:.3f}{known}; by themselves they have "
        f"{alone[0].value:.3f} and {alone[1].value:.3f} ({SCALE})."
    )
    one = figure(together.value - max(floors), together.error, 1, len(tested.labels), note)
    tag = Tag(source, PROTOCOL, split="train" if rows is None else "source")
    return [tag.record(f"leaked_by_two:{names[pair[0]]} and {names[pair[1]]}", one)]


def _tables(schema: Schema, names: Sequence[str], frames: Sequence[pd.DataFrame]) -> list[_Table]:
    parts = [frame.iloc[sample_positions(len(frame), MAX_ROWS, 42)] for frame in frames]
    codes = [np.zeros((len(part), len(names)), dtype=np.int64) for part in parts]
    ends = np.cumsum([len(part) for part in parts])[:-1]
    for place, name in enumerate(names):
        joined = merged(np.concatenate(coded(schema, name, parts)))
        for table, column in zip(codes, np.split(joined, ends), strict=True):
            table[:, place] = column
    labels = [GroupedFrame(part, schema).labels.astype(np.int64) for part in parts]
    return [_Table(*one) for one in zip(codes, labels, strict=True)]


def _halves(table: _Table) -> tuple[_Table, _Table]:
    order = np.random.default_rng(43).permutation(len(table.labels))
    one, two = (_Table(table.codes[part], table.labels[part]) for part in np.array_split(order, 2))
    return one, two


def _is_too_small(half: _Table) -> bool:
    return len(half.labels) < MIN_ROWS or len(np.unique(half.labels)) < 2


def _cells(table: _Table, places: Sequence[int]) -> Codes:
    cells = np.zeros(len(table.labels), dtype=np.int64)
    for place in places:
        cells = cells * COARSE + table.codes[:, place]
    return cells


def _impurity(table: _Table, places: Sequence[int]) -> float:
    """Return the mean Gini impurity of the outcome within the cells."""
    cells = _cells(table, places)
    rows = np.bincount(cells)
    positive = np.bincount(cells, weights=table.labels)
    return float((positive * (1 - positive / np.maximum(rows, 1))).sum())


def _auc(chosen: _Table, tested: _Table, places: Sequence[int]) -> Auc:
    """Return how well the cells tell the outcome of ``tested``, learned from ``chosen``."""
    learned, asked = (_cells(one, places)[:, None] for one in (chosen, tested))
    value, error, _ = intervals.auc_error(tested.labels, log_odds(learned, chosen.labels, asked)[:, 0])
    return Auc(value, error)
