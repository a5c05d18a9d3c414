"""The fair label channel: which label a synthetic row carries, so that classifiers trained on it treat groups alike.

A law (``core.synthesis.laws``) gives each row a margin, the log-odds of its fair label. Two things are done to it.

*Sharpening*. A forest learns the fair rule better if the labels are less noisy where the rule decides. A sharpness k
adds ``(k - 1) m exp(-|m|)`` to the log-odds m: nothing at the threshold itself, so the rule stays, and nothing far from
it, so that the base rate and the ranking of clear cases stay the data's own.

*Calibration*. A classifier that learns from noisy rows does not follow a law to the letter: it shrinks what it sees
rarely, such as what sets a small group apart. So each group's log-odds get an offset, found by training a classifier
on generated rows and looking at whom it selects among the real train rows (``calibration.py``).

Labels are coupled to the source row's own: ``u ~ U(0, eta)`` if its y is 1, else ``u ~ U(eta, 1)``, and
``y' = [u < eta*]``. So y' is Bernoulli(eta*), and no more labels change than that asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from core.synthesis.laws import ETA_RANGE, AwareLaw, BlindLaw, Evidence, Law

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.synthesis.settings import LabelSettings

    Floats = NDArray[np.float64]

BLIND_COST = 0.01
"""Accuracy that ``auto`` gives up on the train rows for a rule that is fair to classifiers without s too."""


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
class LabelChannel:
    """A fitted law, and how the target's codes fall on its two sides.

    Args:
        law: Score and fair score.
        positive: Which target codes are positive, shape (codes,).
        target: Target codes of the train rows, shape (n,).
        offsets: Log-odds added to the fair score of each group at full strength, shape (G,).
        strength: alpha in 0 .. 1.
        sharpness: 1 keeps the law's noise, more has less of it near the threshold.
    """

    law: Law
    positive: NDArray[np.bool_]
    target: NDArray[np.int64]
    offsets: Floats
    strength: float
    sharpness: float = 1.0

    def fair(self, evidence: Evidence) -> Floats:
        """Probability of a positive fair label of generated rows, shape (m,)."""
        margin = self.law.margin(evidence, self.strength)
        sharper = margin * (1.0 + self.strength * (self.sharpness - 1.0) * np.exp(-np.abs(margin)))
        fair: Floats = expit(sharper + self.strength * self.offsets[evidence.rows.groups]).clip(*ETA_RANGE)
        return fair

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


def fit_channel(encoding: TableEncoding, rows: CodedRows, settings: LabelSettings, *, seed: int) -> LabelChannel:
    """Fit the law named in ``settings.channel`` on coded train rows with a binary target; no offsets yet.

    ``auto`` takes the s-blind law, which is fair to classifiers with and without s, unless its rule is more than one
    point of accuracy worse than the s-aware one on the train rows (out of fold): then x hardly tells the groups apart,
    and whom it selects is not worth what it costs.
    """
    positive = np.isin(np.arange(encoding.target.size), encoding.positive)
    label = positive[rows.target].astype(np.int64)
    law = _law(encoding, rows, label, settings, seed)
    offsets = np.zeros(len(encoding.groups))
    return LabelChannel(law, positive, rows.target, offsets, settings.strength, settings.sharpness)


def _law(encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], settings: LabelSettings, seed: int) -> Law:
    if settings.channel == "s_aware":
        return AwareLaw(encoding, rows, label, seed)
    blind = BlindLaw(encoding, rows, label, settings.criterion, seed)
    if settings.channel == "s_blind" or settings.criterion != "demographic_parity":
        return blind
    aware = AwareLaw(encoding, rows, label, seed)
    right = [float(np.mean((law.own_margin() >= 0) == (label == 1))) for law in (blind, aware)]
    return blind if right[0] >= right[1] - BLIND_COST else aware
