"""Blanks in a sensitive column, and words that say that nothing is known."""

import pandas as pd
import pytest

from core.data.checks.missing_values import missing_value_issues, words_for_missing
from core.data.column import Column
from core.data.schema import Schema

SCHEMA = Schema(
    columns=(Column(name="race", kind="categorical", role="sensitive"), Column(name="town", kind="categorical"))
)


def found(race, town=None):
    frame = pd.DataFrame({"race": race, "town": town or ["x"] * len(race)}, dtype="str")
    return missing_value_issues(frame, SCHEMA)


@pytest.mark.parametrize("word", ["Unknown", "not stated", "Prefer not to say", "N.A.", "not_reported", "UNK"])
def test_words_for_missing_are_asked_about(word):
    (one,) = found(["a", "b", word, word])
    assert one.sentence.startswith(f"Column 'race' is {word!r} in 2 rows.")
    assert "counts as a group of its own" in one.sentence
    assert one.remedies[0].words == (word,)


@pytest.mark.parametrize("word", ["Other", "None", "no", "nil", "Not applicable", "Two or more", "unemployed"])
def test_groups_of_their_own_are_not(word):
    assert words_for_missing(pd.DataFrame({"race": ["a", word]}, dtype="str"), "race") is None


def test_blanks_matter_where_groups_are_compared():
    (one,) = found(["a", None, "b", None], ["x", None, None, "y"])
    assert one.sentence.startswith("Sensitive column 'race' is empty in 2 of 4 rows.")
    assert [edit.name for edit in one.remedies] == ["drop-missing:race"]
    assert found(["a", "b"], [None, "y"]) == []
    assert found([None, None]) == []  # an error elsewhere
