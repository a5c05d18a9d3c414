"""An audit in an MLflow run with a file store: figures, findings, report."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evenhand as eh

N = 300
RNG = np.random.default_rng(0)
SEX, RACE = RNG.choice(["f", "m"], N), RNG.choice(["a/b", "≥ 5"], N)
Y = RNG.integers(0, 2, N)
PRED = np.where(SEX == "m", 1, Y)


@pytest.fixture(scope="module")
def result():
    frame = pd.DataFrame({"sex": SEX, "race": RACE})
    return eh.audit_decisions(Y, {"risk": PRED}, sensitive_features=frame, favorable=1)


@pytest.fixture
def mlflow(tmp_path, monkeypatch):
    """MLflow with a store of its own: a folder that is not there yet gets a default experiment."""
    found = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    found.set_tracking_uri((tmp_path / "store").as_uri())
    return found


def test_figures_findings_and_report_are_in_the_run(result, mlflow):
    with mlflow.start_run() as run:
        assert eh.log_to_mlflow(result) == run.info.run_id
    logged = mlflow.get_run(run.info.run_id)
    metrics = logged.data.metrics
    assert metrics["risk/model/selection_rate by sex in m"] == 1.0
    assert metrics["risk/model/selection_rate by sex in f"] == pytest.approx(PRED[SEX == "f"].mean())
    assert metrics["risk/model/accuracy low"] < metrics["risk/model/accuracy"] < metrics["risk/model/accuracy high"]
    assert "risk/model/selection_rate by race in a_b" in metrics
    assert int(logged.data.tags["evenhand.gaps"]) > 0
    stored = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="evenhand")
    names = sorted(one.name for one in Path(stored).iterdir())
    assert names == ["findings.json", "metrics.json", "report.html"]
    findings = json.loads((Path(stored) / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert any(one["verdict"] == "gap found" and one["sensitive"] == "sex" for one in findings)


def test_without_an_active_run_one_is_made_and_ended(result, mlflow):
    made = eh.log_to_mlflow(result)
    assert mlflow.active_run() is None
    assert mlflow.get_run(made).info.status == "FINISHED"
    assert eh.log_to_mlflow(result, made) == made


def test_without_mlflow_the_extra_is_named(result, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(eh.ConfigError, match=r"evenhand\[mlflow\]"):
        eh.log_to_mlflow(result)
