"""Calibration: offsets that make a classifier trained on generated rows select groups alike."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, fit_encoding
from core.data.infer import infer_schema
from core.data.roles import assign_roles
from core.synthesis.calibration import LARGEST_OFFSET, STRENGTHS, Rehearsal, calibrated, strength_curve
from core.synthesis.labels import LabelChannel, fit_channel
from core.synthesis.settings import LabelSettings

ROWS = 2000


@pytest.fixture(scope="module")
def loop() -> tuple[LabelChannel, Rehearsal]:
    """A table in which one group is often positive for no reason that x shows: the blind law can do nothing."""
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
    channel = fit_channel(encoding, rows, LabelSettings(channel="s_blind"), seed=0)
    source = rng.permutation(ROWS)
    generated = CodedRows(rows.codes[source], rows.groups[source], rows.target[source])
    margin, own = channel.law.margin(generated), channel.law.own()[source]
    return channel, Rehearsal(encoding, rows, generated, margin, own, source, rng.random(ROWS), seed=0)


def _ratio(channel: LabelChannel, rehearsal: Rehearsal) -> float:
    judged, scores, _ = rehearsal.scores(channel)
    rates = [np.mean(scores[rehearsal.rows.groups[judged] == group] >= 0.5) for group in (0, 1)]
    return float(min(rates) / max(rates))


def test_rounds_bring_the_selection_rates_together(loop: tuple[LabelChannel, Rehearsal]) -> None:
    channel, rehearsal = loop
    assert _ratio(channel, rehearsal) < 0.75
    *_, last = calibrated(channel, rehearsal, rounds=4)
    assert _ratio(last, rehearsal) > 0.88
    assert np.abs(last.offsets).max() <= LARGEST_OFFSET


def test_the_strength_of_the_run_is_kept_and_calibration_is_done_at_full_strength(
    loop: tuple[LabelChannel, Rehearsal],
) -> None:
    channel, rehearsal = loop
    (whole,) = calibrated(channel, rehearsal, rounds=1)
    (half,) = calibrated(replace(channel, strength=0.5), rehearsal, rounds=1)
    assert half.strength == 0.5
    assert np.array_equal(half.offsets, whole.offsets)


def test_a_row_is_never_judged_by_a_forest_that_learned_from_it(loop: tuple[LabelChannel, Rehearsal]) -> None:
    channel, rehearsal = loop
    noise = replace(channel, sharpness=1.0)  # labels will be pure chance: whoever predicts them has seen them
    coin = np.random.default_rng(5).choice([-9.0, 9.0], size=ROWS)
    rehearsal = replace(rehearsal, own=np.full(ROWS, 0.5), margin=coin)
    judged, scores, _ = rehearsal.scores(noise)
    drawn = noise.positives(rehearsal.generated, rehearsal.margin, rehearsal.own, rehearsal.uniform)
    by_row = np.empty(ROWS)
    by_row[rehearsal.source] = drawn
    assert abs(np.corrcoef(by_row[judged], scores)[0, 1]) < 0.08


def test_the_curve_rises_with_strength_and_says_what_it_costs(loop: tuple[LabelChannel, Rehearsal]) -> None:
    channel, rehearsal = loop
    *_, last = calibrated(channel, rehearsal, rounds=3)
    curve = strength_curve(last, rehearsal, least=30)
    assert curve["strength"].tolist() == list(STRENGTHS)
    ratio = curve["demographic_parity_ratio"].to_numpy()
    assert ratio[-1] > ratio[0] + 0.1
    assert curve["labels_changed"].between(0, 1).all()
    assert curve["labels_changed"].iloc[-1] > curve["labels_changed"].iloc[0]
