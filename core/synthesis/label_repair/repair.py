"""Label repair: draw the outcomes of synthetic rows so that classifiers trained on the rows treat the groups alike.

A fair scoring rule (``core.synthesis.label_repair.scoring_rule``) gives the train rows scores; a network learns them,
and every group has each level of the score equally often (``score_levels.py``). The outcome of a generated row is drawn
from the level of its features. For equal selection rates, that alone makes the outcome independent of the group, and
keeps the base rate of the train rows. Two steps make classifiers trained on the rows follow it: the labels get less
noisy near the threshold (``label_noise.py``), and the groups' log-odds are calibrated.

*Calibration*. A classifier trained on noisy rows follows the rule only in part: it shrinks rare effects, such as those
of a small group. So each group's log-odds get an offset. It is estimated from a classifier that is trained on generated
rows and scores real train rows (``calibration.py``).

*Repair level*. At level alpha, the outcome is drawn from ``alpha q + (1 - alpha) p``: q is the probability above, and p
that of the row's own outcome. At 0 no outcome changes.

The new outcome is coupled to the row's own, which the decoder drew with probability p of a 1. Draw ``u ~ U(0, p)`` if
the own label is 1, else ``u ~ U(p, 1)``, and set ``y' = [u < eta*]``. Then y' is Bernoulli(eta*) in every group, and as
few labels change as possible. Without an autoregressive decoder the own label is that of the source row, and p is the
share of its group's rows of this level that have it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from core.synthesis.label_repair.label_noise import tail_for, with_noise
from core.synthesis.label_repair.score_levels import levels_of, log_odds_of
from core.synthesis.label_repair.scoring_rule import ETA_RANGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows
    from models.fair_score import FairScore

    Floats = NDArray[np.float64]


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
    """The score from whose levels outcomes are drawn, and what is done to their log-odds.

    Args:
        score: The score, its levels, and the log-odds of a fair outcome by group and level.
        positive: Whether each target code is positive, shape (codes,).
        target_shares: Share of the train rows with each target code, shape (codes,).
        offsets: Log-odds added to those of each group at full repair level, shape (G,).
        repair_level: alpha in 0 .. 1.
        sharpness: 1 keeps the label noise of the data; larger values reduce it near the threshold.
        tail: Log-odds added far from the threshold, between minus and plus ``sharpness``.
    """

    score: FairScore
    positive: NDArray[np.bool_]
    target_shares: Floats
    offsets: Floats
    repair_level: float = 1.0
    sharpness: float = 1.0
    tail: float = 0.0

    @property
    def sees_groups(self) -> bool:
        """Whether the score reads the sensitive columns."""
        return bool(self.score.sees_groups)

    @property
    def base_rate(self) -> float:
        """The share of the train rows with a positive outcome."""
        return float(self.target_shares[self.positive].sum())

    def drawn_from(self, score: FairScore) -> LabelChannel:
        """Return the channel that draws outcomes from the levels of a score, with neither of the two steps."""
        return replace(
            self, score=score, offsets=np.zeros_like(self.offsets), repair_level=1.0, sharpness=1.0, tail=0.0
        )

    def keeping_base_rate(self, logits: Floats, groups: NDArray[np.int64]) -> LabelChannel:
        """Return the channel with the tail with which rows of these log-odds keep the base rate, or nearly do."""
        tail = tail_for(logits + self.offsets[groups], self.sharpness, self.base_rate)
        return replace(self, tail=tail)

    def logits(self, generated: CodedRows, rng: np.random.Generator) -> Floats:
        """Return the log-odds of a fair outcome of rows by their level, shape (m,)."""
        return log_odds_of(self.score, generated, rng)

    def own_probability(self, rows: CodedRows, rng: np.random.Generator) -> Floats:
        """Return the share of positive outcomes among train rows of the same group and level, shape (m,)."""
        levels = levels_of(self.score, rows, rng.random(len(rows)))
        return np.asarray(self.score.observed.cpu().numpy()[rows.groups, levels])

    def adjusted(self, logits: Floats, groups: NDArray[np.int64]) -> Floats:
        """Return log-odds with offset and noise, shape (m,)."""
        return with_noise(logits + self.offsets[groups], self.sharpness, self.tail)

    def fair_labels(
        self, generated: CodedRows, logits: Floats, label_probability: Floats, uniform: Floats
    ) -> NDArray[np.int64]:
        """Draw the fair labels of generated rows, 0 or 1, shape (m,).

        Args:
            generated: As in :meth:`apply`.
            logits: Log-odds of the fair label, from :meth:`logits`, shape (m,).
            label_probability: As in :meth:`apply`.
            uniform: U(0, 1) draws that decide the labels, shape (m,).
        """
        label, own = self.positive[generated.target].astype(np.int64), label_probability.clip(*ETA_RANGE)
        fair = expit(self.adjusted(logits, generated.groups)).clip(*ETA_RANGE)
        return couple(label, own, self.repair_level * fair + (1.0 - self.repair_level) * own, uniform)

    def apply(
        self, generated: CodedRows, label_probability: Floats, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the repaired target codes of generated rows, and which labels noise and calibration changed; (m,).

        Args:
            generated: Generated rows with their own target codes.
            label_probability: Probability that the own label is positive, shape (m,).
            rng: Random generator.
        """
        label = self.positive[generated.target].astype(np.int64)
        logits, uniform = self.logits(generated, rng), rng.random(len(label))
        new = self.fair_labels(generated, logits, label_probability, uniform)
        drawn = self.drawn_from(self.score).fair_labels(generated, logits, label_probability, uniform)
        codes = generated.target.copy()
        for side in (0, 1):
            flipped = np.flatnonzero((new == side) & (label != side))
            shares = np.where(self.positive == bool(side), self.target_shares, 0.0)
            if len(flipped):
                codes[flipped] = rng.choice(len(shares), size=len(flipped), p=shares / shares.sum())
        return codes, new != drawn
