"""Rows that were entered twice, and people who are alike."""

import numpy as np
import pandas as pd
import pytest

from core.data.checks.duplicates import duplicate_issues, share_by_chance
from core.data.inference.column_kinds import infer_schema
from core.data.sources.load import load
from core.errors import DataError

RNG = np.random.default_rng(0)


def found(frame):
    return duplicate_issues(frame, infer_schema(frame.astype("str"))[0])


def rich(rows):
    return pd.DataFrame(
        {
            "age": RNG.integers(18, 80, rows),
            "pay": RNG.integers(20_000, 90_000, rows),
            "sex": RNG.choice(["f", "m"], rows),
            "town": RNG.choice(list("abcdefgh"), rows),
            "hired": RNG.choice(["yes", "no"], rows),
        }
    )


def coarse(rows):
    merit = RNG.random(rows)
    return pd.DataFrame({f"q{place}": (merit + RNG.random(rows) > 1).astype(int) for place in range(7)})


def again(frame, rows):
    return pd.concat([frame, frame.iloc[:rows]], ignore_index=True)


def test_rows_that_were_entered_twice_are_found():
    (one,) = found(again(rich(300), 12))
    assert one.rows == 12
    assert one.sentence.startswith("12 of 312 rows are the same as an earlier row in all columns")
    assert [edit.name for edit in one.remedies] == ["drop-duplicates"]
    assert found(rich(300)) == []


@pytest.mark.parametrize("make", [coarse, lambda rows: rich(rows)[["sex", "hired"]]])
def test_people_who_are_alike_in_a_coarse_table_are_not(make):
    frame = make(1_000)
    assert frame.duplicated().sum() > 100
    assert found(frame) == []


def test_a_coarse_table_that_holds_every_row_twice_is_found():
    frame = coarse(1_000)
    assert share_by_chance(frame) == 1.0
    assert len(found(again(frame, len(frame)))) == 1


def test_a_column_that_hardly_repeats_does_not_make_chance_of_copies():
    frame = rich(3_000).assign(weight=RNG.normal(size=3_000).round(4))
    assert len(found(again(frame, 60))) == 1


@pytest.mark.parametrize("name", ["demo", "compas", "adult"])
def test_tables_of_people_have_none(name):
    try:
        data = load(name)
    except DataError:
        pytest.skip("The table is neither here nor can it be downloaded.")
    assert duplicate_issues(data.frame, data.schema) == []


def test_missing_values_are_the_same():
    frame = again(rich(200).astype({"town": "str"}), 10)
    frame.loc[frame["town"] == "a", "town"] = None
    assert found(frame)[0].rows == 10
