"""Teach a network a rule's scores, cut them into levels that every group has equally often, and count outcomes.

The outcome of a row is drawn from its level, with the mean probability by the rule of the train rows of that level. For
equal selection rates, it is the mean over all groups: the outcome is then independent of the group. For equal error
rates, it is the mean within the group. A tail of the noise makes the base rate that of the train rows
(``label_noise.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.special import logit
from sklearn.isotonic import IsotonicRegression

from core.synthesis.label_repair.label_noise import tail_for, with_noise
from core.synthesis.settings import Optimisation
from core.synthesis.training import Losses, train
from core.synthesis.training_data import TrainingData
from models.fair_score import FairScore

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows

    Floats = NDArray[np.float64]

OPTIMISATION = Optimisation(epochs=12, min_steps=300)
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


def teach(score: FairScore, rows: CodedRows, aims: Floats, *, blind: bool, seed: int) -> None:
    """Train the network to give each row its score, in place.

    Args:
        score: The network.
        rows: Coded train rows, n of them.
        aims: Scores of the rows, in log-odds, shape (n,).
        blind: Whether the network must not see the group.
        seed: Seed of the batches.
    """
    score.sees_groups.fill_(not blind)
    device = score.cuts.device
    codes, groups = torch.from_numpy(rows.codes).to(device), torch.from_numpy(rows.groups).to(device)
    wanted = torch.from_numpy(aims).float().clamp(-LARGEST_SCORE, LARGEST_SCORE).to(device)
    numbered = torch.cat([codes, torch.arange(len(rows), device=device)[:, None]], dim=1)

    def batch_loss(batch: TrainingData, _generator: torch.Generator) -> Losses:
        errors = score(batch.data[:, :-1], batch.groups) - wanted[batch.data[:, -1]]
        return {"loss": errors.square().mean()}

    examples = TrainingData(numbered, groups, len(score.cuts))
    train(score.parameters(), batch_loss, examples, OPTIMISATION, stage="labels", seed=seed)


def scores_of(score: FairScore, rows: CodedRows) -> Floats:
    """Return the network's scores of rows, shape (n,)."""
    device = score.cuts.device
    with torch.inference_mode():
        scores = score(torch.from_numpy(rows.codes).to(device), torch.from_numpy(rows.groups).to(device))
    return np.asarray(scores.double().cpu().numpy())


def levels_of(score: FairScore, rows: CodedRows, uniforms: Floats) -> NDArray[np.int64]:
    """Return the level of each row, shape (n,); ``uniforms`` (n,) in [0, 1) break ties."""
    device = score.cuts.device
    codes, groups = torch.from_numpy(rows.codes).to(device), torch.from_numpy(rows.groups).to(device)
    with torch.inference_mode():
        return np.asarray(score.levels(codes, groups, torch.from_numpy(uniforms).float()).cpu().numpy())


def log_odds_of(score: FairScore, rows: CodedRows, rng: np.random.Generator) -> Floats:
    """Return the log-odds of a fair outcome of rows by their level, shape (n,); ``rng`` breaks ties."""
    levels = levels_of(score, rows, rng.random(len(rows)))
    return np.asarray(score.log_odds.cpu().numpy()[rows.groups, levels])


def fit_levels(score: FairScore, rows: CodedRows, label: NDArray[np.int64], fair: Floats, *, by_group: bool) -> None:
    """Find the cuts between levels, and the log-odds of outcomes by group and level, in place.

    Args:
        score: A trained network.
        rows: Coded train rows, n of them.
        label: Outcomes of the rows, 0 or 1, shape (n,).
        fair: Probability of a fair outcome of each row by the rule, shape (n,).
        by_group: Whether each group has probabilities of its own.
    """
    uniforms = np.random.default_rng(TIE_SEED).random(len(rows))
    device = score.cuts.device
    codes, groups = torch.from_numpy(rows.codes).to(device), torch.from_numpy(rows.groups).to(device)
    with torch.inference_mode():
        spread = score.spread(codes, groups, torch.from_numpy(uniforms).float()).cpu().numpy()
    group_count, inner = score.cuts.shape
    places = np.arange(1, inner + 1) / (inner + 1)
    for group, members in _members(rows.groups, group_count):
        score.cuts[group] = torch.from_numpy(np.quantile(spread[members], places, method="hazen")).to(score.cuts)
    levels = levels_of(score, rows, uniforms)
    log_odds = np.zeros((group_count, inner + 1))
    together = _curve(levels, fair, inner + 1, float(fair.mean()))
    for group, members in _members(rows.groups, group_count):
        own = _curve(levels[members], fair[members], inner + 1, together) if by_group else together
        log_odds[group] = logit(own)
        score.observed[group] = torch.from_numpy(
            _curve(levels[members], label[members].astype(float), inner + 1, together)
        )
    tail = tail_for(log_odds[rows.groups, levels], 1.0, float(label.mean()))
    score.log_odds.copy_(torch.from_numpy(with_noise(log_odds, 1.0, tail)))


def _members(groups: NDArray[np.int64], count: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each group with the indices of its rows; all rows for a group without any."""
    for group in range(count):
        members = np.flatnonzero(groups == group)
        yield group, members if len(members) else np.arange(len(groups))


def _curve(levels: NDArray[np.int64], outcomes: Floats, count: int, prior: Floats | float) -> Floats:
    """Return the mean outcome of each level, shape (count,), never falling from one level to the next."""
    rows = np.bincount(levels, minlength=count) + PRIOR_ROWS
    means = (np.bincount(levels, weights=outcomes, minlength=count) + PRIOR_ROWS * np.asarray(prior)) / rows
    rising = IsotonicRegression().fit_transform(np.arange(count), means, sample_weight=rows)
    return np.asarray(rising.clip(*PROBABILITY_RANGE), dtype=float)
