"""The command that repeats a run is one that the command line takes, and asks for the same settings."""

import shlex

import pytest
import typer.main

from core.cli.main import app
from core.config import RunConfig
from core.data.decision_roles import DecisionRoles
from core.data.model_decisions import DecisionColumn, SelectionRule
from core.data.weights import WeightColumn
from core.report.auditor.command import AUDITED, UNNAMED, command, others

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
            DecisionColumn("risk", is_score=True, rule=SelectionRule(top=0.1)),
            DecisionColumn("points", is_score=True, rule=SelectionRule(threshold=0.5)),
        ),
        weight=WeightColumn("w"),
        references={"sex": "F"},
    )
    text = command({"config": RunConfig().model_dump(mode="json"), "decision_roles": roles.as_json()})
    for part in ("--prediction 'old model'", "--score risk@top10%", "--score points@0.5", "--weight w", "sex=F"):
        assert part in text
    assert named(text) <= options("audit")


@pytest.mark.parametrize("manifest", [{}, {"rows": {}}], ids=["empty", "no settings"])
def test_without_settings_there_is_no_command(manifest):
    assert command(manifest) == ""
    assert others(manifest) == []
