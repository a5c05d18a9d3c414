"""Calibration: offsets equalise the selection rates of a classifier trained on generated rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, fit_encoding
from core.data.inference.column_kinds import infer_schema
from core.data.inference.role_assignment import assign_roles
from core.downstream_classifiers.default import ClassifierName
from core.synthesis.label_repair.calibration import (
    MAX_OFFSET,
    REPAIR_LEVELS,
    CalibrationSample,
    calibrate,
    repair_level_curve,
)
from core.synthesis.label_repair.criteria import EVERYBODY, compared_outcomes, distance
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.settings import LabelSettings
from tests.core.synthesis.label_repair.channels import fitted_channel

ROWS = 2000
ODDS = compared_outcomes("equalized_odds", favours_positive=True)


@pytest.fixture(scope="module")
def loop() -> tuple[LabelChannel, CalibrationSample]:
    """A channel that gives one group fewer positive outcomes than the other."""
    rng = np.random.default_rng(0)
    group = rng.random(ROWS) < 0.3
    score = rng.normal(0, 1, ROWS)
    positive = rng.random(ROWS) < 1 / (1 + np.exp(-(1.5 * score - 1.0 + 1.5 * ~group)))
    frame = pd.DataFrame(
        {
            "group": pd.array(np.where(group, "small", "large"), dtype="str"),
            "score": score.round(3),
            "other": rng.normal(0, 1, ROWS).round(3),
            "good": pd.array(np.where(positive, "yes", "no"), dtype="str"),
        }
    )
    inferred, _ = infer_schema(frame)
    schema, _ = assign_roles(inferred, frame, target="good", positive="yes", sensitive=["group"])
    encoding = fit_encoding(frame, schema, EncodingSettings())
    rows = encoding.encode(frame, schema)
    channel = fitted_channel(encoding, rows, LabelSettings(channel="attribute_blind"), levels=12)
    channel = replace(channel, offsets=np.asarray([0.8, -0.8]))
    source = rng.permutation(ROWS)
    generated = CodedRows(rows.codes[source], rows.groups[source], rows.target[source])
    levels, own = channel.levels(generated, rng), channel.own_probabilities(generated, rng)
    return channel, CalibrationSample(
        encoding, rows, generated, levels, own, source, rng.random(ROWS), seed=0, classifier="forest"
    )


@pytest.mark.parametrize("classifier", ["boosting", "logistic"])
def test_every_downstream_classifier_can_be_calibrated_for(
    loop: tuple[LabelChannel, CalibrationSample], classifier: ClassifierName
) -> None:
    channel, calibration_sample = loop[0], replace(loop[1], classifier=classifier)
    before = _ratio(channel, calibration_sample)
    *_, last = calibrate(channel, calibration_sample, EVERYBODY, rounds=5)
    assert before < 0.75
    assert _ratio(last, calibration_sample) > 0.9
    assert not np.array_equal(last.offsets, list(calibrate(*loop, EVERYBODY, rounds=5))[-1].offsets)


def _ratio(channel: LabelChannel, calibration_sample: CalibrationSample) -> float:
    judged, scores, _ = calibration_sample.scores(channel)
    rates = [np.mean(scores[calibration_sample.rows.groups[judged] == group] >= 0.5) for group in (0, 1)]
    return float(min(rates) / max(rates))


def test_rounds_bring_the_selection_rates_together(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    assert _ratio(channel, calibration_sample) < 0.75
    *_, last = calibrate(channel, calibration_sample, EVERYBODY, rounds=5)
    assert _ratio(last, calibration_sample) > 0.88
    assert np.abs(last.offsets).max() <= MAX_OFFSET


def test_the_strength_of_the_run_is_kept_and_calibration_is_done_at_full_strength(
    loop: tuple[LabelChannel, CalibrationSample],
) -> None:
    channel, calibration_sample = loop
    (whole,) = calibrate(channel, calibration_sample, EVERYBODY, rounds=1)
    (half,) = calibrate(replace(channel, repair_level=0.5), calibration_sample, EVERYBODY, rounds=1)
    assert half.repair_level == 0.5
    assert np.array_equal(half.offsets, whole.offsets)


def test_a_row_is_never_judged_by_a_forest_that_learned_from_it(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    # Labels are pure chance: whoever predicts them has seen them.
    rng = np.random.default_rng(5)
    generated = replace(calibration_sample.generated, target=rng.integers(0, 2, ROWS))
    calibration_sample = replace(calibration_sample, generated=generated)
    judged, scores, _ = calibration_sample.scores(replace(channel, repair_level=0.0))
    by_row = np.empty(ROWS)
    by_row[calibration_sample.source] = channel.positive[generated.target]
    assert abs(np.corrcoef(by_row[judged], scores)[0, 1]) < 0.08


def test_the_curve_rises_with_strength_and_says_what_it_costs(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    *_, last = calibrate(channel, calibration_sample, EVERYBODY, rounds=5)
    curve = repair_level_curve(last, calibration_sample, min_group_size=30)
    assert curve["repair_level"].tolist() == list(REPAIR_LEVELS)
    ratio = curve["demographic_parity_ratio"].to_numpy()
    assert ratio[-1] > ratio[0] + 0.1
    assert curve["labels_changed"].between(0, 1).all()
    assert curve["labels_changed"].iloc[-1] > curve["labels_changed"].iloc[0]


def test_calibration_never_ends_worse_than_it_began(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    fair = replace(loop[0], offsets=np.zeros(2))
    before = _ratio(fair, loop[1])
    *_, last = calibrate(fair, loop[1], EVERYBODY, rounds=5)
    assert _ratio(last, loop[1]) >= before - 1e-9


def test_error_rates_come_together_if_they_are_the_criterion(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    label = channel.positive[calibration_sample.rows.target].astype(np.int64)

    def apart(one: LabelChannel) -> float:
        scored, scores, _ = calibration_sample.scores(one)
        return distance(ODDS, scores, label[scored], calibration_sample.rows.groups[scored])

    for bands in (False, True):
        *_, last = calibrate(channel, calibration_sample, ODDS, rounds=5, bands=bands)
        assert apart(last) < 0.6 * apart(channel)
        assert last.bands.any() == bands
