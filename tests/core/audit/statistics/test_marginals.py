import numpy as np
import pandas as pd
import pytest

from core.audit.statistics.marginals import marginal
from tests.core.audit.tables import SCHEMA, people

FRAMES = {"original": people(500), "synthetic": people(300, 1)}


@pytest.mark.parametrize("name", SCHEMA.names[1:])
def test_shares_of_each_source_sum_to_one_missing_included(name):
    bins = marginal(SCHEMA, name, FRAMES).bins
    assert bins.groupby("source")["share"].sum().to_numpy() == pytest.approx(1)
    one, other = (bins[bins["source"] == source].drop(columns=["source", "share", "low", "high"]) for source in FRAMES)
    assert one.reset_index(drop=True).equals(other.reset_index(drop=True))
    assert len(one) <= 31
    if FRAMES["original"][name].isna().any():
        assert one["label"].iloc[-1] == "(missing)"


def test_rare_values_are_lumped():
    frame = people(400)
    frame["town"] = pd.array([f"t{min(i // 4, 40)}" for i in range(400)], dtype="str")
    bins = marginal(SCHEMA, "town", {"original": frame}).bins
    assert list(bins["label"])[-1] == "(other 27 values)"
    assert len(bins) == 15
    assert bins["label"].iloc[0] == "t40"


def test_few_whole_numbers_are_shown_one_by_one_in_their_order():
    frame = people(90)
    frame["age"] = pd.array(np.repeat([10, 2, 30], 30), dtype="Int64")
    assert list(marginal(SCHEMA, "age", {"original": frame}).bins["label"]) == ["2", "10", "30"]


def test_ranges_of_whole_numbers_hold_whole_numbers_and_outliers_go_to_the_ends():
    frame = people(400)
    frame["age"] = pd.array([*range(399), 100_000], dtype="Int64")
    found = marginal(SCHEMA, "age", {"original": frame})
    assert found.clipped
    assert set(found.bins["left"] % 1) == {0.5}
    assert found.bins["right"].iloc[-1] < 500


@pytest.mark.parametrize("value", [None, 7.0])
def test_a_column_of_one_value_or_none_can_be_shown(value):
    frame = people(30).assign(pay=np.full(30, np.nan if value is None else value))
    assert marginal(SCHEMA, "pay", {"original": frame}).bins["share"].max() == 1


@pytest.mark.parametrize(("end", "place"), [("9999-12-31", -1), ("0001-01-01", 0)])
def test_an_open_end_is_no_range_and_leaves_the_others_their_width(end, place):
    frame = people(400)
    frame["since"] = pd.Series(np.where(np.arange(400) < 100, np.datetime64(end), frame["since"].fillna("2020-01-01")))
    bins = marginal(SCHEMA, "since", {"original": frame.astype({"since": "datetime64[us]"})}).bins
    assert bins["label"].iloc[place] == end
    assert bins["share"].iloc[place] == 0.25
    widths = (bins["right"] - bins["left"]).dropna()
    assert widths.max() < 366
    assert bins["share"].sum() == pytest.approx(1)
