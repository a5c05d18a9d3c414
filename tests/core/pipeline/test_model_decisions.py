"""An audit of decisions as a run: which rows it measures, what it keeps, and how it is opened again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.config import run_config
from core.data.column import Column
from core.data.decision_columns import DecisionColumn, SelectionRule
from core.data.decision_roles import DecisionRoles
from core.data.schema import Schema
from core.data.sources.upload import from_frame
from core.data.weights import WeightColumn
from core.modalities.reopen import reopened
from core.pipeline import (
    audit_model_decisions,
    audited_roles,
    measure_model_decisions,
    prepare,
    read_conclusions,
    save_model_decisions,
)
from core.runs.run_folder import RunFolder

COLUMNS = (
    DecisionColumn("said"),
    DecisionColumn("points", is_score=True, rule=SelectionRule(threshold=5.0)),
    DecisionColumn("points", is_score=True, rule=SelectionRule(top=0.25)),
    DecisionColumn("chance", is_score=True),
)
ROLES = DecisionRoles(COLUMNS)
SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="y", kind="categorical", role="target"),
        Column(name="said", kind="categorical"),
        Column(name="points", kind="integer"),
        Column(name="chance", kind="numerical"),
    ),
    positive="yes",
)


def dataset(rows=160):
    rng = np.random.default_rng(0)
    columns = {name: rng.choice(["yes", "no"], rows) for name in ("y", "said")}
    numbers = {"points": rng.integers(0, 10, rows), "chance": rng.random(rows)}
    return from_frame(pd.DataFrame({"sex": rng.choice(["f", "m"], rows), **columns, **numbers}), "file.csv", SCHEMA)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("decided") / "run"
    audit_model_decisions(dataset(), ROLES, out=out)
    return RunFolder.open(out)


def test_a_run_knows_whose_decisions_it_audited(run):
    assert audited_roles(run) == ROLES


def test_its_table_is_opened_again_with_all_rows_and_no_decision_as_a_feature(run):
    again = reopened(run)
    assert len(again.frame) == 160
    assert again.holdout is None
    assert again.schema.features == []
    assert "none was held out" in again.notes[0]


def test_the_findings_are_known_before_anything_is_saved_and_stay_the_same(tmp_path):
    out = tmp_path / "run"
    measured = measure_model_decisions(dataset(), ROLES)
    told = measured.conclusions.sentences
    assert told
    assert not out.exists()
    save_model_decisions(measured, out)
    assert read_conclusions(out).sentences == told


def test_test_rows_are_measured_with_the_others():
    whole = dataset()
    parted = replace(whole, frame=whole.frame[:100], holdout=whole.frame[100:].reset_index(drop=True))
    figures = [[one.value for one in audit_model_decisions(data, ROLES).records] for data in (whole, parted)]
    assert figures[0] == figures[1]


def test_a_run_that_learned_rows_audited_no_decisions(tmp_path):
    schema = SCHEMA.edited("said", role="ignored")
    assert audited_roles(prepare(replace(dataset(), schema=schema), run_config(), tmp_path / "run")) == DecisionRoles()


def test_a_weighted_run_keeps_the_rows_that_count_and_knows_its_weights(tmp_path):
    weight = WeightColumn("points", "frequency")
    whole = dataset()
    result = audit_model_decisions(whole, DecisionRoles(COLUMNS[:1], weight=weight), out=tmp_path / "run")
    folder = RunFolder.open(tmp_path / "run")
    assert audited_roles(folder).weight == weight
    points = whole.frame["points"].to_numpy(dtype=float)
    assert len(reopened(folder).frame) == (points > 0).sum() < len(points)
    accuracy = RecordSet(result.records).where(source="said", positive="yes").one(metric="accuracy", sensitive=None)
    assert accuracy.n == points.sum()


def test_a_share_of_rows_is_said_with_each_weighted_figure():
    scores = (COLUMNS[0], DecisionColumn("chance", is_score=True, rule=SelectionRule(top=0.25)))
    records = audit_model_decisions(dataset(), DecisionRoles(scores, weight=WeightColumn("points"))).records
    said = "'chance' selects top 25% of the rows, not of the weighted people."
    rates = RecordSet(records).where(metric="selection_rate")
    assert all(said in one.note for one in rates.where(source="chance"))
    assert not any(said in one.note for one in rates.where(source="said"))
