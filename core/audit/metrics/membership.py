"""Membership inference: can an attacker who has the synthetic rows recognise train rows?

The attack is a density ratio, as in DOMIAS (van Breugel et al. 2023, AISTATS): where synthetic rows are denser than the
population, the generator has memorised single rows. Densities are estimated by the distance to the nearest row,
``p(x) ~ distance^-d``, in the space of `core.data.encoding.distance_space`, target included. The attack finds copies,
noisy copies and rows crowded around train rows. It knows nothing about the generator; an attacker who does may succeed
more often.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, estimate, undefined
from core.audit.statistics import intervals
from core.audit.statistics.nearest_neighbors import SAME, nearest
from core.data.encoding.distance_space import DistanceSpace
from core.data.sampling import sample_positions

MAX_CANDIDATES = 1_000
MAX_ROWS = 40_000
MAX_VALUES = 20_000_000  # coordinates held at once: columns with many categories have many dimensions
MIN_CANDIDATES_PER_SIDE = 10
STRICT = 0.01  # false positive rate of a strict attacker


def attack(
    candidates: NDArray[np.floating], synthetic: NDArray[np.floating], reference: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the attack's score of each candidate, shape (n,); higher means member.

    ``log(distance to the nearest reference row / distance to the nearest synthetic row)``: the log density ratio, up to
    a constant and a factor that do not change an AUC. Equal rows count as 1e-6 apart.

    Args:
        candidates: Points to attack, shape (n, d).
        synthetic: Shape (m, d).
        reference: Real points that no generator saw and that are not among the candidates, shape (r, d).

    >>> attack(np.array([[0.0], [9.0]]), np.array([[0.1]]), np.array([[1.0], [8.0]])).round(1).tolist()
    [2.3, -2.2]
    """
    distance_to_synthetic, distance_to_reference = (
        nearest(candidates, part, 1)[:, 0] for part in (synthetic, reference)
    )
    ratios: NDArray[np.float64] = np.log(np.maximum(distance_to_reference, SAME)) - np.log(
        np.maximum(distance_to_synthetic, SAME)
    )
    return ratios


class Attack(NamedTuple):
    """What an attack found.

    Args:
        auc: Its AUC.
        recall: Share of members that it recognises with a false positive rate of 1 % (Carlini et al. 2022).
        advantage: ``recall`` minus the share of non-members that it accuses at the same threshold.
    """

    auc: Estimate
    recall: Estimate
    advantage: Estimate


def membership(space: DistanceSpace, train: pd.DataFrame, holdout: pd.DataFrame, rows: pd.DataFrame) -> Attack:
    """Attack train rows (members) and as many hold-out rows (non-members), at most 1,000 each.

    Non-members are at most half of the hold-out. The other hold-out rows are the reference, which therefore shares no
    row with members or non-members. At most 40,000 synthetic rows are used, fewer in more than 500 dimensions.

    Args:
        space: The distance space.
        train: Typed rows that the generator learned from.
        holdout: Typed rows that the generator did not see.
        rows: Typed synthetic rows.
    """
    size = min(len(train), len(holdout) // 2, MAX_CANDIDATES)
    if size < MIN_CANDIDATES_PER_SIDE or rows.empty:
        nothing = undefined(
            f"Undefined: the attack needs {2 * MIN_CANDIDATES_PER_SIDE} hold-out rows and a synthetic row.", size
        )
        return Attack(nothing, nothing, nothing)
    order = np.random.default_rng(10).permutation(len(holdout))
    candidates = np.concatenate(
        [space.encode(train.iloc[sample_positions(len(train), size, 11)]), space.encode(holdout.iloc[order[:size]])]
    )
    max_rows = min(MAX_ROWS, max(MAX_VALUES // max(candidates.shape[1], 1), size))
    reference = holdout.iloc[order[size : size + max_rows]]
    generated = rows.iloc[sample_positions(len(rows), max_rows, 12)]
    scores = attack(candidates, space.encode(generated), space.encode(reference))
    value, low, high = intervals.auc(np.repeat([1, 0], size), scores)
    auc = estimate(value, low, high, "delong", 2 * size)
    recall, advantage = _at_strict(scores[:size], scores[size:])
    note = (
        f"{size} train rows against {size} hold-out rows, {len(reference)} further hold-out rows as reference; an "
        f"attack with a false positive rate of 1 % recognises {recall.value:.1%} of members."
    )
    return Attack(replace(auc, note=note), recall, advantage)


def _at_strict(members: NDArray[np.float64], strangers: NDArray[np.float64]) -> tuple[Estimate, Estimate]:
    """Return the share of members above the threshold that 1 % of the strangers exceed, and its excess over theirs.

    The threshold is itself an estimate. The interval of the excess includes that: it is the difference of two shares.
    """
    threshold = np.quantile(strangers, 1 - STRICT)
    accused, wrongly = int((members > threshold).sum()), int((strangers > threshold).sum())
    size = len(members)
    own, both = intervals.wilson(accused, size), intervals.difference(accused, size, wrongly, size)
    return (
        estimate(accused / size, float(own[0]), float(own[1]), "wilson", size),
        estimate((accused - wrongly) / size, float(both[0]), float(both[1]), "newcombe", size),
    )
