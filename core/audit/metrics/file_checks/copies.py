"""Copies and near copies: of train rows, of hold-out rows, and of the file's own rows.

A real row is *copied* if the file has a row much nearer to it than other real rows are: nearer than a tenth of its
distance to the nearest other real row. So a row with one changed digit counts, and the scale is that of the row's own
neighbourhood. Exact copies are counted by themselves too: with few numbers, chance gives so many near ones that they
would hide a few exact ones. Rows that equal other real rows are left out: nobody can say whose copy it is. Without
copying, train and hold-out rows are exchangeable: whether a given file has copies of them, beyond chance, is a
comparison of two shares of independent rows (Newcombe 1998). This holds however poor the file is, and includes the
variation of the real rows.

A file may draw each column from the train rows' own values, one column at a time. That copies values, not people; so
the file with each column shuffled is a second control, and the greater of the two counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.records import Record
from core.audit.statistics import intervals
from core.audit.statistics.confidence import confidence, error_rate
from core.audit.statistics.nearest_neighbors import SAME, nearest
from core.data.encoding.distance_space import DistanceSpace, fit_distance_space
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_CANDIDATES = 1_500
MAX_ROWS = 10_000
MAX_VALUES = 20_000_000  # coordinates held at once: columns with many categories have many dimensions
MIN_CANDIDATES = 20
NEARER = 0.1  # a copy is nearer than this part of the distance to the nearest other real row
PROTOCOL = "file"
KINDS = ("exact", "near")
Hits = NDArray[np.bool_]


@dataclass(frozen=True)
class _Real:
    """Real rows that may be copied: points, shape (n, d), and each one's distance to the nearest other, shape (n,)."""

    points: NDArray[np.floating]
    scale: NDArray[np.float64]

    @classmethod
    def of(cls, points: NDArray[np.floating], block: int) -> _Real:
        """Look for the nearest among ``block`` rows, a divisor of n, so that tables of any size have the same scale."""
        parts = [nearest(part, part, 2)[:, 1] for part in np.split(points, len(points) // block)]
        return cls(points, np.concatenate(parts))

    def only_unique(self) -> _Real:
        """Return the rows that equal no other."""
        unique = self.scale >= SAME
        return _Real(self.points[unique], self.scale[unique])

    def copied(self, rows: NDArray[np.floating]) -> Hits:
        """Return whether each real row has a copy among ``rows``, by kind; shape (kinds, n)."""
        distances = nearest(self.points, rows, 1)[:, 0]
        return np.stack([distances < SAME, is_copy(distances, self.scale)])


def is_copy(distance: NDArray[np.float64], scale: NDArray[np.float64] | np.floating) -> Hits:
    """Return whether a distance is so small, against the distance between real rows, that the row is a copy.

    >>> is_copy(np.array([0.0, 0.1, 0.2]), np.array([0.0, 1.0, 1.0])).tolist()
    [True, True, False]
    """
    return np.asarray((distance < SAME) | (distance <= NEARER * scale))


def records(
    schema: Schema, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame, source: str
) -> list[Record]:
    """Return how many train and hold-out rows the file has copies of, beyond chance, and how often its rows repeat.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        rows: The source's rows.
        source: Its name.
    """
    size = min(len(train), len(holdout), MAX_CANDIDATES)
    inside, outside = Tag(source, PROTOCOL, split="train"), Tag(source, PROTOCOL, split="holdout")
    whole = Tag(source, PROTOCOL, split="source")
    if size < MIN_CANDIDATES:
        return _too_few(inside, outside, size)
    space = fit_distance_space(schema, train, [holdout, rows])
    candidates = [
        _Real.of(space.encode(_sample(part, min(len(part), MAX_CANDIDATES) // size * size, 21)), size)
        for part in (train, holdout)
    ]
    most = max(min(MAX_ROWS, MAX_VALUES // max(candidates[0].points.shape[1], 1)), size)
    drawn = _sample(rows, most, 22)
    repeats = whole.record("repeated_rows_excess", _repeats(space, candidates[1], train, drawn))
    known, unknown = (one.only_unique() for one in candidates)
    if min(len(known.points), len(unknown.points)) < MIN_CANDIDATES:
        return [*_too_few(inside, outside, size), repeats]
    found = _Found(space, known, unknown, train, drawn)
    shares = [
        tag.record(f"copied_rows:{kind}", _share(hits))
        for tag, kinds in ((inside, found.of_train), (outside, found.of_holdout))
        for kind, hits in zip(KINDS, kinds, strict=True)
    ]
    return [*shares, *found.excess_of_train(inside), *found.excess_of_holdout(outside), repeats]


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
        self, space: DistanceSpace, inside: _Real, outside: _Real, train: pd.DataFrame, drawn: pd.DataFrame
    ) -> None:
        points = space.encode(drawn)
        self.of_train, self.of_holdout = inside.copied(points), outside.copied(points)
        self._by_values = np.zeros_like(self.of_train), np.zeros_like(self.of_holdout)
        if self.of_train.any() or self.of_holdout.any():
            shuffled = space.encode(_shuffled(drawn))
            self._by_values = inside.copied(shuffled), outside.copied(shuffled)
        equal = min(len(drawn), len(train))
        self._of_holdout_by_equal, self._by_chance = (
            outside.copied(space.encode(_sample(part, equal, seed))) for part, seed in ((drawn, 23), (train, 24))
        )

    def excess_of_train(self, tag: Tag) -> list[Record]:
        """Return the share of train rows with a copy minus that of hold-out rows; of the kind with the surer answer."""
        level = 1 - error_rate() / len(KINDS)
        return _most_surely(
            tag,
            {
                kind: _excess(self.of_train[place], [self.of_holdout[place], self._by_values[0][place]], level)
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
                _excess(self.of_holdout[place], [self.of_train[place], by_values], level),
                _excess(self._of_holdout_by_equal[place], [self._by_chance[place], by_values], level),
            )
            found[kind] = max(both, key=_low)
        return _most_surely(tag, found)


def _most_surely(tag: Tag, by_kind: dict[str, Estimate]) -> list[Record]:
    kind = max(by_kind, key=lambda one: _low(by_kind[one]))
    return [tag.record(f"copied_rows_excess:{kind}", by_kind[kind])]


def _low(found: Estimate) -> float:
    return -1.0 if found.low is None else found.low


def _repeats(space: DistanceSpace, real: _Real, train: pd.DataFrame, drawn: pd.DataFrame) -> Estimate:
    """Return the share of the file's rows that repeat another of its rows, minus that of real rows.

    Half of the file is looked up in the other half; hold-out rows in as many train rows. The scale of both is the
    median distance between nearest hold-out rows, since rows unlike any real one have no neighbourhood there.
    """
    order = np.random.default_rng(25).permutation(len(drawn))
    half = min(len(drawn) // 2, len(train))
    if half < MIN_CANDIDATES:
        return undefined(f"Undefined: it takes {2 * MIN_CANDIDATES} rows.", len(drawn))
    others = space.encode(drawn.iloc[order[:half]])
    tested = space.encode(drawn.iloc[order[half : half + len(real.points)]])
    usual = np.median(real.scale)
    found = [
        is_copy(nearest(points, among, 1)[:, 0], usual)
        for points, among in ((tested, others), (real.points, space.encode(_sample(train, half, 26))))
    ]
    return _excess(found[0], found[1:])


def _excess(hits: Hits, controls: list[Hits], level: float | None = None) -> Estimate:
    """Return the share of hits minus the greatest share among the controls, -1 to 1, with Newcombe's interval."""
    control = max(controls, key=lambda one: float(one.mean()))
    counts = hits.sum(), hits.size, control.sum(), control.size
    low, high = intervals.difference(*counts, confidence() if level is None else level)
    found = estimate(float(hits.mean() - control.mean()), float(low), float(high), "newcombe", hits.size)
    return replace(found, note=f"{hits.mean():.1%} of {hits.size} rows against {control.mean():.1%} by chance.")


def _share(hits: Hits) -> Estimate:
    low, high = intervals.wilson(hits.sum(), hits.size)
    return estimate(float(hits.mean()), float(low), float(high), "wilson", hits.size)


def _sample(frame: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    return frame.iloc[sample_positions(len(frame), size, seed)]


def _shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with each column shuffled by itself: the same values, and no people."""
    rng = np.random.default_rng(27)
    return pd.DataFrame({name: frame[name].array[rng.permutation(len(frame))] for name in frame.columns})
