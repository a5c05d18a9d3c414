"""The label channel against laws that are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, TableEncoding, fit_encoding
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.errors import ConfigError
from core.synthesis.labels import ETA_RANGE, LAWS, LabelChannel, couple, fit_channel, parity_multipliers
from core.synthesis.settings import LabelSettings

ROWS = 1200


def test_coupled_labels_follow_the_fair_law_and_change_no_more_than_needed() -> None:
    rng = np.random.default_rng(0)
    eta = rng.random(200_000)
    label = (rng.random(200_000) < eta).astype(np.int64)
    fair = np.clip(eta + 0.2, 0, 1)
    new = couple(label, eta, fair, rng.random(200_000))
    assert new.mean() == pytest.approx(fair.mean(), abs=0.005)
    assert (new != label).mean() == pytest.approx(np.abs(fair - eta).mean(), abs=0.005)
    assert not ((label == 1) & (new == 0)).any()


def test_coupling_to_the_same_law_keeps_every_label() -> None:
    rng = np.random.default_rng(1)
    eta = rng.random(1000)
    label = (rng.random(1000) < eta).astype(np.int64)
    assert (couple(label, eta, eta, rng.random(1000)) == label).all()


@settings(max_examples=6, deadline=None)
@given(gap=st.floats(0.0, 1.5), leak=st.floats(0.5, 3.0), seed=st.integers(0, 1000))
def test_multipliers_equalise_thresholded_rates(gap: float, leak: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = rng.random(6_000) < 0.4
    proxy = rng.normal(leak * group, 1.0)
    belongs = 1 / (1 + np.exp(-(leak * proxy - leak**2 / 2 + np.log(0.4 / 0.6))))
    eta = 1 / (1 + np.exp(-(rng.normal(0, 1, 6_000) + gap * proxy - 1.0)))
    membership = np.column_stack([(1 - belongs) / 0.6, belongs / 0.4])
    multipliers = parity_multipliers(eta, membership)
    chosen = eta >= 0.5 + 0.5 * membership @ multipliers
    assert multipliers.sum() == pytest.approx(0.0, abs=1e-9)
    assert abs(chosen[group].mean() - chosen[~group].mean()) < 0.06


def _schema() -> Schema:
    return demo_table(rows=50, seed=0).schema.edited("origin", role="feature")


def _rows(encoding: TableEncoding, seed: int) -> CodedRows:
    return encoding.encode(demo_table(rows=ROWS, seed=seed).frame, _schema())


@pytest.fixture(scope="module")
def coded() -> tuple[TableEncoding, CodedRows]:
    encoding = fit_encoding(demo_table(rows=ROWS, seed=0).frame, _schema(), EncodingSettings())
    return encoding, _rows(encoding, seed=0)


@pytest.fixture(scope="module")
def channels(coded: tuple[TableEncoding, CodedRows]) -> dict[str, LabelChannel]:
    encoding, rows = coded
    return {name: fit_channel(encoding, rows, LabelSettings(channel=name), seed=0) for name in LAWS}


def _gap(positive: np.ndarray, groups: np.ndarray) -> float:
    rates = [positive[groups == group].mean() for group in np.unique(groups)]
    return float(max(rates) - min(rates))


def _fair(channel: LabelChannel, rows: CodedRows) -> np.ndarray:
    return channel.law.fair(channel.law.evidence(rows), 1.0)


def test_the_blind_law_selects_groups_at_one_rate(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    encoding, rows = coded
    before = _gap(np.isin(rows.target, encoding.positive), rows.groups)
    assert before > 0.12
    unseen = _rows(encoding, seed=1)
    assert _gap(_fair(channels["s_blind"], unseen) >= 0.5, unseen.groups) < 0.5 * before


def test_the_aware_law_gives_groups_one_base_rate(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    encoding, rows = coded
    before = _gap(np.isin(rows.target, encoding.positive), rows.groups)
    unseen = _rows(encoding, seed=1)
    fair = _fair(channels["s_aware"], unseen)
    means = [fair[unseen.groups == group].mean() for group in (0, 1)]
    assert abs(means[0] - means[1]) < 0.4 * before


@pytest.mark.parametrize("name", sorted(LAWS))
def test_strength_zero_keeps_the_score(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel], name: str
) -> None:
    law = channels[name].law
    eta = law._target.predict(coded[1])[:, 1].clip(*ETA_RANGE)
    assert np.allclose(law.fair(law.evidence(coded[1]), 0.0), eta, atol=1e-9)
    moved = replace(channels[name], strength=0.0, offsets=np.asarray([2.0, -2.0]))
    assert np.allclose(moved.fair(law.evidence(coded[1])), eta, atol=1e-9)


def test_offsets_move_the_log_odds_of_their_group_alone(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows, channel = coded[1], channels["s_blind"]
    evidence = channel.law.evidence(rows)
    before, after = channel.fair(evidence), replace(channel, offsets=np.asarray([0.0, 1.5])).fair(evidence)
    assert np.allclose(after[rows.groups == 0], before[rows.groups == 0])
    assert np.allclose(logit(after) - logit(before), 1.5 * rows.groups)


def test_the_blind_law_does_not_read_the_group(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows = coded[1]
    swapped = CodedRows(rows.codes, 1 - rows.groups, rows.target)
    blind = channels["s_blind"]
    assert np.array_equal(_fair(blind, rows), _fair(blind, swapped))


def test_too_few_positive_rows_are_refused(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    negative = next(code for code in range(encoding.target.size) if code not in encoding.positive)
    target = np.full(len(rows), negative)
    target[:2] = encoding.positive[0]
    with pytest.raises(ConfigError, match="at least 3 rows of each outcome"):
        fit_channel(encoding, CodedRows(rows.codes, rows.groups, target), LabelSettings(), seed=0)
