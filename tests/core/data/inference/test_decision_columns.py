"""Which columns are proposed as decisions of a model, by name and content."""

import pandas as pd
import pytest

from core.data.inference.decision_columns import Proposal, proposed
from core.data.schema_editing import with_inferred_roles
from core.data.sources.load import load
from core.data.sources.upload import load_upload

FRAME = pd.DataFrame(
    {
        "y_true": [1, 0, 1, 0] * 30,
        "sex": ["f", "m", "m", "f"] * 30,
        "age": list(range(20, 80)) * 2,
        "credit_score": [300 + 7 * i % 200 for i in range(120)],
    }
)


@pytest.fixture
def read(tmp_path):
    def dataset(**columns):
        FRAME.assign(**columns).to_csv(tmp_path / "file.csv", index=False)
        return with_inferred_roles(load_upload(tmp_path / "file.csv"))

    return dataset


def of(dataset):
    return proposed(dataset.schema, dataset.frame)


def test_predictions_and_scores_are_known_by_name_and_content(read):
    dataset = read(
        y_pred=[1, 0, 0, 1] * 30,
        predicted_risk=[0.1 + i / 200 for i in range(120)],
        decile_score=[1, 5, 9, 10] * 30,
        score_text=["Low", "High"] * 60,
        prediction_time=["2024-01-02", "2024-01-03"] * 60,
    )
    assert dataset.schema.target == "y_true"
    assert of(dataset) == Proposal(("y_pred",), ("predicted_risk", "decile_score"))


def test_truth_values_are_labels_of_an_outcome_that_is_written_in_numbers(read):
    assert of(read(prediction=["True", "False"] * 60)).predictions == ("prediction",)


def test_a_prediction_is_no_outcome_whatever_its_place(read):
    dataset = read(hired_pred=["yes", "no"] * 60)
    assert dataset.schema.target == "y_true"


def test_without_an_outcome_few_values_are_labels(read):
    dataset = read(y_pred=[1, 0, 0, 1] * 30)
    schema = dataset.schema.edited("y_true", role="ignored").without_outcome()
    assert proposed(schema, dataset.frame).predictions == ("y_pred",)


def test_a_target_or_a_sensitive_column_is_not_proposed(read):
    dataset = read(y_pred=[1, 0, 0, 1] * 30)
    schema = dataset.schema.edited("y_true", role="feature").edited("y_pred", role="target")
    assert proposed(schema, dataset.frame) == Proposal()


def test_no_column_of_the_demo_is_taken_for_a_decision():
    assert of(load("demo", rows=200)) == Proposal()
