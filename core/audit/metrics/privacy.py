"""Privacy: copies of train rows, and rows that are too near to them.

Each figure has a control: the same figure against hold-out rows, which the generator never saw. The source ``original``
puts real rows (half of the hold-out) in the place of synthetic ones. Distances alone do not detect leakage, and the
absence of evidence here is no proof of privacy. Attacks are in `core.audit.metrics.membership` and
`core.audit.metrics.attacks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, sentence, undefined
from core.audit.metrics import attacks, precision_recall
from core.audit.metrics.membership import MAX_ROWS, MAX_VALUES, membership
from core.audit.records import Record, Status
from core.audit.statistics import intervals
from core.audit.statistics.nearest_neighbors import SAME, nearest, nearest_row
from core.audit.statistics.reference_draw import effective_points
from core.data.encoding.distance_space import DistanceSpace, fit_distance_space
from core.data.encoding.values import is_scalar, modelled_columns, numbers, texts
from core.data.groups import GroupedFrame
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_POINTS = 5_000
MAX_REFERENCES = 5_000
MAX_OF_GROUP = 500
MAX_JUDGED = 1_000


def row_hashes(frame: pd.DataFrame, schema: Schema) -> NDArray[np.uint64]:
    """Return one hash per row, equal where all usable columns are equal (missing equals missing); shape (n,)."""
    columns = {}
    for name in modelled_columns(schema):
        column, values = schema.column(name), frame[name]
        columns[name] = numbers(values) + 0.0 if is_scalar(column) else texts(values)  # -0 equals 0
    return np.asarray(pd.util.hash_pandas_object(pd.DataFrame(columns), index=False), dtype=np.uint64)


def nearer_to_train(train: NDArray[np.float64], holdout: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 where a point's nearest train row is nearer than its nearest hold-out row, 0 where farther, .5 if equal.

    Args:
        train: Distances to the nearest train row, shape (n,).
        holdout: Distances to the nearest hold-out row, shape (n,).
    """
    return np.where(np.abs(train - holdout) < SAME, 0.5, (train < holdout).astype(float))


def _share(hits: NDArray[np.float64] | NDArray[np.bool_]) -> Estimate:
    """Return the mean of one number per row, 0 to 1, with Wilson's interval; undefined without rows."""
    low, high = intervals.wilson(hits.sum(), hits.size)
    value = float(hits.mean()) if hits.size else float("nan")
    return estimate(value, float(low), float(high), "wilson", hits.size, why="there are no rows")


@dataclass(frozen=True)
class _Nearness:
    """Which of the nearest train and hold-out row is nearer to each point.

    Args:
        hits: The answer of `nearer_to_train`, shape (n,).
        train: Position of each point's nearest train row, shape (n,).
        holdout: Position of its nearest hold-out row, shape (n,).
        references: Number of train rows, and of hold-out rows.
    """

    hits: NDArray[np.float64]
    train: NDArray[np.intp]
    holdout: NDArray[np.intp]
    references: int

    def share(self, chosen: NDArray[np.bool_]) -> Estimate:
        """Return the distance share of the chosen points, with an interval for other reference rows too."""
        hits = self.hits[chosen]
        if not hits.size:
            return undefined("Undefined: there are no rows.", 0)
        points = effective_points(hits, self.train[chosen], self.holdout[chosen], self.references)
        low, high = intervals.wilson(hits.mean() * points, points)
        return estimate(float(hits.mean()), float(low), float(high), "wilson, over reference rows too", hits.size)

    def followed_by(self, other: _Nearness) -> _Nearness:
        """Return these points and others."""
        return _Nearness(
            np.append(self.hits, other.hits),
            np.append(self.train, other.train),
            np.append(self.holdout, other.holdout),
            self.references,
        )


def _nearness(points: NDArray[np.floating], train: NDArray[np.floating], holdout: NDArray[np.floating]) -> _Nearness:
    (near, to_train), (other, to_holdout) = nearest_row(points, train), nearest_row(points, holdout)
    return _Nearness(nearer_to_train(near, other), to_train, to_holdout, len(train))


def _nndr(near: NDArray[np.float64]) -> Estimate:
    """Return the median nearest-neighbour distance ratio (nearest over second nearest train row), 0 to 1.

    It is small if single rows are copied. Points that equal two train rows have no ratio (0/0) and are left out.
    """
    defined = near[:, -1] > 0
    if near.shape[1] < 2 or not defined.any():
        return undefined("Undefined: no point has a second nearest train row at a distance above 0.", len(near))
    return Estimate(float(np.median(near[defined, 0] / near[defined, 1])), n=int(defined.sum()))


