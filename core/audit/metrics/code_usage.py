"""How differently the groups use the codewords of a representation: a bound on every adversary, tried or not.

If each row's latent is one of a few codewords, or drawn by one of them alone, the total variation distance TV between
the groups' frequencies of codewords bounds whatever reads only the latent: the demographic parity difference of any
classifier is at most TV, and the AUC of any adversary at most ``1/2 + TV - TV^2 / 2`` (Feng et al. 2019; Jovanovic et
al. 2023, FARE). The frequencies are those of hold-out rows. By McDiarmid's inequality the true distance lies below the
measured one plus ``sqrt(ln(1 / delta) (1 / n + 1 / m) / 2)`` with probability 1 - delta. Small groups are bounded
loosely.

Codewords that were given with regard to the target are compared within each value of it. The distance is then the mean
over values, by their numbers of rows, and bounds the mean of the rates' differences; those values that lack rows of the
group or of others are left out. With weights p, n rows of the group and m others of each value, the root above is that
of ``ln(1 / delta) (sum p^2 (1 / n + 1 / m)) / 2``.

Each large group is compared with all other rows; the bound holds for all groups together (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate
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
            by_group = _by_group(codes, strata, grouping, large)
            found += list(_records(metric, by_group, Tag(source, PROTOCOL, name)))
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


def by_chance(codes: Codes, inside: NDArray[np.bool_], strata: Codes) -> float:
    """Return the mean distance of groups of this size within each stratum that use all codewords alike."""
    compared, rng = _compared(inside, strata), np.random.default_rng(62)
    return float(np.mean([_mean_distance(codes, _shuffled(inside, compared, rng), compared) for _ in range(DRAWS)]))


Rows = NDArray[np.intp]


def _compared(inside: NDArray[np.bool_], strata: Codes) -> list[Rows]:
    """Return the rows of each stratum that has rows of the group and of others."""
    by_stratum = (np.flatnonzero(strata == stratum) for stratum in np.unique(strata))
    return [rows for rows in by_stratum if inside[rows].any() and not inside[rows].all()]


def _mean_distance(codes: Codes, inside: NDArray[np.bool_], compared: list[Rows]) -> float:
    total = sum(len(rows) for rows in compared)
    return float(sum(len(rows) / total * _one_distance(codes[rows], inside[rows]) for rows in compared))


def _one_distance(codes: Codes, inside: NDArray[np.bool_]) -> float:
    _, own = np.unique(codes, return_inverse=True)
    one, two = (np.bincount(own[mask], minlength=int(own.max()) + 1) / mask.sum() for mask in (inside, ~inside))
    return float(np.abs(one - two).sum() / 2)


def _by_group(codes: Codes, strata: Codes, grouping: Grouping, large: list[str]) -> dict[str, Estimate]:
    """Return the distance of each large group that can be compared; of two groups, one stands for both."""
    compared = large[:1] if len(grouping.names) == 2 else large
    delta = error_rate() / len(compared)
    found = {group: _distance(codes, strata, grouping.mask(group), delta) for group in compared}
    return {group: one for group, one in found.items() if one is not None}


def _records(metric: str, by_group: dict[str, Estimate], tag: Tag) -> Iterator[Record]:
    if not by_group:
        return
    worst = max(by_group.values(), key=lambda one: one.value or 0.0)
    loosest = max(one.high or 0.0 for one in by_group.values())
    yield tag.record(metric, replace(worst, high=loosest))
    if len(by_group) > 1:
        yield from (tag.record(metric, one, group=group) for group, one in by_group.items())


def _distance(codes: Codes, strata: Codes, inside: NDArray[np.bool_], delta: float) -> Estimate | None:
    compared = _compared(inside, strata)
    if not compared:
        return None
    value, rows = _mean_distance(codes, inside, compared), sum(map(len, compared))
    squares = sum((len(one) / rows) ** 2 * (1 / inside[one].sum() + 1 / (~inside[one]).sum()) for one in compared)
    high = min(value + float(np.sqrt(np.log(1 / delta) * squares / 2)), 1.0)
    chance = by_chance(codes, inside, strata)
    note = (
        f"Groups of this size that use all codewords alike differ by {chance:.3f} by chance. No adversary that sees "
        f"only the codeword has an AUC above {0.5 + high - high**2 / 2:.3f}, at the upper bound."
    )
    return replace(estimate(value, 0.0, high, "mcdiarmid, upper bound", rows), note=note)


def _shuffled(inside: NDArray[np.bool_], compared: list[Rows], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the group with its rows drawn anew within each stratum."""
    shuffled = inside.copy()
    for rows in compared:
        shuffled[rows] = rng.permutation(inside[rows])
    return shuffled
