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
from core.synthesis.label_repair.repair import LabelChannel, fit_channel
from core.synthesis.settings import LabelSettings

ROWS = 2000


@pytest.fixture(scope="module")
def loop() -> tuple[LabelChannel, CalibrationSample]:
    """A table in which one group is often positive for no reason that x shows: the blind rule has no effect."""
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
    channel = fit_channel(encoding, rows, LabelSettings(channel="attribute_blind"), seed=0)
    source = rng.permutation(ROWS)
    generated = CodedRows(rows.codes[source], rows.groups[source], rows.target[source])
    logits, out_of_fold_scores = channel.rule.logits(generated), channel.rule.out_of_fold_scores()[source]
    return channel, CalibrationSample(
        encoding, rows, generated, logits, out_of_fold_scores, source, rng.random(ROWS), seed=0, classifier="forest"
    )


@pytest.mark.parametrize("classifier", ["boosting", "logistic"])
def test_every_downstream_classifier_can_be_calibrated_for(
    loop: tuple[LabelChannel, CalibrationSample], classifier: ClassifierName
) -> None:
    channel, calibration_sample = loop[0], replace(loop[1], classifier=classifier)
    before = _ratio(channel, calibration_sample)
    *_, last = calibrate(channel, calibration_sample, rounds=3)
    assert before < 0.85
    assert _ratio(last, calibration_sample) > 0.9
    assert not np.array_equal(last.offsets, list(calibrate(*loop, rounds=3))[-1].offsets)


def _ratio(channel: LabelChannel, calibration_sample: CalibrationSample) -> float:
    judged, scores, _ = calibration_sample.scores(channel)
    rates = [np.mean(scores[calibration_sample.rows.groups[judged] == group] >= 0.5) for group in (0, 1)]
    return float(min(rates) / max(rates))


def test_rounds_bring_the_selection_rates_together(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    assert _ratio(channel, calibration_sample) < 0.75
    *_, last = calibrate(channel, calibration_sample, rounds=4)
    assert _ratio(last, calibration_sample) > 0.88
    assert np.abs(last.offsets).max() <= MAX_OFFSET


def test_the_strength_of_the_run_is_kept_and_calibration_is_done_at_full_strength(
    loop: tuple[LabelChannel, CalibrationSample],
) -> None:
    channel, calibration_sample = loop
    (whole,) = calibrate(channel, calibration_sample, rounds=1)
    (half,) = calibrate(replace(channel, repair_level=0.5), calibration_sample, rounds=1)
    assert half.repair_level == 0.5
    assert np.array_equal(half.offsets, whole.offsets)


def test_a_row_is_never_judged_by_a_forest_that_learned_from_it(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    noise = replace(channel, sharpness=1.0)  # labels will be pure chance: whoever predicts them has seen them
    coin = np.random.default_rng(5).choice([-9.0, 9.0], size=ROWS)
    calibration_sample = replace(calibration_sample, label_probability=np.full(ROWS, 0.5), logits=coin)
    judged, scores, _ = calibration_sample.scores(noise)
    drawn = noise.fair_labels(
        calibration_sample.generated,
        calibration_sample.logits,
        calibration_sample.label_probability,
        calibration_sample.uniform,
    )
    by_row = np.empty(ROWS)
    by_row[calibration_sample.source] = drawn
    assert abs(np.corrcoef(by_row[judged], scores)[0, 1]) < 0.08


def test_the_curve_rises_with_strength_and_says_what_it_costs(loop: tuple[LabelChannel, CalibrationSample]) -> None:
    channel, calibration_sample = loop
    *_, last = calibrate(channel, calibration_sample, rounds=3)
    curve = repair_level_curve(last, calibration_sample, min_group_size=30)
    assert curve["repair_level"].tolist() == list(REPAIR_LEVELS)
    ratio = curve["demographic_parity_ratio"].to_numpy()
    assert ratio[-1] > ratio[0] + 0.1
    assert curve["labels_changed"].between(0, 1).all()
    assert curve["labels_changed"].iloc[-1] > curve["labels_changed"].iloc[0]
