"""How differently the groups use the codewords of a representation: a bound on every adversary, tried or not.

If each row's latent is one of a few codewords, the total variation distance TV between the groups' frequencies of
codewords bounds whatever reads only the codeword: the demographic parity difference of any classifier is at most TV,
and the AUC of any adversary at most ``1/2 + TV - TV^2 / 2`` (Feng et al. 2019; Jovanovic et al. 2023, FARE). The
frequencies are those of hold-out rows. By McDiarmid's inequality the true distance lies below the measured one plus
``sqrt(ln(1 / delta) (1 / n + 1 / m) / 2)`` with probability 1 - delta. Small groups are bounded loosely.

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
    minimum = holdout.schema.min_group_size
    found = []
    for name, grouping in holdout.single.items():
        large = [group for group in grouping.names if grouping.mask(group).sum() >= minimum]
        if len(large) > 1:
            found += list(_of_attribute(codes, grouping, large, Tag(source, PROTOCOL, name)))
    return found


def codes_of(latents: Latents) -> Codes | None:
    """Return the codeword of each hold-out row, shape (m,); ``None`` if most rows have a latent of their own."""
    if latents.train_spread is not None or not len(latents.holdout):
        return None
    points, codes = np.unique(latents.holdout, axis=0, return_inverse=True)
    return codes.astype(np.int64).ravel() if len(points) <= min(MOST_CODES, len(codes) // 2) else None


def total_variation(codes: Codes, inside: NDArray[np.bool_]) -> float:
    """Return half the sum of the differences of two groups' frequencies, 0 to 1.

    >>> total_variation(np.array([0, 0, 1, 1]), np.array([True, True, False, False]))
    1.0
    """
    size = int(codes.max()) + 1
    one, two = (np.bincount(codes[mask], minlength=size) / mask.sum() for mask in (inside, ~inside))
    return float(np.abs(one - two).sum() / 2)


def _of_attribute(codes: Codes, grouping: Grouping, large: list[str], tag: Tag) -> Iterator[Record]:
    compared = large[:1] if len(grouping.names) == 2 else large
    delta = error_rate() / len(compared)
    by_group = {group: _distance(codes, grouping.mask(group), delta) for group in compared}
    worst = max(by_group.values(), key=lambda one: one.value or 0.0)
    loosest = max(one.high or 0.0 for one in by_group.values())
    yield tag.record(DISTANCE, replace(worst, high=loosest))
    if len(by_group) > 1:
        yield from (tag.record(DISTANCE, one, group=group) for group, one in by_group.items())


def _distance(codes: Codes, inside: NDArray[np.bool_], delta: float) -> Estimate:
    value = total_variation(codes, inside)
    above = float(np.sqrt(np.log(1 / delta) * (1 / inside.sum() + 1 / (~inside).sum()) / 2))
    high = min(value + above, 1.0)
    rng = np.random.default_rng(62)
    chance = np.mean([total_variation(codes, rng.permutation(inside)) for _ in range(DRAWS)])
    note = (
        f"Groups of this size that use all codewords alike differ by {chance:.3f} by chance. No adversary that sees "
        f"only the codeword has an AUC above {0.5 + high - high**2 / 2:.3f}, at the upper bound."
    )
    return replace(estimate(value, 0.0, high, "mcdiarmid, upper bound", len(codes)), note=note)
