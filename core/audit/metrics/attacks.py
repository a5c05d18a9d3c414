"""Attacks on synthetic rows: singling out, linking and inference, and whether values that one person has come out.

The first three are the risks of anonymised data that the Article 29 Working Party names (opinion 05/2014), attacked as
in Giomi et al. (2023, PoPETs 2023(2), "A unified framework for quantifying privacy risk in synthetic data"). Each
attack is tried on people whose rows were learned from and on as many others, whose rows were not. What it achieves on
the others is what the rows tell of the population; only what it achieves beyond that is told by the train rows.
Singling out begins with a person here, and not with a synthetic row, so that each person counts once. Their library,
anonymeter 1.1, needs numpy 1, so it cannot stand beside the packages of Evenhand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.metrics.membership import MAX_ROWS, MAX_VALUES
from core.audit.records import Record
from core.audit.statistics import intervals
from core.data.column import Column, Role
from core.data.encoding.distance_space import DistanceSpace
from core.data.encoding.values import factorize, is_scalar, numbers
from core.data.sampling import sample_positions
from core.data.schema import Schema

MAX_ATTACKS: Final = 2_000
MIN_ATTACKS: Final = 10
NEIGHBOURS: Final = 10
FEW: Final = f"the attack needs {MIN_ATTACKS} hold-out rows"
NEAR: Final = 0.05
"""Numbers that differ by this share of the standard deviation of the train rows count as equal."""


class Success(NamedTuple):
    """What an attack achieved, as shares of its attempts.

    Args:
        members: On people whose rows were learned from.
        strangers: On others.
        beyond: The first minus the second.
    """

    members: Estimate
    strangers: Estimate
    beyond: Estimate

    def records(self, metric: str, source: str) -> list[Record]:
        """Return the records of both shares, by what they are shares of, and of what is beyond the population."""
        inside, outside = (Tag(source, "privacy", split=split) for split in ("train", "holdout"))
        return [
            inside.record(metric, self.members),
            outside.record(metric, self.strangers),
            outside.record(f"{metric}_advantage", self.beyond),
        ]


@dataclass(frozen=True)
class Target:
    """What is attacked, and with what.

    Args:
        schema: Columns and roles.
        space: The distance space of all modelled columns.
        members: Typed train rows.
        strangers: Typed hold-out rows.
        rows: Typed synthetic rows.
    """

    schema: Schema
    space: DistanceSpace
    members: pd.DataFrame
    strangers: pd.DataFrame
    rows: pd.DataFrame

    @cached_property
    def known(self) -> pd.DataFrame:
        """At most 40,000 synthetic rows, fewer in more than 500 dimensions."""
        dimensions = self.space.encode(self.rows.iloc[:1]).shape[1]
        most = max(MAX_VALUES // max(dimensions, 1), 1)
        return self.rows.iloc[sample_positions(len(self.rows), min(MAX_ROWS, most), 21)]

    @cached_property
    def people(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As many train as hold-out rows, at most 2,000 each."""
        size = min(len(self.members), len(self.strangers), MAX_ATTACKS)
        return (
            self.members.iloc[sample_positions(len(self.members), size, 22)],
            self.strangers.iloc[sample_positions(len(self.strangers), size, 23)],
        )

    def nearest(self, people: pd.DataFrame, names: list[str], count: int) -> NDArray[np.intp]:
        """Return the positions of the synthetic rows that are nearest by some columns, shape (n, count)."""
        if people.empty:
            return np.zeros((0, count), dtype=np.intp)
        space = replace(self.space, columns=tuple(self.schema.column(name) for name in names))
        search = NearestNeighbors(n_neighbors=min(count, len(self.known)), algorithm="brute")
        found: NDArray[np.intp] = search.fit(space.encode(self.known)).kneighbors(
            space.encode(people), return_distance=False
        )
        return found

    @property
    def tolerances(self) -> NDArray[np.float64]:
        """How far values of each column may differ and count as equal, shape (columns,); 0 for categories."""
        return np.array([NEAR * self.space.scales.get(column.name, 0.0) for column in self.space.columns])

    def coded(self, *frames: pd.DataFrame) -> list[NDArray[np.float64]]:
        """Return frames as numbers, shape (n, columns) each; see `_codes`."""
        columns = [_codes(column, [frame[column.name] for frame in frames]) for column in self.space.columns]
        return [np.asfortranarray(np.column_stack(part)) for part in zip(*columns, strict=True)]  # read by columns


