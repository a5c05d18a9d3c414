"""The check of a GPU: what needs none, and the whole way with the CPU in the place of the GPU."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import torch
import typer
from typer.testing import CliRunner, Result

from core.audit.records import Record
from core.benchmarks import gpu_check, gpu_usage
from core.benchmarks.device_agreement import Agreement
from core.benchmarks.gpu_check import Budget, OutOfTimeError, Part, Plan, differences
from core.benchmarks.gpu_check_page import page
from core.benchmarks.gpu_workloads import headlines, made_up, made_up_model
from core.data.schema_match import schema_mismatches
from core.events import Event

CPU = torch.device("cpu")


def command(*words: str) -> Result:
    app = typer.Typer()
    app.command()(gpu_check.main)
    return CliRunner().invoke(app, list(words))


def test_without_a_gpu_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    found = command("--out", str(tmp_path / "out"))
    assert found.exit_code == 2
    assert found.stderr == "This machine has no GPU that torch can use as 'cuda', so nothing was checked.\n"
    assert not (tmp_path / "out").exists()


def test_the_budget_ends_the_work_when_the_time_is_over() -> None:
    Budget(60)(Event("teacher", 1, 2))
    over = Budget(0)
    time.sleep(0.001)
    with pytest.raises(OutOfTimeError, match="0 seconds of the check were over at the stage teacher"):
        over(Event("teacher", 1, 2))


def test_what_is_cut_off_fails_and_is_written(tmp_path: Path) -> None:
    assert not gpu_check.check(Plan(tmp_path, CPU, rows=500, seeds=(0,), small=True, seconds=1e-6))
    found = json.loads((tmp_path / gpu_check.JSON).read_text())
    assert [len(part["problems"]) for part in found["parts"]] == [1, 1, 1]
    assert "**Failed:**" in (tmp_path / gpu_check.PAGE).read_text()


def test_devices_may_differ_as_much_as_seeds() -> None:
    seeds = {"device": {"accuracy": [0.80, 0.84]}, "cpu": {"accuracy": [0.79, 0.82]}}
    assert differences(seeds) == []
    (found,) = differences({"device": {"accuracy": [0.80, 0.80]}, "cpu": {"accuracy": [0.83, 0.84]}})
    assert found == "accuracy differs by 0.035 between the devices, and by 0.020 between seeds."
    assert differences({"device": {"accuracy": [float("nan")]}, "cpu": {"accuracy": [0.8]}})
    assert differences({"device": {"accuracy": [0.1]}}) == []  # nothing to compare with


def test_the_made_up_table_has_its_rows_and_builds_networks() -> None:
    data = made_up(700)
    assert len(data.frame) == 700
    assert schema_mismatches(data.frame, data.schema) == []
    assert made_up_model(data).device == CPU


def test_headlines_are_of_protocol_a_and_the_positive_value() -> None:
    def record(protocol: str, positive: str, value: float) -> Record:
        return Record(source="synthetic", protocol=protocol, metric="accuracy", positive=positive, value=value)

    records = [record("B", "yes", 0.1), record("A", "no", 0.2), record("A", "yes", 0.3)]
    assert headlines(records, "yes") == {"accuracy": 0.3}


def test_the_page_says_what_is_unknown_and_what_failed() -> None:
    part = Part(
        "table",
        [Agreement("teacher", 1e-6, 2e-6)],
        {"device": {"teacher": 50.0}, "cpu": {"teacher": 10.0}},
        {"device": {"train": 2.0, "whole": 3.0}, "cpu": {"train": 8.0}},
        {"device": {"accuracy": [0.5, 0.6]}, "cpu": {"accuracy": [0.5, 0.6]}},
    )
    text = page([part], CPU, 12.0)
    assert "**Everything agrees.**" in text
    for line in (
        "| table | teacher | 1.0e-06 | 2.0e-06 |",
        "| table | teacher | 50.0 | 10.0 | 5.0 times |",
        "| table | train | 2.0 | 8.0 | 4.0 times |",
        "| table | whole | 3.0 | – | – |",
        "| table | accuracy | 0.500, 0.600 | 0.500, 0.600 |",
        "| table | unknown | unknown |",
    ):
        assert line in text
    part.problems, part.utilisation, part.peak_bytes = ["It is slow."], 87.4, 3 * 2**30
    text = page([part], CPU, 12.0)
    assert "- table: It is slow." in text
    assert "| table | 87 % | 3.00 GiB |" in text


def test_the_cpu_is_not_watched() -> None:
    with gpu_usage.watched(CPU) as usage:
        pass
    assert (usage.mean_utilisation, usage.peak_bytes) == (None, None)
    assert gpu_usage.Usage([20.0, 40.0]).mean_utilisation == 30.0


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_utilisation_is_unknown_without_a_gpu() -> None:
    assert gpu_usage.utilisation() is None


@pytest.mark.slow
def test_the_whole_way_of_the_cpu_against_itself(tmp_path: Path) -> None:
    found = command("--device", "cpu", "--small", "--rows", "1500", "--out", str(tmp_path))
    assert found.exit_code == 0, found.output
    parts = json.loads((tmp_path / gpu_check.JSON).read_text())["parts"]
    assert [part["name"] for part in parts] == ["demo", "color-digits", "made-up table of 1,500 rows"]
    for part in parts:
        assert [one["gradient"] for one in part["agreements"]] == [0.0, 0.0]
        assert set(part["updates_per_second"]) == {"device", "cpu"}
    assert parts[0]["headlines"]["device"] == parts[0]["headlines"]["cpu"]
    assert {"train", "sample", "audit"} == set(parts[1]["seconds"]["cpu"])
    assert {"teacher", "audit", "whole"} <= set(parts[2]["seconds"]["device"])
