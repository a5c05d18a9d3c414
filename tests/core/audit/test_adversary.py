import sys
import warnings

import numpy as np
import pytest

from core.audit import adversary
from core.audit.records import Status


def points(n, gap, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    return rng.normal(size=(n, 4)) + gap * labels[:, None], labels


@pytest.fixture
def impatient():
    """Threads take turns a thousand times as often as usual, so that a race shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_folds_that_are_fitted_at_once_do_not_lose_the_warning_filters(impatient, monkeypatch):
    monkeypatch.setattr(adversary, "ROUNDS", 1)
    seen = []
    monkeypatch.setattr(warnings, "warn", lambda message, *_, **__: seen.append(str(message)))
    before = list(warnings.filters)
    for seed in range(60):
        adversary.cross_validated(*points(120, 0, seed), seed)
    assert not seen
    assert warnings.filters == before


def test_what_differs_is_told_and_what_does_not_is_not():
    apart, alike = adversary.cross_validated(*points(300, 2)), adversary.cross_validated(*points(300, 0))
    assert apart.low > 0.9
    assert alike.low < 0.5 < alike.high
    assert apart == adversary.cross_validated(*points(300, 2))


def test_too_few_rows_are_undefined():
    assert adversary.cross_validated(*points(10, 2)).status is Status.UNDEFINED
