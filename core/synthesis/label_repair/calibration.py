"""Calibration of label repair: which train rows does a classifier select that was trained on the generated rows?

The classifier is the run's downstream classifier and sees the groups, as in the audit's protocol A. It is trained on
generated rows and scores real train rows. It scores a train row only if no row generated from it was in the training
set, so that memorised rows do not count. The hold-out rows are never used.
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
from core.downstream_classifiers.base import LabelledMatrix
from core.downstream_classifiers.catalog import CLASSIFIERS, THRESHOLD
from core.downstream_classifiers.default import ClassifierName
from core.synthesis.label_repair.bands import BandAdjustment
from core.synthesis.label_repair.criteria import Compared, distance, thresholds
from core.synthesis.label_repair.repair import LabelChannel

MAX_OFFSET = 3.0
LOWEST_THRESHOLD = 0.25
PROBABILITY_RANGE = (1e-3, 1.0 - 1e-3)
REPAIR_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CalibrationSample:
    """Generated rows, the train rows they were generated from, and the classifier that is trained on the former.

    Args:
        encoding: Which codes are features.
        rows: Coded train rows from which rows were generated, n of them.
        generated: Coded generated rows, m of them.
        levels: Levels of the generated rows, shape (m,).
        own: Distribution from which each generated row's own outcome was drawn, shape (m, codes).
        source: Index of the train row that each row was generated from, shape (m,).
        uniform: U(0, 1) draws that decide the outcomes, shape (m,); see ``couple``.
        seed: Seed of the classifier.
        classifier: Name of the classifier.
        single_rows: Whether the noise of single scores counts; see ``probabilities_out_of_source``.
    """

    encoding: TableEncoding
    rows: CodedRows
    generated: CodedRows
    levels: NDArray[np.int64]
    own: Floats
    source: NDArray[np.int64]
    uniform: Floats
    seed: int
    classifier: ClassifierName
    single_rows: bool = False

    def scores(self, channel: LabelChannel) -> tuple[NDArray[np.int64], Floats, float]:
        """Train a classifier on the repaired rows and score train rows with it.

        Returns:
            Indices of the scored train rows, shape (k,); their scores, shape (k,); share of outcomes that changed.
        """
        generated = self.generated
        codes = channel.fair_codes(generated, self.levels, self.own, self.uniform)
        changed, labels = float((codes != generated.target).mean()), channel.positive[codes].astype(np.int64)
        scored = np.unique(self.source)
        if len(np.unique(labels)) < 2:
            return scored, np.full(len(scored), labels[0]).clip(*PROBABILITY_RANGE), changed
        training_set = LabelledMatrix(self._matrix(generated), labels, self._columns())
        scored, scores = CLASSIFIERS[self.classifier].probabilities_out_of_source(
            training_set, self.source, self._matrix(self.rows), self.seed, single_rows=self.single_rows
        )
        return scored, scores.clip(*PROBABILITY_RANGE), changed

    def _matrix(self, rows: CodedRows) -> NDArray[np.int64]:
        return self.encoding.predictors(rows, with_groups=True)

    def _columns(self) -> MatrixColumns:
        """Say which columns are ordered: bins are; categories are not. Missing values are codes."""
        ordered = self.encoding.ordered_predictors
        return MatrixColumns(~np.asarray(ordered), np.full(len(ordered), np.nan))


def calibrate(
    channel: LabelChannel,
    calibration_sample: CalibrationSample,
    compared: Compared,
    rounds: int,
    *,
    bands: bool = False,
) -> Iterator[LabelChannel]:
    """Yield after each round the best channel so far: that whose classifier's rates are closest to each other.

    An offset of each group brings one rate together, and two rates in part (`ThresholdAdjustment`). With ``bands``, two
    rates come together, for classifiers that see the groups (`BandAdjustment`); others do not tell whose band a row
    lies in, and treat the groups less alike than without.

    Classifiers differ from one sample of rows to the next (a forest on Adult by race: 6 % of a small group's selection
    rate). So calibrate on the rows that will be released.
    """
    label = channel.positive[calibration_sample.rows.target].astype(np.int64)
    with_bands = bands and len(compared) > 1
    calibration_sample = replace(calibration_sample, single_rows=with_bands)
    adjustment: ThresholdAdjustment | BandAdjustment
    if with_bands:
        adjustment = _band_adjustment(channel, calibration_sample)
    else:
        adjustment = ThresholdAdjustment(compared, label, calibration_sample.rows.groups)
    current = replace(channel, repair_level=1.0)
    best, least = current, np.inf
    for step in range(rounds + 1):
        scored, scores, _share_changed = calibration_sample.scores(current)
        if (found := distance(compared, scores, label[scored], calibration_sample.rows.groups[scored])) < least:
            best, least = current, found
        if step:
            yield replace(best, repair_level=channel.repair_level)
        current = adjustment.next(current, scored, scores)


def _band_adjustment(channel: LabelChannel, calibration_sample: CalibrationSample) -> BandAdjustment:
    rows = calibration_sample.rows
    levels = channel.levels(rows, np.random.default_rng(calibration_sample.seed))
    label = channel.positive[rows.target].astype(np.int64)
    return BandAdjustment(channel.log_odds[rows.groups, levels], label, rows.groups)


@dataclass(frozen=True)
class ThresholdAdjustment:
    """Adjusts the offsets from round to round.

    At its threshold t (``criteria.py``), a group reaches the rate of all rows. Its log-odds lack ``-logit(t)``, with
    which a threshold of .5 would suffice. Near the threshold, sharpness multiplies an offset, and the classifier passes
    on only a part; so the step is divided by the root of the sharpness, and repeated. No step exceeds that of a
    threshold of .25, since the classifier changes with the labels. No offset exceeds 3 (a factor of 20 in the odds).

    Args:
        compared: Which rate is compared.
        label: True outcomes of the train rows, 0 or 1, shape (n,).
        groups: Their groups, shape (n,).
    """

    compared: Compared
    label: NDArray[np.int64]
    groups: NDArray[np.int64]

    def next(self, channel: LabelChannel, scored: NDArray[np.int64], scores: Floats) -> LabelChannel:
        """Return the channel of the next round; arguments as in `BandAdjustment.next`."""
        found = thresholds(self.compared, scores, self.label[scored], self.groups[scored], len(channel.offsets))
        lacking = -logit(found.clip(LOWEST_THRESHOLD, 1.0 - LOWEST_THRESHOLD))
        offsets = (channel.offsets + lacking / np.sqrt(channel.sharpness)).clip(-MAX_OFFSET, MAX_OFFSET)
        return replace(channel, offsets=offsets)


def repair_level_curve(
    channel: LabelChannel, calibration_sample: CalibrationSample, min_group_size: int
) -> pd.DataFrame:
    """Measure each repair level: columns ``repair_level``, ``labels_changed``, ``demographic_parity_ratio``.

    Args:
        channel: A calibrated channel.
        calibration_sample: The rows to measure it on.
        min_group_size: Smaller groups of scored train rows are left out of the ratio. The ratio is NaN if the
            classifier selects no row.
    """
    rows = []
    groups = calibration_sample.rows.groups
    for repair_level in REPAIR_LEVELS:
        scored, scores, changed = calibration_sample.scores(replace(channel, repair_level=repair_level))
        members = [groups[scored] == group for group in range(len(channel.offsets))]
        rates = [float(np.mean(scores[mask] >= THRESHOLD)) for mask in members if mask.sum() >= max(min_group_size, 1)]
        ratio = min(rates) / max(rates) if rates and max(rates) > 0 else float("nan")
        rows.append((repair_level, changed, ratio))
    return pd.DataFrame(rows, columns=["repair_level", "labels_changed", "demographic_parity_ratio"])
