import numpy as np
import pytest

from core.audit.thresholds.alternatives import Decided, alternatives
from core.audit.thresholds.repair import first_half
from tests.core.audit.thresholds.made import rows


@pytest.fixture(scope="module")
def made():
    return rows(20_000)


def _models(made):
    """A model that adds points to one group, and one as accurate without them."""
    rng = np.random.default_rng(5)
    noisy = np.clip(made.scores + rng.normal(0, 0.02, len(made.scores)), 0, 1)
    unfair = noisy + 0.04 * (made.grouping.codes == 2) - 0.04 * (made.grouping.codes == 0)
    return [
        Decided("unfair", (unfair >= 0.5).astype(np.int8), unfair),
        Decided("fairer", (made.scores >= 0.5).astype(np.int8), made.scores),
        Decided("coin", rng.integers(0, 2, len(noisy)).astype(np.int8)),
    ]


def test_what_is_found_is_as_accurate_and_differs_less(made):
    found = alternatives(_models(made), made, tolerance=0.02)
    best, *others = found.found
    assert best.goal == ""
    assert others
    for one in others:
        assert one.change.value > -0.03
        assert one.disparities[one.goal].value < best.disparities[one.goal].value + 0.02
        assert one.choice.model != "coin"
    assert 0 < found.accepted < found.tried


def test_prices_are_those_of_the_other_half(made):
    models = _models(made)
    found = alternatives(models, made)
    rest = ~first_half(made, 0)
    for one in found.found:
        model = next(model for model in models if model.name == one.choice.model)
        decided = model.now if one.choice.threshold is None else model.scores >= one.choice.threshold
        assert one.accuracy.value == pytest.approx((decided == made.labels)[rest].mean())


def test_without_tolerance_hardly_anything_is_accepted(made):
    assert alternatives(_models(made), made, tolerance=0.0).accepted <= 2


def test_labels_alone_can_be_the_best(made):
    oracle = Decided("oracle", made.labels)
    found = alternatives([*_models(made), oracle], made)
    assert found.found[0].choice == type(found.found[0].choice)("oracle", None)
    assert len(found.found) == 1
