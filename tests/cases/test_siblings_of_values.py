"""Siblings of the shared cases on values: codes, open ends, numbers and dates as programs and people write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.column import Kind, Role
from core.data.groups import GroupedFrame
from core.data.io.table_writer import csv_text
from tests.cases.siblings import ROWS, drawn, people, read, written

RNG = np.random.default_rng(6)
V = RNG.integers(1_500, 98_000, ROWS)
DAYS = pd.Series(pd.Timestamp("2019-01-01") + pd.to_timedelta(RNG.integers(0, 2_000, ROWS), "D"))
TIMES = DAYS + pd.to_timedelta(RNG.integers(0, 86_400, ROWS), "s")


def column(values: object, path: Path, name: str = "x") -> pd.DataFrame:
    """Write people with another column, and return what the file holds."""
    frame = people().assign(**{name: values})
    written(frame, path)
    return frame


STATES = RNG.integers(1, 17, ROWS)
COUNTRIES = RNG.choice(np.arange(100, 900, 20), ROWS)


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.parquet"])
def test_03_sixteen_states_with_gaps_are_groups(name: str, tmp_path: Path) -> None:
    gaps = pd.Series(STATES).astype(float).where(people()["age"] > 22)  # gaps make floats of whole numbers
    column(gaps, tmp_path / name, "state")
    found = read(tmp_path / name, sensitive=["state"])
    groups = GroupedFrame(found.frame, found.schema).single["state"]
    assert {str(state) for state in range(1, 17)} <= set(map(str, groups.members))
    assert not found.schema.column("state").bin_edges


def test_03_forty_nationalities_are_no_quantity(tmp_path: Path) -> None:
    column(COUNTRIES, tmp_path / "t.csv", "nationality")
    found = read(tmp_path / "t.csv", sensitive=["nationality"])
    assert not found.schema.column("nationality").bin_edges
    assert any("'nationality' holds 40 different whole numbers" in note for note in found.notes)
    column(COUNTRIES, tmp_path / "t.csv", "points")
    assert read(tmp_path / "t.csv", sensitive=["points"]).schema.column("points").bin_edges


@pytest.mark.parametrize("name", ["t.csv.gz", "t.xlsx", "t.parquet"])
def test_03_numbers_of_people_never_reach_a_synthetic_row(name: str, tmp_path: Path) -> None:
    numbers = RNG.choice(np.arange(10**6, 10**6 + 900), ROWS, replace=False)
    frame = people().assign(
        customer=pd.Series(numbers).astype(float).where(people()["age"] > 20),  # gaps make floats of whole numbers
        mobile=[f"+49 151 {number:08d}" for number in RNG.integers(0, 10**8, ROWS)],
        insurance=[f"{a:03d}-{b:02d}-{c:04d}" for a, b, c in RNG.integers(1, 99, (ROWS, 3))],
        ward=RNG.choice([1, 2, 3, 9, 99], ROWS),
        occupation=RNG.choice([1120, 2211, 2310, 4110, 5120, 9112], ROWS),
    )
    found = read(written(frame, tmp_path / name))
    made = drawn(found)
    for key in ("customer", "mobile", "insurance"):
        assert found.schema.column(key).role is Role.IGNORED
        assert not made[key].isin(found.frame[key].dropna()).any()
    for code in ("ward", "occupation"):
        assert set(made[code].dropna().astype(int)) <= set(frame[code])


def test_03_months_that_are_whole_numbers_stay_months(tmp_path: Path) -> None:
    months = RNG.choice(pd.date_range("2012-01-01", periods=120, freq="MS").strftime("%Y%m").astype(int), ROWS)
    column(months, tmp_path / "t.csv", "period")
    found = read(tmp_path / "t.csv")
    assert found.schema.column("period").kind is Kind.DATETIME
    lines = csv_text(drawn(found), found.schema).splitlines()[1:]
    assert all(1 <= int(line.rpartition(",")[2]) % 100 <= 12 for line in lines)
    column(np.arange(200_001, 200_301), tmp_path / "t.csv", "badge")
    assert read(tmp_path / "t.csv").schema.column("badge").kind is Kind.IDENTIFIER


OPEN = RNG.random(ROWS) < 0.3
ENDS = {
    "SQL Server": (TIMES.dt.strftime("%Y-%m-%d %H:%M:%S"), "9999-12-31 23:59:59", True),
    "German": (DAYS.dt.strftime("%d.%m.%Y"), "31.12.9999", True),
    "whole numbers": (DAYS.dt.strftime("%Y%m%d"), "99991231", True),
    "year 1 with a zone": (TIMES.dt.strftime("%Y-%m-%dT%H:%M:%SZ"), "0001-01-01T00:00:00Z", True),
    "MySQL": (DAYS.dt.strftime("%Y-%m-%d"), "0000-00-00", False),
    "SAP": (DAYS.dt.strftime("%d.%m.%Y"), "00.00.0000", False),
    "SAP in whole numbers": (DAYS.dt.strftime("%Y%m%d"), "00000000", False),
    "a word": (DAYS.dt.strftime("%d/%m/%Y"), "unknown", False),
    "a dash": (DAYS.dt.strftime("%m/%d/%Y"), "-", False),
}


@pytest.mark.parametrize("what", ENDS)
def test_05_open_ends_of_databases(what: str, tmp_path: Path) -> None:
    texts, end, is_date = ENDS[what]
    column(texts.where(~OPEN, end), tmp_path / "t.csv", "contract_until")
    found = read(tmp_path / "t.csv")
    until = found.frame["contract_until"]
    assert found.schema.column("contract_until").kind is Kind.DATETIME
    assert until.isna().tolist() == ([False] * ROWS if is_date else OPEN.tolist())
    assert until[~OPEN].dt.year.between(2019, 2024).all()
    assert csv_text(found.frame, found.schema) == (tmp_path / "t.csv").read_text()
    made = csv_text(drawn(found), found.schema).splitlines()[1:]
    assert np.mean([line.endswith(f",{end}") for line in made]) == pytest.approx(OPEN.mean(), abs=0.08)


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx", "t.feather"])
def test_05_open_ends_that_files_store_as_dates(name: str, tmp_path: Path) -> None:
    days = DAYS.astype("datetime64[us]").where(~OPEN, pd.Timestamp("9999-12-31"))
    values = days.dt.date if name != "t.feather" else days
    column(values, tmp_path / name, "until")
    found = read(tmp_path / name)
    assert found.frame["until"].tolist() == days.tolist()
    made = drawn(found)["until"]
    assert (made == pd.Timestamp("9999-12-31")).mean() == pytest.approx(OPEN.mean(), abs=0.08)


DATES = {
    "SAS": DAYS.dt.strftime("%d%b%Y").str.upper(),
    "SAS with times": TIMES.dt.strftime("%d%b%Y:%H:%M:%S").str.upper(),
    "Postgres": TIMES.dt.strftime("%Y-%m-%d %H:%M:%S.123+01"),
    "Excel's long form": DAYS.dt.strftime("%A, %B %d, %Y"),
    "mail": DAYS.dt.strftime("%a, %d %b %Y"),
    "Excel without a time": DAYS.dt.strftime("%-m/%-d/%Y 0:00"),
    "month of a loan": DAYS.dt.strftime("%b-%Y"),
    "month of a bill": DAYS.dt.strftime("%m/%Y"),
    "short month": DAYS.dt.strftime("%b-%y"),
}


@pytest.mark.parametrize("what", DATES)
def test_10_dates_of_programs_keep_their_form(what: str, tmp_path: Path) -> None:
    column(DATES[what], tmp_path / "t.csv", "seen")
    found = read(tmp_path / "t.csv")
    assert found.schema.column("seen").kind is Kind.DATETIME
    month = DAYS.dt.to_period("M")
    assert found.frame["seen"].dt.to_period("M").tolist() == month.tolist()
    assert csv_text(found.frame, found.schema) == (tmp_path / "t.csv").read_text()
    made = drawn(found)["seen"].dropna()
    assert made.dt.to_period("M").between(month.min(), month.max()).all()


NUMBERS = {
    "accounts with a dash for zero": (
        [f" $ {v:,}.00 " if v % 7 else " $ -   " for v in V],
        np.where(V % 7, V, 0),
        r"\$ [\d,]+\.00",
    ),
    "changes with a plus": ([f"{v % 1000 / 10 + 0.1:+.1f}%" for v in V], V % 1000 / 10 + 0.1, r"\+\d+\.\d%"),
    "SAP's minus behind": (
        [f"{v}.50-" if v % 2 else f"{v}.50" for v in V],
        np.where(V % 2, -1, 1) * (V + 0.5),
        r"\d+\.50-?",
    ),
    "a German word for missing": (
        ["k.A." if v % 9 == 0 else f"{v},5" for v in V],
        np.where(V % 9, V + 0.5, np.nan),
        r"k\.A\.|\d+,\d",
    ),
    "an answer that was refused": (
        ["Refused" if v % 9 == 0 else f"{v}" for v in V],
        np.where(V % 9, V, np.nan),
        r"Refused|\d+",
    ),
}


@pytest.mark.parametrize("what", NUMBERS)
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_10_numbers_of_programs_keep_their_form(what: str, name: str, tmp_path: Path) -> None:
    texts, numbers, form = NUMBERS[what]
    column(texts, tmp_path / name, "amount")
    found = read(tmp_path / name)
    assert np.allclose(found.frame["amount"].to_numpy(float, na_value=np.nan), numbers.astype(float), equal_nan=True)
    made = drawn(found)[["amount"]]
    schema = found.schema.replaced(columns=(found.schema.column("amount"),), positive=None)
    lines = pd.Series(csv_text(made, schema).splitlines()[1:]).str.strip('"')
    assert lines.str.fullmatch(form).all()
