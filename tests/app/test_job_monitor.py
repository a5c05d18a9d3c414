import pytest

from core.app.column_table import _why
from core.app.job_monitor import STAGES, _training, how_it_ended
from core.audit.classifier_steps import _setup
from core.config import run_config
from core.data.checks.apply import choose
from core.data.checks.edits import MergeValues
from core.data.sources.load import load
from core.errors import Problem, give
from core.events import Event
from core.report.charts.losses import loss_curves
from core.runs.state import State, Status


def test_a_failed_run_says_what_would_mend_it_in_the_words_of_the_pages():
    problem = Problem("Outcome repair needs more rows.", "label_channel", (give("label_channel", "off"),))
    state = State(status=Status.FAILED, message="In other words.", started="x", problem=problem)
    said = how_it_ended(state)
    assert said.startswith(
        "It stopped because of a problem. Outcome repair needs more rows. Set “Outcome repair” to “Off"
    )
    assert "In other words" not in said


def test_a_run_that_failed_otherwise_says_what_it_left():
    said = how_it_ended(State(status=Status.FAILED, message="Unexpected KeyError.", started="x"))
    assert said == "It stopped because of a problem. Unexpected KeyError."


@pytest.mark.parametrize(("preset", "codes"), [("default", True), ("paper", False)])
def test_the_stages_that_are_counted_are_those_that_run(preset, codes):
    """The shared codes of the full model are learned in a stage of its own, which no bar showed."""
    schema = load("demo", rows=60).schema
    found = [*_training(run_config(preset=preset), schema)]
    assert ("codebook" in found) == codes
    assert all(STAGES.get(stage) for stage in found)
    if codes:
        assert found.index("codebook") == found.index("teacher") + 1


def test_progress_and_curves_have_words_of_everyday():
    assert _setup("B", "original") == "Classifiers that learn from the original rows: model does not see the group"
    (curve,) = loss_curves([Event("codebook", 1, 2, losses={"loss": 0.5})])
    assert curve.title.startswith("Shared codes: ")
    assert "codewords" in curve.caption


def test_the_table_of_columns_says_that_spellings_were_merged():
    schema = load("demo", rows=60).schema
    merged = choose(schema, MergeValues(column="sex", spellings={" F": "F", "f": "F"}))
    assert _why(merged, merged.column("sex")).endswith("2 spellings were merged since.")
    assert _why(schema, schema.column("sex")) == schema.column("sex").reason
