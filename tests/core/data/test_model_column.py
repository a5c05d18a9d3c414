"""Files with a row for each model and person."""

import numpy as np
import pandas as pd
import pytest

from core.data.column import Column, Role
from core.data.decision_columns import DecisionColumn, SelectionRule
from core.data.model_column import people, read_by_model, unnamed_models, without_model_column
from core.data.schema import Schema
from core.errors import DataError

SCHEMA = Schema(
    columns=(
        Column(name="y", kind="categorical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="model", kind="categorical"),
        Column(name="said", kind="categorical"),
        Column(name="risk", kind="numerical"),
    ),
    positive="yes",
)
FRAME = pd.DataFrame(
    {
        "y": ["yes", "no", "yes", "no", "no", "no"],
        "sex": ["f", "m", "f", "m", "f", "m"],
        "model": ["a", "b", "a", "b", "c", None],
        "said": ["yes", "yes", "no", "no", "yes", "no"],
        "risk": [0.9, 0.5, 0.4, 0.1, 0.7, 0.3],
    }
)
LABELS, SCORES = DecisionColumn("said"), DecisionColumn("risk", is_score=True)


def read(*columns, **changed):
    return read_by_model(FRAME.assign(**changed), SCHEMA, columns, "model")


def test_each_model_is_read_on_its_own_rows():
    models, notes = read(LABELS)
    assert {one.name: one.rows.tolist() for one in models} == {"a": [0, 2], "b": [1, 3], "c": [4]}
    # The rows of b and c have one outcome only; "yes" is still a value of the target.
    assert {one.name: one.selected.tolist() for one in models} == {"a": [1, 0], "b": [1, 0], "c": [1]}
    assert notes == ("Rows that name no model in 'model' are left out: 1.",)


def test_a_share_is_the_share_of_a_models_rows():
    (a, b, c), _ = read(DecisionColumn("risk", is_score=True, rule=SelectionRule(top=0.5)))
    assert [one.selected.tolist() for one in (a, b, c)] == [[1, 0], [1, 0], [1]]


def test_several_columns_name_the_models_with_them():
    models, _ = read(LABELS, SCORES)
    assert [one.name for one in models] == ["a said", "a risk", "b said", "b risk", "c said", "c risk"]


def test_what_holds_for_all_models_is_told_once():
    _, notes = read(SCORES, risk=[0.9, 0.5, np.nan, 0.1, 0.7, 0.3])
    assert notes[1:] == (
        "'risk' selects from 0.5 on.",
        "Model 'a': 'risk' is missing in 1 of 2 rows; its figures are over the others.",
    )


def test_the_outcomes_are_those_of_the_model_with_the_most_rows():
    models, _ = read(LABELS, model=["a", "b", "b", "b", "c", "c"])
    rows, note = people(models)
    assert rows.tolist() == [1, 2, 3]
    assert "over the 3 rows of 'b'" in note


@pytest.mark.parametrize(
    ("changed", "columns", "words"),
    [
        ({"model": [None] * 6}, [LABELS], "Column 'model' is missing in every row"),
        ({"risk": [0.1, 7.0, 0.2, 8.0, 0.3, 0.4]}, [SCORES], "Model 'b': The score 'risk' runs from 7 to 8"),
        ({"said": ["yes", None, "no", None, "no", "no"]}, [LABELS], "Model 'b': Column 'said' is missing in every row"),
    ],
)
def test_what_cannot_be_read_names_the_model(changed, columns, words):
    with pytest.raises(DataError, match=words):
        read(*columns, **changed)


def test_too_many_models_are_one_error():
    frame = pd.concat([FRAME.assign(model=str(place)) for place in range(51)], ignore_index=True)
    with pytest.raises(DataError, match="names 51 models, more than the 50"):
        read_by_model(frame, SCHEMA, [LABELS], "model")
    with pytest.raises(DataError, match="names 26 models with 2 decisions each"):
        read_by_model(frame.head(26 * 6), SCHEMA, [LABELS, SCORES], "model")


def test_the_column_is_no_feature_and_has_no_other_use():
    assert without_model_column(SCHEMA, "model", [LABELS]).column("model").role is Role.IGNORED
    for name, use in (("y", "is the target"), ("sex", "is a sensitive"), ("said", "is given for something else")):
        with pytest.raises(DataError, match=use):
            without_model_column(SCHEMA, name, [LABELS])
    with pytest.raises(DataError, match="no column 'none'"):
        without_model_column(SCHEMA, "none", [LABELS])


def test_a_column_that_likely_names_the_model_is_noted():
    (note,) = unnamed_models(FRAME)
    assert note.startswith("Column 'model' is named as if it told the model of each row")
    assert unnamed_models(FRAME.assign(model="a")) == []
