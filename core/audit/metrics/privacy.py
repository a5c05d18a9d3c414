"""Whether a table holds people: copies of train rows, and rows that lie too near to them.

Each figure has its control: the same against hold-out rows, which the generator never saw. The row of source
``original`` puts real people whom no generator touched (half of the hold-out) in the place of generated rows. Distances
alone do not detect leakage; the absence of a sign here is not a proof of privacy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit import intervals
from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.features import distance_space, is_scalar, numbers, sample, texts, usable
from core.audit.neighbours import SAME, nearest
from core.audit.records import Record
from core.data.schema import Schema

MOST_POINTS = 5_000
MOST_REFERENCES = 5_000


def fingerprints(frame: pd.DataFrame, schema: Schema) -> NDArray[np.uint64]:
    """One number a row, equal where all usable columns are equal (missing equals missing); shape (n,)."""
    columns = {}
    for name in usable(schema):
        column, values = schema.column(name), frame[name]
        columns[name] = numbers(values, column) + 0.0 if is_scalar(column) else texts(values)  # -0 equals 0
    return np.asarray(pd.util.hash_pandas_object(pd.DataFrame(columns), index=False), dtype=np.uint64)


def copy_share(rows: NDArray[np.uint64], real: NDArray[np.uint64]) -> Estimate:
    """Share of rows that are equal to some real row, 0 to 1, from fingerprints."""
    hits = int(np.isin(rows, real).sum())
    low, high = intervals.wilson(hits, len(rows))
    return estimate(hits / len(rows), float(low), float(high), "wilson", len(rows))


def distance_share(
    points: NDArray[np.floating], train: NDArray[np.floating], holdout: NDArray[np.floating]
) -> tuple[Estimate, Estimate]:
    """Share of points nearer to a train row than to a hold-out row (ties half), and the median NNDR.

    .5 is what rows of nobody give; near 1, copies. NNDR: distance to the nearest over that to the second nearest train
    row, 0 to 1; small where single people are copied. Points that equal two train rows have none (0/0) and are left
    out.

    Args:
        points: Shape (n, d).
        train: Shape (m, d).
        holdout: Shape (m, d), as many as ``train``.
    """
    near, control = nearest(points, train, 2), nearest(points, holdout, 1)[:, 0]
    tie = np.abs(near[:, 0] - control) < SAME
    nearer = float(((near[:, 0] < control) & ~tie).sum() + tie.sum() / 2)
    low, high = intervals.wilson(nearer, len(points))
    share = estimate(nearer / len(points), float(low), float(high), "wilson", len(points))
    defined = near[:, -1] > 0
    if near.shape[1] < 2 or not defined.any():
        return share, undefined("Undefined: the train rows have no second nearest that is apart.", len(points))
    ratios = near[defined, 0] / near[defined, 1]
    return share, Estimate(float(np.median(ratios)), n=int(defined.sum()))


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
    if size == 0:
        return [inside.record("distance_share", undefined("Undefined: too few hold-out rows.", len(rows)))]
    matched = train.iloc[sample(len(train), size, 6)], holdout.iloc[sample(len(holdout), size, 7)]
    prints = fingerprints(rows, schema)
    found = [
        inside.record("exact_copies_all", copy_share(prints, fingerprints(train, schema))),
        inside.record("exact_copies", copy_share(prints, fingerprints(matched[0], schema))),
        outside.record("exact_copies", copy_share(prints, fingerprints(matched[1], schema))),
    ]
    space = distance_space(schema, train, [holdout, rows])
    size = min(size, MOST_REFERENCES)
    points = space.encode(rows.iloc[sample(len(rows), MOST_POINTS, 8)])
    references = [space.encode(part.iloc[sample(len(part), size, 9)]) for part in matched]
    share, ratio = distance_share(points, references[0], references[1])
    found += [outside.record("distance_share", share), inside.record("nndr_median", ratio)]
    return [record.model_copy(update={"note": note}) if note and not record.note else record for record in found]
