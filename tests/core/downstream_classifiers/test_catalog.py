"""Every downstream classifier keeps the same contract."""

from typing import get_args

import numpy as np
import pytest

from core.data.encoding.ordinal import MatrixColumns, numeric_columns
from core.downstream_classifiers.base import DownstreamClassifier, LabelledMatrix
from core.downstream_classifiers.catalog import CLASSIFIERS
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName

ROWS, LOWEST = 600, -50.0


def made(seed=0):
    """A number, a category of four without order, and a number that is missing for half of the rows."""
    rng = np.random.default_rng(seed)
    number, category = rng.normal(size=ROWS), rng.integers(0, 4, ROWS)
    gaps = rng.random(ROWS) < 0.5
    points = np.column_stack([number, category, np.where(gaps, LOWEST, rng.normal(size=ROWS))]).astype(np.float32)
    logit = 1.5 * number + 2.0 * np.isin(category, (0, 2)) - 1.0 + 1.5 * gaps - 0.75
    labels = (rng.random(ROWS) < 1 / (1 + np.exp(-logit))).astype(np.int8)
    columns = MatrixColumns(np.array([False, True, False]), np.array([np.nan, -1.0, LOWEST]))
    return LabelledMatrix(points, labels, columns)


@pytest.fixture(params=list(CLASSIFIERS))
def classifier(request):
    return CLASSIFIERS[request.param]


def test_every_name_has_a_classifier():
    assert set(CLASSIFIERS) == set(get_args(ClassifierName))


def test_the_default_is_one_of_them():
    assert DEFAULT_CLASSIFIER in CLASSIFIERS
    assert len({one.title for one in CLASSIFIERS.values()}) == len(CLASSIFIERS)


def test_probabilities_are_probabilities_and_repeat(classifier):
    rows, tested = made(), made(1).points
    found = classifier.probabilities(rows, tested, 3)
    assert found.shape == (ROWS, 2)
    assert found.sum(axis=1) == pytest.approx(1)
    assert (found == classifier.probabilities(rows, tested, 3)).all()


def test_number_category_and_missing_values_are_all_used(classifier):
    rows, other = made(), made(1)
    right = (classifier.probabilities(rows, other.points, 0)[:, 1] >= 0.5) == other.classes
    assert right.mean() > 0.7
    for column in range(3):
        moved = other.points.copy()
        moved[:, column] = np.random.default_rng(2).permutation(moved[:, column])
        worse = (classifier.probabilities(rows, moved, 0)[:, 1] >= 0.5) == other.classes
        assert worse.mean() < right.mean() - 0.02


def test_several_classes(classifier):
    rows = made()
    three = LabelledMatrix(rows.points, rows.points[:, 1].astype(int) % 3, rows.columns)
    found = classifier.probabilities(three, rows.points, 0)
    assert found.shape == (ROWS, 3)
    assert (found.argmax(axis=1) == three.classes).mean() > 0.95


def test_unseen_categories_are_no_error(classifier):
    tested = made(1).points
    tested[:, 1] = -2.0
    assert np.isfinite(classifier.probabilities(made(), tested, 0)).all()


def test_what_was_learned_by_heart_does_not_count(classifier):
    """Labels are chance, and each real row has two copies: whoever saw a copy would know its label."""
    rng = np.random.default_rng(0)
    real, source = rng.normal(size=(300, 4)), np.repeat(np.arange(300), 2)
    chance = rng.integers(0, 2, 300)
    rows = LabelledMatrix(real[source], chance[source], numeric_columns(4))
    judged, scores = classifier.probabilities_out_of_source(rows, source, real, 0)
    assert len(judged) > 290
    assert (np.diff(judged) > 0).all()
    assert abs(np.mean((scores >= 0.5) == chance[judged]) - 0.5) < 0.1


def test_each_classifier_says_truly_how_it_scores_out_of_source(classifier):
    own = type(classifier).probabilities_out_of_source is not DownstreamClassifier.probabilities_out_of_source
    assert own == (classifier.out_of_source != DownstreamClassifier.out_of_source)


def test_rows_without_generated_rows_are_not_judged(classifier):
    rows = made()
    source = np.arange(ROWS) // 2
    judged, scores = classifier.probabilities_out_of_source(rows, source, rows.points, 0)
    assert judged.max() < ROWS // 2
    assert len(judged) == len(scores)


def test_progress_is_told_and_may_cancel(classifier):
    shares = []
    classifier.fit(made(), 0, shares.append)
    assert shares[0] == 0
    with pytest.raises(KeyboardInterrupt):
        classifier.fit(made(), 0, _cancel)


def _cancel(_share):
    raise KeyboardInterrupt
