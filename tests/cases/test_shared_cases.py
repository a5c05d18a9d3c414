"""Tables of the shape that people bring, with their right values. Tests need the shared folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.statistics.marginals import marginal
from core.data.encoding.columns import EncodingSettings, NumericCode, fit_column
from core.data.groups import GroupedFrame
from core.data.io.table_writer import format_values
from core.data.sources.load import load
from core.report.charts.distributions import marginal as figure


def test_nine_race_codes_are_nine_groups(cases: Path) -> None:
    data = load(cases / "03-nine-race-codes/input.csv", target="income", positive="1", sensitive=["race_code"])
    groups = GroupedFrame(data.frame, data.schema).single["race_code"]
    rates = data.frame["income"].astype(float).groupby(groups.members).mean()
    assert rates.round(3).tolist() == [0.399, 0.191, 0.286, 0.312, 0.315, 0.568, 0.326, 0.132, 0.333]
    assert any("'race_code' holds 9 different whole numbers" in note for note in data.notes)


@pytest.mark.parametrize("name", ["input", "year-1"])
def test_far_dates_are_learned_and_drawn(cases: Path, name: str) -> None:
    data = load(cases / f"05-far-dates/{name}.csv", target="hired", positive="yes", sensitive=["sex"])
    until = data.frame["contract_until"]
    code = fit_column(until, data.schema.column("contract_until"), EncodingSettings(rare_rows=1))
    assert code.encode(until).max() < code.size
    drawn = figure(marginal(data.schema, "contract_until", {"real": data.frame})).table.rows
    first, last = drawn[0][0].text, drawn[-1][0].text
    years = (first[:4], last.rpartition(" ")[2][:4])
    assert years == (("0001", "2021") if name == "year-1" else ("2021", "9999"))
    assert pd.api.types.is_datetime64_any_dtype(until.dtype)


@pytest.mark.parametrize(("name", "end"), [("input", "9999-12-31"), ("year-1", "0001-01-01")])
def test_an_open_end_is_a_value_of_its_own_and_written_as_it_was(cases: Path, name: str, end: str) -> None:
    data = load(cases / f"05-far-dates/{name}.csv", target="hired", positive="yes", sensitive=["sex"])
    until, column = data.frame["contract_until"], data.schema.column("contract_until")
    code = fit_column(until, column, EncodingSettings())
    assert isinstance(code, NumericCode)
    back = code.decode(code.encode(until), np.random.default_rng(0))
    is_end = until == pd.Timestamp(end).as_unit("us")
    assert (back[is_end] == until[is_end]).all()
    assert set(format_values(back, column)) <= set(pd.read_csv(cases / f"05-far-dates/{name}.csv")["contract_until"])


def test_short_dates_zones_and_halves_of_the_day_are_read_and_written_as_they_were(cases: Path) -> None:
    path = cases / "10-money-percent-short-dates/input.csv"
    data = load(path, target="approved", positive="1", sensitive=["sex"])
    raw = pd.read_csv(path, dtype="str")
    formats = {"opened": "%m/%d/%y", "seen": "%Y-%m-%dT%H:%M:%S+01:00", "logged": "%m/%d/%Y %I:%M %p"}
    for name, date_format in formats.items():
        column = data.schema.column(name)
        assert column.datetime_format == date_format
        assert format_values(data.frame[name], column) == raw[name].tolist()
        code = fit_column(data.frame[name], column, EncodingSettings())
        back = code.decode(code.encode(data.frame[name]), np.random.default_rng(0))
        assert back.between(data.frame[name].min(), data.frame[name].max()).all()
        assert {len(text) for text in format_values(back, column)} == {len(text) for text in raw[name]}
    assert data.frame["opened"].dt.year.between(2021, 2023).all()
