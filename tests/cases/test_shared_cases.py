"""Tables of the shape that people bring, with their right values. Tests need the shared folders."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.audit.statistics.marginals import marginal
from core.data.encoding.columns import EncodingSettings, fit_column
from core.data.groups import GroupedFrame
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
