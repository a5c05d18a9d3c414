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


def test_14_a_column_that_only_nearly_is_a_sum_is_none(tmp_path: Path) -> None:
    total = BASE + BONUS + OVERTIME + (np.arange(N) == 7)
    found = read(written(people(N).assign(base=BASE, bonus=BONUS, overtime=OVERTIME, total=total), tmp_path / "t.csv"))
    assert not any(one.text.startswith("total =") for one in find_relations(found.frame, found.schema))
