"""How differently the groups use the codewords of a representation: a bound on every adversary, tried or not.

If each row's latent is one of a few codewords, or drawn by one of them alone, the total variation distance TV between
the frequencies of codewords of two kinds of rows bounds whatever reads only this latent: the demographic parity
difference of any classifier between them is at most TV, and the AUC of any adversary that tells them apart at most
``1/2 + TV - TV^2 / 2`` (Feng et al. 2019; Jovanovic et al. 2023, FARE). The frequencies are those of hold-out rows. By
McDiarmid's inequality the true distance lies below the measured one plus ``sqrt(ln(1 / delta) (1 / n + 1 / m) / 2)``
with probability 1 - delta. Small groups are bounded loosely.

Codewords that were given with regard to the target are compared within each value of it. The distance is then the mean
over values, by their numbers of rows, and bounds the mean of the rates' differences; those values that lack rows of
either kind are left out. With weights p, n rows of the one and m of the other kind in each value, the root above is
that of ``ln(1 / delta) (sum p^2 (1 / n + 1 / m)) / 2``.

Each two large groups are compared: selection rates are no further apart than the two that differ most. Of more than two
groups, each large one is compared with all other rows too, which bounds how well it is told from the rest. Either set
of bounds holds for all of its comparisons together (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, sentence
from core.audit.inputs import Latents
from core.audit.metrics.leakage import PROTOCOL
from core.audit.records import Record
from core.audit.statistics.confidence import error_rate
from core.data.groups import GroupedFrame, Grouping

DISTANCE: Final = "code_total_variation"
DISTANCE_GIVEN_TARGET: Final = "code_total_variation_given_target"
DISTANCES: Final = (DISTANCE, DISTANCE_GIVEN_TARGET)
MOST_CODES: Final = 4_096
DRAWS: Final = 200
Codes = NDArray[np.int64]


def records(holdout: GroupedFrame, latents: Latents, source: str) -> list[Record]:
    """Return the distance of every attribute; nothing if the latents are no codewords.

    Args:
        holdout: Real hold-out rows.
        latents: Latents of train and hold-out rows.
        source: Whose latents.
    """
    codes = codes_of(latents)
    if codes is None:
        return []
    minimum, strata = holdout.schema.min_group_size, latents.holdout_targets
    metric = DISTANCE if strata is None else DISTANCE_GIVEN_TARGET
    strata = np.zeros_like(codes) if strata is None else strata
    found: list[Record] = []
    for name, grouping in holdout.single.items():
        large = [group for group in grouping.names if grouping.mask(group).sum() >= minimum]
        if len(large) > 1:
            found += list(_records(metric, _Usage(codes, strata, grouping), large, Tag(source, PROTOCOL, name)))
    return found


def codes_of(latents: Latents) -> Codes | None:
    """Return the codeword of each hold-out row, shape (m,); ``None`` if most rows have a latent of their own."""
    if latents.holdout_codes is not None and len(latents.holdout_codes):
        return latents.holdout_codes
    if latents.train_spread is not None or not len(latents.holdout):
        return None
    points, codes = np.unique(latents.holdout, axis=0, return_inverse=True)
    return codes.astype(np.int64).ravel() if len(points) <= min(MOST_CODES, len(codes) // 2) else None


def total_variation(codes: Codes, inside: NDArray[np.bool_], strata: Codes | None = None) -> float:
    """Return half the sum of the differences of two groups' frequencies, 0 to 1; the mean over strata, by their rows.

    >>> total_variation(np.array([0, 0, 1, 1]), np.array([True, True, False, False]))
    1.0
    >>> total_variation(np.array([0, 0, 1, 1]), np.array([True, False, False, True]), np.array([0, 0, 1, 1]))
    0.0
    """
    return _mean_distance(codes, inside, _compared(inside, np.zeros_like(codes) if strata is None else strata))


def by_chance(codes: Codes, grouping: Grouping, strata: Codes) -> float:
    """Return the mean distance of two groups that use all codewords alike within each stratum; of those far apart most.

    Args:
        codes: Codeword of each row, shape (m,).
        grouping: The group of each row; every two are compared.
        strata: Stratum of each row, shape (m,).
    """
    usage = _Usage(codes, strata, grouping)
    return max((usage.between(*pair).by_chance() for pair in combinations(grouping.names, 2)), default=0.0)


Rows = NDArray[np.intp]


@dataclass(frozen=True)
class _Comparison:
    """Two kinds of rows.

    Args:
        codes: Codeword of each row, shape (k,).
        inside: Whether a row is of the first kind, shape (k,).
        strata: Stratum of each row, shape (k,).
    """

    codes: Codes
    inside: NDArray[np.bool_]
    strata: Codes

    def estimate(self, delta: float) -> Estimate | None:
        """Return the distance and its upper bound, which fails with probability delta; ``None`` without rows."""
        compared = _compared(self.inside, self.strata)
        if not compared:
            return None
        value, rows = _mean_distance(self.codes, self.inside, compared), sum(map(len, compared))
        inside = self.inside
        squares = sum((len(one) / rows) ** 2 * (1 / inside[one].sum() + 1 / (~inside[one]).sum()) for one in compared)
        high = min(value + float(np.sqrt(np.log(1 / delta) * squares / 2)), 1.0)
        return estimate(value, 0.0, high, "mcdiarmid, upper bound", rows)

    def by_chance(self) -> float:
        """Return the mean distance of kinds of this size that use all codewords alike within each stratum."""
        compared, rng = _compared(self.inside, self.strata), np.random.default_rng(62)
        shuffled = (_shuffled(self.inside, compared, rng) for _ in range(DRAWS))
        return float(np.mean([_mean_distance(self.codes, inside, compared) for inside in shuffled]))


@dataclass(frozen=True)
class _Usage:
    """The codewords of all rows, with their strata and groups."""

    codes: Codes
    strata: Codes
    grouping: Grouping

    def between(self, one: str, other: str) -> _Comparison:
        """Return two groups."""
        inside, outside = self.grouping.mask(one), self.grouping.mask(other)
        rows = inside | outside
        return _Comparison(self.codes[rows], inside[rows], self.strata[rows])

    def against_rest(self, group: str) -> _Comparison:
        """Return a group and all other rows."""
        return _Comparison(self.codes, self.grouping.mask(group), self.strata)


def _records(metric: str, usage: _Usage, large: list[str], tag: Tag) -> Iterator[Record]:
    """Yield the distance of the two large groups that differ most and, of more than two, of each from the rest."""
    pairs = {f"{one!r} and {other!r}": usage.between(one, other) for one, other in combinations(large, 2)}
    by_pair = _estimates(pairs)
    if not by_pair:
        return
    worst = max(by_pair, key=lambda pair: by_pair[pair].value or 0.0)
    furthest = replace(by_pair[worst], high=max(one.high or 0.0 for one in by_pair.values()))
    is_alone = len(usage.grouping.names) == 2
    named = "" if is_alone else f"The two groups that differ most are {worst}."
    yield tag.record(metric, _told(furthest, pairs[worst], named, is_auc_bounded=is_alone))
    if is_alone:
        return
    rest = {group: usage.against_rest(group) for group in large}
    for group, one in _estimates(rest).items():
        yield tag.record(metric, _told(one, rest[group], "Against all other rows."), group=group)


def _estimates(comparisons: Mapping[str, _Comparison]) -> dict[str, Estimate]:
    """Return the distance of each comparison that can be made, with bounds that hold together."""
    delta = error_rate() / len(comparisons)
    found = {name: comparison.estimate(delta) for name, comparison in comparisons.items()}
    return {name: one for name, one in found.items() if one is not None}


def _told(one: Estimate, comparison: _Comparison, named: str, *, is_auc_bounded: bool = True) -> Estimate:
    """Return the distance with a note on what it bounds."""
    high = one.high or 0.0
    bound = (
        f"No adversary that sees only the codeword has an AUC above {0.5 + high - high**2 / 2:.3f}, at the upper bound."
        if is_auc_bounded
        else "No classifier that sees only the codeword selects two groups at rates further apart than the upper bound."
    )
    chance = f"Groups of this size that use all codewords alike differ by {comparison.by_chance():.3f} by chance."
    return replace(one, note=sentence(named, chance, bound))


def _compared(inside: NDArray[np.bool_], strata: Codes) -> list[Rows]:
    """Return the rows of each stratum that has rows of both kinds."""
    by_stratum = (np.flatnonzero(strata == stratum) for stratum in np.unique(strata))
    return [rows for rows in by_stratum if inside[rows].any() and not inside[rows].all()]


def _mean_distance(codes: Codes, inside: NDArray[np.bool_], compared: list[Rows]) -> float:
    total = sum(len(rows) for rows in compared)
    return float(sum(len(rows) / total * _one_distance(codes[rows], inside[rows]) for rows in compared))


def _one_distance(codes: Codes, inside: NDArray[np.bool_]) -> float:
    _, own = np.unique(codes, return_inverse=True)
    one, two = (np.bincount(own[mask], minlength=int(own.max()) + 1) / mask.sum() for mask in (inside, ~inside))
    return float(np.abs(one - two).sum() / 2)


def _shuffled(inside: NDArray[np.bool_], compared: list[Rows], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the kinds of the rows drawn anew within each stratum."""
    shuffled = inside.copy()
    for rows in compared:
        shuffled[rows] = rng.permutation(inside[rows])
    return shuffled
