"""Fit the label channel of a table: choose a fair scoring rule, and teach its scores to the networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from core.data.holdout_split import stratified_mask
from core.synthesis.label_repair.attribute_aware import AttributeAwareRule
from core.synthesis.label_repair.attribute_blind import AttributeBlindRule
from core.synthesis.label_repair.criteria import EVERYBODY, Compared
from core.synthesis.label_repair.repair import LabelChannel
from core.synthesis.label_repair.score_levels import TIE_SEED, fit_levels, levels_of, scores_of, teach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.choices import Channel
    from core.data.encoding.table import CodedRows, TableEncoding
    from core.events import Tell
    from core.synthesis.label_repair.scoring_rule import FairScoringRule
    from core.synthesis.settings import LabelSettings
    from models.fair_score import LevelledScore

MAX_BLIND_COST, MIN_BLIND_PARITY, LARGE_GROUP_SHARE = 0.01, 0.9, 0.05
"""Requirements of ``auto`` on the attribute-blind rule; see :func:`choose_rule`."""
MOST_ROWS = 200_000
"""Train rows that a score is learned from at most, so that the time does not grow with the largest tables."""


def fit_score(
    encoding: TableEncoding,
    rows: CodedRows,
    settings: LabelSettings,
    score: LevelledScore,
    *,
    compared: Compared,
    seed: int,
    tell: Tell,
) -> None:
    """Fit the rule of ``settings`` on coded train rows, and teach it to the teacher's score.

    Args:
        encoding: Encoding of the rows.
        rows: Coded train rows.
        settings: Which rule.
        score: The network that learns the rule's scores, in place.
        compared: The true outcomes among which selection rates must be equal.
        seed: Seed of cross-fitting and training.
        tell: Told how far it is.
    """
    rows = learned_rows(encoding, rows)
    label = _labels(encoding, rows)
    rule = choose_rule(encoding, rows, label, settings.channel, compared, seed, tell)
    teach(score, rows, rule.out_of_fold_scores(), blind=rule.blind, seed=seed, tell=tell)
    fit_levels(score, rows, _positive(encoding), rule.fair_probabilities(), by_group=compared != EVERYBODY)


def distil_score(
    encoding: TableEncoding,
    rows: CodedRows,
    teacher: LevelledScore,
    student: LevelledScore,
    *,
    compared: Compared,
    seed: int,
    tell: Tell,
) -> None:
    """Teach the student's score that of the teacher, whose levels give the fair probabilities; in place."""
    rows = learned_rows(encoding, rows)
    levels = levels_of(teacher, rows, np.random.default_rng([seed, TIE_SEED]).random(len(rows)))
    fair = expit(teacher.log_odds.cpu().numpy()[rows.groups, levels])
    teach(student, rows, scores_of(teacher, rows), blind=not bool(teacher.sees_groups), seed=seed, tell=tell)
    fit_levels(student, rows, _positive(encoding), fair, by_group=compared != EVERYBODY)


def learned_rows(encoding: TableEncoding, rows: CodedRows) -> CodedRows:
    """Return the train rows that scores are learned from: at most `MOST_ROWS`, stratified by group × outcome."""
    if len(rows) <= MOST_ROWS:
        return rows
    strata = rows.groups * encoding.target.size + rows.target
    return rows.take(np.flatnonzero(stratified_mask(strata, MOST_ROWS / len(rows), TIE_SEED)))


def channel_of(encoding: TableEncoding, rows: CodedRows, settings: LabelSettings, score: LevelledScore) -> LabelChannel:
    """Return the channel of a trained score, all offsets and bands 0."""
    target_shares = np.bincount(rows.target, minlength=encoding.target.size) / len(rows)
    group_shares = np.bincount(rows.groups, minlength=len(encoding.groups)) / len(rows)
    shares, nothing = (target_shares, group_shares), np.zeros(len(encoding.groups))
    return LabelChannel(
        score, _positive(encoding), *shares, nothing, nothing, settings.repair_level, settings.sharpness
    )


def _positive(encoding: TableEncoding) -> NDArray[np.bool_]:
    return np.isin(np.arange(encoding.target.size), encoding.positive)


def _labels(encoding: TableEncoding, rows: CodedRows) -> NDArray[np.int64]:
    return _positive(encoding)[rows.target].astype(np.int64)


def choose_rule(
    encoding: TableEncoding,
    rows: CodedRows,
    label: NDArray[np.int64],
    channel: Channel,
    compared: Compared,
    seed: int,
    tell: Tell,
) -> FairScoringRule:
    """Fit the rule named in ``channel``.

    ``auto`` chooses the attribute-blind rule, which is fair for classifiers with and without s, under two conditions.
    Both are measured out of fold on the train rows. The selection rates of all groups with at least a twentieth of the
    rows have a ratio of at least .9. The rule costs at most one point of accuracy against the attribute-aware rule.
    Otherwise x predicts the groups too poorly, and ``auto`` chooses the attribute-aware rule. For equal error rates it
    always does: a threshold by group, found by calibration, costs less than a rule that must predict the group. It does
    for classes too, since the attribute-blind rule tells the positive class from the rest and no others apart.
    """
    aware_only = compared != EVERYBODY or not encoding.is_ordered
    if channel == "attribute_aware" or (channel == "auto" and aware_only):
        return AttributeAwareRule(encoding, rows, label, seed, tell)
    blind = AttributeBlindRule(encoding, rows, label, compared, seed, tell)
    if channel == "attribute_blind":
        return blind
    aware = AttributeAwareRule(encoding, rows, label, seed, tell)
    selected = blind.out_of_fold_scores()[:, 0] >= 0
    cost = _accuracy_by_rank(aware, rows.groups, label) - float(np.mean(selected == (label == 1)))
    return blind if _parity(selected, rows.groups) >= MIN_BLIND_PARITY and cost <= MAX_BLIND_COST else aware


def _accuracy_by_rank(rule: FairScoringRule, groups: NDArray[np.int64], label: NDArray[np.int64]) -> float:
    """Return the accuracy of selecting, in every group, the same share of rows with the highest scores.

    The share is the one with the highest accuracy.
    """
    rank, scores = np.empty(len(label)), rule.out_of_fold_scores()[:, 0]
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        rank[members[np.argsort(scores[members], kind="stable")]] = (np.arange(len(members)) + 1) / len(members)
    outcomes = label[np.argsort(-rank, kind="stable")]
    correct = np.concatenate([[0], np.cumsum(2 * outcomes - 1)]) + (label == 0).sum()
    return float(correct.max() / len(label))


def _parity(selected: NDArray[np.bool_], groups: NDArray[np.int64]) -> float:
    """Return the lowest over the highest selection rate of the large groups; 1 if no row is selected."""
    large = np.flatnonzero(np.bincount(groups) >= LARGE_GROUP_SHARE * len(groups))
    rates = [float(np.mean(selected[groups == group])) for group in large]
    return min(rates) / max(rates) if rates and max(rates) > 0 else 1.0
