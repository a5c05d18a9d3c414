import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from core.audit.classifiers import random_forest


@pytest.mark.parametrize("classes", [2, 3])
def test_is_scikit_learns_forest_tree_for_tree(classes):
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(300, 5)).astype(np.float32), rng.integers(0, classes, 300)
    theirs = RandomForestClassifier(random_forest.TREES, min_samples_leaf=random_forest.LEAF, random_state=3).fit(
        points, labels
    )
    ours = random_forest.probabilities(points, labels, points[:50], 3)
    assert ours == pytest.approx(theirs.predict_proba(points[:50]), abs=1e-12)
    assert (ours == random_forest.probabilities(points, labels, points[:50], 3)).all()
