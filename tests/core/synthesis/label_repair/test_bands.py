"""Bands of outcomes at random bring true and false positive rates together that thresholds cannot."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import fit_encoding
from core.data.sources.load import load
from core.synthesis.label_repair.bands import EDGE, SETTINGS, BandAdjustment, expected_rates
from core.synthesis.label_repair.criteria import compared_outcomes, distance, thresholds
from core.synthesis.label_repair.label_noise import with_band
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.settings import LabelSettings
from tests.core.synthesis.label_repair.channels import fitted_channel

ROWS = 20_000
ODDS = compared_outcomes("equalized_odds", favours_positive=True)
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Log-odds that tell much of the outcome in group 1 and little in group 0, which is larger."""
    rng = np.random.default_rng(0)
    groups = (rng.random(ROWS) < 0.4).astype(np.int64)
    label = (rng.random(ROWS) < 0.3).astype(np.int64)
    told = np.where(groups == 1, 4.0, 2.0)
    return told * (label - 0.5) + rng.normal(0, 1, ROWS), label, groups


@pytest.fixture(scope="module")
def channel() -> LabelChannel:
    data = load("demo", rows=600, seed=1)
    encoding = fit_encoding(data.frame, data.schema, EncodingSettings())
    coded = encoding.encode(data.frame, data.schema)
    return fitted_channel(encoding, coded, LabelSettings(channel="attribute_aware"), levels=8)


def _scores(rows: Rows, channel: LabelChannel, shift: float) -> np.ndarray:
    """Return scores of a classifier that follows the labels, up to a shift of group 1, and guesses within bands."""
    log_odds, _label, groups = rows
    beyond = with_band(log_odds + channel.offsets[groups] + shift * groups, channel.bands[groups])
    selected = 0.5 + 0.5 * (beyond / EDGE).clip(-1, 1)
    return np.where(np.random.default_rng(1).random(ROWS) < selected, 0.9, 0.1)


@pytest.mark.parametrize("shift", [0.0, -0.6])
def test_rounds_bring_both_rates_together_which_thresholds_cannot(
    rows: Rows, channel: LabelChannel, shift: float
) -> None:
    log_odds, label, groups = rows
    size = len(channel.offsets)
    apart = 1 / (1 + np.exp(-log_odds))
    cuts = thresholds(ODDS, apart, label, groups, size)
    by_thresholds = distance(ODDS, (apart - cuts[groups] + 0.5).clip(0, 1), label, groups)
    adjustment, found = BandAdjustment(log_odds, label, groups), []
    for _ in range(6):
        scores = _scores(rows, channel, shift)
        found.append(distance(ODDS, scores, label, groups))
        channel = adjustment.next(channel, np.arange(ROWS), scores)
    assert found[-1] < 0.6 * by_thresholds
    assert by_thresholds < found[0]
    assert channel.bands[1] > 0 == channel.bands[0]  # outcomes are drawn at random where scores tell more


def test_a_group_too_small_for_both_rates_keeps_its_labels(rows: Rows, channel: LabelChannel) -> None:
    log_odds, label, groups = rows
    few = np.flatnonzero(groups == 1)[:60]
    part = np.concatenate([np.flatnonzero(groups == 0), few])
    given = tuple(one[part] for one in (log_odds, label, groups))
    adjustment = BandAdjustment(*given)
    changed = adjustment.next(channel, np.arange(len(part)), np.full(len(part), 0.7))
    assert (changed.offsets[1], changed.bands[1]) == (0.0, 0.0)
    none = BandAdjustment(*(one[-60:] for one in given))
    assert none.next(channel, np.arange(60), np.full(60, 0.7)).offsets.tolist() == channel.offsets.tolist()


def test_settings_select_what_their_labels_say() -> None:
    log_odds = np.random.default_rng(2).normal(-1.0, 2.0, 5_000)
    rates = expected_rates(log_odds)
    for index in (0, 140, 333, len(SETTINGS) - 1):
        offset, band = SETTINGS[index]
        inside = np.abs(log_odds + offset) <= band
        wanted = np.mean(np.where(inside, 0.5, log_odds + offset > 0))
        assert rates[index] == pytest.approx(wanted, abs=0.02)


def test_outcomes_within_a_band_are_as_likely_positive_as_not(channel: LabelChannel) -> None:
    half = np.asarray([0.0, 1.0])[: len(channel.offsets)]
    banded = replace(channel, bands=np.resize(half, len(channel.offsets)), sharpness=3.0)
    levels = np.arange(channel.log_odds.shape[1])
    for group, width in enumerate(banded.bands):
        rates = banded.fair_probabilities(levels, np.full(len(levels), group))[:, channel.positive].sum(axis=1)
        inside = np.abs(channel.log_odds[group]) <= width
        assert rates[inside] == pytest.approx(0.5, abs=0.03)
