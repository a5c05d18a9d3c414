"""Parts of dates are found, told and kept."""

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from core.data.column import Column
from core.data.relations.date_parts import DatePart
from core.data.relations.found import find_relations
from core.data.relations.kept import with_relations
from core.data.relations.kinds import Relation
from core.data.schema import Schema

ROWS = 900
RNG = np.random.default_rng(6)
TIME = pd.Series(pd.Timestamp("2018-01-01") + pd.to_timedelta(RNG.integers(0, 900 * 1440, ROWS), "min"))
DAY = TIME.dt.normalize()
PARTS: dict[str, tuple[pd.Series, str]] = {
    "year": (TIME.dt.year.astype("Int64"), "year"),
    "month": (TIME.dt.month.astype("Int64"), "month"),
    "day": (TIME.dt.day.astype("Int64"), "day"),
    "quarter": (TIME.dt.quarter.astype("Int64"), "quarter"),
    "weekday from 0": (TIME.dt.day_of_week.astype("Int64"), "weekday"),
    "weekday from 1": (TIME.dt.day_of_week.astype("Int64") + 1, "weekday"),
    "name of a weekday": (TIME.dt.strftime("%A").astype("str"), "weekday"),
    "name of a month": (TIME.dt.strftime("%b").astype("str"), "month"),
    "month with a zero": (TIME.dt.strftime("%m").astype("str"), "month"),
    "year as text": (TIME.dt.strftime("%Y").astype("str"), "year"),
    "quarter as text": ("Q" + TIME.dt.quarter.astype("str"), "quarter"),
    "date": (DAY, "day"),
    "first of the month": (DAY - pd.to_timedelta(DAY.dt.day - 1, "D"), "month"),
    "first of the quarter": (DAY.dt.to_period("Q").dt.start_time, "quarter"),
    "first of the year": (DAY.dt.to_period("Y").dt.start_time, "year"),
}


def typed(column: pd.Series, role: str = "feature") -> tuple[pd.DataFrame, Schema]:
    """Return a table of a time and a column."""
    kind = {"M": "datetime", "i": "integer"}.get(column.dtype.kind, "categorical")
    column = column.astype("datetime64[us]") if kind == "datetime" else column
    schema = Schema(columns=(Column(name="part", kind=kind, role=role), Column(name="time", kind="datetime")))
    return pd.DataFrame({"part": column, "time": TIME.astype("datetime64[us]")}), schema


@pytest.mark.parametrize("role", ["feature", "sensitive"])
@pytest.mark.parametrize("what", PARTS)
def test_a_part_of_a_date_is_found_and_kept(what: str, role: str) -> None:
    column, part = PARTS[what]
    frame, schema = typed(column, role)
    (found,) = find_relations(frame, schema)
    assert isinstance(found, DatePart)
    assert found.text == f"part = {part} of time"
    rows = frame.assign(part=frame["part"].array[RNG.permutation(ROWS)])
    assert found.broken(rows).mean() > 0.3
    kept = with_relations(rows, [found], schema.sensitive, np.random.default_rng(0))
    assert not found.broken(kept).any()
    assert kept.dtypes.equals(frame.dtypes)
    fixed = "part" if role == "sensitive" else "time"
    assert kept[fixed].equals(rows[fixed])


@pytest.mark.parametrize("what", PARTS)
def test_one_other_row_ends_it_and_missing_values_do_not(what: str) -> None:
    frame, schema = typed(PARTS[what][0])
    for name in frame:
        frame[name] = frame[name].mask(RNG.random(ROWS) < 0.1)
    assert len(find_relations(frame, schema)) == 1
    known = np.flatnonzero(frame.notna().all(axis=1))
    values = frame["part"].iloc[known]
    at = known[int(np.flatnonzero(values != values.iloc[0])[0])]
    frame.loc[at, "part"] = values.iloc[0]
    assert not any(isinstance(one, DatePart) for one in find_relations(frame, schema))


def test_a_shuffled_part_and_a_constant_one_are_none() -> None:
    column = PARTS["month"][0]
    frame, schema = typed(column)
    assert find_relations(frame.assign(part=column.array[RNG.permutation(ROWS)]), schema) == ()
    year = frame["time"].dt.year == 2018
    assert find_relations(frame[year].assign(part=frame["time"].dt.year.astype("Int64")[year]), schema) == ()


def test_a_year_of_birth_is_told_from_the_date_and_the_age_from_the_year() -> None:
    born = TIME - pd.to_timedelta(RNG.integers(20, 60, ROWS) * 366, "D")
    year = born.dt.year.astype("Int64")
    frame = pd.DataFrame({"age": 2024 - year, "year": year, "born": born.dt.normalize().astype("datetime64[us]")})
    kinds = {"age": "integer", "year": "integer", "born": "datetime"}
    schema = Schema(columns=tuple(Column(name=name, kind=kind) for name, kind in kinds.items()))
    found = find_relations(frame, schema)
    assert [one.text for one in found] == ["age = 2024 − year", "year = year of born"]
    rows = pd.DataFrame({name: frame[name].array[RNG.permutation(ROWS)] for name in frame})
    for fixed in ([], ["age"]):
        roles = {name: "sensitive" if name in fixed else "feature" for name in kinds}
        schema = Schema(columns=tuple(Column(name=name, kind=kinds[name], role=roles[name]) for name in kinds))
        found = find_relations(frame, schema)
        kept = with_relations(rows, found, fixed, np.random.default_rng(0))
        assert not any(one.broken(kept).any() for one in found)
        assert all(kept[name].equals(rows[name]) for name in fixed)


def test_a_month_and_its_quarter_are_told_as_parts_alone() -> None:
    frame, schema = typed(PARTS["month"][0])
    frame["quarter"] = PARTS["quarter"][0]
    schema = Schema(columns=(*schema.columns, Column(name="quarter", kind="integer")))
    assert {one.text for one in find_relations(frame, schema)} == {"part = month of time", "quarter = quarter of time"}


def test_it_is_the_same_when_read_again() -> None:
    adapter: TypeAdapter[Relation] = TypeAdapter(Relation)
    relation = DatePart(column="name", by="time", part="weekday", values={"1": "Mon"})
    assert adapter.validate_json(adapter.dump_json(relation)) == relation
