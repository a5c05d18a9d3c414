"""Closing the loop of the label channel: whom does a classifier trained on the generated rows select?

The classifier is a random forest that sees the groups (as in the audit's protocol A). It learns from generated rows,
and real train rows are put to it: each only to the trees that saw no row made from it (out of bag by source), so that
what a tree has by heart does not count. Nothing here looks at held-out rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from core.data.encoding.table import CodedRows, TableEncoding
from core.synthesis.label_repair.repair import LabelChannel

TREES, LEAF = 60, 5
MIN_ROWS = 20
LARGEST_OFFSET = 3.0
PROBABILITY_RANGE = (1e-3, 1.0 - 1e-3)
REPAIR_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CalibrationSample:
    """Generated rows, the train rows behind them, and the forest that learns from the one and judges the other.

    Args:
        encoding: Which codes are features.
        rows: Coded train rows, n of them.
        generated: Coded generated rows, m of them.
        margin: What the channel's law says of them, shape (m,).
        out_of_fold_scores: Probability with which each generated row's own label is positive, shape (m,).
        source: Train row behind each generated row, shape (m,).
        uniform: The chance that decides each label, shape (m,); see ``couple``.
        seed: Seeds the forest.
    """

    encoding: TableEncoding
    rows: CodedRows
    generated: CodedRows
    margin: Floats
    out_of_fold_scores: Floats
    source: NDArray[np.int64]
    uniform: Floats
    seed: int

    def scores(self, channel: LabelChannel) -> tuple[NDArray[np.int64], Floats, float]:
        """Train rows judged, shape (k,), their scores, shape (k,), and the share of labels that the channel changed."""
        generated = self.generated
        labels = channel.positives(generated, self.margin, self.out_of_fold_scores, self.uniform)
        changed = float((labels != channel.positive[generated.target]).mean())
        judged = np.unique(self.source)
        if len(np.unique(labels)) < 2:
            return judged, np.full(len(judged), labels[0]).clip(*PROBABILITY_RANGE), changed
        forest = RandomForestClassifier(TREES, min_samples_leaf=LEAF, random_state=self.seed, n_jobs=-1)
        forest.fit(self._matrix(generated), labels)
        real = self._matrix(self.rows).astype(np.float32)

        def votes(tree: DecisionTreeClassifier, drawn: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
            asked = np.setdiff1d(judged, self.source[drawn])
            return asked, tree.predict_proba(real[asked])[:, 1]

        total, count = np.zeros(len(real)), np.zeros(len(real))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for asked, vote in pool.map(votes, forest.estimators_, forest.estimators_samples_):
                total[asked] += vote
                count[asked] += 1
        judged = judged[count[judged] > 0]
        return judged, (total[judged] / count[judged]).clip(*PROBABILITY_RANGE), changed

    def _matrix(self, rows: CodedRows) -> NDArray[np.int64]:
        return np.column_stack([rows.codes[:, self.encoding.feature_index], rows.groups])


def calibrated(channel: LabelChannel, calibration_sample: CalibrationSample, rounds: int) -> Iterator[LabelChannel]:
    """The channel with offsets that bring the forest's selection rates together; better from round to round.

    A group whose members reach the overall selection rate r only at a threshold t gets ``-logit(t)`` more log-odds,
    so that .5 would do; as the forest passes on only part of that, the step is repeated. Groups of fewer than 20
    judged rows stay as they are, and no offset exceeds 3 (a factor of 20 in the odds).

    A forest makes something else of every draw of rows (on Adult by race, 6 % of a small group's selection rate), so
    the rows to rehearse on are best those that will be handed out.
    """
    full = replace(channel, repair_level=1.0)
    for _ in range(rounds):
        judged, scores, _changed = calibration_sample.scores(full)
        offsets = full.offsets.copy()
        rate = float(np.mean(scores >= 0.5))
        for group in range(len(offsets)) if 0.0 < rate < 1.0 else ():
            members = calibration_sample.rows.groups[judged] == group
            if members.sum() >= MIN_ROWS:
                offsets[group] -= logit(np.quantile(scores[members], 1.0 - rate))
        full = replace(full, offsets=offsets.clip(-LARGEST_OFFSET, LARGEST_OFFSET))
        yield replace(full, repair_level=channel.repair_level)


def repair_level_curve(channel: LabelChannel, calibration_sample: CalibrationSample, least: int) -> pd.DataFrame:
    """Costs and gains of each level: columns ``repair_level``, ``labels_changed``, ``demographic_parity_ratio``.

    Args:
        channel: A calibrated channel.
        calibration_sample: What to try it on.
        least: Groups of fewer train rows take no part in the ratio; it is NaN where the forest selects nobody.
    """
    lines = []
    groups = calibration_sample.rows.groups
    for repair_level in REPAIR_LEVELS:
        judged, scores, changed = calibration_sample.scores(replace(channel, repair_level=repair_level))
        members = [groups[judged] == group for group in range(len(channel.offsets))]
        rates = [float(np.mean(scores[part] >= 0.5)) for part in members if part.sum() >= max(least, 1)]
        ratio = min(rates) / max(rates) if rates and max(rates) > 0 else float("nan")
        lines.append((repair_level, changed, ratio))
    return pd.DataFrame(lines, columns=["repair_level", "labels_changed", "demographic_parity_ratio"])
