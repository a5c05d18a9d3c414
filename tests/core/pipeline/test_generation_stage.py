"""Runs whose rows, representation or decisions come from a compared system."""

import json
from pathlib import Path

import pandas as pd
import pytest

from core import pipeline
from core.audit.records import Record
from core.config import run_config
from core.data.schema_match import schema_mismatches
from core.data.sources.catalog import load
from core.errors import ConfigError, RunError
from core.pipeline import GenerateRequest
from core.pipeline.generation_stage import DECISIONS, REPRESENTATION
from core.runs.run_folder import RunFolder

SMALL = {"hidden": 32, "fair_epochs": 1, "optimisation": {"epochs": 3, "batch_size": 128, "critic_steps": 2}}


def run(out: Path, method: str, **hyperparameters: object) -> RunFolder:
    config = run_config(
        method=method,
        preset="fast",
        hyperparameters=hyperparameters,
        device="cpu",
        audit_seeds=(0,),
        generator_draws=2,
        pictures="none",
    )
    pipeline.run(load("demo", rows=900, sensitive=["sex"], seed=1), config, out)
    return RunFolder.open(out)


def records(folder: RunFolder) -> pd.DataFrame:
    return pd.DataFrame([record.model_dump() for record in folder.metrics.read(Record)])


@pytest.fixture(scope="module")
def gan(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run(tmp_path_factory.mktemp("runs") / "gan", "tabfairgan", **SMALL)


@pytest.fixture(scope="module")
def thresholds(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run(tmp_path_factory.mktemp("runs") / "thresholds", "threshold-optimizer")


@pytest.fixture(scope="module")
def remover(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run(tmp_path_factory.mktemp("runs") / "remover", "correlation-remover")


def test_its_rows_are_audited_as_any_synthetic_rows(gan: RunFolder) -> None:
    assert schema_mismatches(gan.synthetic.read(), gan.schema.read()) == []
    found = records(gan)
    assert {"A", "B", "D", "fidelity", "privacy", "generators"} <= set(
        found[found["source"] == "synthetic"]["protocol"]
    )
    made = found[found["protocol"] == "generation"].set_index("metric")["value"]
    assert made["seconds_learning"] > 0
    assert made["parameters"] > 1000


def test_notes_and_manifest_say_what_made_the_rows(gan: RunFolder) -> None:
    assert any(
        note.startswith("Made by TabFairGAN (Rajabi and Garibay 2022), preset fast") for note in gan.notes.read()
    )
    assert gan.manifest.read()["method"] == "TabFairGAN"
    assert gan.manifest.read()["settings"]["hidden"] == 32
    assert "TabFairGAN" in gan.report_html.path.read_text(encoding="utf-8")


def test_it_goes_on_from_the_kept_networks_to_the_same_rows(gan: RunFolder, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    pipeline.prepare(load("demo", rows=900, sensitive=["sex"], seed=1), run_config(**gan.config.read()), copy)
    state = copy / "seconds.json"
    for name in ("encoding.json", "seconds.json", "weights"):
        source = gan.path / name
        target = copy / name
        if source.is_dir():
            target.mkdir(exist_ok=True)
            for file in source.iterdir():
                (target / file.name).write_bytes(file.read_bytes())
        else:
            target.write_bytes(source.read_bytes())
    assert "learning" in json.loads(state.read_text(encoding="utf-8"))
    events = []
    pipeline.resume(copy, events.append)
    assert "learn" not in {event.stage for event in events}
    pd.testing.assert_frame_equal(RunFolder.open(copy).synthetic.read(), gan.synthetic.read())


def test_more_rows_can_be_made_but_not_in_other_shares(gan: RunFolder, tmp_path: Path) -> None:
    out = tmp_path / "more.parquet"
    assert pipeline.generate(gan.path, GenerateRequest(rows=40, seed=7), out) == []
    assert len(pd.read_parquet(out)) == 40
    with pytest.raises(ConfigError, match="Shares of groups, or one group alone, cannot be asked of TabFairGAN"):
        pipeline.generate(gan.path, GenerateRequest(rows=40, proportions={"female": 0.5}), out)


def test_decisions_stand_beside_the_original_under_a(thresholds: RunFolder) -> None:
    found = records(thresholds)
    mine = found[found["source"] == DECISIONS]
    assert {"accuracy", "demographic_parity_ratio"} <= set(mine[mine["protocol"] == "A"]["metric"])
    assert len(thresholds.artifacts.table(DECISIONS)) == len(thresholds.artifacts.table("holdout"))
    assert not thresholds.is_audit()
    assert "method&#39;s own decisions" in thresholds.report_html.path.read_text(encoding="utf-8")


def test_a_representation_is_audited_by_what_is_learned_from_it(remover: RunFolder) -> None:
    found = records(remover)
    mine = found[found["source"] == REPRESENTATION]
    assert {"C", "independence"} <= set(mine["protocol"])
    assert not remover.is_audit()


def test_no_rows_no_more_rows(thresholds: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="makes no rows"):
        pipeline.generate(thresholds.path, GenerateRequest(rows=5), tmp_path / "x.csv")


@pytest.mark.parametrize("kind", ["gan", "thresholds", "remover"])
def test_nothing_differs_from_when_it_was_written(kind: str, request: pytest.FixtureRequest) -> None:
    folder: RunFolder = request.getfixturevalue(kind)
    assert all(finding.agrees for finding in pipeline.verify(folder.path))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"method": "nope"}, "There is no method 'nope'"),
        (
            {"method": "tabfairgan", "repair_level": 0.0},
            "TabFairGAN does not take this setting.* Leave repair_level out",
        ),
        ({"method": "tabfairgan", "target_dpr": 0.9}, "TabFairGAN does not take this setting.* Leave target_dpr out"),
        ({"method": "tabfairgan", "hyperparameters": {"nope": 1}}, "TabFairGAN has no hyperparameter 'nope'"),
        ({"method": "decaf", "hyperparameters": {"cut": "all"}}, "DECAF: cut"),
        ({"hyperparameters": {"cut": "dp"}}, "takes no hyperparameters of the compared methods"),
    ],
)
def test_what_does_not_go_together_is_said(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        run_config(**fields)


@pytest.mark.parametrize(
    ("hyperparameters", "words"),
    [
        ({"edges": [["sex", "class"]]}, "name a column 'class'"),
        ({"explanatory": ["class"]}, "name a column 'class'"),
        ({"edges": [["age", "income"], ["income", "age"]]}, "run in a circle"),
    ],
)
def test_dials_that_do_not_fit_the_table_leave_an_earlier_run_as_it_was(
    hyperparameters: dict[str, object], words: str, remover: RunFolder
) -> None:
    config = run_config(method="decaf", preset="fast", hyperparameters=hyperparameters)
    with pytest.raises(ConfigError, match=words):
        pipeline.prepare(load("demo", rows=900, sensitive=["sex"], seed=1), config, remover.path)
    assert remover.report_html.exists()


def test_rows_cannot_be_asked_of_what_makes_none() -> None:
    with pytest.raises(ConfigError, match="makes no rows, so you cannot choose their number"):
        run_config(method="threshold-optimizer", rows=10)
