import numpy as np
import pytest

from core.audit.estimate import Tag
from core.audit.metrics import change
from core.audit.metrics.catalog import GAPS
from core.audit.records import Record, Status
from core.audit.statistics.bootstrap_correlation import BootstrapCorrelation, resampled_correlation
from core.audit.statistics.confusion import count
from core.data.groups import Grouping

RATIO = "demographic_parity_ratio"
NOTHING = BootstrapCorrelation(np.zeros(1))


def record(value, low=None, high=None, status=Status.OK, note=""):
    return Record(
        source="x",
        protocol="A",
        metric="accuracy",
        value=value,
        low=low,
        high=high,
        interval="wilson" if low is not None else None,
        n=100,
        status=status,
        note=note,
    )


def test_unrelated_figures_add_their_distances_in_quadrature_and_like_ones_less():
    before, after = record(0.5, 0.47, 0.53), record(0.7, 0.66, 0.74)
    apart = change.change(before, [after], NOTHING)
    assert (apart.value, apart.low, apart.high) == pytest.approx((0.2, 0.15, 0.25))
    together = change.change(before, [after], BootstrapCorrelation(np.ones(1)))
    assert (together.low, together.high) == pytest.approx((0.19, 0.21))


def test_at_parity_distances_add_up():
    found = change.change(record(0.3, 0.27, 0.33), [record(0.95, 0.88, 1.0)], NOTHING)
    assert found.high == pytest.approx(1.0 - 0.27)
    assert found.low == pytest.approx(0.65 - np.hypot(0.07, 0.03))


def test_draws_that_differ_widen_the_interval_of_their_mean():
    before = record(0.5, 0.47, 0.53)
    alike = [record(0.7, 0.66, 0.74)] * 3
    apart = [record(0.68, 0.64, 0.72), record(0.7, 0.66, 0.74), record(0.72, 0.68, 0.76)]
    moved = BootstrapCorrelation(np.zeros(3))
    narrow, wide = (change.change(before, draws, moved) for draws in (alike, apart))
    assert narrow.value == pytest.approx(wide.value) == pytest.approx(0.2)
    assert narrow.high == pytest.approx(0.25)
    assert wide.high - 0.2 == pytest.approx(np.hypot(0.05, 4.3027 * 0.02 / np.sqrt(3)), rel=1e-4)
    assert "standard deviation is 0.020" in wide.note
    assert change.change(before, apart, moved, draw=2).value == pytest.approx(0.22)
    assert change.deviation(apart).value == pytest.approx(0.02)


def test_what_draws_share_counts_and_what_is_their_own_is_averaged():
    draws = [record(0.7, 0.66, 0.74)] * 2
    shared, own = (change.summary(draws, BootstrapCorrelation(np.zeros(2), common=common)) for common in (1.0, 0.5))
    assert (shared.low, shared.high) == pytest.approx((0.66, 0.74))
    assert (own.low, own.high) == pytest.approx((0.68, 0.72))


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_change_from_or_to_nothing_is_undefined(side):
    gone = record(None, status=Status.UNDEFINED, note="Undefined: 0/0 is no ratio.")
    known = record(0.5, 0.4, 0.6)
    pair = (gone, known) if side == "before" else (known, gone)
    found = change.change(pair[0], [pair[1], known], NOTHING)
    assert found.status is Status.UNDEFINED
    assert found.value is found.low is None
    assert side.capitalize() in found.note
    assert "0/0" in found.note


def test_a_degenerate_side_and_missing_resamples_are_said():
    lost = BootstrapCorrelation(np.zeros(1), undefined=0.124)
    found = change.change(record(0.5, 0.4, 0.6), [record(0.5, 0.4, 0.6, Status.DEGENERATE)], lost)
    assert found.status is Status.DEGENERATE
    assert "Degenerate after" in found.note
    assert "12.4%" in found.note


def test_without_bounds_there_is_no_interval():
    found = change.change(record(0.5), [record(0.6, 0.5, 0.7)], NOTHING)
    assert found.value == pytest.approx(0.1)
    assert found.low is None
    assert "Too few rows" in found.note


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [((0.1, 0.3), (0.2, 0.2)), ((0.15, 0.3), (0.2, 0.25))])
@pytest.mark.parametrize("size", [500, 5000])
def test_the_interval_holds_the_true_change_even_to_parity(before, after, size):
    """Predictions before and after share most of what decides them; nominal 95 % in 900 samples."""
    from scipy.special import ndtri

    rng, members = np.random.default_rng(0), np.repeat(np.array(["a", "b"], object), size)
    place = (members == "b").astype(int)
    true = min(after) / max(after) - min(before) / max(before)
    labels, hits, tag = np.zeros(2 * size, np.int8), 0, Tag("x", "A", "s", "yes")
    for _ in range(900):
        merit = rng.normal(size=2 * size)
        predictions = np.stack(
            [
                0.6 * merit + 0.8 * rng.normal(size=2 * size) > ndtri(1 - np.array(rates))[place]
                for rates in (before, after)
            ]
        ).astype(np.int8)
        first, second = (
            tag.record(RATIO, GAPS[RATIO].over_groups(count(labels, one, Grouping.of(members)))) for one in predictions
        )
        moved = resampled_correlation(labels, predictions, members, {RATIO: GAPS[RATIO].resampled})[RATIO]
        found = change.change(first, [second], moved)
        hits += found.low <= true <= found.high
    assert hits / 900 >= 0.92
