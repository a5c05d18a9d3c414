"""The closed loop as a function, and what is done with finished runs."""

import pandas as pd
import pytest

import evenhand as eh
from core.config import RunConfig
from evenhand.options import AuditOptions, RunOptions, RunSettings

FAST = {"preset": "fast", "epochs": 2, "device": "cpu", "audit_seeds": (0,), "generator_draws": 1, "pictures": "none"}


@pytest.fixture(scope="module")
def table():
    return eh.load("demo", rows=300)


@pytest.fixture(scope="module")
def result(table):
    frame = table.frame.astype({"sex": "category"})
    return eh.run(frame, **table.roles, **FAST)


def test_a_run_makes_rows_and_measures_them(result, table):
    assert result.synthetic["sex"].dtype == "category"
    assert result.synthetic.columns.tolist() == table.schema.generated.names
    assert {"original", "teacher", "student", "synthetic"} <= set(result.to_frame()["source"])
    assert "synthetic" in repr(result)
    assert "teacher" not in repr(result)


def test_more_rows(result, tmp_path):
    pd.testing.assert_frame_equal(result.sample(240, seed=0), result.synthetic)
    path = eh.generate(result, tmp_path / "more.csv", rows=12, group="female")
    assert pd.read_csv(path)["sex"].tolist() == ["female"] * 12
    assert result.sample(5, group="female")["sex"].tolist() == ["female"] * 5


def test_a_generator_is_exported_and_makes_rows_without_its_run(result, table, tmp_path):
    model = eh.export(result, tmp_path / "model.zip")
    paths = [eh.generate(model, tmp_path / name, rows=30, seed=2) for name in ("a.csv", "b.csv")]
    rows = pd.read_csv(paths[0])
    assert rows.columns.tolist() == table.schema.generated.names
    assert len(rows) == 30
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(eh.ConfigError, match="Pass another to"):
        eh.export(result, tmp_path / "model.onnx")


@pytest.mark.slow
def test_a_run_is_compared_and_verified(result, table, tmp_path):
    other = eh.run(table.frame, **table.roles, **FAST, seed=1, out=tmp_path / "other")
    found = eh.compare(result, other.folder)
    assert set(found["metric"]) >= {"accuracy"}
    assert (found["difference"].dropna() == (found["second"] - found["first"]).dropna()).all()
    assert len(eh.compare(result, other, everything=True)) > len(found)
    assert eh.verify(other)["agrees"].all()
    (other.folder / "synthetic.csv").write_text("changed")
    assert not eh.verify(other.folder)["agrees"].all()


def test_an_opened_run_still_knows_the_frame(result):
    again = eh.open_run(result.folder)
    pd.testing.assert_frame_equal(again.synthetic, result.synthetic)


@pytest.mark.slow
def test_a_built_in_name_needs_no_frame():
    found = eh.run("demo", **{**FAST, "epochs": 1}, rows=60)
    assert len(found.synthetic) == 60


def test_every_setting_of_a_run_is_a_keyword():
    assert set(RunConfig.model_fields) - {"preset", "seed"} <= set(RunOptions.__annotations__)
    assert set(RunSettings.__annotations__) <= set(RunConfig.model_fields) - set(AuditOptions.__annotations__)


def test_unknown_names_are_refused(table):
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        eh.run(table.frame, **table.roles, colour=1)
    with pytest.raises(eh.ConfigError):
        eh.run(table.frame, **table.roles, repair_level=2)
    with pytest.raises(eh.ConfigError, match="no built-in table 'color-digits'"):
        eh.load("color-digits")
