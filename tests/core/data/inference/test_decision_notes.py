"""What is said of features that are named like a model's decisions."""

import numpy as np
import pandas as pd

from core.data.column import Column
from core.data.inference.decision_notes import named_features, named_note
from core.data.readiness import check_ready
from core.data.schema import Schema

N = 40
Y = np.arange(N) % 2
SCHEMA = Schema(
    columns=(
        Column(name="y", kind="integer", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
    ),
    positive="1",
)
FRAME = pd.DataFrame({"y": pd.array(Y, "Int64"), "sex": pd.Series(["f", "m"] * (N // 2), dtype="str")})


def named(name, values, kind, **column):
    schema = SCHEMA.replaced(columns=(*SCHEMA.columns, Column(name=name, kind=kind, **column)))
    return named_features(schema, FRAME.assign(**{name: values}))


def test_a_feature_with_the_name_of_a_prediction_or_a_score():
    assert named("y_pred", pd.array(1 - Y, "Int64"), "integer") == ["y_pred"]
    assert named("score", np.linspace(0, 1, N), "numerical") == ["score"]
    assert named("points", np.linspace(0, 1, N), "numerical") == []
    assert named("score", np.linspace(0, 1, N), "numerical", role="ignored") == []


def test_the_note_says_what_to_do():
    one = named_note(["y_pred"])
    assert one.startswith("Feature 'y_pred' is named like the decisions of a model")
    assert "audit it as a prediction or a score, or leave it out" in one
    schema = SCHEMA.replaced(columns=(*SCHEMA.columns, Column(name="score", kind="numerical")))
    frame = FRAME.assign(score=np.linspace(0, 1, N))
    assert named_note(["score"]) in check_ready(frame, schema, rows=10)
    assert named_note(["score"]) not in check_ready(frame, schema, rows=10, trains=False)