def _codes(column: Column, parts: Sequence[pd.Series]) -> list[NDArray[np.float64]]:
    """Return the values of a column as numbers, those of categories the same in all parts; NaN where missing."""
    whole = pd.concat(parts, ignore_index=True)
    codes = numbers(whole) if is_scalar(column) else factorize(whole)[0].astype(float)
    known = codes if is_scalar(column) else np.where(codes < 0, np.nan, codes)
    return np.split(known, np.cumsum([len(part) for part in parts])[:-1])


def singling_out(target: Target) -> Success:
    """Try a description of each person's nearest synthetic row; it succeeds if it fits this person and no other.

    A description takes the row's columns in random order until no other synthetic row fits. A person whose row cannot
    be described so is left out. The others are as many people of the same kind on either side.
    """
    size = min(len(target.members), len(target.strangers), MAX_ROWS)
    if size < MIN_ATTACKS:
        return _nothing(FEW, size)
    drawn = [part.iloc[sample_positions(len(part), size, 24)] for part in (target.members, target.strangers)]
    rows, *crowds = target.coded(target.known, *drawn)
    names = [column.name for column in target.space.columns]
    near = target.tolerances
    rng = np.random.default_rng(26)
    hits = []
    for frame, crowd in zip(drawn, crowds, strict=True):
        tried = sample_positions(size, MAX_ATTACKS, 25)
        found = []
        for person, row in zip(tried, target.nearest(frame.iloc[tried], names, 1)[:, 0], strict=True):
            used = _until_alone(rows, rows[row], near, rng.permutation(len(names)))
            if used is not None:
                found.append(np.array_equal(_fitting(crowd, rows[row], near, used), [person]))
        hits.append(np.array(found, dtype=bool))
    return _success(hits, "too few descriptions fit exactly one synthetic row")


def _until_alone(
    rows: NDArray[np.float64], wanted: NDArray[np.float64], near: NDArray[np.float64], order: NDArray[np.intp]
) -> NDArray[np.intp] | None:
    """Return the first columns that only one row fits; ``None`` if several rows fit all of them."""
    left = np.arange(len(rows))
    for count, column in enumerate(order, start=1):
        left = left[_fits(rows[left, column], wanted[column], near[column])]
        if len(left) == 1:
            return order[:count]
    return None


