"""Levels of a score: each group has each equally often, ties included, and outcomes rise with them."""

import numpy as np
import pytest
import torch
from scipy.special import expit

from core.data.encoding.table import CodedRows
from core.events import tell_nobody
from core.synthesis.label_repair.score_levels import fit_levels, level_count, levels_of, scores_of, teach
from models.fair_score import FairScore

ROWS, LEVELS = 6000, 8
POSITIVE = np.asarray([False, True])


def _rows(seed: int) -> tuple[CodedRows, np.ndarray]:
    """Two features of a few values, so that most scores are tied; group 1 has lower ones and fewer outcomes."""
    rng = np.random.default_rng(seed)
    groups = (rng.random(ROWS) < 0.3).astype(np.int64)
    codes = np.column_stack([rng.binomial(4, np.where(groups == 1, 0.3, 0.6)), rng.integers(0, 3, ROWS)])
    truth = expit(codes[:, 0] - 2.0 - groups)
    return CodedRows(codes, groups, (rng.random(ROWS) < truth).astype(np.int64)), truth


@pytest.fixture(scope="module")
def fitted() -> FairScore:
    torch.manual_seed(0)
    rows, truth = _rows(0)
    score = FairScore([5, 3], [0, 1], 2, 16, LEVELS)
    teach(score, rows, np.log(truth / (1 - truth)), blind=False, seed=0, tell=tell_nobody)
    fit_levels(score, rows, POSITIVE, truth, by_group=False)
    return score


def test_the_network_learns_the_scores(fitted: FairScore) -> None:
    rows, truth = _rows(1)
    assert np.corrcoef(scores_of(fitted, rows)[:, 0], np.log(truth / (1 - truth)))[0, 1] > 0.99


def test_every_group_has_every_level_equally_often_on_new_rows(fitted: FairScore) -> None:
    rows, _ = _rows(1)
    levels = levels_of(fitted, rows, np.random.default_rng(0).random(ROWS))
    for group in (0, 1):
        shares = np.bincount(levels[rows.groups == group], minlength=LEVELS) / (rows.groups == group).sum()
        assert shares == pytest.approx(np.full(LEVELS, 1 / LEVELS), abs=0.03)


def test_the_standardised_score_is_normal_in_every_group_and_rises_with_the_score() -> None:
    rng = np.random.default_rng(3)
    codes, groups = rng.integers(0, 400, (ROWS, 1)), (rng.random(ROWS) < 0.3).astype(np.int64)
    codes[groups == 1] //= 2  # lower scores
    score, rows = FairScore([400], [0], 2, 16, LEVELS), CodedRows(codes, groups, groups)
    teach(score, rows, codes[:, 0] / 100 - 2, blind=True, seed=0, tell=tell_nobody)
    fit_levels(score, rows, np.asarray([False, True]), expit(codes[:, 0] / 100 - 2), by_group=False)
    normal = score.coordinates(torch.from_numpy(codes), torch.from_numpy(groups)).numpy()[:, 0]
    for group in (0, 1):
        mine, scores = normal[groups == group], scores_of(score, rows.take(np.flatnonzero(groups == group)))[:, 0]
        assert (mine.mean(), mine.std()) == pytest.approx((0, 1), abs=0.08)
        assert (np.diff(mine[np.argsort(scores)]) >= -1e-6).all()


def test_outcomes_rise_with_the_level_keep_the_base_rate_and_are_alike_in_all_groups(fitted: FairScore) -> None:
    rows, _ = _rows(0)
    probabilities = expit(fitted.log_odds.numpy())
    assert (np.diff(probabilities, axis=1) >= 0).all()
    assert np.array_equal(probabilities[0], probabilities[1])
    levels = levels_of(fitted, rows, np.random.default_rng(0).random(ROWS))
    assert probabilities[rows.groups, levels].mean() == pytest.approx(rows.target.mean(), abs=0.01)


def test_by_group_each_has_its_own_outcomes() -> None:
    rows, truth = _rows(0)
    score = FairScore([5, 3], [0, 1], 2, 16, LEVELS)
    teach(score, rows, np.log(truth / (1 - truth)), blind=False, seed=0, tell=tell_nobody)
    fit_levels(score, rows, POSITIVE, truth, by_group=True)
    means = expit(score.log_odds.numpy()).mean(axis=1)
    assert means == pytest.approx([rows.target[rows.groups == group].mean() for group in (0, 1)], abs=0.03)


def test_a_group_without_rows_gets_the_levels_of_all() -> None:
    rows, truth = _rows(0)
    score = FairScore([5, 3], [0, 1], 3, 8, level_count(ROWS))
    teach(score, rows, np.log(truth / (1 - truth)), blind=False, seed=0, tell=tell_nobody)
    fit_levels(score, rows, POSITIVE, truth, by_group=True)
    assert torch.isfinite(score.cuts).all()
    assert torch.isfinite(score.log_odds).all()


@pytest.mark.parametrize("few", [5, 10, 40])
def test_a_small_group_has_the_middle_level_of_all_others(few: int) -> None:
    """Its levels are as high on average as those of a large group, over many draws of its rows."""
    rng, means = np.random.default_rng(0), []
    score = FairScore([50], [0], 2, 4, 32)
    for _ in range(40):
        codes = rng.integers(0, 50, (2000 + few, 1))
        groups = np.repeat([0, 1], [2000, few])
        rows = CodedRows(codes, groups, (rng.random(len(codes)) < codes[:, 0] / 50).astype(np.int64))
        fit_levels(score, rows, POSITIVE, codes[:, 0] / 50, by_group=False)
        small = rows.take(np.flatnonzero(groups == 1))
        means.append(levels_of(score, small, rng.random(few)).mean())
    assert np.mean(means) == pytest.approx(15.5, abs=0.8)
