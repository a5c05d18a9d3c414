"""Copies and multiples of a column are found where they are exact, and kept."""

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from core.data.column import Column
from core.data.relations.found import find_relations
from core.data.relations.kept import with_relations
from core.data.relations.kinds import Order, Relation
from core.data.relations.linear import Linear
from core.data.schema import Schema

ROWS = 600
RNG = np.random.default_rng(4)
PAY, CENTS = RNG.integers(150, 900, ROWS) * 10, RNG.integers(100, 900_000, ROWS)
AGE, TENTHS = RNG.integers(18, 80, ROWS), RNG.integers(0, 1000, ROWS) / 10
DAY = pd.Timestamp("2015-01-01") + pd.to_timedelta(RNG.integers(0, 2500, ROWS), "D")


def typed(columns: dict[str, object], sensitive: str = "") -> tuple[pd.DataFrame, Schema]:
    """Return a table of numbers and dates, and its schema."""
    frame = pd.DataFrame(columns)
    kinds = {}
    for name, column in frame.items():
        if column.dtype.kind == "M":
            frame[name], kinds[name] = column.astype("datetime64[us]"), "datetime"
        elif column.dtype.kind == "i" or (column.dropna() % 1 == 0).all():
            frame[name], kinds[name] = column.astype("Int64"), "integer"
        else:
            kinds[name] = "numerical"
    roles = {name: "sensitive" if name == sensitive else "feature" for name in kinds}
    return frame, Schema(columns=tuple(Column(name=name, kind=kinds[name], role=roles[name]) for name in kinds))


def told(columns: dict[str, object], sensitive: str = "") -> set[str]:
    return {one.text for one in find_relations(*typed(columns, sensitive)) if isinstance(one, Linear)}


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"pay": PAY, "copy": PAY}, "copy = pay"),
        ({"monthly": PAY, "annual": PAY * 12}, "annual = 12 × monthly"),
        ({"annual": PAY * 12, "monthly": PAY}, "annual = 12 × monthly"),
        ({"annual": PAY, "monthly": (PAY / 12).round(2)}, "monthly = annual ÷ 12"),
        ({"age": AGE, "birth_year": 2024 - AGE}, "birth_year = 2024 − age"),
        ({"cents": CENTS, "euros": CENTS / 100}, "euros = cents ÷ 100"),
        ({"euros": CENTS // 100 + (CENTS % 100 > 50), "cents": CENTS}, "euros = cents ÷ 100"),
        ({"c": TENTHS, "f": (TENTHS * 1.8 + 32).round(1)}, "f = 1.8 × c + 32"),
        ({"f": TENTHS, "c": ((TENTHS - 32) / 1.8).round(1)}, "c = 0.555556 × f − 17.7778"),
        ({"start": DAY, "end": DAY + pd.Timedelta(days=365)}, "end = start + 365 days"),
        ({"start": DAY, "end": DAY - pd.Timedelta(hours=1)}, "end = start − 1 hour"),
    ],
)
def test_what_is_computed_from_one_column_is_found(columns: dict[str, object], text: str) -> None:
    assert told(columns) == {text}
    gaps = {name: pd.Series(values).mask(RNG.random(ROWS) < 0.1) for name, values in columns.items()}
    assert told(gaps) == {text}


@pytest.mark.parametrize(
    "columns",
    [
        {"one": PAY, "other": PAY + (np.arange(ROWS) == 77)},
        {"one": PAY * 12 + (np.arange(ROWS) == 77), "other": PAY},
        {"one": PAY, "other": PAY + RNG.integers(0, 2, ROWS)},
        {"birth_year": 2020 - AGE - RNG.integers(0, 2, ROWS), "age": AGE},
        {"age": AGE, "decade": AGE // 10},
        {"one": PAY % 9, "other": PAY % 9 + 5},
        {"one": PAY + 0.01 * RNG.integers(0, 100, ROWS), "other": PAY},
        {"start": DAY, "end": DAY + pd.to_timedelta(RNG.integers(0, 2, ROWS), "s")},
    ],
    ids=["a row", "a row of the first", "0 or 1 more", "a birthday", "bands", "few values", "cut off", "a second"],
)
def test_what_is_only_near_or_has_few_values_is_not(columns: dict[str, object]) -> None:
    assert told(columns) == set()


@pytest.mark.parametrize("seed", range(5))
def test_unrelated_numbers_have_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = {f"n{at}": rng.integers(0, 10 ** (2 + at % 4), ROWS) for at in range(8)}
    assert told(columns | {f"x{at}": rng.normal(size=ROWS).round(at) for at in range(1, 5)}) == set()


def test_what_follows_from_copies_is_not_told() -> None:
    bonus = RNG.integers(1, 90, ROWS) * 10
    frame, schema = typed(
        {"pay": PAY, "again": PAY, "bonus": bonus, "total": PAY + bonus, "third": PAY, "year": 12 * (PAY + bonus)}
    )
    assert [one.text for one in find_relations(frame, schema)] == [
        "again = pay",
        "third = pay",
        "year = 12 × total",
        "total = pay + bonus",
    ]


@pytest.mark.parametrize("sensitive", ["", "age", "birth_year"])
def test_rows_keep_it_and_the_sensitive_column(sensitive: str) -> None:
    frame, schema = typed({"age": AGE, "birth_year": 2024 - AGE, "start": DAY, "end": DAY + pd.Timedelta(days=9)})
    schema = typed(dict(frame.items()), sensitive)[1]
    relations = find_relations(frame, schema)
    assert len(relations) == 2
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({name: frame[name].array[rng.permutation(ROWS)] for name in frame})
    kept = with_relations(rows, relations, schema.sensitive, rng)
    assert not any(one.broken(kept).any() for one in relations)
    assert kept.dtypes.equals(frame.dtypes)
    assert kept["start"].equals(rows["start"])
    if sensitive:
        assert kept[sensitive].equals(rows[sensitive])


def test_an_order_of_a_computed_column_is_kept_too() -> None:
    tax = (PAY * 12 * RNG.uniform(0.1, 0.9, ROWS)).astype(int)
    frame, schema = typed({"monthly": PAY, "annual": PAY * 12, "tax": tax})
    relations = find_relations(frame, schema)
    assert {one.text for one in relations} == {"annual = 12 × monthly", "tax ≤ annual"}
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({name: frame[name].array[rng.permutation(ROWS)] for name in frame})
    kept = with_relations(rows, relations, [], rng)
    assert not any(one.broken(kept).any() for one in relations)
    assert kept["monthly"].equals(rows["monthly"])


def test_an_order_with_a_column_that_must_not_change_is_kept_by_the_other() -> None:
    rows = pd.DataFrame({"low": [5.0, 1.0, np.nan, 3.0], "high": [2.0, 4.0, 3.0, np.nan]})
    relation = Order(low="low", high="high")
    for fixed, other in (("low", "high"), ("high", "low")):
        kept = with_relations(rows, [relation], [fixed], np.random.default_rng(0))
        assert kept[fixed].equals(rows[fixed])
        assert kept[other].isna().equals(rows[other].isna())
    assert not relation.broken(kept).any()


def test_it_is_the_same_when_read_again() -> None:
    adapter: TypeAdapter[Relation] = TypeAdapter(Relation)
    relation = Linear(column="monthly", by="annual", factor=1 / 12, rounding=0.005)
    assert adapter.validate_json(adapter.dump_json(relation)) == relation
