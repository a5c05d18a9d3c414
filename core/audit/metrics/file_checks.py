"""Whether a file can be trusted: what it shares with single real rows, whom it leaves out, and what it has lost.

Every figure is a difference that is 0 for rows drawn from the same population, so that its interval is a test. Nothing
here depends on how the rows were made. The checks:

* ``copies_excess``: share of train rows that stand in the file, minus the same share of hold-out rows. Chance hits both
  alike, however few distinct rows there are. Below 0, the file holds hold-out rows.
* ``near_copies_excess``: the same for rows that the file almost repeats: of all real rows, the 5 % nearest to it.
* ``repeated_rows_excess``: share of rows that repeat an earlier row, minus the same share of as many real rows.
* ``group_shortfall``: half of a group's share of the real rows, minus its share of the file. Above 0, less than half of
  the group is left.
* ``unseen_values``: share of the file's values of a column that no real row has (categories only).
* ``one_value``: 1 if a column has one value only in the file, and several in the real rows.
* ``outcome_signal_shortfall``: half of what features tell of the outcome within the real rows, minus the same within
  the file.
* ``single_feature_auc``: how well one feature alone tells the outcome; ``single_feature_gain``: minus the same in the
  real rows.

Differences of independent shares have Newcombe's interval (1998, method 10). Where one claim rests on the worst of
several groups or columns, their intervals have Bonferroni's level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.adversary import cross_validated_auc
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.metrics.lost_signal import signal_shortfall
from core.audit.metrics.privacy import row_hashes
from core.audit.metrics.proxies import single_column_aucs
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import confidence
from core.audit.statistics.nearest_neighbors import nearest_row
from core.data.encoding.distance_space import fit_distance_space
from core.data.encoding.ordinal import fit_ordinal
from core.data.encoding.values import is_scalar, predictors, texts
from core.data.groups import GroupedFrame, is_binary, target_labels
from core.data.sampling import sample_positions
from core.data.schema import Schema

PROTOCOL = "file"
NEAR = 0.05
MAX_REAL, MAX_ROWS = 4_000, 20_000
MAX_LEAK_ROWS = 5_000
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Tables:
    """The rows of a source beside the real rows."""

    schema: Schema
    train: pd.DataFrame
    holdout: pd.DataFrame
    rows: pd.DataFrame


def file_records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame, source: str
) -> list[Record]:
    """Return every check of one source.

    Args:
        schema: Columns and roles.
        train: Real train rows, at least one.
        holdout: Real hold-out rows, at least one.
        rows: The source's rows, at least one.
        source: The source's name.
    """
    tables, tag = _Tables(schema, train, holdout, rows), Tag(source, PROTOCOL, split="all")
    records = [
        tag.record("copies_excess", _copies(tables)),
        tag.record("near_copies_excess", _near_copies(tables)),
        tag.record("repeated_rows_excess", _repeated(tables)),
        *_group_shortfalls(tables, tag),
        *_column_records(tables, tag),
    ]
    real, file = (_outcome_auc(schema, part, [train, rows]) for part in (train, rows))
    records.append(tag.record("outcome_signal_shortfall", signal_shortfall(real, file)))
    return records + _single_feature_gains(tables, tag)


def leak_records(schema: Schema, rows: pd.DataFrame, source: str, split: str) -> list[Record]:
    """Return how well each feature alone tells a binary outcome: ``single_feature_auc:COLUMN``."""
    tag = Tag(source, PROTOCOL, split=split)
    return [tag.record(f"single_feature_auc:{name}", one) for name, one in _aucs(schema, rows).items()]


def _share_difference(first: Mask, second: Mask, level: float | None = None) -> Estimate:
    """Return the share of the first minus that of the second, of independent rows."""
    counts = int(first.sum()), first.size, int(second.sum()), second.size
    low, high = intervals.difference(*counts, level)
    value = counts[0] / counts[1] - counts[2] / counts[3]
    return estimate(value, float(low), float(high), "newcombe", counts[1])


def _outcome_auc(schema: Schema, rows: pd.DataFrame, known: Sequence[pd.DataFrame]) -> Estimate:
    """Return how well boosting tells the outcome from the features, within the rows, over three folds."""
    if not is_binary(rows, schema):
        return undefined("Undefined: the outcome has more than two values.", len(rows))
    rows = rows.iloc[sample_positions(len(rows), MAX_LEAK_ROWS, 26)]
    encoding = fit_ordinal(schema, predictors(schema, with_sensitive=True), list(known))
    return cross_validated_auc(encoding.encode(rows), target_labels(rows, schema))


def _copies(tables: _Tables) -> Estimate:
    there = set(row_hashes(tables.rows, tables.schema).tolist())
    train, holdout = (
        np.asarray([one in there for one in row_hashes(part, tables.schema).tolist()], dtype=bool)
        for part in (tables.train, tables.holdout)
    )
    note = (
        f"{int(train.sum()):,} of {train.size:,} train rows and {int(holdout.sum()):,} of {holdout.size:,} test rows "
        "stand in the file."
    )
    return replace(_share_difference(train, holdout), note=note)


def _near_copies(tables: _Tables) -> Estimate:
    train, holdout, rows = (
        part.iloc[sample_positions(len(part), most, seed)]
        for part, most, seed in (
            (tables.train, MAX_REAL, 21),
            (tables.holdout, MAX_REAL, 22),
            (tables.rows, MAX_ROWS, 23),
        )
    )
    space = fit_distance_space(tables.schema, tables.train, [holdout, rows])
    points = space.encode(rows)
    of_train, of_holdout = (nearest_row(space.encode(part), points)[0] for part in (train, holdout))
    limit = np.quantile(np.concatenate([of_train, of_holdout]), NEAR)
    return _share_difference(of_train <= limit, of_holdout <= limit)


def _repeated(tables: _Tables) -> Estimate:
    size = min(len(tables.rows), len(tables.train))
    file, real = (
        pd.Series(row_hashes(part.iloc[sample_positions(len(part), size, 24)], tables.schema)).duplicated().to_numpy()
        for part in (tables.rows, tables.train)
    )
    return _share_difference(file, real)


def _group_shortfalls(tables: _Tables, tag: Tag) -> Iterator[Record]:
    real = GroupedFrame(pd.concat([tables.train, tables.holdout], ignore_index=True), tables.schema)
    file = GroupedFrame(tables.rows, tables.schema)
    for name, grouping in real.groupings.items():
        there = dict(zip(file.groupings[name].names, file.groupings[name].sizes, strict=True))
        large = [
            (group, int(size))
            for group, size in zip(grouping.names, grouping.sizes, strict=True)
            if size >= tables.schema.min_group_size
        ]
        level = 1 - (1 - confidence()) / max(len(large), 1)
        for group, size in large:
            found = _shortfall((size, len(real)), (int(there.get(group, 0)), len(file)), level)
            yield replace(tag, sensitive=name).record("group_shortfall", found, group=group)


def _shortfall(real: tuple[int, int], file: tuple[int, int], level: float) -> Estimate:
    """Return half of the real share minus the file's share: two Wilson intervals combined by MOVER."""
    (low1, high1), (low2, high2) = (intervals.wilson(*part, level) for part in (real, file))
    shares = real[0] / real[1] / 2, file[0] / file[1]
    value = shares[0] - shares[1]
    low = value - float(np.hypot(shares[0] - low1 / 2, high2 - shares[1]))
    high = value + float(np.hypot(high1 / 2 - shares[0], shares[1] - low2))
    note = f"{2 * shares[0]:.1%} of the real rows and {shares[1]:.1%} of the file's belong to it."
    return replace(estimate(value, low, high, "mover wilson", file[1]), note=note)


