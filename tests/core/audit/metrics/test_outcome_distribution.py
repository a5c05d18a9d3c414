"""Distances of outcomes between groups: against SciPy, against chance, and where there is nothing to compare."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from core.audit.metrics import outcome_distribution
from core.audit.metrics.outcome_distribution import DISTANCE, LIMIT, MEAN, SHARE, chance_limit, group_distances
from core.audit.records import Record
from core.data.column import Column
from core.data.groups import GroupedFrame
from core.data.schema import Schema

ROWS = 3000


def _schema(kind: str, **outcome: object) -> Schema:
    columns = (
        Column(name="group", kind="categorical", role="sensitive"),
        Column(name="outcome", kind=kind, role="target"),
    )
    return Schema(columns=columns, **outcome)


def _records(outcome: np.ndarray, groups: np.ndarray, *, is_number: bool) -> dict[tuple[str, str | None], Record]:
    kind = {"kind": "integer", "threshold": 40.0} if is_number else {"kind": "categorical", "positive": "a"}
    values = pd.array(outcome, dtype="Int64" if is_number else "str")
    frame = pd.DataFrame({"group": pd.array(groups, dtype="str"), "outcome": values})
    rows = GroupedFrame(frame, _schema(**kind))
    return {(one.metric, one.group): one for one in outcome_distribution.records(rows, "original", "train")}


@pytest.fixture(scope="module")
def groups() -> np.ndarray:
    return np.random.default_rng(0).choice(["x", "y", "z"], ROWS, p=[0.6, 0.3, 0.1])


def test_numbers_have_means_and_the_kolmogorov_smirnov_distance(groups: np.ndarray) -> None:
    hours = np.random.default_rng(1).integers(20, 60, ROWS) + 5 * (groups == "z")
    found = _records(hours, groups, is_number=True)
    assert found[MEAN, "z"].value == pytest.approx(hours[groups == "z"].mean())
    assert found[DISTANCE, None].value == pytest.approx(ks_2samp(hours[groups == "z"], hours[groups != "z"]).statistic)
    assert "'z'" in found[DISTANCE, None].note
    assert found[DISTANCE, None].low > 0
    assert found[DISTANCE, None].value > found[LIMIT, None].value


def test_numbers_of_many_values_are_compared_at_quantiles(groups: np.ndarray) -> None:
    wages = np.random.default_rng(2).integers(0, 10**6, ROWS) + 100_000 * (groups == "y")
    found = _records(wages, groups, is_number=True)
    exact = ks_2samp(wages[groups == "y"], wages[groups != "y"]).statistic
    assert found[DISTANCE, None].value == pytest.approx(exact, abs=0.006)


def test_classes_have_shares_and_the_total_variation(groups: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    classes = np.where(groups == "z", rng.choice(list("abc"), ROWS, p=[0.1, 0.3, 0.6]), rng.choice(list("abc"), ROWS))
    found = _records(classes, groups, is_number=False)
    assert found[f"{SHARE}:a", "z"].value == pytest.approx((classes[groups == "z"] == "a").mean())
    shares = [np.asarray([(classes[mask] == name).mean() for name in "abc"]) for mask in (groups == "z", groups != "z")]
    assert found[DISTANCE, None].value == pytest.approx(np.abs(shares[0] - shares[1]).sum() / 2)


def test_two_outcomes_have_rates_of_their_own(groups: np.ndarray) -> None:
    assert _records(np.random.default_rng(4).choice(["a", "b"], ROWS), groups, is_number=False) == {}


def test_one_group_is_not_compared() -> None:
    found = _records(np.random.default_rng(5).choice(list("abc"), ROWS), np.full(ROWS, "x"), is_number=False)
    assert found[DISTANCE, None].value is None


@pytest.mark.parametrize("is_number", [True, False])
def test_chance_exceeds_its_limit_in_one_of_twenty_tables(is_number: bool) -> None:
    rng, beyond = np.random.default_rng(6), 0
    for _ in range(200):
        groups, values = rng.choice(3, 600, p=[0.6, 0.3, 0.1]), rng.integers(0, 5, 600)
        table = np.bincount(groups * 5 + values, minlength=15).reshape(3, 5)
        beyond += group_distances(table, is_number=is_number).max() > chance_limit(table, is_number=is_number)
    assert 2 <= beyond <= 22


@pytest.mark.parametrize("is_number", [True, False])
def test_the_interval_holds_the_true_distance(is_number: bool) -> None:
    rng, held = np.random.default_rng(7), 0
    parts = np.asarray([[0.2, 0.2, 0.2, 0.2, 0.2], [0.1, 0.15, 0.2, 0.25, 0.3]])
    true = group_distances((parts * [[600], [300]]), is_number=is_number).max()
    for _ in range(100):
        table = np.stack([rng.multinomial(size, part) for size, part in zip((600, 300), parts, strict=True)])
        value = group_distances(table, is_number=is_number).max()
        held += abs(value - true) <= chance_limit(table, is_number=is_number)
    assert held >= 92
