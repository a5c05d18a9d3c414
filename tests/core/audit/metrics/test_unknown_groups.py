from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.estimate import Tag
from core.audit.metrics import unknown_groups
from core.audit.metrics.impact_ratios import categories
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.groups import Grouping
from tests.core.audit.metrics.test_impact_ratios import table

TAG = Tag("original", "data", "sex", "yes")


def spreads(count: int, places: int):
    """Every way to put ``count`` like rows in ``places``."""
    return (parts for parts in product(range(count + 1), repeat=places) if sum(parts) == count)


def brute(selected, rows, more, fewer, *, elsewhere):
    """Least impact ratio under every spread of the unknown rows, where it is defined."""
    places = len(rows) + elsewhere
    found = []
    for ups, downs in product(spreads(more, places), spreads(fewer, places)):
        k = selected + np.array(ups[: len(rows)])
        rates = k / (rows + np.array(ups[: len(rows)]) + np.array(downs[: len(rows)]))
        if rates.max() > 0:
            found.append(rates.min() / rates.max())
    return found


GROUP = st.tuples(st.integers(0, 6), st.integers(1, 6)).map(lambda part: (min(part), max(part)))


@given(st.lists(GROUP, min_size=2, max_size=3), st.integers(0, 4), st.integers(0, 4), st.booleans())
def test_bounds_hold_over_every_spread(groups, more, fewer, elsewhere):
    selected, rows = (np.array(part) for part in zip(*groups, strict=True))
    every = brute(selected, rows, more, fewer, elsewhere=elsewhere)
    worst = unknown_groups.least_ratio(selected, rows, more, fewer)
    best = unknown_groups.greatest_ratio(selected, rows, more, fewer, elsewhere=elsewhere)
    if not every:
        assert np.isnan(worst)
        assert np.isnan(best)
        return
    assert worst == pytest.approx(min(every), abs=1e-12)
    assert best >= max(every) - 1e-12


@pytest.mark.parametrize(
    ("selected", "rows", "more", "fewer", "elsewhere"),
    [
        ([2, 5], [10, 10], 5, 0, False),  # the lower one is filled up
        ([5, 8], [10, 10], 0, 6, False),  # the higher one is brought down: 8/16 = 5/10
        ([3, 3, 6], [10, 10, 10], 2, 0, True),
        ([4, 4], [10, 10], 3, 3, False),
    ],
)
def test_the_upper_bound_is_met_where_rows_need_no_rounding(selected, rows, more, fewer, elsewhere):
    selected, rows = np.array(selected), np.array(rows)
    best = unknown_groups.greatest_ratio(selected, rows, more, fewer, elsewhere=elsewhere)
    assert best - max(brute(selected, rows, more, fewer, elsewhere=elsewhere)) < 0.05


def test_the_upper_bound_is_nearly_met_by_many_rows():
    selected, rows, more, fewer = np.array([300, 800]), np.array([1000, 1000]), 200, 200
    best = unknown_groups.greatest_ratio(selected, rows, more, fewer, elsewhere=False)
    ups, downs = np.meshgrid(np.arange(more + 1), np.arange(fewer + 1))
    low = (selected[0] + ups) / (rows[0] + ups + downs)
    high = (selected[1] + more - ups) / (rows[1] + more - ups + fewer - downs)
    reached = (np.minimum(low, high) / np.maximum(low, high)).max()
    assert reached <= best + 1e-12
    assert best - reached < 1e-3


def test_unknown_rows_are_counted_and_the_bounds_enclose_the_ratio():
    one = table({"a": (300, 1000), "b": (400, 1000), "(missing)": (30, 100)})
    found = unknown_groups.unknown_records(one, TAG)
    assert RecordSet(found).one(metric="unknown_share").value == pytest.approx(100 / 2100)
    worst, best = (RecordSet(found).one(metric=f"impact_ratio_unknown_{case}") for case in ("worst", "best"))
    assert worst.value < 0.75 < best.value
    assert worst.value == pytest.approx((300 / 1070) / (430 / 1030))
    assert "gives less" in worst.note
    assert "gives more" in best.note


def test_without_unknown_rows_only_their_count_stands():
    found = unknown_groups.unknown_records(table({"a": (3, 10), "b": (4, 10)}), TAG)
    assert [(record.metric, record.value) for record in found] == [("unknown_share", 0)]


def test_crossed_rows_known_in_part_count_as_unknown():
    members = np.array(["f × (missing)", "f × x", "m × x", "(missing) × x"] * 50, object)
    one = categories(Grouping.of(members), np.tile([1, 0, 1, 1], 50), 2)
    found = unknown_groups.unknown_records(one, Tag("original", "data", "sex × race", "yes"))
    assert RecordSet(found).one(metric="unknown_share").value == 0.5
    assert "of which one attribute is known" in RecordSet(found).one(metric="impact_ratio_unknown_worst").note


def test_bounds_without_two_categories_are_undefined():
    found = unknown_groups.unknown_records(table({"a": (3, 10), "(missing)": (4, 10)}), TAG)
    assert {record.status for record in found if "worst" in record.metric or "best" in record.metric} == {
        Status.UNDEFINED
    }
