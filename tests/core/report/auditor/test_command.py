"""The command that repeats a run is one that the command line takes, and asks for the same settings."""

import shlex

import pytest
import typer.main

from core.cli.main import app
from core.config import RunConfig
from core.data.decision_columns import DecisionColumn, SelectionRule
from core.data.decision_roles import DecisionRoles
from core.data.periods import PeriodColumn
from core.data.replicates import ReplicateColumns
from core.data.sources.load import load
from core.data.sources.load_options import LoadOptions
from core.data.weights import WeightColumn
from core.report.auditor.command import AUDITED, UNNAMED, command, files, others

COMMANDS = typer.main.get_command(app).commands


def options(verb):
    return {name for parameter in COMMANDS[verb].params for name in parameter.opts}


def named(text):
    return {word for word in shlex.split(text) if word.startswith("--")}


def run_manifest(**fields):
    return {"config": RunConfig(**fields).model_dump(mode="json"), "settings": {}}


def test_a_run_without_choices_has_its_seed():
    assert command(run_manifest()) == "evenhand run DATA --schema schema.json --seed 0 --out OUT"


def test_every_setting_has_an_option_of_run_or_is_known_to_have_none():
    for name in RunConfig.model_fields:
        option = {"hyperparameters": "--param", "proportions": "--proportion"}.get(name, f"--{name.replace('_', '-')}")
        assert (option in options("run")) != (name in UNNAMED), name


def test_every_setting_of_an_audit_has_an_option():
    assert {f"--{name.replace('_', '-')}" for name in AUDITED} <= options("audit")


def test_what_was_chosen_is_in_the_command():
    text = command(run_manifest(seed=4, preset="fast", proportions={"sex=a b": 0.5}, audit_seeds=(0,)))
    assert "--preset fast" in text
    assert "'sex=a b=0.5'" in text
    assert named(text) <= options("run")
    assert others(run_manifest(audit_seeds=(0,))) == [("audit_seeds", "[0]")]


def test_an_audit_has_its_own_verb():
    text = command({"config": RunConfig(seed=2, preset="fast").model_dump(mode="json")})
    assert text == "evenhand audit DATA --schema schema.json --seed 2 --out OUT"


def test_decisions_are_named_by_their_columns():
    roles = DecisionRoles(
        (
            DecisionColumn("old model"),
            DecisionColumn("new", positive="not invited"),
            DecisionColumn("risk", is_score=True, rule=SelectionRule(top=0.1)),
            DecisionColumn("points", is_score=True, rule=SelectionRule(threshold=0.5)),
        ),
        weight=WeightColumn("w"),
        references={"sex": "F"},
    )
    text = command({"config": RunConfig().model_dump(mode="json"), "decision_roles": roles.as_json()})
    for part in (
        "--prediction 'old model'",
        "--prediction 'new@not invited'",
        "--score risk@top10%",
        "--score points@0.5",
        "--weight w",
        "sex=F",
    ):
        assert part in text
    assert named(text) <= options("audit")


def test_what_changed_the_rows_and_stands_in_no_schema_is_in_the_command(tmp_path):
    table, later = tmp_path / "people.csv", tmp_path / "later.csv"
    load("demo", rows=80).frame.to_csv(table, index=False, encoding="cp1252")
    load("demo", rows=80, seed=1).frame.to_csv(later, index=False, encoding="cp1252")
    dataset = load(table, target="approved", sensitive=["sex"], holdout=later, encoding="cp1252")
    manifest = run_manifest() | {"name": dataset.name, "options": dict(dataset.options)}
    text = command(manifest)
    assert "--encoding cp1252" in text
    assert "--holdout HOLDOUT" in text
    assert named(text) <= options("run")
    assert files(manifest) == "DATA is people.csv, HOLDOUT is later.csv"


def test_an_older_run_that_may_have_had_a_file_of_test_rows_says_so():
    older = run_manifest() | {"name": "people.csv", "official_split": True}
    assert "if one was given, goes after --holdout" in files(older)
    assert "--holdout" not in files(older | {"options": {}})


def test_every_option_of_loading_is_in_the_schema_or_in_the_command():
    in_schema = {"target", "positive", "threshold", "favorable", "margin", "decision", "sensitive", "bin_edges"}
    in_schema |= {"strata", "reference", "schema", "decimal_mark", "date_order", "apply"}
    of_python = {"rows", "at_median"}  # no option: the demo's size, and what an audit of scores sets by itself
    kept = {"holdout", "encoding", "bias", "image_size", "labels", "sql", "seed"}
    assert set(LoadOptions.__annotations__) == in_schema | of_python | kept
    given = dict.fromkeys(kept - {"seed"}, "x")
    assert named(command(run_manifest() | {"options": given})) >= {f"--{one.replace('_', '-')}" for one in kept}


def test_replicate_weights_and_files_of_periods_are_named():
    roles = DecisionRoles(
        (DecisionColumn("model"),),
        weight=WeightColumn("w", replicates=ReplicateColumns(("w1", "w2"), "fay", 0.3)),
        period=PeriodColumn("period (file)", order=("2024", "2025 b")),
    )
    manifest = {"config": RunConfig().model_dump(mode="json"), "decision_roles": roles.as_json()}
    text = command(manifest)
    assert "evenhand audit 2024=2024.csv '2025 b=2025 b.csv'" in text
    assert "--replicate-weights w1 --replicate-weights w2 --replicate-method fay@0.3" in text
    assert "--period-column" not in text
    assert named(text) <= options("audit")


@pytest.mark.parametrize("manifest", [{}, {"rows": {}}], ids=["empty", "no settings"])
def test_without_settings_there_is_no_command(manifest):
    assert command(manifest) == ""
    assert others(manifest) == []
