"""Spellings of the same value, and values that are not the same."""

import pandas as pd
import pytest

from core.data.checks.spellings import merged_spellings, spelling_issues
from core.data.column import Column
from core.data.schema import Schema

SCHEMA = Schema(
    columns=(
        Column(name="town", kind="categorical"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)


def frame(**columns):
    return pd.DataFrame(columns, dtype="str")


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (["Male", "Male", "male", "Male ", "Female"], {"male": "Male", "Male ": "Male"}),
        (["US", "US", "us", "UK"], {"us": "US"}),
        (["Café", "Cafe\u0301", "Café"], {"Cafe\u0301": "Café"}),
        (["self  employed", "self employed", "self employed"], {"self  employed": "self employed"}),
        (["m ", "m"], {"m ": "m"}),
    ],
)
def test_the_commonest_spelling_is_kept(values, kept):
    assert merged_spellings(frame(x=values), "x").spellings == kept


@pytest.mark.parametrize("values", [["a", "b"], ["1", "1.0"], ["Müller", "Muller"], ["yes", "yes."], ["a b", "ab"]])
def test_other_differences_are_no_spellings(values):
    assert merged_spellings(frame(x=values), "x") is None


def test_outcome_and_groups_come_first_and_say_what_follows():
    data = frame(town=["A", "a"] * 10, sex=["f", "F"] * 10, hired=["yes", "No", "no", "no"] * 5)
    outcome, group, other = spelling_issues(data, SCHEMA)
    assert outcome.sentence == (
        "Outcome 'hired' has values that differ only in case or blanks: 'no' and 'No'. Each spelling counts as an "
        "outcome of its own."
    )
    assert "Each spelling counts as a group of its own." in group.sentence
    assert other.columns == ("town",)
    assert (outcome.rows, group.rows) == (5, 10)
    assert [edit.name for edit in outcome.remedies] == ["merge:hired"]


def test_numbers_and_identifiers_have_no_spellings():
    schema = SCHEMA.edited("town", kind="identifier", role="ignored")
    assert spelling_issues(frame(town=["A", "a"], sex=["f", "m"], hired=["yes", "no"]), schema) == []