def _column_records(tables: _Tables, tag: Tag) -> Iterator[Record]:
    names = [*predictors(tables.schema, with_sensitive=True), tables.schema.target]
    for name in names:
        real = pd.concat([tables.train[name], tables.holdout[name]]).dropna()
        values = tables.rows[name].dropna()
        if real.nunique() < 2 or values.empty:
            continue
        constant = float(len(values.unique()) == 1)
        yield tag.record(f"one_value:{name}", Estimate(constant, n=len(values)))
        if not is_scalar(tables.schema.column(name)):
            known = set(texts(real).tolist())
            share = float(np.mean([one not in known for one in texts(values).tolist()]))
            yield tag.record(f"unseen_values:{name}", Estimate(share, n=len(values)))


def _aucs(schema: Schema, rows: pd.DataFrame) -> dict[str, Estimate]:
    rows = rows.iloc[sample_positions(len(rows), MAX_LEAK_ROWS, 25)]
    names = predictors(schema, with_sensitive=False)
    if rows.empty or not names or not is_binary(rows, schema):
        return {}
    return dict(zip(names, single_column_aucs(rows, schema, names, target_labels(rows, schema)), strict=True))


def _single_feature_gains(tables: _Tables, tag: Tag) -> list[Record]:
    real, file = (_aucs(tables.schema, part) for part in (tables.train, tables.rows))
    both = [name for name in real if name in file]
    return [tag.record(f"single_feature_gain:{name}", _gain(real[name], file[name])) for name in both]


def _gain(real: Estimate, file: Estimate) -> Estimate:
    if real.value is None or file.value is None or real.low is None or file.low is None:
        return undefined("Undefined: too few rows of one outcome.", file.n)
    value = file.value - real.value
    low = value - float(np.hypot(file.value - file.low, (real.high or 1.0) - real.value))
    high = value + float(np.hypot((file.high or 1.0) - file.value, real.value - real.low))
    note = f"AUC {file.value:.3f} in the file and {real.value:.3f} in the real rows."
    return replace(estimate(value, max(low, -1.0), min(high, 1.0), "mover delong", file.n or 0), note=note)