def _fitting(
    rows: NDArray[np.float64], wanted: NDArray[np.float64], near: NDArray[np.float64], used: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the positions of the rows that fit a description."""
    left = np.arange(len(rows))
    for column in used:
        left = left[_fits(rows[left, column], wanted[column], near[column])]
    return left


def _fits(values: NDArray[np.float64], wanted: NDArray[np.float64] | float, near: float) -> NDArray[np.bool_]:
    """Return which values are at most ``near`` off; a missing value fits a missing one."""
    found: NDArray[np.bool_] = (np.abs(values - wanted) <= near) | (np.isnan(values) & np.isnan(wanted))
    return found


def linkability(target: Target) -> Success:
    """Try to join two halves of a person's columns: they belong together if a row is among the nearest of both.

    The halves are drawn at random. Of each, the ten nearest synthetic rows count.
    """
    names = [column.name for column in target.space.columns]
    if len(names) < 2:
        return _nothing("one column cannot be joined with another")
    if len(target.known) < 10 * NEIGHBOURS:
        return _nothing(f"joining needs {10 * NEIGHBOURS} synthetic rows", len(target.known))
    order = np.random.default_rng(27).permutation(len(names))
    halves = [[names[place] for place in part] for part in np.array_split(order, 2)]
    hits = []
    for people in target.people:
        first, second = (target.nearest(people, half, NEIGHBOURS) for half in halves)
        hits.append((first[:, :, None] == second[:, None, :]).any(axis=(1, 2)))
    return _success(hits, FEW)


def inference(target: Target) -> Success:
    """Try to guess one sensitive value or outcome of each person from all other columns, by the nearest row's.

    Each person stands for one such column, in turn. A number is guessed if it is at most `NEAR` off.
    """
    secrets = [column for column in target.space.columns if column.role in (Role.SENSITIVE, Role.TARGET)]
    names = [column.name for column in target.space.columns]
    if len(names) < 2:
        return _nothing("there is no other column to guess from")
    rows, *coded = target.coded(target.known, *target.people)
    hits = [np.zeros(len(part), dtype=bool) for part in coded]
    for turn, secret in enumerate(secrets):
        place, others = names.index(secret.name), [name for name in names if name != secret.name]
        for people, true, hit in zip(target.people, coded, hits, strict=True):
            mine = slice(turn, None, len(secrets))
            guess = rows[target.nearest(people.iloc[mine], others, 1)[:, 0], place]
            hit[mine] = _fits(true[mine, place], guess, target.tolerances[place])
    return _success(hits, FEW)


def rare_values(target: Target) -> Success:
    """Look for a value that each person alone has, of all train and hold-out rows, in the synthetic rows.

    Of several such values of a person one is drawn, since those of a person come out together or not at all.
    """
    frames = (target.members, target.strangers, target.rows)
    ends = len(target.members)
    alone, came_out = (np.zeros((ends + len(target.strangers), len(target.space.columns)), dtype=bool) for _ in "ab")
    for place, column in enumerate(target.space.columns):
        *people, rows = _codes(column, [frame[column.name] for frame in frames])
        values = np.concatenate(people)
        _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
        alone[:, place] = (counts[which] == 1) & ~np.isnan(values)
        came_out[:, place] = np.isin(values, rows)
    drawn = np.where(alone, np.random.default_rng(28).random(alone.shape), -1.0).argmax(axis=1)
    has_one: NDArray[np.bool_] = np.any(alone, axis=1)
    hits = came_out[np.arange(len(drawn)), drawn]
    parts = [hits[part][has_one[part]] for part in (slice(None, ends), slice(ends, None))]
    return _success(parts, "too few people alone have a value")


def _success(hits: Sequence[NDArray[np.bool_]], why: str) -> Success:
    """Return the shares of hits, each shape (attempts,), on members and on strangers."""
    sizes, counts = [len(part) for part in hits], [int(part.sum()) for part in hits]
    if min(sizes) < MIN_ATTACKS:
        return _nothing(why, min(sizes))
    members, strangers = (_share(count, size) for count, size in zip(counts, sizes, strict=True))
    low, high = intervals.difference(counts[0], sizes[0], counts[1], sizes[1])
    beyond = counts[0] / sizes[0] - counts[1] / sizes[1]
    return Success(members, strangers, estimate(beyond, float(low), float(high), "newcombe", sum(sizes)))


def _share(count: int, size: int) -> Estimate:
    low, high = intervals.wilson(count, size)
    return estimate(count / size, float(low), float(high), "wilson", size)


def _nothing(why: str, size: int = 0) -> Success:
    none = undefined(f"Undefined: {why}.", size)
    return Success(none, none, none)


ATTACKS: Final[dict[str, Callable[[Target], Success]]] = {
    "singling_out": singling_out,
    "linkability": linkability,
    "inference": inference,
    "rare_values": rare_values,
}
"""Each attack by the name of its metric."""


def records(target: Target, source: str) -> list[Record]:
    """Return what each attack achieves on people whose rows were learned from, on others, and the difference."""
    return [record for metric, attack in ATTACKS.items() for record in attack(target).records(metric, source)]
