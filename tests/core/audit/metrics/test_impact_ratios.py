import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from core.audit.estimate import Tag
from core.audit.metrics import impact_ratios
from core.audit.metrics.catalog import GAPS
from core.audit.record_set import RecordSet
from core.audit.records import Status
from core.data.groups import Grouping
from tests.core.audit.tables import counts_by_group

TAG = Tag("original", "A", "sex", "yes")


def table(sizes: dict[str, tuple[int, int]], minimum: int = 2):
    """Categories from ``(selected, rows)`` by name."""
    members = np.repeat(np.array(list(sizes), object), [rows for _, rows in sizes.values()])
    selections = np.concatenate([np.arange(rows) < selected for selected, rows in sizes.values()])
    return impact_ratios.categories(Grouping.of(members), selections.astype(np.int8), minimum)


def test_the_ratio_is_the_rate_over_the_highest():
    found = impact_ratios.impact_records(table({"a": (300, 1000), "b": (480, 1200), "c": (90, 300)}), TAG)
    ratios = {record.group: record.value for record in RecordSet(found).where(metric="impact_ratio")}
    assert ratios == pytest.approx({"a": 0.75, "b": 1.0, "c": 0.75})
    assert RecordSet(found).one(metric="impact_ratio", group="b").note == "The highest rate."
    assert [record.group for record in RecordSet(found).where(metric="impact_ratio_p")] == ["a", "c"]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda part: (min(part), max(part))),
        min_size=2,
        max_size=5,
    ).filter(lambda parts: any(selected for selected, _ in parts))
)
def test_the_least_ratio_is_dpr_and_its_interval_that_of_dpr_or_wider(parts):
    sizes = {f"g{number}": (k, max(n, 1)) for number, (k, n) in enumerate(parts)}
    one = table(sizes)
    if not one.included.all():
        return
    counts = counts_by_group({name: (k, 0, 0, n - k) for name, (k, n) in sizes.items()})
    expected = GAPS["demographic_parity_ratio"].over_groups(counts)
    found = impact_ratios.impact_ratios(one)
    assert min(part.value for part in found) == pytest.approx(expected.value)
    assert min(part.low for part in found if part.low is not None) == pytest.approx(expected.low)
    assert all(part.low <= part.value <= part.high <= 1 for part in found if part.low is not None)


def test_intervals_hold_the_true_ratio():
    rng, rates, sizes = np.random.default_rng(0), np.array([0.2, 0.3, 0.3]), np.array([400, 300, 500])
    hits = 0
    for _ in range(200):
        drawn = rng.binomial(sizes, rates)
        found = impact_ratios.impact_ratios(table(dict(zip("abc", zip(drawn, sizes, strict=True), strict=True))))
        hits += all(part.low <= true <= part.high for part, true in zip(found, rates / rates.max(), strict=True))
    assert hits >= 180


def test_small_and_unknown_categories_are_listed_and_take_no_part():
    sizes = {"a": (300, 1000), "b": (400, 1000), "few": (9, 10), "rare": (30, 32), "(missing)": (50, 60)}
    one = table(sizes, minimum=20)
    found = impact_ratios.impact_records(one, TAG)
    assert one.names[one.top] == "b"
    few, rare = (RecordSet(found).one(metric="impact_ratio", group=name) for name in ("few", "rare"))
    assert few.status is rare.status is Status.SMALL_N
    assert "10 rows, fewer than 20" in few.note
    assert "1.5% of the rows, less than 2%" in rare.note
    assert rare.value == pytest.approx(30 / 32 / 0.4)
    assert RecordSet(found).one(metric="category_share", group="rare").value == pytest.approx(32 / 2102)
    missing = RecordSet(found).one(metric="impact_ratio", group="(missing)")
    assert missing.status is Status.UNDEFINED
    assert "unknown" in missing.note
    assert {record.group for record in RecordSet(found).where(metric="impact_ratio_p")} == {"a"}


def test_fishers_test_is_scipys():
    found = impact_ratios.impact_records(table({"a": (3, 20), "b": (9, 22)}), TAG)
    assert RecordSet(found).one(metric="impact_ratio_p").value == fisher_exact([[3, 17], [9, 13]]).pvalue


def test_one_selection_moved_can_lift_the_flag():
    # As in the EEOC's answer no. 21: 7 of 20 beside 20 of 40 is under four fifths, 8 beside 19 is not.
    found = impact_ratios.impact_records(table({"a": (7, 20), "b": (20, 40)}), TAG)
    moved = RecordSet(found).one(metric="impact_ratio_moved")
    assert RecordSet(found).one(metric="impact_ratio", group="a").value == pytest.approx(0.7)
    assert moved.value == pytest.approx((8 / 20) / (19 / 40))
    assert "one row decides" in moved.note
    firm = RecordSet(impact_ratios.impact_records(table({"a": (70, 200), "b": (200, 400)}), TAG)).one(
        metric="impact_ratio_moved"
    )
    assert firm.value < 0.8
    assert "decides" not in firm.note


def test_a_third_category_may_become_the_highest_by_the_move():
    found = impact_ratios.impact_records(table({"a": (1, 10), "b": (5, 10), "c": (49, 100)}), TAG)
    assert RecordSet(found).one(metric="impact_ratio_moved", group="a").value == pytest.approx(0.2 / 0.49)


def test_several_classifiers_are_averaged_before_rates_are_divided():
    members = np.repeat(np.array(["a", "b"], object), 10)
    runs = np.array([[1] * 4 + [0] * 6 + [1] * 5 + [0] * 5, [1] * 6 + [0] * 4 + [1] * 5 + [0] * 5])
    found = impact_ratios.impact_ratios(impact_ratios.categories(Grouping.of(members), runs, 2))
    assert [part.value for part in found] == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(
    ("sizes", "why"),
    [({"a": (0, 50), "b": (0, 50)}, "nobody is selected"), ({"a": (5, 50), "(missing)": (5, 50)}, "fewer than two")],
)
def test_without_a_highest_rate_there_is_no_ratio(sizes, why):
    found = impact_ratios.impact_records(table(sizes), TAG)
    ratios = RecordSet(found).where(metric="impact_ratio")
    assert {record.status for record in ratios} == {Status.UNDEFINED}
    assert all(why in record.note for record in ratios)


def test_degenerate_predictions_say_so():
    found = impact_ratios.impact_records(table({"a": (50, 50), "b": (50, 50)}), TAG, "Degenerate: all alike.")
    assert {record.status for record in RecordSet(found).where(metric="impact_ratio")} == {Status.DEGENERATE}
    assert RecordSet(found).one(metric="impact_ratio_moved").status is Status.UNDEFINED
