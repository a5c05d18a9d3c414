import numpy as np
import pytest

from core.audit.estimate import Tag
from core.audit.metrics.shares import share
from core.audit.run import audit
from core.audit.statistics import extremes, intervals
from core.audit.statistics.bootstrap import percentiles
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, confidence, error_rate, intervals_at, rounded_quantile
from core.errors import ConfigError
from tests.core.audit.tables import SCHEMA, people, table_input

LEVELS = (0.8, 0.9, 0.95, 0.99)


@pytest.mark.parametrize("level", LEVELS)
def test_every_interval_has_the_level_and_its_record_says_so(level):
    with intervals_at(level):
        record = Tag("original", "A").record("accuracy", share(30, 100))
        assert (record.low, record.high) == tuple(map(float, intervals.wilson(30, 100, level)))
        assert record.confidence == level
    assert confidence() == DEFAULT_CONFIDENCE


def test_the_level_is_left_as_it_was_after_an_error():
    with pytest.raises(ValueError, match="stop"), intervals_at(0.8):
        raise ValueError("stop")
    assert confidence() == DEFAULT_CONFIDENCE


def test_the_default_has_the_numbers_of_textbooks():
    assert (rounded_quantile(), rounded_quantile(0.99), error_rate()) == (1.96, 2.58, 0.05)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.99])
@pytest.mark.parametrize("rates", [(0.3, 0.3), (0.2, 0.3), (0.2, 0.3, 0.3)])
def test_extremes_over_groups_hold_the_truth_as_often_as_they_say(level, rates):
    rng, n, true = np.random.default_rng(0), np.full((2000, len(rates)), 400), np.array(rates)
    k = rng.binomial(n, true)
    for interval, truth in (
        (extremes.min_ratio, true.min() / true.max()),
        (extremes.max_difference, float(np.ptp(true))),
    ):
        low, high = interval([(k, n)], level)
        assert ((low <= truth) & (truth <= high)).mean() >= level - 0.015


def test_an_audit_has_one_level():
    frame = people(300)
    narrow, wide = (
        audit(table_input(SCHEMA, frame, people(200, 1), seeds=(0,), confidence=level)) for level in (0.8, 0.99)
    )
    assert {record.confidence for record in narrow} == {0.8}
    for one, other in zip(narrow, wide, strict=True):
        if one.metric.startswith("detectable"):
            assert one.value is other.value is None or one.value < other.value
        else:
            assert one.value == other.value
    pairs = [
        (one, other)
        for one, other in zip(narrow, wide, strict=True)
        if one.low is not None and other.low is not None and one.low < one.high
    ]
    assert len(pairs) > 200
    assert all(other.low <= one.low + 1e-12 and one.high <= other.high + 1e-12 for one, other in pairs)
    with pytest.raises(ConfigError, match="confidence level"):
        audit(table_input(SCHEMA, frame, frame, confidence=1.0))


def test_intervals_of_the_bootstrap_have_the_level_of_the_audit():
    draws = np.random.default_rng(0).normal(size=(400, 3))
    with intervals_at(0.5):
        narrow = percentiles(draws)
    with intervals_at(0.99):
        wide = percentiles(draws)
    assert (wide[0] < narrow[0]).all()
    assert (narrow[1] < wide[1]).all()
