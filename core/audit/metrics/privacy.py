"""Whether a table holds people: copies of train rows, and rows that lie too near to them.

Each figure has its control: the same against hold-out rows, which the generator never saw. The row of source
``original`` puts real people whom no generator touched (half of the hold-out) in the place of generated rows. Distances
alone do not detect leakage; the absence of a sign here is not a proof of privacy. The attack is in
`core.audit.metrics.membership`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics import precision_recall
from core.audit.metrics.membership import MAX_ROWS, MAX_VALUES, membership
from core.audit.records import Record, Status
from core.audit.statistics import intervals
from core.audit.statistics.nearest_neighbors import SAME, nearest
from core.data.encoding.distance_space import DistanceSpace, fit_distance_space
from core.data.encoding.values import is_scalar, modelled_columns, numbers, texts
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_POINTS = 5_000
MAX_REFERENCES = 5_000
MAX_OF_GROUP = 500
MAX_JUDGED = 1_000


def fingerprints(frame: pd.DataFrame, schema: Schema) -> NDArray[np.uint64]:
    """One number a row, equal where all usable columns are equal (missing equals missing); shape (n,)."""
    columns = {}
    for name in modelled_columns(schema):
        column, values = schema.column(name), frame[name]
        columns[name] = numbers(values) + 0.0 if is_scalar(column) else texts(values)  # -0 equals 0
    return np.asarray(pd.util.hash_pandas_object(pd.DataFrame(columns), index=False), dtype=np.uint64)


def nearer_to_train(train: NDArray[np.float64], holdout: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 where a point's nearest train row is nearer than its nearest hold-out row, 0 where farther, .5 where neither.

    Args:
        train: Distances to the nearest train row, shape (n,).
        holdout: Distances to the nearest hold-out row, shape (n,).
    """
    return np.where(np.abs(train - holdout) < SAME, 0.5, (train < holdout).astype(float))


def _share(hits: NDArray[np.float64] | NDArray[np.bool_]) -> Estimate:
    """Mean of one number from 0 to 1 a row, with Wilson's interval; undefined without rows."""
    low, high = intervals.wilson(hits.sum(), hits.size)
    value = float(hits.mean()) if hits.size else float("nan")
    return estimate(value, float(low), float(high), "wilson", hits.size, why="there are no rows")


def _ratio(near: NDArray[np.float64]) -> Estimate:
    """Median over points of the distance to the nearest over that to the second nearest train row (NNDR), 0 to 1.

    Small where single people are copied. Points that equal two train rows have none (0/0) and are left out.
    """
    defined = near[:, -1] > 0
    if near.shape[1] < 2 or not defined.any():
        return undefined("Undefined: the train rows have no second nearest that is apart.", len(near))
    return Estimate(float(np.median(near[defined, 0] / near[defined, 1])), n=int(defined.sum()))


