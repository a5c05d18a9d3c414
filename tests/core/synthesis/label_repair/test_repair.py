"""Label repair on known distributions."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.special import expit, logit

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, TableEncoding, fit_encoding
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.errors import ConfigError
from core.synthesis.label_repair.attribute_aware import AttributeAwareRule
from core.synthesis.label_repair.attribute_blind import AttributeBlindRule
from core.synthesis.label_repair.repair import LabelChannel, couple, fit_channel
from core.synthesis.settings import LabelSettings

ROWS = 1200


def test_coupled_labels_follow_the_fair_probability_and_change_no_more_than_needed() -> None:
    rng = np.random.default_rng(0)
    eta = rng.random(200_000)
    label = (rng.random(200_000) < eta).astype(np.int64)
    fair = np.clip(eta + 0.2, 0, 1)
    new = couple(label, eta, fair, rng.random(200_000))
    assert new.mean() == pytest.approx(fair.mean(), abs=0.005)
    assert (new != label).mean() == pytest.approx(np.abs(fair - eta).mean(), abs=0.005)
    assert not ((label == 1) & (new == 0)).any()


def test_coupling_to_the_same_probability_keeps_every_label() -> None:
    rng = np.random.default_rng(1)
    eta = rng.random(1000)
    label = (rng.random(1000) < eta).astype(np.int64)
    assert (couple(label, eta, eta, rng.random(1000)) == label).all()


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
    plain = LabelSettings(sharpness=1.0)
    return {
        name: fit_channel(encoding, rows, plain.model_copy(update={"channel": name}), seed=0)
        for name in ("attribute_aware", "attribute_blind")
    }


def _gap(positive: np.ndarray, groups: np.ndarray) -> float:
    rates = [positive[groups == group].mean() for group in np.unique(groups)]
    return float(max(rates) - min(rates))


def _fair(channel: LabelChannel, rows: CodedRows) -> np.ndarray:
    return expit(channel.rule.logits(rows))


def _fair_of(channel: LabelChannel, rows: CodedRows) -> np.ndarray:
    return channel.fair_probability(channel.rule.logits(rows), rows.groups, np.full(len(rows), 0.5))


def test_the_blind_rule_selects_groups_at_one_rate(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    encoding, rows = coded
    before = _gap(np.isin(rows.target, encoding.positive), rows.groups)
    assert before > 0.12
    unseen = _rows(encoding, seed=1)
    assert _gap(_fair(channels["attribute_blind"], unseen) >= 0.5, unseen.groups) < 0.5 * before


def test_the_aware_rule_gives_groups_one_base_rate(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    encoding, rows = coded
    before = _gap(np.isin(rows.target, encoding.positive), rows.groups)
    unseen = _rows(encoding, seed=1)
    fair = _fair(channels["attribute_aware"], unseen)
    means = [fair[unseen.groups == group].mean() for group in (0, 1)]
    assert abs(means[0] - means[1]) < 0.4 * before


@pytest.mark.parametrize("name", ["attribute_aware", "attribute_blind"])
def test_strength_zero_keeps_every_label_and_more_changes_more(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel], name: str
) -> None:
    rows, rng = coded[1], np.random.default_rng(0)
    logits = channels[name].rule.logits(rows)
    uniform, out_of_fold_scores = rng.random(len(rows)), channels[name].rule.out_of_fold_scores()
    label = channels[name].positive[rows.target]
    changed = []
    for repair_level in (0.0, 0.5, 1.0):
        channel = replace(channels[name], repair_level=repair_level, offsets=np.asarray([2.0, -2.0]), sharpness=4.0)
        changed.append(np.mean(channel.fair_labels(rows, logits, out_of_fold_scores, uniform) != label))
    assert changed[0] == 0 < changed[1] < changed[2]


@pytest.mark.parametrize("name", ["attribute_aware", "attribute_blind"])
def test_sharpening_moves_no_row_across_the_threshold_and_leaves_clear_cases(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel], name: str
) -> None:
    channel = channels[name]
    before, after = _fair_of(channel, coded[1]), _fair_of(replace(channel, sharpness=3.0), coded[1])
    assert np.array_equal(before >= 0.5, after >= 0.5)
    assert (np.abs(after - 0.5) >= np.abs(before - 0.5) - 1e-12).all()
    clear = np.abs(logit(before)) > 5
    assert np.allclose(after[clear], before[clear], atol=2e-3)


def test_auto_is_blind_where_the_features_tell_the_groups(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    groups = rows.codes[:, encoding.feature_index[0]] % 2  # read off a feature
    out_of_fold_scores = np.random.default_rng(0).random(len(rows)) < np.where(groups == 1, 0.7, 0.3)
    assert isinstance(_fitted(encoding, rows, groups, out_of_fold_scores).rule, AttributeBlindRule)


def test_auto_is_aware_where_they_do_not(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    rng = np.random.default_rng(0)
    codes = np.stack([rng.permutation(column) for column in rows.codes.T], axis=1)
    out_of_fold_scores = rng.random(len(rows)) < np.where(rows.groups == 1, 0.9, 0.2)
    assert isinstance(
        _fitted(encoding, replace(rows, codes=codes), rows.groups, out_of_fold_scores).rule, AttributeAwareRule
    )


def _fitted(encoding: TableEncoding, rows: CodedRows, groups: np.ndarray, positive: np.ndarray) -> LabelChannel:
    negative = next(code for code in range(encoding.target.size) if code not in encoding.positive)
    target = np.where(positive, encoding.positive[0], negative)
    return fit_channel(encoding, CodedRows(rows.codes, groups, target), LabelSettings(), seed=0)


def test_equalized_odds_are_refused_for_the_aware_rule() -> None:
    with pytest.raises(ValidationError, match="auto or attribute_blind"):
        LabelSettings(channel="attribute_aware", criterion="equalized_odds")


def test_offsets_move_the_log_odds_of_their_group_alone(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows, channel = coded[1], channels["attribute_blind"]
    before, after = _fair_of(channel, rows), _fair_of(replace(channel, offsets=np.asarray([0.0, 1.5])), rows)
    assert np.allclose(after[rows.groups == 0], before[rows.groups == 0])
    assert np.allclose(logit(after) - logit(before), 1.5 * rows.groups)


def test_the_blind_rule_does_not_read_the_group(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows = coded[1]
    swapped = CodedRows(rows.codes, 1 - rows.groups, rows.target)
    blind = channels["attribute_blind"]
    assert np.array_equal(_fair(blind, rows), _fair(blind, swapped))


def test_too_few_positive_rows_are_refused(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    negative = next(code for code in range(encoding.target.size) if code not in encoding.positive)
    target = np.full(len(rows), negative)
    target[:2] = encoding.positive[0]
    with pytest.raises(ConfigError, match="at least 5 rows of each outcome"):
        fit_channel(encoding, CodedRows(rows.codes, rows.groups, target), LabelSettings(), seed=0)
