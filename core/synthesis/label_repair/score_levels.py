"""Teach a network a rule's scores, find levels that every group has equally often, and count outcomes.

One score is cut at its quantiles within each group. This carries the groups to their barycentre, the least movement of
scores with which they are alike (Chzhen et al. 2020). Several scores, one for each class, have no order: their levels
are codewords of which every group uses each equally often (``class_codewords.py``).

The outcome of a row is drawn from its level. It is positive with the mean probability by the rule of the train rows of
that level, and has, among positive outcomes and among the others, the codes that the train rows of that level have. For
equal selection rates, these are figures of all groups: the outcome is then independent of the group. For equal error
rates, they are those of the group. A tail of the noise makes the base rate that of the train rows
(``label_noise.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from scipy.special import logit

from core.synthesis.label_repair.class_codewords import fit_codewords
from core.synthesis.label_repair.code_shares import with_sides
from core.synthesis.label_repair.label_noise import with_noise_keeping
from core.synthesis.settings import Optimisation
from core.synthesis.training import Losses, train
from core.synthesis.training_data import TrainingData
from models.fair_score import FairClassScores, FairScore, LevelledScore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows
    from core.events import Event, Tell

    Floats = NDArray[np.float64]

OPTIMISATION = Optimisation(epochs=12, min_steps=300, max_steps=2_000)
LARGEST_SCORE = 6.0
ROWS_PER_LEVEL, MIN_LEVELS, MAX_LEVELS = 150, 8, 32
PROBABILITY_RANGE = (0.002, 0.998)
PRIOR_ROWS = 2.0
"""Rows of all groups that are added to each level of a group, so that a small group has no level without rows."""
TIE_SEED = 67


def level_count(rows: int) -> int:
    """Return the number of levels of a table.

    >>> [level_count(rows) for rows in (500, 3_000, 32_561)]
    [8, 20, 32]
    """
    return min(max(rows // ROWS_PER_LEVEL, MIN_LEVELS), MAX_LEVELS)


def teach(score: LevelledScore, rows: CodedRows, aims: Floats, *, blind: bool, seed: int, tell: Tell) -> None:
    """Train the network to give each row its scores, in place.

    Args:
        score: The network.
        rows: Coded train rows, n of them.
        aims: Scores of the rows, shape (n,) or (n, D).
        blind: Whether the network must not see the group.
        seed: Seed of the batches.
        tell: Told how far it is.
    """
    score.sees_groups.fill_(not blind)
    device = score.log_odds.device
    codes, groups = torch.from_numpy(rows.codes).to(device), torch.from_numpy(rows.groups).to(device)
    wanted = torch.from_numpy(aims.reshape(len(rows), -1)).float().clamp(-LARGEST_SCORE, LARGEST_SCORE).to(device)
    numbered = torch.cat([codes, torch.arange(len(rows), device=device)[:, None]], dim=1)

    def batch_loss(batch: TrainingData, _generator: torch.Generator) -> Losses:
        errors = score(batch.data[:, :-1], batch.groups) - wanted[batch.data[:, -1]]
        return {"loss": errors.square().sum(dim=1).mean()}

    examples = TrainingData(numbered, groups, len(score.log_odds))

    def told(event: Event) -> None:
        tell(f"Learning the fair score, pass {event.step} of {event.total}.")

    train(score.parameters(), batch_loss, examples, OPTIMISATION, stage="labels", seed=seed, listener=told)


def scores_of(score: LevelledScore, rows: CodedRows) -> Floats:
    """Return the network's scores of rows, shape (n, D)."""
    with torch.inference_mode():
        return np.asarray(score(*_inputs(score, rows)).double().cpu().numpy())


def levels_of(score: LevelledScore, rows: CodedRows, uniforms: Floats) -> NDArray[np.int64]:
    """Return the level of each row, shape (n,); ``uniforms`` (n,) in [0, 1) decide where several are possible."""
    with torch.inference_mode():
        return np.asarray(score.levels(*_inputs(score, rows), torch.from_numpy(uniforms).float()).cpu().numpy())