def _share_of(hits: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> Estimate:
    return _share(hits[chosen])


def _authenticity(space: DistanceSpace, rows: pd.DataFrame, train: pd.DataFrame) -> Estimate:
    """Return the authenticity of at most 1,000 rows (`core.audit.metrics.precision_recall`), with Wilson's interval.

    The reference is all train rows, or 40,000 of them (fewer in more than 500 dimensions). The other distances are
    compared with those to as many hold-out rows. This one has no such control, and with a small sample of train rows it
    would miss most copies: a generator that only copies rows would score almost as well as others.
    """
    if len(train) < 2:
        return undefined("Undefined: a single train row has no neighbour.", len(rows))
    points = space.encode(rows.iloc[sample_positions(len(rows), MAX_JUDGED, 16)])
    max_rows = min(MAX_ROWS, max(MAX_VALUES // max(points.shape[1], 1), 2))
    reference = train.iloc[sample_positions(len(train), max_rows, 17)]
    result = _share(precision_recall.authenticity(space.encode(reference), points))
    note = f"Against {len(reference)} of {len(train)} train rows." if len(reference) < len(train) else ""
    return replace(result, note=sentence(result.note, note))


def _rows_of_small_groups(schema: Schema, rows: pd.DataFrame) -> NDArray[np.intp]:
    """Return positions of at most 500 rows of each group, because a sample of all rows has few of a rare group."""
    chosen = []
    for grouping in GroupedFrame(rows, schema).single.values():
        for group in sorted(grouping.names):
            group_rows = np.flatnonzero(grouping.mask(group))
            chosen.append(group_rows[sample_positions(len(group_rows), MAX_OF_GROUP, 13)])
    return np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, dtype=np.intp)


def _share_records(
    rows: GroupedFrame, share_of: Callable[[NDArray[np.bool_]], Estimate], tag: Tag, metric: str
) -> list[Record]:
    """Return the share of all rows, and of each group of each sensitive attribute.

    Args:
        rows: The rows.
        share_of: The share of the rows that are chosen, from shape (n,).
        tag: Where the rows come from.
        metric: Name of the metric.
    """
    result = [tag.record(metric, share_of(np.ones(len(rows), dtype=bool)))]
    minimum = rows.schema.min_group_size
    for name, grouping in rows.single.items():
        one = Tag(tag.source, tag.protocol, name, split=tag.split)
        for group in grouping.names:
            share = share_of(grouping.mask(group))
            if (share.n or 0) < minimum:
                note = f"The group has {share.n} rows here, fewer than {minimum}."
                share = replace(share, status=Status.SMALL_N, note=note)
            result.append(one.record(metric, share, group=group))
    return result


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame | None, source: str
) -> list[Record]:
    """Return every privacy figure of one source.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The source's rows; ``None`` for the reference, half of the hold-out.
        source: The source's name.
    """
    inside = Tag(source, "privacy", split="train")
    outside = Tag(source, "privacy", split="holdout")
    note = "" if rows is not None else "Real rows, not synthetic: one half of the hold-out against the other half."
    if rows is None:
        order = np.random.default_rng(5).permutation(len(holdout))
        rows, holdout = holdout.iloc[order[::2]], holdout.iloc[order[1::2]]
    size = min(len(train), len(holdout))
    if size == 0 or rows.empty:
        return [inside.record("distance_share", undefined("Undefined: too few hold-out rows.", len(rows)))]
    matched = train.iloc[sample_positions(len(train), size, 6)], holdout.iloc[sample_positions(len(holdout), size, 7)]
    space = fit_distance_space(schema, train, [holdout, rows])
    found = membership(space, train, holdout, rows)
    result = [
        *_copy_records(schema, rows, train, matched, source),
        *_distance_records(schema, space, rows, matched, source),
        inside.record("authenticity", _authenticity(space, rows, train)),
        outside.record("membership_auc", found.auc),
        outside.record("membership_recall", found.recall),
        outside.record("membership_advantage", found.advantage),
        *attacks.records(attacks.Target(schema, space, train, holdout, rows), source),
    ]
    return [record.model_copy(update={"note": sentence(record.note, note)}) for record in result]


def _copy_records(
    schema: Schema, rows: pd.DataFrame, train: pd.DataFrame, matched: tuple[pd.DataFrame, pd.DataFrame], source: str
) -> list[Record]:
    """Return exact copies of all train rows, and of equal numbers of train and hold-out rows (also by group)."""
    hashes, grouped = row_hashes(rows, schema), GroupedFrame(rows, schema)
    all_rows = Tag(source, "privacy", split="train")
    result = [all_rows.record("exact_copies_all", _share(np.isin(hashes, row_hashes(train, schema))))]
    for split, real in zip(("train", "holdout"), matched, strict=True):
        copied = np.isin(hashes, row_hashes(real, schema))
        result += _share_records(
            grouped, partial(_share_of, copied), Tag(source, "privacy", split=split), "exact_copies"
        )
    return result


def _distance_records(
    schema: Schema, space: DistanceSpace, rows: pd.DataFrame, matched: tuple[pd.DataFrame, pd.DataFrame], source: str
) -> list[Record]:
    """Return the distance share, overall and by group, and NNDR. The sample is topped up with rows of rare groups."""
    size = min(len(matched[0]), MAX_REFERENCES)
    train, holdout = (space.encode(part.iloc[sample_positions(len(part), size, 9)]) for part in matched)
    chosen = sample_positions(len(rows), MAX_POINTS, 8)
    points = space.encode(rows.iloc[chosen])
    nearness = _nearness(points, train, holdout)
    outside, inside = Tag(source, "privacy", split="holdout"), Tag(source, "privacy", split="train")
    everything = np.ones(len(points), dtype=bool)
    result = [
        outside.record("distance_share", nearness.share(everything)),
        inside.record("nndr_median", _nndr(nearest(points, train, 2))),
    ]
    more = np.setdiff1d(_rows_of_small_groups(schema, rows), chosen)
    nearness = nearness.followed_by(_nearness(space.encode(rows.iloc[more]), train, holdout))
    measured = GroupedFrame(rows.iloc[np.append(chosen, more)], schema)
    return result + _share_records(measured, nearness.share, outside, "distance_share")[1:]


def attachment_copy_records(
    train: NDArray[np.uint64], synthetic: NDArray[np.uint64], source: str, metric: str
) -> list[Record]:
    """Return the share of synthetic rows whose attachment equals that of a real train row.

    Args:
        train: One hash per train row, equal where the attachments are equal, shape (m,).
        synthetic: The same for the synthetic rows, shape (n,).
        source: Whose rows.
        metric: Name of the metric.
    """
    return [Tag(source, "privacy", split="train").record(metric, _share(np.isin(synthetic, train)))]
