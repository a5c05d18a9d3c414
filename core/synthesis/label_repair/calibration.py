"""Closing the loop of the label channel: whom does a classifier trained on the generated rows select?

The classifier is the run's downstream classifier and sees the groups (as in the audit's protocol A). It learns from
generated rows, and real train rows are put to it: each only where no row generated from it was learned from, so that
what a classifier has by heart does not count. Nothing here looks at held-out rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from core.data.encoding.ordinal import MatrixColumns
from core.data.encoding.table import CodedRows, TableEncoding
from core.learning.base import LabelledMatrix
from core.learning.catalog import CLASSIFIERS, THRESHOLD, ClassifierName
from core.synthesis.label_repair.repair import LabelChannel

MIN_ROWS = 20
LARGEST_OFFSET = 3.0
PROBABILITY_RANGE = (1e-3, 1.0 - 1e-3)
REPAIR_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CalibrationSample:
    """Generated rows, the train rows behind them, and the classifier that learns from the one and judges the other.

    Args:
        encoding: Which codes are features.
        rows: Coded train rows, n of them.
        generated: Coded generated rows, m of them.
        margin: What the channel's law says of them, shape (m,).
        out_of_fold_scores: Probability with which each generated row's own label is positive, shape (m,).
        source: Train row behind each generated row, shape (m,).
        uniform: The chance that decides each label, shape (m,); see ``couple``.
        seed: Seeds the classifier.
        classifier: Which classifier it is.
    """

    encoding: TableEncoding
    rows: CodedRows
    generated: CodedRows
    margin: Floats
    out_of_fold_scores: Floats
    source: NDArray[np.int64]
    uniform: Floats
    seed: int
    classifier: ClassifierName

    def scores(self, channel: LabelChannel) -> tuple[NDArray[np.int64], Floats, float]:
        """Train rows judged, shape (k,), their scores, shape (k,), and the share of labels that the channel changed."""
        generated = self.generated
        labels = channel.positives(generated, self.margin, self.out_of_fold_scores, self.uniform)
        changed = float((labels != channel.positive[generated.target]).mean())
        judged = np.unique(self.source)
        if len(np.unique(labels)) < 2:
            return judged, np.full(len(judged), labels[0]).clip(*PROBABILITY_RANGE), changed
        learned = LabelledMatrix(self._matrix(generated), labels, self._columns())
        judged, scores = CLASSIFIERS[self.classifier].probabilities_out_of_source(
            learned, self.source, self._matrix(self.rows), self.seed
        )
        return judged, scores.clip(*PROBABILITY_RANGE), changed

    def _matrix(self, rows: CodedRows) -> NDArray[np.int64]:
        return self.encoding.predictors(rows, with_groups=True)

    def _columns(self) -> MatrixColumns:
        """Bins are ordered, codes of categories and groups are not; a missing value is a code like any other."""
        ordered = [self.encoding.numeric[at] for at in self.encoding.feature_index]
        return MatrixColumns(~np.asarray([*ordered, False]), np.full(len(ordered) + 1, np.nan))


def calibrated(channel: LabelChannel, calibration_sample: CalibrationSample, rounds: int) -> Iterator[LabelChannel]:
    """The channel with offsets that bring the classifier's selection rates together; better from round to round.

    A group whose members reach the overall selection rate r only at a threshold t gets ``-logit(t)`` more log-odds,
    so that .5 would do; as the classifier passes on only part of that, the step is repeated. Groups of fewer than 20
    judged rows stay as they are, and no offset exceeds 3 (a factor of 20 in the odds).

    A classifier makes something else of every draw of rows (a forest on Adult by race: 6 % of a small group's selection
    rate), so the rows to calibrate on are best those that will be handed out.
    """
    full = replace(channel, repair_level=1.0)
    for _ in range(rounds):
        judged, scores, _changed = calibration_sample.scores(full)
        offsets = full.offsets.copy()
        rate = float(np.mean(scores >= THRESHOLD))
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
        least: Groups of fewer train rows take no part in the ratio; it is NaN where the classifier selects nobody.
    """
    lines = []
    groups = calibration_sample.rows.groups
    for repair_level in REPAIR_LEVELS:
        judged, scores, changed = calibration_sample.scores(replace(channel, repair_level=repair_level))
        members = [groups[judged] == group for group in range(len(channel.offsets))]
        rates = [float(np.mean(scores[part] >= THRESHOLD)) for part in members if part.sum() >= max(least, 1)]
        ratio = min(rates) / max(rates) if rates and max(rates) > 0 else float("nan")
        lines.append((repair_level, changed, ratio))
    return pd.DataFrame(lines, columns=["repair_level", "labels_changed", "demographic_parity_ratio"])
