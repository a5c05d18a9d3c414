"""Thresholds and bands of outcomes at random, with which every group has the same true and false positive rates.

A threshold of its own moves a group along its curve of true and false positive rates, and the curves of two groups have
other points. So a group whose scores tell more needs outcomes that are partly at random: between two thresholds, a row
is selected with probability 1/2 (Hardt et al. 2016). A classifier cannot learn a chance. But it selects about half of
the rows of a band in which outcomes are as likely positive as not, each by the noise of its training.

A setting of a group is an offset, which moves its threshold, and half the width of its band, both in log-odds. Of the
settings with which all groups come close enough to the rates of the largest group, the one with the most right
selections is taken. What a classifier does differs from what its labels say; so the difference that was measured in the
rounds before is added to the rates of every setting.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from core.downstream_classifiers.catalog import THRESHOLD
from core.synthesis.label_repair.criteria import MIN_ROWS
from core.synthesis.label_repair.label_noise import with_band

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.synthesis.label_repair.repair import LabelChannel

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

OFFSETS = np.round(np.arange(-3.0, 3.05, 0.1), 1)
BANDS = np.asarray([0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0])
CLOSE_ENOUGH = 0.95
"""Ratio of a group's rate to that of the largest group, or its inverse."""
LEARNED = 0.7
"""Share of a new difference that is believed: each is measured on one classifier."""
EDGE = 0.1  # log-odds within which the selection rises from 0 to 1/2, and from 1/2 to 1
SMALLEST_RATE = 1e-3

SETTINGS = np.stack([part.ravel() for part in np.meshgrid(OFFSETS, BANDS, indexing="ij")], axis=1)
"""Offset and half width of every setting, shape (S, 2)."""
UNCHANGED = int(np.flatnonzero((SETTINGS == 0.0).all(axis=1))[0])


@dataclass
class BandAdjustment:
    """Adjusts offsets and bands from round to round.

    Args:
        log_odds: Log-odds of a positive outcome of the train rows, before any offset, shape (n,).
        label: Their true outcomes, 0 or 1, shape (n,).
        groups: Their groups, shape (n,).
    """

    log_odds: Floats
    label: Integers
    groups: Integers
    _expected: dict[int, Floats] = field(default_factory=dict, init=False)
    """Rates of a group with each setting, by the labels alone, shape (S, 2)."""
    _difference: dict[int, Floats] = field(default_factory=dict, init=False)
    """Rates of the classifier minus the expected ones, shape (2,)."""
    _chosen: dict[int, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Compute the rates of every group that has enough rows of both outcomes, the largest first."""
        for group in np.argsort(-np.bincount(self.groups), kind="stable").tolist():
            rows = [(self.groups == group) & (self.label == outcome) for outcome in (1, 0)]
            if min(part.sum() for part in rows) >= MIN_ROWS:
                rates = [expected_rates(self.log_odds[part]) for part in rows]
                self._expected[group] = np.stack(rates, axis=1)
                self._difference[group], self._chosen[group] = np.zeros(2), UNCHANGED

    def next(self, channel: LabelChannel, scored: Integers, scores: Floats) -> LabelChannel:
        """Return the channel of the next round.

        Args:
            channel: The channel of this round.
            scored: Indices of train rows that were scored, shape (k,).
            scores: Scores of a classifier that was trained on rows of this round, selected from 1/2 on, shape (k,).
        """
        for group, chosen in self._chosen.items():
            observed = np.asarray(
                [
                    (scores[(self.groups[scored] == group) & (self.label[scored] == outcome)] >= THRESHOLD).mean()
                    for outcome in (1, 0)
                ]
            )
            found = observed - self._expected[group][chosen]
            self._difference[group] += LEARNED * (found - self._difference[group])
        self._choose()
        offsets, bands = channel.offsets.copy(), channel.bands.copy()
        for group, chosen in self._chosen.items():
            offsets[group], bands[group] = SETTINGS[chosen]
        return replace(channel, offsets=offsets, bands=bands)

    def _choose(self) -> None:
        """Choose the setting of every group: the most right selections among those that are close enough."""
        if not self._expected:
            return
        rates = {
            group: (expected + self._difference[group]).clip(SMALLEST_RATE, 1.0 - SMALLEST_RATE)
            for group, expected in self._expected.items()
        }
        largest, *others = rates
        total, answers = self._right(largest, rates[largest]), {}
        for group in others:
            gap = np.abs(np.log(rates[group][None]) - np.log(rates[largest][:, None])).max(axis=2)
            right = self._right(group, rates[group])[None]
            worth = np.where(gap <= -np.log(CLOSE_ENOUGH), right, -len(self.label) * (1.0 + gap))
            answers[group] = worth.argmax(axis=1)
            total = total + worth.max(axis=1)
        best = int(total.argmax())
        self._chosen = {largest: best, **{group: int(answer[best]) for group, answer in answers.items()}}

    def _right(self, group: int, rates: Floats) -> Floats:
        """Return the number of right selections of a group with each setting, shape (S,)."""
        positives, others = (((self.groups == group) & (self.label == outcome)).sum() for outcome in (1, 0))
        return np.asarray(positives * rates[:, 0] + others * (1.0 - rates[:, 1]))


def expected_rates(log_odds: Floats) -> Floats:
    """Return the share of rows that labels of each setting select, shape (S,).

    >>> rates = expected_rates(np.array([-2.0, 0.3, 0.4, 2.0]))
    >>> SETTINGS[[UNCHANGED, UNCHANGED + 2]].tolist(), rates[[UNCHANGED, UNCHANGED + 2]].tolist()
    ([[0.0, 0.0], [0.0, 0.5]], [0.75, 0.5])
    """
    values, counts = np.unique(log_odds, return_counts=True)  # rows of a level share their log-odds
    beyond = with_band(values + SETTINGS[:, :1], SETTINGS[:, 1:])
    return np.asarray((0.5 + 0.5 * (beyond / EDGE).clip(-1.0, 1.0)) @ counts / len(log_odds))
