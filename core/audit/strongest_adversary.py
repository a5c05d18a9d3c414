"""The strongest of several adversaries that predict the group of a row, chosen on rows kept apart from the train rows.

What one classifier cannot find another may: trees find thresholds, a neural network smooth combinations. An AUC near .5
of one adversary alone therefore shows little. Each adversary is trained on four fifths of the train rows; the one with
the highest mean AUC on the other fifth is the strongest. It alone scores the tested rows, so its AUC is not optimistic.
It remains a lower bound: another adversary, or more rows, may find more.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from core.audit import adversary
from core.audit.statistics import intervals
from core.data.sampling import sample_positions

Floats = NDArray[np.float32]
Codes = NDArray[np.int64]

MAX_ROWS: Final = 40_000
"""Train rows of the neural network."""
MAX_ROWS_OF_OTHERS: Final = 10_000
"""Train rows of gradient boosting and logistic regression, which gain little from more."""
VALIDATION_SHARE: Final = 0.2
MAX_TREES: Final = 300
MAX_INTERACTING: Final = 32
"""Columns up to which logistic regression has squares and pairwise products."""
_EPOCHS, _PATIENCE, _BATCHES = 60, 5, 40


class Points(NamedTuple):
    """Rows as the adversaries see them.

    Args:
        trees: Numbers and category codes for trees, shape (n, columns).
        dense: Numbers and one-hot blocks for the others, shape (n, d); they are standardised.
    """

    trees: NDArray[np.floating]
    dense: NDArray[np.floating]

    def at(self, rows: NDArray[np.intp]) -> Points:
        """Return the rows at these positions."""
        return Points(self.trees[rows], self.dense[rows])


class Sample(NamedTuple):
    """Points and the group of each.

    Args:
        points: The points of n rows.
        codes: Their groups, indices from 0, shape (n,).
        strata: Stratum of each row, shape (n,), where groups are told within strata.
    """

    points: Points
    codes: Codes
    strata: Codes | None = None

    def at(self, rows: NDArray[np.intp]) -> Sample:
        """Return the rows at these positions."""
        return Sample(self.points.at(rows), self.codes[rows], None if self.strata is None else self.strata[rows])

    def balanced(self, seed: int) -> Sample:
        """Return as many rows, drawn so that all groups are equally frequent within each stratum, if there are strata.

        Where strata and groups go together, an adversary would otherwise learn strata in place of groups.
        """
        if self.strata is None:
            return self
        _, cell, counts = np.unique(
            np.stack([self.strata, self.codes]), axis=1, return_inverse=True, return_counts=True
        )
        weights = 1.0 / counts[cell.ravel()]
        for stratum in np.unique(self.strata):
            rows = self.strata == stratum
            weights[rows] *= rows.sum() / weights[rows].sum()
        rng = np.random.default_rng([seed, 6])
        rows = rng.choice(len(self.codes), len(self.codes), p=weights / weights.sum())
        missing = np.setdiff1d(np.unique(self.codes), self.codes[rows])
        return self.at(np.concatenate([rows, *(np.flatnonzero(self.codes == code) for code in missing)]))


class Adversary(Protocol):
    """A function that is trained on one sample, may stop early on another, and returns probabilities by group."""

    def __call__(self, train: Sample, validation: Sample, seed: int) -> Callable[[Points], Floats]:
        """Return the trained model: points of n rows to probabilities, shape (n, groups)."""


def gradient_boosting(train: Sample, validation: Sample, seed: int) -> Callable[[Points], Floats]:
    """Train the booster of `core.audit.adversary`, with fewer rounds for several groups."""
    del validation
    trees = adversary.booster(seed)
    groups = len(np.unique(train.codes))
    trees.set_params(max_iter=adversary.ROUNDS if groups == 2 else max(min(adversary.ROUNDS, MAX_TREES // groups), 10))
    mine = train.at(sample_positions(len(train.codes), MAX_ROWS_OF_OTHERS, seed))
    trees.fit(mine.points.trees, mine.codes)
    return lambda points: np.asarray(trees.predict_proba(points.trees), dtype=np.float32)


def neural_network(train: Sample, validation: Sample, seed: int) -> Callable[[Points], Floats]:
    """Train a perceptron with two hidden layers of 64; keep the epoch with the highest mean AUC on validation rows."""
    scaler = StandardScaler().fit(train.points.dense)
    inside = scaler.transform(train.points.dense).astype(np.float32)
    outside = scaler.transform(validation.points.dense).astype(np.float32)
    # One random state for all epochs: with a seed, every epoch would have the same order of rows.
    model = MLPClassifier(
        (64, 64),
        batch_size=min(max(256, len(inside) // _BATCHES), len(inside)),
        learning_rate_init=3e-3,
        alpha=1e-3,
        random_state=np.random.RandomState(seed),
    )
    classes = np.unique(train.codes)
    best, best_auc, waited = model, -1.0, 0
    for _ in range(_EPOCHS):
        model.partial_fit(inside, train.codes, classes=classes)
        auc = mean_auc(validation.codes, model.predict_proba(outside))
        waited = 0 if auc > best_auc + 1e-4 else waited + 1
        if auc > best_auc:
            best, best_auc = deepcopy(model), auc
        if waited >= _PATIENCE:
            break
    return lambda points: np.asarray(
        best.predict_proba(scaler.transform(points.dense).astype(np.float32)), dtype=np.float32
    )


def logistic_regression(train: Sample, validation: Sample, seed: int) -> Callable[[Points], Floats]:
    """Train logistic regression, with squares and pairwise products of at most 32 columns."""
    del validation
    mine = train.at(sample_positions(len(train.codes), MAX_ROWS_OF_OTHERS, seed))
    degree = 2 if mine.points.dense.shape[1] <= MAX_INTERACTING else 1
    model = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(degree, include_bias=False),
        StandardScaler(),
        LogisticRegression(C=0.1, max_iter=50, tol=1e-3),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a bound on the time; the validation rows judge the result
        model.fit(mine.points.dense.astype(np.float32), mine.codes)
    return lambda points: np.asarray(model.predict_proba(points.dense.astype(np.float32)), dtype=np.float32)


ADVERSARIES: Final[dict[str, Adversary]] = {
    "gradient boosting": gradient_boosting,
    "a neural network": neural_network,
    "logistic regression": logistic_regression,
}


class Strongest(NamedTuple):
    """The strongest adversary's name, and its probabilities of each group for the tested rows, shape (m, groups)."""

    name: str
    probabilities: Floats


