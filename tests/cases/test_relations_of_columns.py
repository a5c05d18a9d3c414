"""What holds between columns in every real row is found, and kept in the rows that the encoding draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.relations.found import find_relations
from core.data.sources.load import load
from tests.cases.siblings import ROLES, drawn, people, read, written

RNG = np.random.default_rng(10)
N = 600
BASE, BONUS, OVERTIME = RNG.integers(200, 600, N) * 100, RNG.integers(0, 90, N) * 100, RNG.integers(0, 50, N) * 10
TAX = (BASE * 0.2 + RNG.integers(0, 900, N) / 100).round(2)
AGE = RNG.integers(18, 80, N)
ADMITTED = pd.Timestamp("2019-01-01") + pd.to_timedelta(RNG.integers(0, 900, N), "D")
LEFT = ADMITTED + pd.to_timedelta(RNG.integers(0, 60, N), "D")
PLACES = {"01067": "Dresden", "04109": "Leipzig", "10115": "Berlin", "10117": "Berlin"}
POSTCODES = RNG.choice(list(PLACES), N)
SIBLINGS: dict[str, tuple[dict[str, object], str]] = {
    "three parts of a salary": (
        {"base": BASE, "bonus": BONUS, "overtime": OVERTIME, "total": BASE + BONUS + OVERTIME},
        "total = base + bonus + overtime",
    ),
    "gross and net": ({"gross": BASE, "tax": TAX, "net": (BASE - TAX).round(2)}, "gross = tax + net"),
    "amounts with a currency": (
        {
            "base": [f"€{value:,.2f}" for value in BASE + 0.5],
            "bonus": [f"€{value:,.2f}" for value in BONUS + 0.25],
            "total": [f"€{value:,.2f}" for value in BASE + BONUS + 0.75],
        },
        "total = base + bonus",
    ),
    "days in a hospital": (
        {"admitted": ADMITTED.strftime("%d.%m.%Y"), "discharged": pd.Series(LEFT.strftime("%d.%m.%Y")).where(AGE > 25)},
        "admitted ≤ discharged",
    ),
    "places and postcodes": (
        {"postcode": POSTCODES, "city": [PLACES[code] for code in POSTCODES]},
        "postcode determines city",
    ),
    "age and its band": (
        {"age": AGE, "age_band": pd.cut(AGE, [0, 29, 44, 59, 99], labels=["-29", "30-44", "45-59", "60-"]).astype(str)},
        "age determines age_band",
    ),
    "a code of education": (
        {"level": (level := RNG.integers(1, 7, N)), "education": [f"level {'ABCDEF'[at - 1]}" for at in level]},
        "level determines education",
    ),
}


def test_14_relations_of_the_case_are_kept(cases: Path) -> None:
    found = load(cases / "14-derived-columns/input.csv", **ROLES)
    relations = {one.text: one for one in find_relations(found.frame, found.schema)}
    assert set(relations) == {"total = base + bonus", "start ≤ end", "if sex is M, pregnant is no"}
    rows = drawn(found)
    assert all(not one.broken(rows).any() for one in relations.values())
    assert (rows["pregnant"] == "yes").any()


@pytest.mark.parametrize("what", SIBLINGS)
@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_14_relations_of_siblings_are_kept(what: str, name: str, tmp_path: Path) -> None:
    columns, text = SIBLINGS[what]
    found = read(written(people(N).assign(**columns), tmp_path / name))
    relations = {one.text: one for one in find_relations(found.frame, found.schema)}
    assert text in relations
    rows = drawn(found)
    assert not relations[text].broken(rows).any()
    assert all(len(rows[header].unique()) > 1 for header in relations[text].columns)


COMPUTED = {
    "entry_code = entry",
    "annual = 12 × monthly",
    "birth_year = 2024 − age",
    "entry_year = year of entry",
    "entry_month = month of entry",
    "euros = cents ÷ 100",
}


def computed_columns(odd: int) -> pd.DataFrame:
    """Return people with columns that are computed from others, except in the first ``odd`` rows."""
    table = people(N)
    at, cents = np.arange(N) < odd, RNG.integers(1_000, 900_000, N)
    late = ADMITTED + pd.to_timedelta(70 * at, "D")
    return table.assign(
        monthly=BASE,
        annual=BASE * 12 + 5 * at,
        birth_year=2024 - table["age"] + at,
        entry=ADMITTED.strftime("%d.%m.%Y"),
        entry_code=late.strftime("%Y%m%d"),
        entry_year=ADMITTED.year - at,
        entry_month=(ADMITTED.month + 5 * at - 1) % 12 + 1,
        cents=cents,
        euros=cents / 100 + at,
    )


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
@pytest.mark.parametrize("sensitive", ["sex", "age", "birth_year"])
def test_14_columns_that_are_computed_from_one_other_are_kept(name: str, sensitive: str, tmp_path: Path) -> None:
    found = read(written(computed_columns(0), tmp_path / name), sensitive=[sensitive])
    relations = find_relations(found.frame, found.schema)
    expected = COMPUTED - {"birth_year = 2024 − age"} | {"age = 2024 − birth_year"}
    assert {one.text for one in relations} == (expected if sensitive == "birth_year" else COMPUTED)
    rows = drawn(found)
    assert not any(one.broken(rows).any() for one in relations)
    assert all(len(rows[header].unique()) > 1 for header in rows)


def test_14_one_row_ends_what_is_computed_from_one_other(tmp_path: Path) -> None:
    found = read(written(computed_columns(1), tmp_path / "t.csv"))
    assert not {one.type for one in find_relations(found.frame, found.schema)} & {"linear", "date_part"}


def test_14_a_column_that_only_nearly_is_a_sum_is_none(tmp_path: Path) -> None:
    total = BASE + BONUS + OVERTIME + (np.arange(N) == 7)
    found = read(written(people(N).assign(base=BASE, bonus=BONUS, overtime=OVERTIME, total=total), tmp_path / "t.csv"))
    assert not any(one.text.startswith("total =") for one in find_relations(found.frame, found.schema))
