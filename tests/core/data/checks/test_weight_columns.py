"""Columns that are named like weights."""

import pandas as pd
import pytest

from core.data.checks.apply import choose, undo
from core.data.checks.weight_columns import weight_issues
from core.data.column import Column
from core.data.schema import Schema


def found(name, values, *, trains=True, **column):
    schema = Schema(columns=(Column(name=name, kind="numerical", **column),))
    return weight_issues(pd.DataFrame({name: values}), schema, trains=trains)


@pytest.mark.parametrize("name", ["PWGTP", "fnlwgt", "weight", "wt", "sample_weight", "Expansion Factor"])
def test_a_feature_that_is_named_like_weights_is_never_silent(name):
    (one,) = found(name, [10.5, 200.0, 31.0])
    assert "named as if it held weights, but every row counts once: figures are of rows, not people" in one.sentence
    assert "Classifiers learn from it as from any feature." in one.sentence
    assert [edit.name for edit in one.remedies] == [f"exclude:{name}"]


def test_decisions_can_be_weighted():
    (one,) = found("fnlwgt", [10.5, 200.0], trains=False)
    assert [edit.name for edit in one.remedies] == ["weight:fnlwgt"]
    assert "use it as weights" in one.sentence
    assert len(found("fnlwgt", [10.5, 200.0], trains=False, role="ignored")) == 1


@pytest.mark.parametrize(
    ("name", "values"),
    [("height", [1.0, 2.0]), ("weight", [-1.0, 2.0]), ("weight", [1.0, 1.0]), ("weight", ["a", "b"])],
)
def test_what_cannot_weigh_is_not_asked_about(name, values):
    assert found(name, values) == []


def test_the_weight_of_a_body_is_not():
    schema = Schema(columns=tuple(Column(name=name, kind="numerical") for name in ("weight", "height_cm", "wtfinl")))
    frame = pd.DataFrame({"weight": [61.0, 80.5], "height_cm": [160.0, 181.0], "wtfinl": [1501.2, 800.0]})
    assert [one.columns for one in weight_issues(frame, schema, trains=True)] == [("wtfinl",)]


def test_what_nothing_learns_from_is_not():
    assert found("fnlwgt", [10.5, 200.0], role="ignored") == []


def test_replicates_are_left_out_with_their_weights():
    names = ["PWGTP", *(f"PWGTP{number}" for number in range(1, 81)), "PWGTP_old"]
    schema = Schema(columns=tuple(Column(name=name, kind="integer") for name in names))
    (one,) = weight_issues(pd.DataFrame([[3] * 82, [9] * 82], columns=names), schema, trains=True)
    assert "Classifiers learn from it and from its 80 replicates as from any feature" in one.sentence
    (edit,) = one.remedies
    assert choose(schema, edit).features == ["PWGTP_old"]
    assert undo(choose(schema, edit), edit.name).features == names
