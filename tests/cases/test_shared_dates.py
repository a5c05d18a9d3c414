"""Dates as people write them: read as dates, drawn, and written back in the same form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.column import Kind
from core.data.sources.load import load
from tests.cases.test_shared_numbers import drawn

RNG = np.random.default_rng(4)
ROWS = 300
DAYS = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(RNG.integers(0, 2_000, ROWS), "D"))
TIMES = DAYS + pd.to_timedelta(RNG.integers(0, 86_400, ROWS), "s")
SIBLINGS = {
    "German short": (DAYS.dt.strftime("%d.%m.%y"), "%d.%m.%y"),
    "without leading zeros": (DAYS.dt.strftime("%-m/%-d/%Y"), "%m/%d/%Y"),
    "whole numbers": (DAYS.dt.strftime("%Y%m%d"), "%Y%m%d"),
    "names of months": (DAYS.dt.strftime("%d-%b-%y"), "%d-%b-%y"),
    "zone without colon": (TIMES.dt.strftime("%Y-%m-%d %H:%M:%S -0500"), "%Y-%m-%d %H:%M:%S -0500"),
    "half days": (TIMES.dt.strftime("%d/%m/%Y %I:%M %p"), "%d/%m/%Y %I:%M %p"),
}


def test_10_short_dates_zones_and_half_days(cases: Path, tmp_path: Path) -> None:
    source = tmp_path / "input.csv"
    source.write_bytes((cases / "10-money-percent-short-dates/input.csv").read_bytes())
    roles = {"target": "approved", "positive": "1", "sensitive": ["sex"]}
    real = load(source, **roles)
    forms = {"opened": "%m/%d/%y", "seen": "%Y-%m-%dT%H:%M:%S+01:00", "logged": "%m/%d/%Y %I:%M %p"}
    for name, form in forms.items():
        assert real.schema.column(name).kind is Kind.DATETIME
        assert real.schema.column(name).datetime_format == form
    assert real.frame["seen"][0] == pd.Timestamp("2021-01-01T05:42:01")
    _, rows = drawn(source, **roles)
    for name, form in forms.items():
        dates = pd.to_datetime(rows[name], format=form)
        assert dates.between(real.frame[name].min(), real.frame[name].max()).all()
        assert (dates.dt.strftime(form) == rows[name]).all()
        assert rows[name].nunique() > 100


def test_05_far_dates_are_drawn_as_open_ends(cases: Path, tmp_path: Path) -> None:
    source = tmp_path / "input.csv"
    source.write_bytes((cases / "05-far-dates/input.csv").read_bytes())
    roles = {"target": "hired", "positive": "yes", "sensitive": ["sex"]}
    real = load(source, **roles)
    _, rows = drawn(source, **roles)
    dates = pd.to_datetime(rows["contract_until"], format="%Y-%m-%d")
    others = dates[dates != pd.Timestamp("9999-12-31")]
    end = real.frame["contract_until"] == pd.Timestamp("9999-12-31")
    assert end.mean() == pytest.approx((dates == pd.Timestamp("9999-12-31")).mean(), abs=0.05)
    assert others.max() <= real.frame["contract_until"][~end].max()


@pytest.mark.parametrize("sibling", list(SIBLINGS))
def test_dates_keep_their_form(sibling: str, tmp_path: Path) -> None:
    written, form = SIBLINGS[sibling]
    frame = pd.DataFrame(
        {"seen": written, "sex": RNG.choice(["f", "m"], ROWS), "hired": RNG.choice(["yes", "no"], ROWS)}
    )
    source = tmp_path / "input.csv"
    frame.to_csv(source, index=False)
    roles = {"target": "hired", "positive": "yes", "sensitive": ["sex"]}
    assert load(source, **roles).schema.column("seen").kind is Kind.DATETIME
    _, rows = drawn(source, **roles)
    dates = pd.to_datetime(rows["seen"], format=form)
    real = pd.to_datetime(written, format=form)
    assert dates.between(real.min(), real.max()).all()
    assert rows["seen"].str.len().max() <= written.str.len().max()
    assert sibling != "without leading zeros" or rows["seen"].str.fullmatch(r"[1-9]\d?/[1-9]\d?/\d{4}").all()


def test_the_user_says_what_comes_first(tmp_path: Path) -> None:
    rows = "".join(f"0{1 + n % 9}/0{1 + n % 7}/2024,{'fm'[n % 2]},{n % 2}\n" for n in range(60))
    (tmp_path / "t.csv").write_text("seen,sex,hired\n" + rows)
    asked = load(tmp_path / "t.csv")
    assert asked.schema.column("seen").kind is not Kind.DATETIME
    assert any("date_order" in note for note in asked.notes)
    for order, first in (("day", pd.Timestamp("2024-02-02")), ("month", pd.Timestamp("2024-02-02"))):
        said = load(tmp_path / "t.csv", date_order=order)
        assert said.schema.column("seen").kind is Kind.DATETIME
        assert said.frame["seen"][1] == first
    day, month = (load(tmp_path / "t.csv", date_order=order).frame["seen"][7] for order in ("day", "month"))
    assert (day, month) == (pd.Timestamp("2024-01-08"), pd.Timestamp("2024-08-01"))
