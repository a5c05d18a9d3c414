"""Label repair: draw the outcomes of synthetic rows so that classifiers trained on the rows treat the groups alike.

A fair scoring rule (``core.synthesis.label_repair.scoring_rule``) gives the train rows scores; a network learns them,
and every group has each level of the scores equally often (``score_levels.py``). The outcome of a generated row, a code
of the target, is drawn from the level of its features. For equal selection rates, that alone makes the outcome
independent of the group, and keeps the distribution that it has in the train rows. This holds for two outcomes, for
classes and for numbers alike. Two steps make classifiers trained on the rows follow it: the positive outcomes get less
noisy near the threshold (``label_noise.py``), and the groups' log-odds are calibrated. Both move rows between the
positive outcomes and the others; each side keeps its distribution of codes (``code_shares.py``).

*Calibration*. A classifier trained on noisy rows follows the rule only in part: it shrinks rare effects, such as those
of a small group. So each group's log-odds get an offset, and for equal error rates a band of outcomes at random
(``bands.py``). They are estimated from a classifier that is trained on generated rows and scores real train rows
(``calibration.py``).

*Repair level*. At level alpha, the outcome is drawn from ``alpha q + (1 - alpha) p'``: q is the distribution above, and
p' that of the row's own outcome, p, with log-odds shifted so far that the rows have the share of positive outcomes that
the train rows have. At 0 no outcome changes.

The new outcome is coupled to the row's own, which the decoder drew from p (``coupling.py``). It has the distribution
above in every group, and as few outcomes change as possible. Without an autoregressive decoder the own outcome is that
of the source row, and p is the distribution among its group's rows of this level. Then a few outcomes move to the other
side, so that every group has the number of positive ones that it should have (``even_counts.py``), and at any level
above 0 all rows together do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

from core.synthesis.label_repair.code_shares import weights_keeping_shares, with_sides
from core.synthesis.label_repair.coupling import couple
from core.synthesis.label_repair.even_counts import moves
from core.synthesis.label_repair.label_noise import with_band, with_noise_keeping
from core.synthesis.label_repair.score_levels import levels_of
from core.synthesis.sampling import SHARD_ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows
    from models.fair_score import LevelledScore

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

_SURE = 1e-6


@dataclass(frozen=True)
class LabelChannel:
    """The score from whose levels outcomes are drawn, and what is done to their probabilities.

    Args:
        score: The score, its levels, and the distribution of fair outcomes by group and level.
        positive: Whether each target code is positive, shape (codes,).
        target_shares: Share of the train rows with each target code, shape (codes,).
        group_shares: Share of the train rows of each group, shape (G,).
        offsets: Log-odds of a positive outcome added to those of each group at full repair level, shape (G,).
        bands: Half width of the band of each group in which outcomes are as likely positive as not, in log-odds; (G,).
        repair_level: alpha in 0 .. 1.
        sharpness: 1 keeps the label noise of the data; larger values reduce it near the threshold.
    """

    score: LevelledScore
    positive: NDArray[np.bool_]
    target_shares: Floats
    group_shares: Floats
    offsets: Floats
    bands: Floats
    repair_level: float = 1.0
    sharpness: float = 1.0

    @property
    def sees_groups(self) -> bool:
        """Whether the score reads the sensitive columns."""
        return bool(self.score.sees_groups)

    @property
    def base_rate(self) -> float:
        """The share of the train rows with a positive outcome."""
        return float(self.target_shares[self.positive].sum())

    @property
    def log_odds(self) -> Floats:
        """The log-odds of a positive outcome by group and level, before offsets and noise, shape (G, L)."""
        return self._buffer("log_odds")

    @cached_property
    def group_rates(self) -> Floats:
        """The share of positive outcomes of each group, shape (G,); over the train rows, they make the base rate."""
        levels = self.log_odds.shape[1]
        rates = self._rates(np.repeat(self.group_shares[:, None] / levels, levels, axis=1), self.base_rate)
        return np.asarray(rates.mean(axis=1))

    def drawn_from(self, score: LevelledScore) -> LabelChannel:
        """Return the channel that draws outcomes from the levels of a score, without sharpening and calibration."""
        nothing = np.zeros_like(self.offsets)
        return replace(self, score=score, offsets=nothing, bands=nothing, repair_level=1.0, sharpness=1.0)

    def levels(self, rows: CodedRows, rng: np.random.Generator) -> Codes:
        """Return the level of each row, shape (m,)."""
        return levels_of(self.score, rows, rng.random(len(rows)))

    def own_probabilities(self, rows: CodedRows, rng: np.random.Generator) -> Floats:
        """Return the distribution of outcomes among train rows of the same group and level, shape (m, codes)."""
        return np.asarray(self._buffer("observed")[rows.groups, self.levels(rows, rng)])

    def fair_probabilities(self, levels: Codes, groups: Codes) -> Floats:
        """Return the distribution of the fair outcome of each of these rows, shape (m, codes).

        Generated rows do not have each level exactly as often as the train rows have. So the noise and the weights of
        the codes are those with which these rows have the groups' shares of positive outcomes (`group_rates`), and on
        each side the distribution of codes that the train rows have.
        """
        within = self._buffer("within")
        rows = np.zeros(within.shape[:2])
        np.add.at(rows, (groups, levels), 1.0)
        rates = self._rates(rows, float(rows.sum(axis=1) @ self.group_rates))
        sums = np.stack([rows * (1.0 - rates), rows * rates])
        weights = weights_keeping_shares(within, sums, self.positive, self.target_shares)
        sides = np.where(self.positive, rates[:, :, None], 1.0 - rates[:, :, None])
        return np.asarray((with_sides(within, weights, self.positive) * sides)[groups, levels])

    def _rates(self, rows: Floats, positives: float) -> Floats:
        """Return the probability of a positive outcome by group and level, shape (G, L).

        Args:
            rows: Number or share of the rows by group and level, shape (G, L).
            positives: Number or share of these rows with a positive outcome.
        """
        log_odds = with_band(self.log_odds + self.offsets[:, None], self.bands[:, None])
        return np.asarray(expit(with_noise_keeping(log_odds, rows, self.sharpness, positives)))

    def fair_codes(self, generated: CodedRows, levels: Codes, own: Floats, uniform: Floats) -> Codes:
        """Draw the fair outcomes of generated rows, target codes, shape (m,).

        Args:
            generated: As in :meth:`apply`.
            levels: Levels of the rows, from :meth:`levels`, shape (m,).
            own: As in :meth:`apply`.
            uniform: U(0, 1) draws that decide the outcomes, shape (m,).
        """
        codes = generated.target.copy()
        if self.repair_level == 0:
            return codes
        for start in range(0, len(codes), SHARD_ROWS):
            part = slice(start, start + SHARD_ROWS)
            cells, target = (generated.groups[part], levels[part]), generated.target[part]
            fair = self.fair_probabilities(levels[part], generated.groups[part])
            kept = self._with_positives(own[part], float(fair[:, self.positive].sum()))
            fair = self.repair_level * fair + (1.0 - self.repair_level) * kept
            drawn = couple(target, own[part], fair, uniform[part])
            codes[part] = self._evened(drawn, target, fair, cells, uniform[part])
        return codes

    def _with_positives(self, own: Floats, positives: float) -> Floats:
        """Return distributions of outcomes with this expected number of positive ones, by moving all log-odds."""
        rates = own[:, self.positive].sum(axis=1)
        odds = with_noise_keeping(logit(rates.clip(_SURE, 1.0 - _SURE)), np.ones(len(rates)), 1.0, positives)
        sides = np.where(self.positive, expit(odds)[:, None], 1.0 - expit(odds)[:, None])
        return np.asarray(with_sides(own, np.ones(len(self.positive)), self.positive) * sides)

    def _evened(self, codes: Codes, own: Codes, fair: Floats, cells: tuple[Codes, Codes], uniform: Floats) -> Codes:
        """Return the codes with as many positive ones as expected in each group and level; see ``even_counts.py``.

        All rows together have as many as expected at any repair level.
        """
        codes = self._moved(codes, own, fair, cells, uniform, self.repair_level)
        if self.repair_level == 1:
            return codes
        together = np.zeros_like(cells[0])
        return self._moved(codes, own, fair, (together, together), uniform, 1.0)

    def _moved(
        self, codes: Codes, own: Codes, fair: Floats, cells: tuple[Codes, Codes], uniform: Floats, share: float
    ) -> Codes:
        rates = fair[:, self.positive].sum(axis=1)
        moved = moves(self.positive[codes], self.positive[own], rates, cells, share)
        side = ~self.positive[codes[moved]]
        possible = np.where(self.positive == side[:, None], fair[moved], 0.0).cumsum(axis=1)
        drawn = (possible <= uniform[moved, None] * possible[:, -1:]).sum(axis=1).clip(max=len(self.positive) - 1)
        evened = codes.copy()
        evened[moved] = np.where(self.positive[own[moved]] == side, own[moved], drawn)
        return evened

    def apply(self, generated: CodedRows, own: Floats, rng: np.random.Generator) -> tuple[Codes, NDArray[np.bool_]]:
        """Return the repaired target codes of generated rows, and which of them noise and calibration changed; (m,).

        Args:
            generated: Generated rows with their own target codes.
            own: Distribution from which the own codes were drawn, shape (m, codes).
            rng: Random generator.
        """
        levels, uniform = self.levels(generated, rng), rng.random(len(generated))
        codes = self.fair_codes(generated, levels, own, uniform)
        return codes, codes != self.drawn_from(self.score).fair_codes(generated, levels, own, uniform)

    def _buffer(self, name: str) -> Floats:
        return np.asarray(getattr(self.score, name).cpu().numpy())
