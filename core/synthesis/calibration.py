"""Closing the loop of the label channel: whom does a classifier trained on the generated rows select?

The classifier is a random forest that sees the groups (as in the audit's protocol A). It is trained on generated rows
and asked about real train rows, never about those that the generated rows it learned from were made of, so that what
it has by heart does not count. Nothing here looks at held-out rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.ensemble import RandomForestClassifier

from core.data.encoding.table import CodedRows, TableEncoding
from core.synthesis.labels import LabelChannel

TREES, LEAF, FOLDS = 20, 5, 3
MOST_ROWS = 40_000
"""What a forest learns from at most, for the sake of time."""
LEAST_ROWS = 20
WHOLE_STEPS = 3
LARGEST_OFFSET = 3.0
PROBABILITY_RANGE = (1e-3, 1.0 - 1e-3)
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rehearsal:
    """Generated rows, the train rows behind them, and the forest that learns from the one and judges the other.

    Args:
        encoding: Which codes are features.
        rows: Coded train rows, n of them.
        generated: Coded generated rows, m of them. A forest learns from two thirds of them: what it takes in of a
            small group depends on how many rows there are, so that should be as many as will be handed out.
        source: Train row behind each generated row, shape (m,).
        seed: Seeds folds, forests and coupling.
    """

    encoding: TableEncoding
    rows: CodedRows
    generated: CodedRows
    source: NDArray[np.int64]
    seed: int

    def scores(self, channel: LabelChannel) -> tuple[NDArray[np.int64], Floats, float]:
        """Train rows judged, shape (k,), their scores, shape (k,), and the share of labels that the channel changed."""
        generated, source = self.generated, self.source
        labels = channel.positives(generated, source, np.random.default_rng([self.seed, 2]))
        changed = float((labels != channel.positive[generated.target]).mean())
        judged = np.unique(source)
        fold = np.random.default_rng([self.seed, 3]).integers(0, FOLDS, len(self.rows))
        matrix, real = self._matrix(generated), self._matrix(self.rows)
        scores = np.full(len(self.rows), np.nan)
        for part in range(FOLDS):
            learned, asked = fold[source] != part, judged[fold[judged] == part]
            if not len(asked) or len(np.unique(labels[learned])) < 2:
                continue
            forest = RandomForestClassifier(TREES, min_samples_leaf=LEAF, random_state=part, n_jobs=-1)
            forest.fit(matrix[learned], labels[learned])
            forest.n_jobs = 1  # threads would add the trees' votes in any order
            scores[asked] = forest.predict_proba(real[asked])[:, 1]
        judged = judged[~np.isnan(scores[judged])]
        return judged, scores[judged].clip(*PROBABILITY_RANGE), changed

    def _matrix(self, rows: CodedRows) -> NDArray[np.int64]:
        return np.column_stack([rows.codes[:, self.encoding.feature_index], rows.groups])


def calibrated(channel: LabelChannel, rehearse: Callable[[int], Rehearsal], rounds: int) -> Iterator[LabelChannel]:
    """The channel with offsets that bring the forest's selection rates together; better from round to round.

    A group whose members reach the overall selection rate r only at a threshold t gets ``-logit(t)`` more log-odds,
    so that .5 would do; as the forest passes on only part of that, the step is repeated. What a forest makes of one
    draw of rows is noisy, so every round has a draw of its own, and after three rounds the steps shrink as 1/k
    (stochastic approximation, Robbins and Monro 1951). Groups of fewer than 20 judged rows stay as they are, and no
    offset exceeds 3 (a factor of 20 in the odds).

    Args:
        channel: A fitted channel.
        rehearse: ``number of the round -> rows to try it on``.
        rounds: How many.
    """
    full = replace(channel, strength=1.0)
    for done in range(rounds):
        rehearsal = rehearse(done)
        judged, scores, _changed = rehearsal.scores(full)
        offsets = full.offsets.copy()
        rate = float(np.mean(scores >= 0.5)) if len(scores) else 0.0
        gain = 1.0 / max(1, done - WHOLE_STEPS + 2)
        for group in range(len(offsets)) if 0.0 < rate < 1.0 else ():
            members = rehearsal.rows.groups[judged] == group
            if members.sum() >= LEAST_ROWS:
                offsets[group] -= gain * logit(np.quantile(scores[members], 1.0 - rate))
        full = replace(full, offsets=offsets.clip(-LARGEST_OFFSET, LARGEST_OFFSET))
        yield replace(full, strength=channel.strength)


def strength_curve(channel: LabelChannel, rehearsal: Rehearsal, least: int) -> pd.DataFrame:
    """What each strength costs and brings: columns ``strength``, ``labels_changed``, ``demographic_parity_ratio``.

    Args:
        channel: A calibrated channel.
        rehearsal: What to try it on.
        least: Groups of fewer train rows take no part in the ratio; it is NaN where the forest selects nobody.
    """
    lines = []
    groups = rehearsal.rows.groups
    for strength in STRENGTHS:
        judged, scores, changed = rehearsal.scores(replace(channel, strength=strength))
        members = [groups[judged] == group for group in range(len(channel.offsets))]
        rates = [float(np.mean(scores[part] >= 0.5)) for part in members if part.sum() >= max(least, 1)]
        ratio = min(rates) / max(rates) if rates and max(rates) > 0 else float("nan")
        lines.append((strength, changed, ratio))
    return pd.DataFrame(lines, columns=["strength", "labels_changed", "demographic_parity_ratio"])