def strongest(train: Sample, tested: Points, seed: int = 0) -> Strongest:
    """Return what the strongest adversary says of the tested rows.

    Args:
        train: Train rows, with at least 5 rows of every group; at most 40,000 of them are used.
        tested: Other rows, shape (m, ...).
        seed: Seed of the validation rows and the adversaries.
    """
    train = train.at(sample_positions(len(train.codes), MAX_ROWS, seed))
    inside, outside = _split(train.codes, seed)
    learned, validation = train.at(inside).balanced(seed), train.at(outside).balanced(seed)
    # One thread, so that the number of cores changes nothing, and small fits do not wait for threads.
    with threadpool_limits(1):
        models = {name: fit(learned, validation, seed) for name, fit in ADVERSARIES.items()}
        found = {name: mean_auc(validation.codes, model(validation.points)) for name, model in models.items()}
        name = max(found, key=lambda one: found[one])
        return Strongest(name, models[name](tested))


def mean_auc(codes: Codes, probabilities: NDArray[np.floating]) -> float:
    """Return the mean over groups of the AUC of one group against the rest; of two groups, that of the second."""
    groups = range(probabilities.shape[1]) if probabilities.shape[1] > 2 else (1,)
    return float(np.mean([intervals.auc_error(codes == group, probabilities[:, group])[0] for group in groups]))


def _split(codes: Codes, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return positions of the rows to learn from and of a fifth of each group, at least one row, to choose on."""
    order = np.random.default_rng([seed, 5]).permutation(len(codes))
    is_outside = np.zeros(len(codes), dtype=bool)
    for group in np.unique(codes):
        members = order[codes[order] == group]
        is_outside[members[: max(1, round(VALIDATION_SHARE * len(members)))]] = True
    return np.flatnonzero(~is_outside), np.flatnonzero(is_outside)
