"""The verb that lists compared systems, and the options that choose one."""

import json

import pytest
from typer.testing import CliRunner

from core.cli.main import app
from core.cli.method_commands import method_of
from core.data.data_kinds import DATA_KINDS, DataKindInfo
from core.errors import ConfigError
from core.synthesis.methods.method_info import MethodInfo, methods_by_kind
from core.synthesis.methods.settings import FAIRDISCO

SEQUENCE_METHODS = {"bootstrap": MethodInfo("Bootstrap", "rows", "Draws rows.", "Nobody", ("a", "B"), FAIRDISCO)}


def test_every_method_is_listed():
    told = CliRunner().invoke(app, ["methods"])
    assert told.exit_code == 0
    for kind, methods in methods_by_kind().items():
        assert f"{kind}s" in told.stdout
        for name in methods:
            assert name in told.stdout


def test_a_method_of_another_kind_of_data_is_listed(monkeypatch):
    monkeypatch.setitem(DATA_KINDS, "sequence", DataKindInfo(None, (__name__, "SEQUENCE_METHODS"), ("a", "B")))
    listed = CliRunner().invoke(app, ["methods"])
    assert "bootstrap" in listed.stdout
    assert "sequences" in listed.stdout
    assert "Bootstrap" in CliRunner().invoke(app, ["methods", "bootstrap"]).stdout
    assert "bootstrap" in CliRunner().invoke(app, ["methods", "gan"]).stderr


def test_a_method_for_several_kinds_has_the_settings_of_each():
    found = json.loads(CliRunner().invoke(app, ["methods", "evenhand", "--json"]).stdout)
    assert list(found["evenhand"]) == ["table", "image"]
    shown = CliRunner().invoke(app, ["methods", "evenhand"]).stdout
    assert "Evenhand, tables" in shown
    assert "Evenhand, images" in shown


def test_the_dials_of_one_stand_beside_their_values_by_preset():
    told = CliRunner().invoke(app, ["methods", "decaf"])
    assert told.exit_code == 0
    for word in ("cut", "Edges into the target that are cut", "paper", "default", "fast"):
        assert word in told.stdout


def test_as_json_for_scripts():
    told = CliRunner().invoke(app, ["methods", "fldgm-dm", "--json"])
    found = json.loads(told.stdout)
    assert list(found) == ["fldgm-dm"]
    assert found["fldgm-dm"]["table"]["presets"]["paper"]["optimisation"]["epochs"] == 5000


def test_an_unknown_one_is_said():
    told = CliRunner().invoke(app, ["methods", "gan"])
    assert told.exit_code == 1
    assert "There is no method 'gan'" in told.stderr


def test_dials_are_read_as_json_where_they_can_be():
    found = method_of("decaf", ["cut=ftu", 'edges=[["a","b"]]', "hidden=20"])
    assert found == {"method": "decaf", "hyperparameters": {"cut": "ftu", "edges": [["a", "b"]], "hidden": 20}}


def test_a_dial_without_a_value_is_refused():
    with pytest.raises(ConfigError, match="write it like cut=ftu"):
        method_of("decaf", ["cut"])
