"""Dates before 1677 and after 2262, account numbers above 2^53, and tables without a feature: whole or a sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit import adversary
from core.audit.record_set import RecordSet
from core.config import run_config
from core.data.sources.load import load
from core.downstream_classifiers import random_forest
from core.pipeline import audit_dataset, prepare, run

ROWS = 120


def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "founded": [f"{1066 + 20 * (row % 95)}-0{1 + row % 9}-15" for row in range(ROWS)],
            "account": [str(2**53 + 1 + 10**9 * int(number)) for number in rng.integers(0, 10**6, ROWS)],
            "age": rng.integers(18, 70, ROWS),
            "sex": rng.choice(["f", "m"], ROWS),
            "hired": rng.choice(["yes", "no"], ROWS),
        }
    )


def write(path: Path) -> None:
    if path.suffix == ".csv":
        table().to_csv(path, index=False)
        return
    typed = table().assign(
        founded=[dt.date.fromisoformat(text) for text in table()["founded"]],
        account=[int(text) for text in table()["account"]],
    )
    typed.to_parquet(path)


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_far_dates_and_long_numbers_go_through_an_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(random_forest, "TREES", 5)
    monkeypatch.setattr(adversary, "ROUNDS", 5)
    write(tmp_path / name)
    dataset = load(tmp_path / name, target="hired", positive="yes", sensitive=["sex"])
    frame = dataset.frame
    assert [str(one)[:10] for one in frame["founded"]] == table()["founded"].tolist()
    assert [str(one) for one in frame["account"]] == table()["account"].tolist()
    result = audit_dataset(dataset, run_config(audit_seeds=(0,), pictures="none"))
    ratios = RecordSet(result.records).where(source="original", metric="demographic_parity_ratio")
    assert ratios
    prepare(dataset, run_config(preset="fast", device="cpu"), tmp_path / "run")


def test_a_table_without_a_feature_has_an_audit_and_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_forest, "TREES", 5)
    monkeypatch.setattr(adversary, "ROUNDS", 5)
    table()[["sex", "hired"]].to_csv(tmp_path / "t.csv", index=False)
    dataset = load(tmp_path / "t.csv", target="hired", positive="yes", sensitive=["sex"])
    assert not dataset.schema.features
    small = {"audit_seeds": (0,), "pictures": "none", "device": "cpu"}
    assert audit_dataset(dataset, run_config(**small)).records
    result = run(dataset, run_config(preset="fast", epochs=1, generator_draws=1, **small), tmp_path / "run")
    assert list(pd.read_csv(tmp_path / "run" / "synthetic.csv").columns) == ["sex", "hired"]
    assert result.records