def _authenticity(space: DistanceSpace, rows: pd.DataFrame, train: pd.DataFrame) -> Estimate:
    """Authenticity of at most 1,000 rows (`core.audit.metrics.precision_recall`), with Wilson's interval.

    Against all train rows, or 40,000 of them (fewer in spaces of more than 500 dimensions): unlike the other distances,
    which are compared with those to as many hold-out rows, this one would pass over copies of train rows that a sample
    leaves out; a generator that copies nothing but people would score nearly what others do.
    """
    if len(train) < 2:
        return undefined("Undefined: a single train row has no neighbour.", len(rows))
    points = space.encode(rows.iloc[sample_positions(len(rows), MAX_JUDGED, 16)])
    most = min(MAX_ROWS, max(MAX_VALUES // max(points.shape[1], 1), 2))
    reference = train.iloc[sample_positions(len(train), most, 17)]
    found = _share(precision_recall.authentic(space.encode(reference), points))
    note = f"Against {len(reference)} of {len(train)} train rows." if len(reference) < len(train) else ""
    return replace(found, note=sentence(found.note, note))


def _rows_of_small_groups(schema: Schema, rows: pd.DataFrame) -> NDArray[np.intp]:
    """Positions of at most 500 rows of each group, so that rare groups are not left to a sample of all rows."""
    chosen = []
    for grouping in GroupedFrame(rows, schema).single.values():
        for group in sorted(grouping.names):
            mine = np.flatnonzero(grouping.mask(group))
            chosen.append(mine[sample_positions(len(mine), MAX_OF_GROUP, 13)])
    return np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, dtype=np.intp)


def _with_groups(
    rows: GroupedFrame, hits: NDArray[np.float64] | NDArray[np.bool_], tag: Tag, metric: str
) -> list[Record]:
    """The mean of ``hits``, one a row, overall and in each group of each sensitive attribute."""
    found = [tag.record(metric, _share(hits))]
    minimum = rows.schema.min_group_size
    for name, grouping in rows.single.items():
        one = Tag(tag.source, tag.protocol, name, split=tag.split)
        for group in grouping.names:
            share = _share(hits[grouping.mask(group)])
            if (share.n or 0) < minimum:
                note = f"The group has {share.n} rows here, fewer than {minimum}."
                share = replace(share, status=Status.SMALL_N, note=note)
            found.append(one.record(metric, share, group=group))
    return found


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame | None, source: str
) -> list[Record]:
    """Every privacy figure of one source.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The source's rows; ``None`` for the reference row, half of the hold-out.
        source: The source's name.
    """
    inside = Tag(source, "privacy", split="train")
    outside = Tag(source, "privacy", split="holdout")
    note = (
        "" if rows is not None else "Real rows that no generator touched: half of the hold-out against its other half."
    )
    if rows is None:
        order = np.random.default_rng(5).permutation(len(holdout))
        rows, holdout = holdout.iloc[order[::2]], holdout.iloc[order[1::2]]
    size = min(len(train), len(holdout))
    if size == 0 or rows.empty:
        return [inside.record("distance_share", undefined("Undefined: too few hold-out rows.", len(rows)))]
    matched = train.iloc[sample_positions(len(train), size, 6)], holdout.iloc[sample_positions(len(holdout), size, 7)]
    space = fit_distance_space(schema, train, [holdout, rows])
    found = [
        *_copy_records(schema, rows, train, matched, source),
        *_distance_records(schema, space, rows, matched, source),
        inside.record("authenticity", _authenticity(space, rows, train)),
        outside.record("membership_auc", membership(space, train, holdout, rows)),
    ]
    return [record.model_copy(update={"note": sentence(record.note, note)}) for record in found]


def _copy_records(
    schema: Schema, rows: pd.DataFrame, train: pd.DataFrame, matched: tuple[pd.DataFrame, pd.DataFrame], source: str
) -> list[Record]:
    """Exact copies of all train rows, and of as many train and hold-out rows, the latter also by group."""
    prints, grouped = fingerprints(rows, schema), GroupedFrame(rows, schema)
    all_rows = Tag(source, "privacy", split="train")
    found = [all_rows.record("exact_copies_all", _share(np.isin(prints, fingerprints(train, schema))))]
    for split, real in zip(("train", "holdout"), matched, strict=True):
        copied = np.isin(prints, fingerprints(real, schema))
        found += _with_groups(grouped, copied, Tag(source, "privacy", split=split), "exact_copies")
    return found


def _distance_records(
    schema: Schema, space: DistanceSpace, rows: pd.DataFrame, matched: tuple[pd.DataFrame, pd.DataFrame], source: str
) -> list[Record]:
    """Distance share, overall and by group, and NNDR; of groups with few rows in the sample more rows are measured."""
    size = min(len(matched[0]), MAX_REFERENCES)
    train, holdout = (space.encode(part.iloc[sample_positions(len(part), size, 9)]) for part in matched)
    chosen = sample_positions(len(rows), MAX_POINTS, 8)
    points = space.encode(rows.iloc[chosen])
    near = nearest(points, train, 2)
    nearer = nearer_to_train(near[:, 0], nearest(points, holdout, 1)[:, 0])
    outside, inside = Tag(source, "privacy", split="holdout"), Tag(source, "privacy", split="train")
    found = [outside.record("distance_share", _share(nearer)), inside.record("nndr_median", _ratio(near))]
    more = np.setdiff1d(_rows_of_small_groups(schema, rows), chosen)
    extra = space.encode(rows.iloc[more])
    nearer = np.append(nearer, nearer_to_train(nearest(extra, train, 1)[:, 0], nearest(extra, holdout, 1)[:, 0]))
    measured = GroupedFrame(rows.iloc[np.append(chosen, more)], schema)
    return found + _with_groups(measured, nearer, outside, "distance_share")[1:]


def attachment_copy_records(
    train: NDArray[np.uint64], made: NDArray[np.uint64], source: str, metric: str
) -> list[Record]:
    """The share of made rows whose attachment equals one of a real train row.

    Args:
        train: One number a train row, equal where the attachments are equal, shape (m,).
        made: The same of the made rows, shape (n,).
        source: Whose rows.
        metric: What the share is called.
    """
    return [Tag(source, "privacy", split="train").record(metric, _share(np.isin(made, train)))]
