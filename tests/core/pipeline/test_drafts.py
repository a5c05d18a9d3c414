from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.checks.apply import choose
from core.data.checks.edits import DropDuplicates
from core.data.checks.issue import Change
from core.data.decision_columns import DecisionColumn, SelectionRule
from core.data.decision_roles import DecisionRoles
from core.data.periods import PeriodColumn
from core.data.schema_editing import choose_sensitive, with_schema
from core.data.sources.load import load
from core.data.weights import WeightColumn
from core.errors import RunError
from core.modalities.image.attached import images_of
from core.pipeline import BiasAuditRequest
from core.pipeline.drafts import Draft, read_draft, run_of, save_choices, save_draft, save_run_of
from core.runs.draft_folder import DraftFolder

ROLES = DecisionRoles(
    (DecisionColumn("hired"), DecisionColumn("score", is_score=True, rule=SelectionRule(top=0.1))),
    "maker",
    WeightColumn("w", "frequency"),
    PeriodColumn("month", None, ("b", "a")),
    {"sex": "overall"},
)
COUNTS = BiasAuditRequest(sex="sex", applicants="n", unknown=("?", "–"), exclusion_reason="few", texts={"key": "text"})


@pytest.fixture
def folder(tmp_path):
    return DraftFolder.create(tmp_path)


def same(first, second):
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert first.schema == second.schema
    assert (first.name, first.notes, first.official) == (second.name, second.notes, second.official)
    assert first.options == second.options


def test_kinds_roles_and_edits_come_back(folder):
    loaded = load("demo", rows=200)
    edited = choose(choose_sensitive(loaded.schema, loaded.frame, ["sex", "age"]), DropDuplicates())
    save_draft(folder, Draft(loaded, edited, DecisionRoles(), False, None))
    again = read_draft(folder)
    same(again.loaded, loaded)
    same(with_schema(again.loaded, again.schema), with_schema(loaded, edited))
    assert again.schema.sensitive == ["age", "sex"]
    assert (again.roles, again.decides, again.counts) == (DecisionRoles(), False, None)


def test_what_columns_are_for_comes_back(folder):
    loaded = load("demo", rows=100)
    save_draft(folder, Draft(loaded, loaded.schema, ROLES, True, COUNTS))
    again = read_draft(folder)
    assert again.roles == ROLES
    assert again.counts == COUNTS
    assert again.decides


def test_test_rows_and_earlier_changes_come_back(folder):
    whole = load("demo", rows=100)
    changes = (Change(edit=DropDuplicates(), rows=3),)
    loaded = replace(whole, frame=whole.frame[:80], holdout=whole.frame[80:], official=False, changes=changes)
    save_draft(folder, Draft(loaded, loaded.schema, DecisionRoles(), False, None))
    again = read_draft(folder).loaded
    pd.testing.assert_frame_equal(again.holdout, loaded.holdout.reset_index(drop=True))
    assert (again.official, again.changes) == (False, changes)


def test_images_come_back(folder):
    loaded = load("color-digits")
    save_draft(folder, Draft(loaded, loaded.schema, DecisionRoles(), False, None))
    again = read_draft(folder).loaded
    same(again, loaded)
    for frame in (loaded.frame, loaded.holdout):
        names = frame[loaded.schema.image]
        np.testing.assert_array_equal(images_of(again.examples).of(names), images_of(loaded.examples).of(names))


def test_later_choices_leave_the_rows_as_they_are(folder):
    loaded = load("demo", rows=100)
    save_draft(folder, Draft(loaded, loaded.schema, DecisionRoles(), False, None))
    before = [path.read_bytes() for path in folder.artifacts.files()]
    edited = choose_sensitive(loaded.schema, loaded.frame, ["origin"])
    save_choices(folder, Draft(loaded, edited, DecisionRoles(), False, None))
    assert [path.read_bytes() for path in folder.artifacts.files()] == before
    assert read_draft(folder).schema.sensitive == ["origin"]


def test_a_run_that_was_made_of_it_takes_the_place_of_its_rows(folder):
    loaded = load("demo", rows=100)
    save_draft(folder, Draft(loaded, loaded.schema, DecisionRoles(), False, None))
    assert run_of(folder) == ""
    save_run_of(folder, "demo-1")
    assert run_of(folder) == "demo-1"
    assert folder.artifacts.files() == []
    with pytest.raises(RunError, match="holds no table"):
        read_draft(folder)
