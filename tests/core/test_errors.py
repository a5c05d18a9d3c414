"""Every error of the library can be said by every front end, each in its own words and in no other's."""

import ast
import json
import pickle
import re
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError, model_validator

import core
from core import errors
from core.app.field_labels import LABELS, NO_WIDGET, ON_SCREEN
from core.cli.field_names import COMMAND_LINE, NAMES
from core.cli.main import app
from core.config import RunConfig
from core.errors import (
    FIELDS,
    PYTHON,
    ConfigError,
    DataError,
    EvenhandError,
    Problem,
    RunError,
    SchemaError,
    about_field,
    change,
    give,
    leave_out,
)
from core.validation import validation_problem

FAMILY = (ConfigError, DataError, RunError, SchemaError)
ROOT = Path(core.__file__).parents[1]
FRONT_ENDS = ("app", "cli", "benchmarks")
LIBRARY = [path for path in (ROOT / "core").rglob("*.py") if path.parent.name not in FRONT_ENDS]
WORDED = {ROOT / "core/errors.py", ROOT / "core/report/auditor/command.py"}
"""One words the remedies for each front end; the other writes the command that repeats a run."""
OPTION = re.compile(r"(?:^|[\s(“'\"`])--[a-z]")


def strings(tree):
    """Every literal text of a module, those in f-strings too, but not whole arguments of other programs."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    ]


def raised(tree):
    """Calls that make an error of the family."""
    names = {one.__name__ for one in (EvenhandError, *FAMILY)}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in names]


# A sentence of the library: it may hold names from strangers, but none of them looks like an option here.
sentences = st.text(min_size=1, max_size=40).filter(lambda text: "--" not in text).map(lambda text: f"Column {text!r}.")
fields = st.sampled_from(FIELDS)
values = st.none() | st.sampled_from(["attribute_blind", "two words"]) | st.floats(0, 1) | st.integers(0, 9)
remedies = st.one_of(st.builds(give, fields, values), st.builds(change, fields), st.builds(leave_out, fields))
problems = st.builds(Problem, sentences, st.none() | fields, st.lists(remedies, max_size=3).map(tuple))


@given(problems)
def test_each_front_end_says_every_problem_in_its_own_words(problem):
    named = {problem.field, *(remedy.field for remedy in problem.remedies)} - {None}
    for wording in (PYTHON, ON_SCREEN, COMMAND_LINE):
        said = problem.worded(wording)
        assert problem.sentence in said
        assert all(wording.names[field] in said for field in named)
    assert not OPTION.search(problem.worded(PYTHON))
    assert not OPTION.search(problem.worded(ON_SCREEN))


@pytest.mark.parametrize("kind", FAMILY)
@pytest.mark.parametrize("field", FIELDS)
def test_every_class_carries_its_field_and_says_it(kind, field):
    error = kind("Something is wrong.", field=field, remedies=[change(field)])
    assert isinstance(error, EvenhandError)
    assert error.field == field
    assert str(error) == f"Something is wrong. Pass another {field}."
    assert pickle.loads(pickle.dumps(error)).problem == error.problem  # noqa: S301  # across processes of a pool


def test_a_field_that_no_remedy_names_stands_before_the_sentence():
    problem = Problem("The seed must be at least 0, not -1.", "seed")
    assert problem.worded(COMMAND_LINE) == "--seed: The seed must be at least 0, not -1."
    assert problem.worded(ON_SCREEN) == "“Seed”: The seed must be at least 0, not -1."
    assert problem.worded(PYTHON) == "seed: The seed must be at least 0, not -1."


def test_a_remedy_with_a_value():
    problem = Problem(
        "It is off.", "label_channel", (give("label_channel", "attribute_blind"), leave_out("target_dpr"))
    )
    assert problem.worded(COMMAND_LINE) == "It is off. Give --label-channel attribute_blind, or leave --target-dpr out."
    assert problem.worded(PYTHON) == "It is off. Pass label_channel='attribute_blind', or leave target_dpr out."
    assert "Set “Outcome repair” to “On: fair whether or not" in problem.worded(ON_SCREEN)
    assert (
        Problem("No.", None, (give("labels", "my labels.csv"),))
        .worded(COMMAND_LINE)
        .endswith("--labels 'my labels.csv'.")
    )
    assert Problem("No.", None, (give("threshold", 30.0, "its median"),)).worded(COMMAND_LINE) == (
        "No. Give --threshold 30 (its median)."
    )


def test_the_command_line_has_the_options_that_it_names():
    command = typer.main.get_command(app)
    there = {name for one in command.commands.values() for param in one.params for name in [*param.opts, param.metavar]}
    there |= {(param.name or "").upper() for one in command.commands.values() for param in one.params}
    for field, name in NAMES.items():
        option = f"--{field.replace('_', '-')}"
        assert name in there or (name == field and field in RunConfig.model_fields), name
        assert name == option or option not in there, f"{field} has an option now: {option}"
    assert set(NAMES) == set(FIELDS) >= set(RunConfig.model_fields)


def test_the_pages_have_the_widgets_that_they_name():
    scripts = [path for folder in ("core/app", "core/modalities", "pages") for path in (ROOT / folder).glob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in scripts if path.name != "field_labels.py"]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = [node.value for node in nodes if isinstance(node.value, str)]
    source = "".join(path.read_text(encoding="utf-8") for path in scripts)
    for field, label in LABELS.items():
        assert any(text.startswith(label) for text in texts) or f'LABELS["{field}"]' in source, label
    assert set(LABELS) | set(NO_WIDGET) == set(FIELDS)
    assert not set(LABELS) & set(NO_WIDGET)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_speaks_of_no_front_end(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path not in WORDED:
        assert [text for text in strings(tree) if OPTION.search(text)] == []
    for call in raised(tree):
        last = call.args[0]
        while isinstance(last, ast.JoinedStr):
            last = last.values[-1]
        if isinstance(last, ast.Constant):
            assert last.value.endswith((".", "?")), f"line {call.lineno}: a remedy may follow the sentence"


class Settings(BaseModel):
    seed: int = Field(default=0, ge=0)
    text: str = ""
    audit_seeds: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _no_seven(self):
        if self.seed == 7:
            raise ConfigError("Seven is taken.", field="seed", remedies=[change("seed")])
        return self


@pytest.mark.parametrize(
    ("given_", "problem"),
    [
        ({"seed": -1}, Problem("The value must be greater than or equal to 0, not -1.", "seed")),
        ({"seed": 7}, Problem("Seven is taken.", "seed", (change("seed"),))),
        (
            {"text": 5},
            Problem("text: the value must be a valid string, not 5.", None),
        ),
        ({"audit_seeds": [1, "x"]}, None),
        ({"text": ["x" * 100]}, None),
    ],
)
def test_findings_of_pydantic_name_field_and_value(given_, problem):
    with pytest.raises(ValidationError) as error:
        Settings.model_validate(given_)
    found = validation_problem(error.value)
    if problem is not None:
        assert found == problem
    assert found.sentence.endswith(".")
    assert len(found.sentence) < 120
    assert validation_problem(error.value, "hyperparameters").field in {"hyperparameters", "seed"}


def test_a_problem_is_kept_as_data():
    problem = Problem("It is off.", "label_channel", (give("threshold", 0.5, "its median"), leave_out("target_dpr")))
    from core.runs.state import State, Status

    state = State(status=Status.FAILED, started="x", problem=problem)
    assert State.model_validate_json(json.dumps(state.model_dump(mode="json"))) == state
    assert errors.is_field("seed")
    assert not errors.is_field("seeds")


def test_an_error_is_about_the_field_whose_content_is_read():
    with pytest.raises(DataError) as found, about_field("holdout"):
        raise DataError("The file is empty.")
    assert found.value.problem == Problem("The file is empty.", "holdout")
    with pytest.raises(DataError) as found, about_field("data"), about_field("labels"):
        raise DataError("The file is empty.")
    assert found.value.field == "labels"
    with pytest.raises(ConfigError) as found, about_field("synthetic", instead_of=("labels",)):
        raise ConfigError("No labels.", field="labels", remedies=[give("labels"), change("image_size")])
    assert found.value.problem == Problem("No labels.", "synthetic", (change("image_size"),))
