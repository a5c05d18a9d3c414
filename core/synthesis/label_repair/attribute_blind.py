"""The attribute-blind rule: fair labels without reading the sensitive columns.

It is a proxy rule: it predicts the group from the features, and its threshold depends on that prediction.

*Demographic parity*. Consider all rules that see x alone and select every group at the same rate. The most accurate one
is ``eta(x) >= tau(x)`` with ``tau(x) = 1/2 + sum_g l_g P(g|x) / (2 p_g)`` and ``sum_g l_g = 0``. The multipliers l_g
minimise the convex dual ``E[(2 eta - 2 tau)_+]`` (linear post-processing, Xian and Zhao 2024). The log-odds of the fair
label are ``logit eta - logit tau``: the distribution with this Bayes rule and the label noise of the data. They do not
depend on s, so classifiers with and without s inherit the rule. It is costly where x predicts the groups poorly. Of an
outcome of more than two values, it scores the positive ones against the rest.

*Equalized odds*. The rates are equal among the rows of each label. Each stratum (g, y) has a multiplier:
``tau(x) = 1/2 + sum_gy l_gy P(g, y|x) / (2 p_gy)``. The l_gy sum to 0 over the groups of each y. *Equal opportunity* is
the same with the favourable label alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from core.synthesis.label_repair.out_of_fold import FOLDS, cross_fitted_probabilities
from core.synthesis.label_repair.scoring_rule import ETA_RANGE, OUTCOME_ITERATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.events import Tell
    from core.synthesis.label_repair.criteria import Compared

    Floats = NDArray[np.float64]

STRATUM_ITERATIONS = 60
TAU_RANGE = (0.02, 0.98)


def fair_multipliers(eta: Floats, blocks: Sequence[Floats]) -> Floats:
    """Return the multipliers of the attribute-blind rule, shape (sum of G,); they sum to 0 within each block.

    Args:
        eta: P(y = 1 | x), shape (n,).
        blocks: P(stratum | x) / P(stratum), shape (n, G), for each set of strata that must have equal selection rates.
            Demographic parity: one block, the groups. Equalized odds: the groups among y = 0, and among y = 1.
    """
    contrast = np.hstack([ratios[:, 1:] - ratios[:, :1] for ratios in blocks])

    def dual(multipliers: Floats, width: float) -> tuple[float, Floats]:
        logits = (2.0 * eta - 1.0 - contrast @ multipliers) / width
        gradient = -(contrast * expit(logits)[:, None]).mean(axis=0)
        return float(np.logaddexp(0.0, logits).mean() * width), gradient

    solution = np.zeros(contrast.shape[1])
    for width in (0.3, 0.1, 0.03, 0.01):  # less smoothing each time: the dual itself is flat in places and has corners
        solution = minimize(dual, solution, args=(width,), jac=True, method="L-BFGS-B").x
    parts = np.split(solution, np.cumsum([ratios.shape[1] - 1 for ratios in blocks])[:-1])
    return np.concatenate([np.concatenate([[-part.sum()], part]) for part in parts])


class AttributeBlindRule:
    """The attribute-blind rule, fitted on train rows.

    Args:
        encoding: Encoding of the rows; it names the feature codes.
        rows: Coded train rows, n of them.
        label: Outcomes of the rows, 0 or 1, shape (n,).
        compared: The true outcomes among which selection rates must be equal.
        seed: Seed of the cross-fitting.
        tell: Told how far it is.
    """

    blind: ClassVar[bool] = True

    def __init__(
        self,
        encoding: TableEncoding,
        rows: CodedRows,
        label: NDArray[np.int64],
        compared: Compared,
        seed: int,
        tell: Tell,
    ) -> None:
        matrix = encoding.predictors(rows, with_groups=False)
        eta = cross_fitted_probabilities(matrix, label, iterations=OUTCOME_ITERATIONS, seed=seed, tell=tell)[:, 1]
        eta = eta.clip(*ETA_RANGE)
        shift = np.zeros(len(rows))
        blocks = strata(rows.groups, label, compared)
        if all(len(np.unique(block[block >= 0])) > 1 for block in blocks):
            stratum = np.max(blocks, axis=0)
            rest = stratum < 0
            used = np.flatnonzero(~rest | (rest.sum() >= FOLDS))
            shift[used] = _threshold_shift(matrix[used], eta[used], [block[used] for block in blocks], seed, tell)
        self._logits: Floats = logit(eta) - logit((0.5 + shift).clip(*TAU_RANGE))

    def out_of_fold_scores(self) -> Floats:
        """Return the out-of-fold ``logit eta - logit tau`` of the train rows, (n, 1); tau is 1/2 for one group."""
        return self._logits[:, None]

    def fair_probabilities(self) -> Floats:
        """Return the probability of a positive outcome with these log-odds, shape (n,)."""
        return np.asarray(expit(self._logits))


def _threshold_shift(
    matrix: NDArray[np.int64], eta: Floats, blocks: Sequence[NDArray[np.int64]], seed: int, tell: Tell
) -> Floats:
    """Return ``tau - 1/2`` of each row, shape (n,); rows of no stratum are a class without a multiplier."""
    names, stratum, counts = np.unique(np.max(blocks, axis=0), return_inverse=True, return_counts=True)
    shares = counts / len(stratum)
    membership = (
        cross_fitted_probabilities(matrix, stratum, iterations=STRATUM_ITERATIONS, seed=seed, tell=tell) / shares
    )
    places = [np.searchsorted(names, np.unique(block[block >= 0])) for block in blocks]
    multipliers = np.zeros(len(names))
    multipliers[np.concatenate(places)] = fair_multipliers(eta, [membership[:, place] for place in places])
    shift: Floats = 0.5 * membership @ multipliers
    return shift


def strata(groups: NDArray[np.int64], label: NDArray[np.int64], compared: Compared) -> list[NDArray[np.int64]]:
    """Return the blocks of strata that must have equal selection rates: in each, the stratum of every row, or -1; (n,).

    Strata with fewer rows than there are folds are left out: their scores cannot be cross-fitted.
    """
    blocks = [np.isin(label, list(outcomes)) for outcomes in compared]
    found = []
    for number, block in enumerate(blocks):
        is_frequent = np.bincount(groups[block], minlength=groups.max() + 1)[groups] >= FOLDS
        found.append(np.where(block & is_frequent, len(compared) * groups + number, -1))
    return found
