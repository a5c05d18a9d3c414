"""Copies and near copies of train rows and of hold-out rows.

A real row is *copied* if the file has a row much nearer to it than other real rows are. There are three kinds. Exact
copies are counted by themselves: with few numbers, chance gives so many near ones that they would hide a few exact
ones. A near copy is nearer than a tenth of the distance to the nearest other real row, so a row with one changed digit
counts. An altered copy differs in at most half as many columns as the most similar other real row does, so a row with
one changed category counts. The scale is that of the row's own neighbourhood. Rows that equal other real rows are left
out: nobody can say whose copy it is. Without copying, train and hold-out rows are exchangeable: whether a given file
has copies of them, beyond chance, is a comparison of two shares of independent rows (Newcombe 1998). This holds however
poor the file is, and includes the variation of the real rows.

A file may draw each column from the train rows' own values, one column at a time. That copies values, not people; so
the file with each column shuffled is a second control, and the greater of the two counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.metrics.file_checks.row_comparison import Rows, RowSpace, sample
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import confidence, error_rate
from core.audit.statistics.nearest_neighbors import SAME
from core.data.schema import Schema

MAX_CANDIDATES = 1_500
MAX_ROWS = 10_000
MAX_VALUES = 20_000_000  # coordinates held at once: columns with many categories have many dimensions
MIN_CANDIDATES = 20
NEARER = 0.1  # a copy is nearer than this part of the distance to the nearest other real row
ALTERED = 0.5  # an altered copy differs in at most this part of the columns in which the nearest other real row does
PROTOCOL = "file"
KINDS = ("exact", "near", "altered")
Hits = NDArray[np.bool_]


@dataclass(frozen=True)
class RealRows:
    """Real rows that may be copied.

    Args:
        rows: The rows.
        scale: Distance of each to the nearest other, shape (n,).
        differing: In how many columns each differs from the one that is most like it, shape (n,).
    """

    rows: Rows
    scale: NDArray[np.float64]
    differing: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Rows, block: int) -> RealRows:
        """Look for the nearest among ``block`` rows, a divisor of n, so that tables of any size have the same scale."""
        parts = [rows.take(slice(start, start + block)) for start in range(0, len(rows), block)]
        scale = np.concatenate([part.distances(part, 2)[:, 1] for part in parts])
        return cls(rows, scale, np.concatenate([part.differences(part, 2)[:, 1] for part in parts]))

    def only_unique(self) -> RealRows:
        """Return the rows that equal no other."""
        unique = self.scale >= SAME
        return RealRows(self.rows.take(unique), self.scale[unique], self.differing[unique])

    def copied(self, rows: Rows) -> Hits:
        """Return whether each real row has a copy among ``rows``, by kind; shape (kinds, n)."""
        distances, differences = self.rows.distances(rows)[:, 0], self.rows.differences(rows)[:, 0]
        altered = differences <= ALTERED * self.differing
        return np.stack([distances < SAME, is_copy(distances, self.scale), altered])


def is_copy(distance: NDArray[np.float64], scale: NDArray[np.float64] | np.floating) -> Hits:
    """Return whether a distance is so small, against the distance between real rows, that the row is a copy.

    >>> is_copy(np.array([0.0, 0.1, 0.2]), np.array([0.0, 1.0, 1.0])).tolist()
    [True, True, False]
    """
    return np.asarray((distance < SAME) | (distance <= NEARER * scale))


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame, source: str
) -> list[Record]:
    """Return how many train and hold-out rows the file has copies of, and how many more these are than chance gives.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The source's rows.
        source: Its name.
    """
    size = min(len(train), len(holdout), MAX_CANDIDATES)
    inside, outside = Tag(source, PROTOCOL, split="train"), Tag(source, PROTOCOL, split="holdout")
    if size < MIN_CANDIDATES:
        return _too_few(inside, outside, size)
    space = RowSpace.fit(schema, train, [holdout, rows])
    candidates = [
        RealRows.of(space.rows(sample(part, min(len(part), MAX_CANDIDATES) // size * size, 21)), size)
        for part in (train, holdout)
    ]
    known, unknown = (one.only_unique() for one in candidates)
    if min(len(known.rows), len(unknown.rows)) < MIN_CANDIDATES:
        return _too_few(inside, outside, size)
    most = max(min(MAX_ROWS, MAX_VALUES // max(known.rows.points.shape[1], 1)), size)
    found = _Found(space, known, unknown, train, sample(rows, most, 22))
    shares = [
        tag.record(f"copied_rows:{kind}", _share(hits))
        for tag, kinds in ((inside, found.of_train), (outside, found.of_holdout))
        for kind, hits in zip(KINDS, kinds, strict=True)
    ]
    return [*shares, *found.excess_of_train(inside), *found.excess_of_holdout(outside)]


def _too_few(inside: Tag, outside: Tag, size: int) -> list[Record]:
    nothing = undefined(f"Undefined: it takes {MIN_CANDIDATES} train and hold-out rows that do not repeat.", size)
    return [tag.record(f"copied_rows_excess:{KINDS[0]}", nothing) for tag in (inside, outside)]


class _Found:
    """Which real rows a file has copies of.

    Args:
        space: Distances between rows.
        inside: Train rows that may be copied.
        outside: As many hold-out rows.
        train: All train rows, as a control of the same kind for the hold-out rows.
        drawn: Rows of the file.
    """

    def __init__(
        self, space: RowSpace, inside: RealRows, outside: RealRows, train: pd.DataFrame, drawn: pd.DataFrame
    ) -> None:
        points = space.rows(drawn)
        self.of_train, self.of_holdout = inside.copied(points), outside.copied(points)
        self._by_values = np.zeros_like(self.of_train), np.zeros_like(self.of_holdout)
        if self.of_train.any() or self.of_holdout.any():
            shuffled = space.rows(_shuffled(drawn))
            self._by_values = inside.copied(shuffled), outside.copied(shuffled)
        equal = min(len(drawn), len(train))
        self._of_holdout_by_equal, self._by_chance = (
            outside.copied(space.rows(sample(part, equal, seed))) for part, seed in ((drawn, 23), (train, 24))
        )

    def excess_of_train(self, tag: Tag) -> list[Record]:
        """Return the share of train rows with a copy minus that of hold-out rows; of the kind with the surer answer."""
        level = 1 - error_rate() / len(KINDS)
        return _most_surely(
            tag,
            {
                kind: excess(self.of_train[place], [self.of_holdout[place], self._by_values[0][place]], level)
                for place, kind in enumerate(KINDS)
            },
        )

    def excess_of_holdout(self, tag: Tag) -> list[Record]:
        """Return the share of hold-out rows with a copy minus that of train rows, or minus what real rows have.

        A file that holds both is told by the second control: the same share for as many train rows in place of the
        file. There are two chances to find a difference of each kind, so each has an interval for its part of the error
        rate.
        """
        level = 1 - error_rate() / (2 * len(KINDS))
        found = {}
        for place, kind in enumerate(KINDS):
            by_values = self._by_values[1][place]
            both = (
                excess(self.of_holdout[place], [self.of_train[place], by_values], level),
                excess(self._of_holdout_by_equal[place], [self._by_chance[place], by_values], level),
            )
            found[kind] = max(both, key=_low)
        return _most_surely(tag, found)


def _most_surely(tag: Tag, by_kind: dict[str, Estimate]) -> list[Record]:
    kind = max(by_kind, key=lambda one: _low(by_kind[one]))
    return [tag.record(f"copied_rows_excess:{kind}", by_kind[kind])]


def _low(found: Estimate) -> float:
    return -1.0 if found.low is None else found.low


def excess(hits: Hits, controls: list[Hits], level: float | None = None) -> Estimate:
    """Return the share of hits minus the greatest share among the controls, -1 to 1, with Newcombe's interval."""
    control = max(controls, key=lambda one: float(one.mean()))
    counts = hits.sum(), hits.size, control.sum(), control.size
    low, high = intervals.difference(*counts, confidence() if level is None else level)
    found = estimate(float(hits.mean() - control.mean()), float(low), float(high), "newcombe", hits.size)
    return replace(found, note=f"{hits.mean():.1%} of {hits.size} rows against {control.mean():.1%} by chance.")


def _share(hits: Hits) -> Estimate:
    low, high = intervals.wilson(hits.sum(), hits.size)
    return estimate(float(hits.mean()), float(low), float(high), "wilson", hits.size)


def _shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with each column shuffled by itself: the same values, and no people."""
    rng = np.random.default_rng(27)
    return pd.DataFrame({name: frame[name].array[rng.permutation(len(frame))] for name in frame.columns})