def fit_levels(
    score: LevelledScore, rows: CodedRows, positive: NDArray[np.bool_], fair: Floats, *, by_group: bool
) -> None:
    """Find the levels, and the distribution of outcomes by group and level, in place.

    Args:
        score: A trained network.
        rows: Coded train rows, n of them.
        positive: Whether each target code is positive, shape (codes,).
        fair: Probability of a positive fair outcome of each row by the rule, shape (n,).
        by_group: Whether each group has probabilities of its own.
    """
    uniforms = np.random.default_rng(TIE_SEED).random(len(rows))
    if isinstance(score, FairScore):
        _cut(score, rows, uniforms)
    else:
        fit_codewords(cast("FairClassScores", score).codebook, scores_of(score, rows).astype(np.float32), rows.groups)
    levels = levels_of(score, rows, uniforms)
    group_count, count = score.log_odds.shape
    own_codes = np.eye(len(positive))[rows.target]
    log_odds = np.zeros((group_count, count))
    all_fair = _means(levels, fair[:, None], count, np.asarray([fair.mean()]))
    all_codes = _means(levels, own_codes, count, own_codes.mean(axis=0))
    for group, members in _members(rows.groups, group_count):
        mine = levels[members]
        own_fair = _means(mine, fair[members, None], count, all_fair) if by_group else all_fair
        rates = own_fair[:, 0]
        if isinstance(score, FairScore):  # its levels have an order
            rates = _rising(rates, np.bincount(mine if by_group else levels, minlength=count))
        log_odds[group] = logit(rates.clip(*PROBABILITY_RANGE))
        observed = _means(mine, own_codes[members], count, all_codes)
        score.observed[group] = torch.from_numpy(observed)
        codes = observed if by_group else all_codes
        score.within[group] = torch.from_numpy(with_sides(codes, np.ones(len(positive)), positive))
    cells = np.zeros_like(log_odds)
    np.add.at(cells, (rows.groups, levels), 1.0)
    kept = with_noise_keeping(log_odds, cells, 1.0, float(positive[rows.target].sum()))
    score.log_odds.copy_(torch.from_numpy(kept))


def _inputs(score: LevelledScore, rows: CodedRows) -> tuple[torch.Tensor, torch.Tensor]:
    device = score.log_odds.device
    return torch.from_numpy(rows.codes).to(device), torch.from_numpy(rows.groups).to(device)


def _cut(score: FairScore, rows: CodedRows, uniforms: Floats) -> None:
    """Cut one score at its quantiles within each group, in place."""
    with torch.inference_mode():
        spread = score.spread(*_inputs(score, rows), torch.from_numpy(uniforms).float()).cpu().numpy()
    group_count, inner = score.cuts.shape
    places = np.arange(1, inner + 1) / (inner + 1)
    for group, members in _members(rows.groups, group_count):
        score.cuts[group] = torch.from_numpy(np.quantile(spread[members], places, method="hazen")).to(score.cuts)


def _members(groups: NDArray[np.int64], count: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each group with the indices of its rows; all rows for a group without any."""
    for group in range(count):
        members = np.flatnonzero(groups == group)
        yield group, members if len(members) else np.arange(len(groups))


def _means(levels: NDArray[np.int64], outcomes: Floats, count: int, prior: Floats) -> Floats:
    """Return the mean outcomes (n, K) of each level, shape (count, K), with a few rows of the prior (K,) in each."""
    sums = np.zeros((count, outcomes.shape[1]))
    np.add.at(sums, levels, outcomes)
    rows = np.bincount(levels, minlength=count)[:, None] + PRIOR_ROWS
    return np.asarray((sums + PRIOR_ROWS * prior) / rows)


def _rising(rates: Floats, rows: NDArray[np.int64]) -> Floats:
    """Return rates by level, shape (count,), that never fall from one level to the next."""
    from sklearn.isotonic import IsotonicRegression  # generating rows needs nothing of scikit-learn

    weights = rows + PRIOR_ROWS
    return np.asarray(IsotonicRegression().fit_transform(np.arange(len(rates)), rates, sample_weight=weights))
