"""The fair label channel: which label a synthetic row carries, so that classifiers trained on it treat groups alike.

``eta = P(y = 1 | .)`` is a cross-fitted score. A *law* turns it into ``eta*``, the probability of the fair label.

*s-blind* (default). The most accurate rule that sees x alone and selects every group at one rate is
``eta(x) >= tau(x)``, ``tau(x) = 1/2 + sum_g l_g P(g|x) / (2 p_g)``, ``sum_g l_g = 0``, where the l_g minimise the
convex dual ``E[(2 eta - 2 tau)_+]`` (linear post-processing, Xian and Zhao 2024). The law whose Bayes rule is that one
and whose noise is the data's own shifts the log-odds: ``eta* = sigmoid(sharpness * (logit eta - logit tau))``. As it
does not depend on s, classifiers with and without s inherit it.

*s-aware*. ``eta* = sum_k p_k Q_k(F_s(eta))``: each group's quantiles carried to the mean quantile function, the
2-Wasserstein barycentre (Chzhen et al. 2020; Le Gouic et al. 2020). Fair for classifiers that see s.

*Calibration*. A classifier that learns from noisy rows does not follow a law to the letter: it shrinks what it sees
rarely, such as what sets a small group apart. So each group's log-odds get an offset, found by training a classifier
on generated rows and looking at whom it selects among the real train rows (``calibration.py``).

Labels are coupled to the source row's own: ``u ~ U(0, eta)`` if its y is 1, else ``u ~ U(eta, 1)``, and
``y' = [u < eta*]``. So y' is Bernoulli(eta*), and no more labels change than that asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from core.synthesis.scores import FOLDS, CrossFitted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.synthesis.settings import LabelSettings

    Floats = NDArray[np.float64]

TARGET_ITERATIONS = 100
GROUP_ITERATIONS = 50
TAU_RANGE = (0.02, 0.98)
ETA_RANGE = (1e-4, 1.0 - 1e-4)
GRID = np.linspace(0.0, 1.0, 257)


def parity_multipliers(eta: Floats, membership: Floats) -> Floats:
    """The l_g of the s-blind rule, shape (G,), summing to 0.

    Args:
        eta: P(y = 1 | x), shape (n,).
        membership: P(g | x) / p_g, shape (n, G).
    """
    contrast = membership[:, 1:] - membership[:, :1]

    def dual(multipliers: Floats, width: float) -> tuple[float, Floats]:
        margin = (2.0 * eta - 1.0 - contrast @ multipliers) / width
        gradient = -(contrast * expit(margin)[:, None]).mean(axis=0)
        return float(np.logaddexp(0.0, margin).mean() * width), gradient

    multipliers = np.zeros(membership.shape[1] - 1)
    for width in (0.3, 0.1, 0.03, 0.01):  # smoothed less and less: the plain dual has flat pieces and corners
        multipliers = minimize(dual, multipliers, args=(width,), jac=True, method="L-BFGS-B").x
    return np.concatenate([[-multipliers.sum()], multipliers])


def couple(label: NDArray[np.int64], eta: Floats, fair: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Labels that are Bernoulli(fair) and keep the row's own noise; all shapes (n,).

    Args:
        label: The source row's own label, 0 or 1.
        eta: The source row's probability of a 1.
        fair: The probability the new label is to have.
        uniform: U(0, 1), one for each row.
    """
    place = np.where(label == 1, uniform * eta, eta + uniform * (1.0 - eta))
    return (place < fair).astype(np.int64)


@dataclass(frozen=True)
class Evidence:
    """What a law knows of generated rows, whatever the strength; it takes most of a law's time.

    Args:
        rows: The generated rows, m of them.
        eta: P(y = 1 | .), shape (m,).
        shift: What the law at full strength adds, shape (m,): to the threshold (s-blind) or to eta (s-aware).
    """

    rows: CodedRows
    eta: Floats
    shift: Floats


class Law(Protocol):
    """Turns generated rows into probabilities of the fair label."""

    def own(self) -> Floats:
        """Out-of-fold P(y = 1 | .) of the train rows, shape (n,)."""

    def evidence(self, rows: CodedRows) -> Evidence:
        """What the law knows of generated rows."""

    def fair(self, evidence: Evidence, strength: float) -> Floats:
        """eta* of generated rows, shape (m,), within ``ETA_RANGE``; at strength 0 it is eta."""


