"""The fair label channel: which label a synthetic row carries, so that classifiers trained on it treat groups alike.

A law (``core.synthesis.label_repair.scoring_rules``) gives each row a margin, the log-odds of its fair label. Two
things are done to it.

*Sharpening*. A forest learns the fair rule better if the labels are less noisy where the rule decides. A sharpness k
adds ``(k - 1) m exp(-|m|)`` to the log-odds m: nothing at the threshold itself, so the rule stays, and nothing far from
it, so that the base rate and the ranking of clear cases stay the data's own.

*Calibration*. A classifier that learns from noisy rows does not follow a law to the letter: it shrinks what it sees
rarely, such as what sets a small group apart. So each group's log-odds get an offset, found by training a classifier
on generated rows and looking at whom it selects among the real train rows (``calibration.py``).

*Repair level* alpha mixes these log-odds with those of the row's own label: at 0 no label changes, at 1 the law rules.

Labels are coupled to the row's own, the one that the decoder gave it with probability p of a 1: ``u ~ U(0, p)`` if it
is 1, else ``u ~ U(p, 1)``, and ``y' = [u < eta*]``. So y' is Bernoulli(eta*) whatever the group was, and no more labels
change than that asks for. Without an autoregressive decoder the own label is the source row's, and p its cross-fitted
score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from core.synthesis.label_repair.scoring_rules import ETA_RANGE, AttributeAwareRule, AttributeBlindRule, FairScoringRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.synthesis.settings import LabelSettings

    Floats = NDArray[np.float64]

BLIND_COST, BLIND_PARITY, LARGE_SHARE = 0.01, 0.9, 0.05
"""What ``auto`` asks of the attribute-blind rule; see :func:`fit_channel`."""


def couple(label: NDArray[np.int64], eta: Floats, fair: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Labels that are Bernoulli(fair) and keep the row's own noise; all shapes (n,).

    Args:
        label: The row's own label, 0 or 1.
        eta: The probability with which it was a 1.
        fair: The probability the new label is to have.
        uniform: U(0, 1), one for each row.
    """
    place = np.where(label == 1, uniform * eta, eta + uniform * (1.0 - eta))
    return (place < fair).astype(np.int64)


@dataclass(frozen=True)
class LabelChannel:
    """A fitted law, and how the target's codes fall on its two sides.

    Args:
        rule: Score and fair score.
        positive: Which target codes are positive, shape (codes,).
        target: Target codes of the train rows, shape (n,).
        offsets: Log-odds added to the fair score of each group at full repair level, shape (G,).
        repair_level: alpha in 0 .. 1.
        sharpness: 1 keeps the law's noise, more has less of it near the threshold.
    """

    rule: FairScoringRule
    positive: NDArray[np.bool_]
    target: NDArray[np.int64]
    offsets: Floats
    repair_level: float
    sharpness: float = 1.0

    def fair(self, margin: Floats, groups: NDArray[np.int64], own_probability: Floats) -> Floats:
        """Probability of a positive fair label; all shapes (m,).

        Args:
            margin: What the law says of the generated rows.
            groups: Their groups.
            own_probability: As in :meth:`apply`.
        """
        sharper = margin * (1.0 + (self.sharpness - 1.0) * np.exp(-np.abs(margin)))
        moved = sharper + self.offsets[groups]
        fair: Floats = expit(self.repair_level * moved + (1.0 - self.repair_level) * logit(own_probability)).clip(
            *ETA_RANGE
        )
        return fair

    def positives(
        self, generated: CodedRows, margin: Floats, own_probability: Floats, uniform: Floats
    ) -> NDArray[np.int64]:
        """Fair labels of generated rows, 0 or 1, shape (m,).

        Args:
            generated: As in :meth:`apply`.
            margin: What the law says of them, shape (m,).
            own_probability: As in :meth:`apply`.
            uniform: The chance that decides, shape (m,).
        """
        label, own_probability = (
            self.positive[generated.target].astype(np.int64),
            own_probability.clip(*ETA_RANGE),
        )
        return couple(label, own_probability, self.fair(margin, generated.groups, own_probability), uniform)

    def apply(self, generated: CodedRows, own_probability: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
        """Target codes of generated rows, shape (m,).

        Args:
            generated: Generated rows with the target codes of their own.
            own_probability: Probability with which each was given a positive one, shape (m,).
            rng: Source of chance.
        """
        label = self.positive[generated.target].astype(np.int64)
        new = self.positives(generated, self.rule.margin(generated), own_probability, rng.random(len(own_probability)))
        codes = generated.target.copy()
        for side in (0, 1):
            moved = np.flatnonzero((new == side) & (label != side))
            pool = self.target[self.positive[self.target] == bool(side)]
            if len(moved):
                codes[moved] = rng.choice(pool, size=len(moved))
        return codes


def fit_channel(encoding: TableEncoding, rows: CodedRows, settings: LabelSettings, *, seed: int) -> LabelChannel:
    """Fit the law named in ``settings.channel`` on coded train rows with a binary target; no offsets yet.

    ``auto`` takes the attribute-blind law, which is fair to classifiers with and without s, if its rule, out of fold
    on the
    train rows, selects all groups that hold a twentieth of the rows at rates of a ratio of .9 at least, and costs no
    more than one point of accuracy against the attribute-aware rule. Else x tells the groups apart too poorly, and
    the attribute-aware
    law is taken.
    """
    positive = np.isin(np.arange(encoding.target.size), encoding.positive)
    label = positive[rows.target].astype(np.int64)
    rule = _rule(encoding, rows, label, settings, seed)
    offsets = np.zeros(len(encoding.groups))
    return LabelChannel(rule, positive, rows.target, offsets, settings.repair_level, settings.sharpness)


def _rule(
    encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], settings: LabelSettings, seed: int
) -> FairScoringRule:
    if settings.channel == "attribute_aware":
        return AttributeAwareRule(encoding, rows, label, seed)
    blind = AttributeBlindRule(encoding, rows, label, settings.criterion, seed)
    if settings.channel == "attribute_blind" or settings.criterion != "demographic_parity":
        return blind
    aware = AttributeAwareRule(encoding, rows, label, seed)
    costs = _accuracy(aware, label) - _accuracy(blind, label)
    return blind if _parity(blind, rows.groups) >= BLIND_PARITY and costs <= BLIND_COST else aware


def _accuracy(rule: FairScoringRule, label: NDArray[np.int64]) -> float:
    return float(np.mean((rule.out_of_fold_logits() >= 0) == (label == 1)))


def _parity(rule: FairScoringRule, groups: NDArray[np.int64]) -> float:
    """Lowest over highest share of rows that the rule selects, over the large groups; 1 if it selects nobody."""
    large = np.flatnonzero(np.bincount(groups) >= LARGE_SHARE * len(groups))
    rates = [float(np.mean(rule.out_of_fold_logits()[groups == group] >= 0)) for group in large]
    return min(rates) / max(rates) if rates and max(rates) > 0 else 1.0
