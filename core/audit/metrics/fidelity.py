"""Fidelity: how similar a table is to the real train rows, by column, by pair of columns, and as points in space.

The source ``original`` is the ceiling: it puts the real hold-out in the place of synthetic rows. Fidelity by group:
`core.audit.metrics.group_fidelity`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit import adversary
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.metrics import precision_recall
from core.audit.metrics.precision_recall import NEIGHBOURS
from core.audit.records import Record
from core.audit.statistics import intervals, means
from core.audit.statistics.nearest_neighbors import blocks
from core.data.column import Column, Role
from core.data.encoding.distance_space import fit_distance_space
from core.data.encoding.ordinal import fit_ordinal
from core.data.encoding.values import is_scalar, modelled_columns, numbers, quantile_bins, texts
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_POINTS = 5_000
MAX_ROWS = 10_000
DECILES = 10
_DENSE_CELLS = 1_000_000


def column_shape(real: pd.Series, other: pd.Series, column: Column) -> float:
    """Return the similarity of one column's distributions, 0 to 1; 1 means equal.

    Numbers and times: 1 minus the Kolmogorov-Smirnov distance. Other kinds: 1 minus the total variation distance.
    Missing values are a category; among numbers they are a mass above the maximum. SDMetrics drops them and gives the
    same figure otherwise.
    """
    if not is_scalar(column):
        return 1 - _variation(*_codes([texts(real), texts(other)]))
    values = [np.sort(np.where(np.isnan(part), np.inf, part)) for part in (numbers(real), numbers(other))]
    grid = np.concatenate(values)
    grid = grid[np.isfinite(grid)]
    if grid.size == 0:
        return 1.0
    below = [np.searchsorted(part, grid, side="right") / part.size for part in values]
    return float(1 - np.abs(below[0] - below[1]).max())


def _codes(parts: Sequence[NDArray[np.object_]]) -> list[NDArray[np.int64]]:
    codes = pd.factorize(np.concatenate(parts), sort=True)[0].astype(np.int64)
    return list(np.split(codes, np.cumsum([len(part) for part in parts])[:-1]))


def _variation(a: NDArray[np.int64], b: NDArray[np.int64]) -> float:
    """Return the total variation distance of two samples of non-negative codes."""
    top = int(max(a.max(), b.max())) + 1
    if top > _DENSE_CELLS:
        joined = np.unique(np.concatenate([a, b]), return_inverse=True)[1]
        a, b, top = joined[: len(a)], joined[len(a) :], int(joined.max()) + 1
    return float(np.abs(np.bincount(a, minlength=top) / len(a) - np.bincount(b, minlength=top) / len(b)).sum() / 2)


def _binned(real: pd.Series, other: pd.Series, column: Column) -> list[NDArray[np.int64]]:
    """Return categories as codes and numbers as deciles of the real rows; missing values have a code of their own."""
    if not is_scalar(column):
        return _codes([texts(real), texts(other)])
    a, b = numbers(real), numbers(other)
    return [quantile_bins(part, a, DECILES) for part in (a, b)]


def pair_similarity(real: pd.DataFrame, other: pd.DataFrame, schema: Schema) -> dict[tuple[str, str], float]:
    """Return the similarity of each pair's joint distribution, 0 to 1, by the two headers; the target is included.

    Numbers are binned by deciles of the real rows. Similarity is 1 minus the total variation of the joint table.
    """
    columns = [schema.column(name) for name in modelled_columns(schema)]
    bins = {column.name: _binned(real[column.name], other[column.name], column) for column in columns}
    wide = {name: int(max(part.max() for part in parts)) + 1 for name, parts in bins.items()}
    result = {}
    for one, two in combinations(bins, 2):
        joint = [a * wide[two] + b for a, b in zip(bins[one], bins[two], strict=True)]
        result[one, two] = 1 - _variation(joint[0], joint[1])
    return result


def pair_similarity_sdmetrics(real: pd.DataFrame, other: pd.DataFrame, schema: Schema) -> dict[tuple[str, str], float]:
    """Return the same figures, comparable with SDMetrics' ColumnPairTrends; NaN where a number does not vary.

    Two numbers get ``1 - |r_real - r_other| / 2`` of Pearson's r; two categories get `pair_similarity`. Both equal
    SDMetrics 0.32 up to rounding. A number and a category also get `pair_similarity`. SDMetrics instead bins the
    numbers of each table into ten equal widths of that table's own range. That puts nearly all of a skewed column into
    one bin, and one outlier moves all bin edges, so that a broken dependence is not seen. Both agree where deciles have
    equal widths. SDMetrics' quality report leaves out pairs with little dependence in the real rows; here all count.
    """
    similarity = pair_similarity(real, other, schema)
    for names in similarity:
        one, two = (schema.column(name) for name in names)
        if is_scalar(one) and is_scalar(two):
            r = [_correlation(frame, one, two) for frame in (real, other)]
            similarity[names] = 1 - abs(r[0] - r[1]) / 2
    return similarity


def pair_trends(real: pd.DataFrame, other: pd.DataFrame, schema: Schema) -> tuple[Estimate, Estimate]:
    """Return the mean similarity of the joint distributions of all pairs of columns, 0 to 1, in two definitions.

    The means of `pair_similarity` and of `pair_similarity_sdmetrics`, the latter without pairs that are NaN.
    """
    similarity = pair_similarity(real, other, schema)
    if not similarity:
        nothing = undefined("Undefined: there are no two columns.", len(other))
        return nothing, nothing
    mixed = [value for value in pair_similarity_sdmetrics(real, other, schema).values() if not np.isnan(value)]
    second = (
        Estimate(float(np.mean(mixed)), n=len(other))
        if mixed
        else undefined("Undefined: no column varies.", len(other))
    )
    return Estimate(float(np.mean(list(similarity.values()))), n=len(other)), second


def _correlation(frame: pd.DataFrame, one: Column, two: Column) -> float:
    a, b = numbers(frame[one.name]), numbers(frame[two.name])
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    if a.size < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def density_coverage(
    reference: NDArray[np.floating], points: NDArray[np.floating], radii: NDArray[np.float64] | None = None
) -> tuple[Estimate, Estimate]:
    """Return the density and coverage of ``points`` against ``reference`` with 5 neighbours (Naeem et al. 2020).

    Each reference point has a ball; its radius is the distance to the 5th nearest other reference point. Density is the
    mean number of balls that contain a point, over 5: about 1 for equal distributions, above 1 for concentration.
    Coverage is the share of balls that contain a point, 0 to 1. Both equal the authors' package prdc, except for points
    on the surface of a ball, where rounding decides. ``radii``, shape (n,), saves their computation.
    """
    if len(reference) <= NEIGHBOURS:
        nothing = undefined(f"Undefined: it takes more than {NEIGHBOURS} real rows.", len(points))
        return nothing, nothing
    radii = precision_recall.own_radii(reference) if radii is None else radii
    balls_per_point, covered = np.empty(len(points)), np.zeros(len(reference), dtype=bool)
    for part, squares in blocks(points, reference):
        inside = squares < radii[None, :] ** 2
        balls_per_point[part] = inside.sum(axis=1) / NEIGHBOURS
        covered |= inside.any(axis=0)
    low, high = intervals.wilson(covered.sum(), covered.size)
    return (
        estimate(*means.mean(balls_per_point), "normal over rows", len(points)),
        estimate(float(covered.mean()), float(low), float(high), "wilson over real rows", covered.size),
    )


def c2st(schema: Schema, rows: pd.DataFrame, holdout: pd.DataFrame) -> Estimate:
    """Return the two-sample AUC of rows against hold-out rows, without the target, at most 10,000 of each."""
    size = min(len(rows), len(holdout), MAX_ROWS)
    parts = [rows.iloc[sample_positions(len(rows), size, 1)], holdout.iloc[sample_positions(len(holdout), size, 2)]]
    names = [name for name in modelled_columns(schema) if schema.column(name).role is not Role.TARGET]
    encoding = fit_ordinal(schema, names, parts)
    points = np.concatenate([encoding.encode(part) for part in parts])
    return adversary.cross_validated_auc(points, np.repeat([1, 0], size))


def records(
    schema: Schema,
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    rows: pd.DataFrame | None,
    source: str,
    *,
    columns: Schema | None = None,
) -> list[Record]:
    """Return every fidelity figure of one source.

    Args:
        schema: Columns and roles.
        train: Real train rows, the reference.
        holdout: Real hold-out rows.
        rows: The source's rows; ``None`` for the ceiling, which uses the hold-out in their place (and the train rows in
            the two-sample test, whose other side is the hold-out).
        source: The source's name.
        columns: The columns to compare one by one and in pairs; all by default.
    """
    columns = columns or schema
    other = holdout if rows is None else rows
    split = "holdout" if rows is None else "train"
    tag = Tag(source, "fidelity", split=split)
    result = _shape_records(columns, train, other, tag)
    deciles, correlations = pair_trends(train, other, columns)
    result += [tag.record("pair_trends", deciles), tag.record("pair_trends_sdmetrics", correlations)]
    result += point_records(schema, train, holdout, other, tag)
    result.append(Tag(source, "fidelity").record("c2st_auc", c2st(schema, train if rows is None else rows, holdout)))
    return result


def point_records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, other: pd.DataFrame, tag: Tag
) -> list[Record]:
    """Return density, coverage, alpha-precision and beta-recall of rows as points among the real train rows."""
    space = fit_distance_space(schema, train, [holdout, other])
    reference = space.encode(train.iloc[sample_positions(len(train), MAX_POINTS, 3)])
    points = space.encode(other.iloc[sample_positions(len(other), MAX_POINTS, 4)])
    names = ("density", "coverage", "alpha_precision", "beta_recall")
    radii = precision_recall.own_radii(reference) if len(reference) > NEIGHBOURS else None
    figures = (
        *density_coverage(reference, points, radii),
        *precision_recall.precision_recall(reference, points, radii),
    )
    return [tag.record(name, one) for name, one in zip(names, figures, strict=True)]


def _shape_records(schema: Schema, real: pd.DataFrame, other: pd.DataFrame, tag: Tag) -> list[Record]:
    """Return the mean of the column shapes, and each of them (``column_shape:<column>``)."""
    shapes = _shapes(schema, real, other)
    if not shapes:
        return [tag.record("column_shapes", undefined("Undefined: there is no column to compare.", len(other)))]
    result = [tag.record("column_shapes", Estimate(float(np.mean(list(shapes.values()))), n=len(other)))]
    result += [tag.record(f"column_shape:{name}", Estimate(value, n=len(other))) for name, value in shapes.items()]
    return result


def _shapes(schema: Schema, real: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    return {name: column_shape(real[name], other[name], schema.column(name)) for name in modelled_columns(schema)}
