"""Label repair: draw the outcomes of synthetic rows so that classifiers trained on the rows treat the groups alike.

A fair scoring rule (``core.synthesis.label_repair.scoring_rule``) gives each row the log-odds of its fair label. Three
steps turn them into labels.

*Sharpening*. A forest learns the fair rule better if labels are less noisy near the decision threshold. A sharpness k
adds ``(k - 1) m exp(-|m|)`` to the log-odds m. It adds nothing at the threshold, so the rule stays the same. It adds
nothing far from the threshold, so the base rate and the ranking of clear cases stay those of the data.

*Calibration*. A classifier trained on noisy rows follows the rule only in part: it shrinks rare effects, such as those
of a small group. So each group's log-odds get an offset. It is estimated from a classifier that is trained on generated
rows and scores real train rows (``calibration.py``).

*Repair level*. The level alpha mixes these log-odds with those of the row's own label. At 0 no label changes; at 1
the fair rule alone decides.

The new label is coupled to the row's own label, which the decoder drew with probability p of a 1. Draw ``u ~ U(0, p)``
if the own label is 1, else ``u ~ U(p, 1)``, and set ``y' = [u < eta*]``. Then y' is Bernoulli(eta*) in every group, and
as few labels change as possible. Without an autoregressive decoder the own label is that of the source row, and p is
its out-of-fold score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from core.synthesis.label_repair.attribute_aware import AttributeAwareRule
from core.synthesis.label_repair.attribute_blind import AttributeBlindRule
from core.synthesis.label_repair.scoring_rule import ETA_RANGE, FairScoringRule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.synthesis.settings import LabelSettings

    Floats = NDArray[np.float64]

MAX_BLIND_COST, MIN_BLIND_PARITY, LARGE_GROUP_SHARE = 0.01, 0.9, 0.05
"""Requirements of ``auto`` on the attribute-blind rule; see :func:`fit_channel`."""


def couple(label: NDArray[np.int64], eta: Floats, fair: Floats, uniform: Floats) -> NDArray[np.int64]:
    """Draw labels that are Bernoulli(fair), coupled to the rows' own labels; all shapes (n,).

    Args:
        label: The row's own label, 0 or 1.
        eta: The probability with which the own label was drawn as 1.
        fair: The probability that the new label is 1.
        uniform: U(0, 1), one draw per row.
    """
    position = np.where(label == 1, uniform * eta, eta + uniform * (1.0 - eta))
    return (position < fair).astype(np.int64)


@dataclass(frozen=True)
class LabelChannel:
    """A fitted scoring rule, and which codes of the target are positive.

    Args:
        rule: The fair scoring rule.
        positive: Whether each target code is positive, shape (codes,).
        target: Target codes of the train rows, shape (n,).
        offsets: Log-odds added to the fair score of each group at full repair level, shape (G,).
        repair_level: alpha in 0 .. 1.
        sharpness: 1 keeps the label noise of the data; larger values reduce it near the threshold.
    """

    rule: FairScoringRule
    positive: NDArray[np.bool_]
    target: NDArray[np.int64]
    offsets: Floats
    repair_level: float
    sharpness: float = 1.0

    def fair_probability(self, logits: Floats, groups: NDArray[np.int64], label_probability: Floats) -> Floats:
        """Return the probability of a positive fair label; all shapes (m,).

        Args:
            logits: Log-odds of the fair label by the scoring rule.
            groups: Group codes of the rows.
            label_probability: As in :meth:`apply`.
        """
        sharpened = logits * (1.0 + (self.sharpness - 1.0) * np.exp(-np.abs(logits)))
        adjusted = sharpened + self.offsets[groups]
        fair: Floats = expit(self.repair_level * adjusted + (1.0 - self.repair_level) * logit(label_probability)).clip(
            *ETA_RANGE
        )
        return fair

    def fair_labels(
        self, generated: CodedRows, logits: Floats, label_probability: Floats, uniform: Floats
    ) -> NDArray[np.int64]:
        """Draw the fair labels of generated rows, 0 or 1, shape (m,).

        Args:
            generated: As in :meth:`apply`.
            logits: Log-odds of the fair label by the scoring rule, shape (m,).
            label_probability: As in :meth:`apply`.
            uniform: U(0, 1) draws that decide the labels, shape (m,).
        """
        label, label_probability = (
            self.positive[generated.target].astype(np.int64),
            label_probability.clip(*ETA_RANGE),
        )
        return couple(
            label, label_probability, self.fair_probability(logits, generated.groups, label_probability), uniform
        )

    def apply(self, generated: CodedRows, label_probability: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the repaired target codes of generated rows, shape (m,).

        Args:
            generated: Generated rows with their own target codes.
            label_probability: Probability that the own label is positive, shape (m,).
            rng: Random generator.
        """
        label = self.positive[generated.target].astype(np.int64)
        new = self.fair_labels(
            generated, self.rule.logits(generated), label_probability, rng.random(len(label_probability))
        )
        codes = generated.target.copy()
        for side in (0, 1):
            flipped = np.flatnonzero((new == side) & (label != side))
            pool = self.target[self.positive[self.target] == bool(side)]
            if len(flipped):
                codes[flipped] = rng.choice(pool, size=len(flipped))
        return codes


def fit_channel(encoding: TableEncoding, rows: CodedRows, settings: LabelSettings, *, seed: int) -> LabelChannel:
    """Fit the rule named in ``settings.channel`` on coded train rows with a binary target; all offsets are 0.

    ``auto`` chooses the attribute-blind rule, which is fair for classifiers with and without s, under two conditions.
    Both are measured out of fold on the train rows. The selection rates of all groups with at least a twentieth of the
    rows have a ratio of at least .9. The rule costs at most one point of accuracy against the attribute-aware rule.
    Otherwise x predicts the groups too poorly, and ``auto`` chooses the attribute-aware rule.
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
    cost = _accuracy(aware, label) - _accuracy(blind, label)
    return blind if _parity(blind, rows.groups) >= MIN_BLIND_PARITY and cost <= MAX_BLIND_COST else aware


def _accuracy(rule: FairScoringRule, label: NDArray[np.int64]) -> float:
    return float(np.mean((rule.out_of_fold_logits() >= 0) == (label == 1)))


def _parity(rule: FairScoringRule, groups: NDArray[np.int64]) -> float:
    """Return the lowest over the highest selection rate of the large groups; 1 if no row is selected."""
    large = np.flatnonzero(np.bincount(groups) >= LARGE_GROUP_SHARE * len(groups))
    rates = [float(np.mean(rule.out_of_fold_logits()[groups == group] >= 0)) for group in large]
    return min(rates) / max(rates) if rates and max(rates) > 0 else 1.0
