import numpy as np

from core.audit import adversary
from core.audit.records import Status


def points(n, gap, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    return rng.normal(size=(n, 4)) + gap * labels[:, None], labels


def test_what_differs_is_told_and_what_does_not_is_not():
    apart, alike = adversary.cross_validated_auc(*points(300, 2)), adversary.cross_validated_auc(*points(300, 0))
    assert apart.low > 0.9
    assert alike.low < 0.5 < alike.high
    assert apart == adversary.cross_validated_auc(*points(300, 2))


def test_too_few_rows_are_undefined():
    assert adversary.cross_validated_auc(*points(10, 2)).status is Status.UNDEFINED
