"""The attribute-aware rule: the most accurate scores from features and group.

For equal selection rates, the level of a score within its group decides. This carries each group's scores to a common
distribution, the 2-Wasserstein barycentre (Chzhen et al. 2020; Le Gouic et al. 2020). For equal error rates, each group
has a threshold of its own (Hardt et al. 2016), which calibration finds. Both are fair for classifiers that see s.

The scores are those from which the distribution of the outcome follows. Two outcomes: the log-odds of the positive one.
Numbers: the expected midrank of the outcome, in log-odds; it is the share of rows with a lower outcome, ties half.
Classes: the root of the probability of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import logit
from scipy.stats import rankdata

from core.synthesis.label_repair.out_of_fold import FOLDS, cross_fitted_means, cross_fitted_probabilities, too_few_rows
from core.synthesis.label_repair.scoring_rule import ETA_RANGE, OUTCOME_ITERATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows, TableEncoding
    from core.events import Tell

    Floats = NDArray[np.float64]


class AttributeAwareRule:
    """The attribute-aware rule, fitted on train rows.

    Args:
        encoding: Encoding of the rows; it names the feature codes.
        rows: Coded train rows, n of them.
        label: Outcomes of the rows, 0 or 1, shape (n,).
        seed: Seed of the cross-fitting.
        tell: Told how far it is.
    """

    blind: ClassVar[bool] = False

    def __init__(
        self, encoding: TableEncoding, rows: CodedRows, label: NDArray[np.int64], seed: int, tell: Tell
    ) -> None:
        matrix = encoding.predictors(rows, with_groups=True)
        self._label = label
        if not encoding.is_ordered:
            _check_frequent(rows.target, encoding)
            probabilities = _class_probabilities(matrix, rows.target, encoding.target.size, seed, tell)
            self._scores: Floats = np.sqrt(probabilities)
            self._fair: Floats = probabilities[:, list(encoding.positive)].sum(axis=1)
        elif encoding.target.size == 2:
            eta = cross_fitted_probabilities(matrix, label, iterations=OUTCOME_ITERATIONS, seed=seed, tell=tell)[:, 1]
            self._fair = eta.clip(*ETA_RANGE)
            self._scores = logit(self._fair)[:, None]
        else:
            midrank = (rankdata(rows.target) - 0.5) / len(rows)
            expected = cross_fitted_means(matrix, midrank, iterations=OUTCOME_ITERATIONS, seed=seed, tell=tell)
            self._scores = logit(expected.clip(*ETA_RANGE))[:, None]
            self._fair = label.astype(float)

    def out_of_fold_scores(self) -> Floats:
        """Return the out-of-fold scores of the train rows, shape (n, D)."""
        return self._scores

    def fair_probabilities(self) -> Floats:
        """Return the probability of a positive outcome of each row, shape (n,); numbers: the outcome itself."""
        return self._fair


def _check_frequent(target: NDArray[np.int64], encoding: TableEncoding) -> None:
    """Raise a ``ConfigError`` unless a positive outcome and another one are frequent enough for cross-fitting."""
    sizes = np.bincount(target, minlength=encoding.target.size)
    positive = np.isin(np.arange(len(sizes)), list(encoding.positive))
    for chosen, kind in ((positive, "positive"), (~positive, "other")):
        if sizes[chosen].max(initial=0) < FOLDS:
            raise too_few_rows(f"but no {kind} outcome has more than {sizes[chosen].max(initial=0)}; add rows of it.")


def _class_probabilities(
    matrix: NDArray[np.int64], target: NDArray[np.int64], count: int, seed: int, tell: Tell
) -> Floats:
    """Return out-of-fold class probabilities, shape (n, count); classes too rare for cross-fitting have none."""
    sizes = np.bincount(target, minlength=count)
    usable = np.where(sizes[target] >= FOLDS, target, int(sizes.argmax()))
    probabilities = np.zeros((len(target), count))
    found = cross_fitted_probabilities(matrix, usable, iterations=OUTCOME_ITERATIONS, seed=seed, tell=tell)
    probabilities[:, np.unique(usable)] = found
    return probabilities
