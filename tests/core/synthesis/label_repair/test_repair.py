"""Label repair on known distributions."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from core.data.encoding.columns import EncodingSettings
from core.data.encoding.table import CodedRows, TableEncoding, fit_encoding
from core.data.schema import Schema
from core.data.sources.demo import demo_table
from core.errors import ConfigError
from core.events import tell_nobody
from core.synthesis.label_repair.attribute_aware import AttributeAwareRule
from core.synthesis.label_repair.attribute_blind import AttributeBlindRule
from core.synthesis.label_repair.criteria import EVERYBODY, compared_outcomes
from core.synthesis.label_repair.fitting import choose_rule
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.label_repair.scoring_rule import FairScoringRule
from core.synthesis.settings import LabelSettings
from tests.core.synthesis.label_repair.channels import fitted_channel

ROWS = 1200


def _schema() -> Schema:
    return demo_table(rows=50, seed=0).schema.edited("origin", role="feature")


def _rows(encoding: TableEncoding, seed: int) -> CodedRows:
    return encoding.encode(demo_table(rows=ROWS, seed=seed).frame, _schema())


@pytest.fixture(scope="module")
def coded() -> tuple[TableEncoding, CodedRows]:
    encoding = fit_encoding(demo_table(rows=ROWS, seed=0).frame, _schema(), EncodingSettings())
    return encoding, _rows(encoding, seed=0)


def fitted(encoding: TableEncoding, rows: CodedRows, **settings: object) -> LabelChannel:
    labels = LabelSettings(**{"sharpness": 1.0, **settings})
    compared = compared_outcomes(labels.criterion, favours_positive=True)
    return fitted_channel(encoding, rows, labels, levels=8, compared=compared)


@pytest.fixture(scope="module")
def channels(coded: tuple[TableEncoding, CodedRows]) -> dict[str, LabelChannel]:
    return {name: fitted(*coded, channel=name) for name in ("attribute_aware", "attribute_blind")}


def _rates(positive: np.ndarray, groups: np.ndarray) -> list[float]:
    return [float(positive[groups == group].mean()) for group in np.unique(groups)]


def _fair(channel: LabelChannel, rows: CodedRows) -> np.ndarray:
    """Return the probability of a positive fair outcome of each row, shape (n,)."""
    levels = channel.levels(rows, np.random.default_rng(3))
    return channel.fair_probabilities(levels, rows.groups)[:, channel.positive].sum(axis=1)


@pytest.mark.parametrize("name", ["attribute_aware", "attribute_blind"])
def test_groups_get_one_base_rate_that_of_the_data(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel], name: str
) -> None:
    encoding, rows = coded
    real = np.isin(rows.target, encoding.positive)
    before = np.ptp(_rates(real, rows.groups))
    assert before > 0.12
    unseen = _rows(encoding, seed=1)
    fair = _fair(channels[name], unseen)
    assert np.ptp(_rates(fair, unseen.groups)) < 0.25 * before
    assert fair.mean() == pytest.approx(real.mean(), abs=1e-3)


def test_error_rates_are_brought_together_by_group(coded: tuple[TableEncoding, CodedRows]) -> None:
    """Probabilities by group differ, and each group keeps about its own base rate."""
    encoding, rows = coded
    channel = fitted(encoding, rows, criterion="equalized_odds")
    real = np.isin(rows.target, encoding.positive)
    assert channel.sees_groups
    fair = _fair(channel, rows)
    assert _rates(fair, rows.groups) == pytest.approx(_rates(real, rows.groups), abs=0.05)


@pytest.mark.parametrize("name", ["attribute_aware", "attribute_blind"])
def test_strength_zero_keeps_every_label_and_more_changes_more(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel], name: str
) -> None:
    rows, rng = coded[1], np.random.default_rng(0)
    levels = channels[name].levels(rows, rng)
    uniform, own = rng.random(len(rows)), channels[name].own_probabilities(rows, rng)
    changed = []
    for repair_level in (0.0, 0.5, 1.0):
        channel = replace(channels[name], repair_level=repair_level, offsets=np.asarray([2.0, -2.0]), sharpness=4.0)
        changed.append(np.mean(channel.fair_codes(rows, levels, own, uniform) != rows.target))
    assert changed[0] == 0 < changed[1] < changed[2]


def test_the_repair_level_keeps_the_base_rate_at_every_step(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows, rng = coded[1], np.random.default_rng(0)
    channel = channels["attribute_blind"]
    levels, own = channel.levels(rows, rng), channel.own_probabilities(rows, rng)
    wide = CodedRows(*(np.tile(part, (40, 1)) if part.ndim == 2 else np.tile(part, 40) for part in vars(rows).values()))
    for repair_level in (0.0, 0.3, 0.7, 1.0):
        at = replace(channel, repair_level=repair_level)
        codes = at.fair_codes(wide, np.tile(levels, 40), np.tile(own, (40, 1)), rng.random(len(wide)))
        assert channel.positive[codes].mean() == pytest.approx(channel.base_rate, abs=0.02)


@pytest.mark.parametrize("repair_level", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("drift", [-1.0, 1.0])
def test_few_rows_whose_own_outcomes_drifted_have_the_base_rate(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel], repair_level: float, drift: float
) -> None:
    rng = np.random.default_rng(0)
    channel = replace(channels["attribute_aware"], repair_level=repair_level)
    part = CodedRows(*(values[:150] for values in vars(coded[1]).values()))
    levels, own = channel.levels(part, rng), channel.own_probabilities(part, rng)
    odds = logit(own[:, channel.positive].sum(axis=1).clip(1e-6, 1 - 1e-6)) + drift
    own = np.where(channel.positive, expit(odds)[:, None], 1 - expit(odds)[:, None])
    drawn = (rng.random(150) < expit(odds)) == channel.positive[1]
    part = CodedRows(part.codes, part.groups, drawn.astype(np.int64))
    codes = channel.fair_codes(part, levels, own, rng.random(150))
    wanted = channel.group_rates[part.groups].sum()
    assert abs(channel.positive[codes].sum() - wanted) <= 1


def test_offsets_move_groups_apart_and_keep_the_base_rate(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows, channel = coded[1], channels["attribute_blind"]
    before, after = _fair(channel, rows), _fair(replace(channel, offsets=np.asarray([0.0, 1.5])), rows)
    lower, higher = np.subtract(_rates(after, rows.groups), _rates(before, rows.groups))
    assert lower < -0.05
    assert higher > 0.05
    assert after.mean() == pytest.approx(channel.base_rate, abs=1e-3)


def test_every_draw_keeps_the_base_rate_whatever_levels_its_rows_have(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    rows, rng = coded[1], np.random.default_rng(0)
    channel = replace(channels["attribute_aware"], offsets=np.asarray([0.4, -0.3]), sharpness=3.0)
    levels = channel.levels(rows, rng)
    for quantile in (0.5, 0.8):  # rows of the lower levels only
        part = np.flatnonzero(levels <= np.quantile(levels, quantile))
        chosen = CodedRows(rows.codes[part], rows.groups[part], rows.target[part])
        own = channel.own_probabilities(chosen, rng)
        codes = channel.fair_codes(chosen, levels[part], own, rng.random(len(part)))
        wanted = channel.group_rates[chosen.groups].mean()
        assert channel.positive[codes].mean() == pytest.approx(wanted, abs=0.005)
    assert channel.group_rates @ channel.group_shares == pytest.approx(channel.base_rate, abs=1e-3)


def test_other_shares_of_groups_move_the_base_rate_as_the_groups_rates_do(
    coded: tuple[TableEncoding, CodedRows],
) -> None:
    rows = coded[1]
    channel = fitted(*coded, criterion="equalized_odds")
    assert np.ptp(channel.group_rates) > 0.1
    part = np.concatenate([np.flatnonzero(rows.groups == 0), np.flatnonzero(rows.groups == 1)[:100]])
    chosen = CodedRows(rows.codes[part], rows.groups[part], rows.target[part])
    fair = _fair(channel, chosen)
    assert fair.mean() == pytest.approx(channel.group_rates[chosen.groups].mean(), abs=1e-3)
    assert abs(fair.mean() - channel.base_rate) > 0.02


def test_the_blind_score_does_not_read_the_group(
    coded: tuple[TableEncoding, CodedRows], channels: dict[str, LabelChannel]
) -> None:
    from core.synthesis.label_repair.score_levels import scores_of

    rows = coded[1]
    swapped = CodedRows(rows.codes, 1 - rows.groups, rows.target)
    for name, blind in (("attribute_blind", True), ("attribute_aware", False)):
        score = channels[name].score
        assert np.array_equal(scores_of(score, rows), scores_of(score, swapped)) == blind


def test_auto_is_blind_where_the_features_tell_the_groups(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    feature = rows.codes[:, encoding.feature_index[0]]
    groups = (feature > np.median(feature)).astype(rows.groups.dtype)  # read off a feature
    positive = np.random.default_rng(0).random(len(rows)) < np.where(groups == 1, 0.7, 0.3)
    assert isinstance(_chosen(encoding, rows, groups, positive), AttributeBlindRule)


def test_auto_is_aware_where_they_do_not(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    rng = np.random.default_rng(0)
    codes = np.stack([rng.permutation(column) for column in rows.codes.T], axis=1)
    positive = rng.random(len(rows)) < np.where(rows.groups == 1, 0.9, 0.2)
    assert isinstance(_chosen(encoding, replace(rows, codes=codes), rows.groups, positive), AttributeAwareRule)


def _chosen(encoding: TableEncoding, rows: CodedRows, groups: np.ndarray, positive: np.ndarray) -> FairScoringRule:
    return choose_rule(
        encoding,
        CodedRows(rows.codes, groups, rows.target),
        positive.astype(np.int64),
        "auto",
        EVERYBODY,
        seed=0,
        tell=tell_nobody,
    )


def test_too_few_positive_rows_are_refused(coded: tuple[TableEncoding, CodedRows]) -> None:
    encoding, rows = coded
    negative = next(code for code in range(encoding.target.size) if code not in encoding.positive)
    target = np.full(len(rows), negative)
    target[:2] = encoding.positive[0]
    with pytest.raises(ConfigError, match="at least 5 rows of each outcome"):
        fitted(encoding, CodedRows(rows.codes, rows.groups, target))


def test_of_several_outcomes_a_positive_one_needs_rows_enough() -> None:
    table = demo_table(rows=300, seed=0)
    outcome = ["none"] * 190 + ["low"] * 106 + ["high"] * 4
    schema = _schema().edited(table.schema.target, kind="categorical").model_copy(update={"positive": "high"})
    frame = table.frame.assign(**{table.schema.target: outcome})
    encoding = fit_encoding(frame, schema, EncodingSettings())
    with pytest.raises(ConfigError, match="at least 5 rows of each outcome, but no positive outcome has more than 4"):
        fitted(encoding, encoding.encode(frame, schema))