class BlindLaw:
    """The s-blind law, fitted on train rows."""

    def __init__(
        self, encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], settings: LabelSettings, seed: int
    ) -> None:
        self._sharpness = settings.sharpness
        self._target = CrossFitted(encoding, with_groups=False, iterations=TARGET_ITERATIONS, seed=seed)
        self._own = self._target.fit(rows, label)[:, 1].clip(*ETA_RANGE)
        counts = np.bincount(rows.groups, minlength=len(encoding.groups))
        used = np.flatnonzero(counts >= FOLDS)
        self._shares = counts[used] / counts[used].sum()
        self._group: CrossFitted | None = None
        if len(used) > 1:
            known = np.isin(rows.groups, used)
            self._group = CrossFitted(encoding, with_groups=False, iterations=GROUP_ITERATIONS, seed=seed)
            membership = self._group.fit(rows.take(np.flatnonzero(known)), rows.groups[known]) / self._shares
            self._multipliers = parity_multipliers(self._own[known], membership)

    def own(self) -> Floats:
        """Out-of-fold P(y = 1 | x) of the train rows."""
        return self._own

    def evidence(self, rows: CodedRows) -> Evidence:
        """Eta, and how far the fair threshold lies from 1/2; nowhere if there is one group."""
        eta = self._target.predict(rows)[:, 1].clip(*ETA_RANGE)
        if self._group is None:
            return Evidence(rows, eta, np.zeros(len(eta)))
        return Evidence(rows, eta, 0.5 * (self._group.predict(rows) / self._shares) @ self._multipliers)

    def fair(self, evidence: Evidence, strength: float) -> Floats:
        """``sigmoid(sharpness * (logit eta - logit tau))``; strength moves tau from 1/2 to the fair threshold."""
        if self._group is None:
            return evidence.eta
        tau = (0.5 + strength * evidence.shift).clip(*TAU_RANGE)
        sharpness = 1.0 + strength * (self._sharpness - 1.0)
        fair: Floats = expit(sharpness * (logit(evidence.eta) - logit(tau))).clip(*ETA_RANGE)
        return fair


class AwareLaw:
    """The s-aware law, fitted on train rows."""

    def __init__(
        self, encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], _settings: LabelSettings, seed: int
    ) -> None:
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

    def own(self) -> Floats:
        """Out-of-fold P(y = 1 | x, s) of the train rows."""
        return self._own

    def evidence(self, rows: CodedRows) -> Evidence:
        """Eta, and how far each row's quantile in its group lies from it in the mean quantile function."""
        eta = self._target.predict(rows)[:, 1].clip(*ETA_RANGE)
        fair = eta.copy()
        for group in range(len(self._quantiles)):
            members = rows.groups == group
            rank = np.interp(eta[members], _ascending(self._quantiles[group]), GRID)
            fair[members] = np.interp(rank, GRID, self._mean)
        return Evidence(rows, eta, fair - eta)

    def fair(self, evidence: Evidence, strength: float) -> Floats:
        """``eta + strength * (Q(F_s(eta)) - eta)``."""
        return (evidence.eta + strength * evidence.shift).clip(*ETA_RANGE)


def _ascending(values: Floats) -> Floats:
    """Strictly ascending, so that a run of equal quantiles has one inverse (its middle is as good as any)."""
    return values + np.arange(len(values)) * 1e-12


@dataclass(frozen=True)
class LabelChannel:
    """A fitted law, and how the target's codes fall on its two sides.

    Args:
        law: Score and fair score.
        positive: Which target codes are positive, shape (codes,).
        target: Target codes of the train rows, shape (n,).
        offsets: Log-odds added to the fair score of each group at full strength, shape (G,).
        strength: alpha in 0 .. 1.
    """

    law: Law
    positive: NDArray[np.bool_]
    target: NDArray[np.int64]
    offsets: Floats
    strength: float

    def fair(self, evidence: Evidence) -> Floats:
        """Probability of a positive fair label of generated rows, shape (m,)."""
        law = self.law.fair(evidence, self.strength)
        moved: Floats = expit(logit(law) + self.strength * self.offsets[evidence.rows.groups])
        return moved

    def positives(self, evidence: Evidence, source: NDArray[np.int64], uniform: Floats) -> NDArray[np.int64]:
        """Fair labels of generated rows, 0 or 1, shape (m,); ``uniform`` (m,) decides, the rest as in :meth:`apply`."""
        own = self.positive[evidence.rows.target].astype(np.int64)
        return couple(own, self.law.own()[source], self.fair(evidence), uniform)

    def apply(self, generated: CodedRows, source: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Target codes of generated rows, shape (m,).

        Args:
            generated: Generated rows that carry their source rows' target codes.
            source: Train row behind each generated row, shape (m,).
            rng: Source of chance.
        """
        own = self.positive[generated.target].astype(np.int64)
        new = self.positives(self.law.evidence(generated), source, rng.random(len(source)))
        codes = generated.target.copy()
        for side in (0, 1):
            moved = np.flatnonzero((new == side) & (own != side))
            pool = self.target[self.positive[self.target] == bool(side)]
            if len(moved):
                codes[moved] = rng.choice(pool, size=len(moved))
        return codes


LAWS: dict[str, type[BlindLaw] | type[AwareLaw]] = {"s_blind": BlindLaw, "s_aware": AwareLaw}


def fit_channel(encoding: TableEncoding, rows: CodedRows, settings: LabelSettings, *, seed: int) -> LabelChannel:
    """Fit the law named in ``settings.channel`` on coded train rows with a binary target; no offsets yet."""
    positive = np.isin(np.arange(encoding.target.size), encoding.positive)
    label = positive[rows.target].astype(np.int64)
    law = LAWS[settings.channel](encoding, rows, label, settings, seed)
    return LabelChannel(law, positive, rows.target, np.zeros(len(encoding.groups)), settings.strength)
