"""Fair laws: what the fair label's log-odds are, of rows with these features and groups.

``eta = P(y = 1 | .)`` is a cross-fitted score. A law turns it into a *margin*, the log-odds of the fair label before
sharpening and calibration (``core.synthesis.label_repair.repair``).

*attribute-blind*. The most accurate rule that sees x alone and selects every group at one rate is ``eta(x) >= tau(x)``,
``tau(x) = 1/2 + sum_g l_g P(g|x) / (2 p_g)``, ``sum_g l_g = 0``, where the l_g minimise the convex dual
``E[(2 eta - 2 tau)_+]`` (linear post-processing, Xian and Zhao 2024). The law whose Bayes rule is that one and whose
noise is the data's own shifts the log-odds: the margin is ``logit eta - logit tau``. As it does not depend on s,
classifiers with and without s inherit it. Where x hardly tells the groups apart it is costly.

*Equalized odds* (attribute-blind only). Rates are made alike among the rows of either label instead: each cell (g,
y) has a
multiplier, ``tau(x) = 1/2 + sum_gy l_gy P(g, y|x) / (2 p_gy)``, and the l_gy sum to 0 over the groups of each y.

*attribute-aware*. The margin is the log-odds of ``sum_k p_k Q_k(F_s(eta))``: each group's quantiles carried to the mean
quantile function, the 2-Wasserstein barycentre (Chzhen et al. 2020; Le Gouic et al. 2020). Fair for classifiers that
see s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from core.synthesis.label_repair.out_of_fold import FOLDS, CrossFitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.synthesis.settings import Criterion

    Floats = NDArray[np.float64]

TARGET_ITERATIONS = 300
CELL_ITERATIONS = 60
TAU_RANGE = (0.02, 0.98)
ETA_RANGE = (1e-4, 1.0 - 1e-4)
GRID = np.linspace(0.0, 1.0, 257)


def fair_multipliers(eta: Floats, blocks: Sequence[Floats]) -> Floats:
    """The multipliers of the attribute-blind rule, shape (sum of G,), summing to 0 within each block.

    Args:
        eta: P(y = 1 | x), shape (n,).
        blocks: Sets of cells that are to be selected at one rate; for each, P(cell | x) / P(cell), shape (n, G).
            Demographic parity: one block, the groups. Equalized odds: the groups among y = 0, and among y = 1.
    """
    contrast = np.hstack([cells[:, 1:] - cells[:, :1] for cells in blocks])

    def dual(multipliers: Floats, width: float) -> tuple[float, Floats]:
        margin = (2.0 * eta - 1.0 - contrast @ multipliers) / width
        gradient = -(contrast * expit(margin)[:, None]).mean(axis=0)
        return float(np.logaddexp(0.0, margin).mean() * width), gradient

    found = np.zeros(contrast.shape[1])
    for width in (0.3, 0.1, 0.03, 0.01):  # smoothed less and less: the plain dual has flat pieces and corners
        found = minimize(dual, found, args=(width,), jac=True, method="L-BFGS-B").x
    parts = np.split(found, np.cumsum([cells.shape[1] - 1 for cells in blocks])[:-1])
    return np.concatenate([np.concatenate([[-part.sum()], part]) for part in parts])


class FairScoringRule(Protocol):
    """Turns generated rows into log-odds of the fair label."""

    blind: ClassVar[bool]
    """Whether it looks at the features alone."""

    def out_of_fold_scores(self) -> Floats:
        """Out-of-fold P(y = 1 | .) of the train rows, shape (n,)."""

    def out_of_fold_logits(self) -> Floats:
        """Out-of-fold margin of the train rows, shape (n,)."""

    def margin(self, rows: CodedRows) -> Floats:
        """Log-odds of the fair label of generated rows, shape (m,)."""


class AttributeBlindRule:
    """The attribute-blind law, fitted on train rows.

    Args:
        encoding: Which codes are features.
        rows: Coded train rows, n of them.
        label: Their outcomes, 0 or 1, shape (n,).
        criterion: What is to be alike.
        seed: Seeds the cross-fitting.
    """

    blind: ClassVar[bool] = True

    def __init__(
        self, encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], criterion: Criterion, seed: int
    ) -> None:
        self._target = CrossFitted(encoding, with_groups=False, iterations=TARGET_ITERATIONS, seed=seed)
        self._own = self._target.fit(rows, label)[:, 1].clip(*ETA_RANGE)
        self._own_shift = np.zeros(len(rows))
        blocks = cells(rows.groups, label, criterion)
        self._cells: CrossFitted | None = None
        if all(len(np.unique(block[block >= 0])) > 1 for block in blocks):
            self._cells = CrossFitted(encoding, with_groups=False, iterations=CELL_ITERATIONS, seed=seed)
            self._fit_shift(rows, blocks, self._cells)

    def _fit_shift(self, rows: CodedRows, blocks: Sequence[NDArray[np.int64]], classifier: CrossFitted) -> None:
        merged = np.max(blocks, axis=0)
        used = np.flatnonzero(merged >= 0)
        names, cell, counts = np.unique(merged[used], return_inverse=True, return_counts=True)
        shares = counts / len(used)
        membership = classifier.fit(rows.take(used), cell) / shares
        places = [np.searchsorted(names, np.unique(block[block >= 0])) for block in blocks]
        multipliers = np.zeros(len(names))
        multipliers[np.concatenate(places)] = fair_multipliers(
            self._own[used], [membership[:, place] for place in places]
        )
        self._weights = multipliers / shares
        self._own_shift[used] = 0.5 * membership @ multipliers

    def out_of_fold_scores(self) -> Floats:
        """Out-of-fold P(y = 1 | x) of the train rows."""
        return self._own

    def out_of_fold_logits(self) -> Floats:
        """Out-of-fold ``logit eta - logit tau`` of the train rows."""
        return _above(self._own, self._own_shift)

    def margin(self, rows: CodedRows) -> Floats:
        """``logit eta - logit tau``; tau is 1/2 if there is one group."""
        eta = self._target.predict(rows)[:, 1].clip(*ETA_RANGE)
        if self._cells is None:
            return _above(eta, np.zeros(len(eta)))
        return _above(eta, 0.5 * self._cells.predict(rows) @ self._weights)


def _above(eta: Floats, shift: Floats) -> Floats:
    margin: Floats = logit(eta) - logit((0.5 + shift).clip(*TAU_RANGE))
    return margin


def cells(groups: NDArray[np.int64], label: NDArray[np.int64], criterion: Criterion) -> list[NDArray[np.int64]]:
    """Blocks of cells that are to be selected at one rate; in each, the cell of every row, shape (n,), or -1.

    Cells of fewer rows than there are folds are left out, as no score of theirs can be cross-fitted.
    """
    if criterion == "demographic_parity":
        cell, blocks = groups, [np.ones(len(groups), dtype=bool)]
    else:
        cell, blocks = 2 * groups + label, [label == side for side in (0, 1)]
    often = np.bincount(cell)[cell] >= FOLDS
    return [np.where(block & often, cell, -1) for block in blocks]


class AttributeAwareRule:
    """The attribute-aware law, fitted on train rows.

    Args:
        encoding: Which codes are features.
        rows: Coded train rows, n of them.
        label: Their outcomes, 0 or 1, shape (n,).
        seed: Seeds the cross-fitting.
    """

    blind: ClassVar[bool] = False

    def __init__(self, encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], seed: int) -> None:
        self._target = CrossFitted(encoding, with_groups=True, iterations=TARGET_ITERATIONS, seed=seed)
        self._own = self._target.fit(rows, label)[:, 1].clip(*ETA_RANGE)
        counts = np.bincount(rows.groups, minlength=len(encoding.groups))
        overall = np.quantile(self._own, GRID)
        self._quantiles = np.stack(
            [
                np.quantile(self._own[rows.groups == group], GRID) if count else overall
                for group, count in enumerate(counts)
            ]
        )
        self._mean = counts @ self._quantiles / counts.sum()
        self._own_margin: Floats = logit(self._transported(self._own, rows.groups).clip(*ETA_RANGE))

    def out_of_fold_scores(self) -> Floats:
        """Out-of-fold P(y = 1 | x, s) of the train rows."""
        return self._own

    def out_of_fold_logits(self) -> Floats:
        """Out-of-fold log-odds of the train rows' fair score."""
        return self._own_margin

    def margin(self, rows: CodedRows) -> Floats:
        """Log-odds of ``Q(F_s(eta))``."""
        eta = self._target.predict(rows)[:, 1].clip(*ETA_RANGE)
        margin: Floats = logit(self._transported(eta, rows.groups).clip(*ETA_RANGE))
        return margin

    def _transported(self, eta: Floats, groups: NDArray[np.int64]) -> Floats:
        fair = eta.copy()
        for group in range(len(self._quantiles)):
            members = groups == group
            rank = np.interp(eta[members], _ascending(self._quantiles[group]), GRID)
            fair[members] = np.interp(rank, GRID, self._mean)
        return fair


def _ascending(values: Floats) -> Floats:
    """Strictly ascending, so that a run of equal quantiles has one inverse (its middle is as good as any)."""
    return values + np.arange(len(values)) * 1e-12
