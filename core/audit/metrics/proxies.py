"""Proxies: single columns that reveal a sensitive attribute, so that withholding the attribute does not hide it.

Each feature column alone predicts each group against the rest. The score of a row is the share of the group among other
rows with the same value (scikit-learn's `TargetEncoder`, which shrinks rare values towards the overall share;
Micci-Barreca 2001). Numbers and times are put in 20 bins of equal size; missing values have a bin of their own. The
figure is the AUC of that score over three folds, with DeLong's interval, averaged over the groups. It means the same
for every kind of column: .5 reveals nothing, 1 reveals everything. Several columns together may reveal more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.preprocessing import TargetEncoder

from core.audit import adversary
from core.audit.estimate import Estimate, Tag
from core.audit.metrics.independence import one_vs_rest_groups
from core.audit.records import Record
from core.data.column import Column
from core.data.encoding.values import factorize, is_scalar, numbers, predictors, quantile_bins
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

METRIC = "proxy_auc"
MAX_ROWS = 10_000
BINS = 20


def proxy_records(frame: pd.DataFrame, schema: Schema, split: str = "all") -> list[Record]:
    """Return how well each feature column alone predicts each sensitive attribute, single and crossed.

    Args:
        frame: Typed rows; at most 10,000 of them are used.
        schema: Sensitive columns, features, minimum group size.
        split: Which rows they are, e.g. ``train``.

    Returns:
        Metric ``proxy_auc:COLUMN``, protocol ``data``, source ``original``; for each attribute in descending order.
    """
    rows = frame.iloc[sample_positions(len(frame), MAX_ROWS, 0)]
    names = predictors(schema, with_sensitive=False)
    if rows.empty or not names:
        return []
    codes = np.column_stack([_codes(rows[name], schema.column(name)) for name in names])
    result = []
    for attribute, grouping in GroupedFrame(rows, schema).groupings.items():
        tag = Tag("original", "data", attribute, split=split)
        by_group = {
            group: _by_column(codes, grouping.mask(group).astype(int))
            for group in one_vs_rest_groups(grouping.members, schema.min_group_size)
        }
        estimates = [
            adversary.macro({group: parts[position] for group, parts in by_group.items()}, len(rows))
            for position in range(len(names))
        ]
        order = sorted(range(len(names)), key=lambda position: -(estimates[position].value or 0))
        result += [tag.record(f"{METRIC}:{names[position]}", estimates[position]) for position in order]
    return result


def single_column_aucs(
    rows: pd.DataFrame, schema: Schema, names: Sequence[str], labels: NDArray[np.integer]
) -> list[Estimate]:
    """Return how well each of these columns alone predicts the labels, 0 or 1, shape (n,), as AUC over three folds."""
    codes = np.column_stack([_codes(rows[name], schema.column(name)) for name in names])
    return _by_column(codes, np.asarray(labels, dtype=int))


def _codes(values: pd.Series, column: Column) -> NDArray[np.int64]:
    if is_scalar(column):
        known = numbers(values)
        return quantile_bins(known, known, BINS)
    return factorize(values)[0].astype(np.int64)


def _by_column(codes: NDArray[np.int64], labels: NDArray[np.int_]) -> list[Estimate]:
    """Return how well each column of ``codes``, shape (n, columns), alone predicts the labels 0 and 1."""
    if (problem := adversary.too_few_rows(codes, labels)) is not None:
        return [problem] * codes.shape[1]
    tested = []
    for inside, outside in adversary.folds(labels):
        encoder = TargetEncoder(target_type="binary").fit(codes[inside], labels[inside])
        tested.append((labels[outside], encoder.transform(codes[outside])))
    return [
        adversary.auc_over_folds([(truth, scores[:, position]) for truth, scores in tested], len(labels))
        for position in range(codes.shape[1])
    ]
