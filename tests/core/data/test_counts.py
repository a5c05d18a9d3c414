"""Counts by category become people, one a row."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.counts import SELECTION, guessed, people_of
from core.errors import DataError


def counts(*lines, headers=("sex", "applicants", "selected")):
    return pd.DataFrame([dict(zip(headers, line, strict=True)) for line in lines])


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_each_line_gives_as_many_people_as_it_counts(pairs):
    lines = [(f"c{place}", max(pair), min(pair)) for place, pair in enumerate(pairs)]
    if not sum(line[1] for line in lines):
        return
    frame, schema = people_of(counts(*lines), ["sex"], "applicants", "selected")
    for name, assessed, selected in lines:
        mine = frame[frame["sex"] == name]
        assert (len(mine), int((mine[SELECTION] == "yes").sum())) == (assessed, selected)
    assert (schema.target, schema.positive, schema.sensitive) == (SELECTION, "yes", ["sex"])


def test_numbers_may_be_text_with_thousands():
    frame, _ = people_of(counts(("f", "1,200", "3")), ["sex"], "applicants", "selected")
    assert len(frame) == 1_200


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("# of Applicants", "applicants"),
        ("Number of applicants", "applicants"),
        ("# Selected", "selected"),
        ("Gender", "sex"),
        ("Race/Ethnicity", "race"),
    ],
)
def test_headers_are_guessed(header, what):
    assert guessed(["other", header], what) == header
    assert guessed(["other"], what) is None
    assert guessed([header, f"{header} "], what) is None


def test_an_unknown_category_needs_no_number_of_selected_and_others_do():
    table = counts(("f", "10", "5"), ("Unknown", "7", ""), ("", "2", None))
    frame, _ = people_of(table, ["sex"], "applicants", "selected", ["Unknown"])
    assert frame["sex"].isna().sum() == 2
    assert (frame.loc[frame["sex"] == "Unknown", SELECTION] == "no").all()
    with pytest.raises(DataError, match="Line 2: column 'selected' holds nothing"):
        people_of(table, ["sex"], "applicants", "selected")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("f", "5", "6"), "Line 1: 6 were selected of 5 applicants"),
        (("f", "-1", "0"), "Line 1: column 'applicants' holds '-1' where a count must stand"),
        (("f", "1.5", "0"), "holds '1.5' where a count must stand"),
        (("f", "many", "0"), "holds 'many' where a count must stand"),
        (("f", "0", "0"), "The table counts 0 applicants"),
        (("f", "99999999", "0"), "it must count between 1 and 20,000,000"),
    ],
)
def test_what_is_no_count_is_said(line, sentence):
    with pytest.raises(DataError, match=sentence):
        people_of(counts(line), ["sex"], "applicants", "selected")


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(DataError, match="no column 'race'; its columns are 'sex'"):
        people_of(counts(("f", 1, 1)), ["race"], "applicants", "selected")
