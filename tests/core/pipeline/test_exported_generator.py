"""From a finished run to a file that is handed on, and from there to rows."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.audit.metrics import fidelity, membership
from core.config import run_config
from core.data.encoding.distance_space import fit_distance_space
from core.data.schema_match import schema_mismatches
from core.data.sources.load import load
from core.errors import ConfigError, RunError
from core.pipeline import GenerateRequest, audit_dataset, export, generate, prepare, run_without_audit
from core.runs.generator_archive import GeneratorManifest, packed
from core.runs.run_folder import RunFolder
from core.runs.state import Status

QUICK: dict[str, Any] = {"preset": "fast", "epochs": 1, "seed": 1, "pictures": "none", "generator_draws": 1}

GAN = {"optimisation": {"epochs": 1}, "fair_epochs": 0}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return done(tmp_path_factory.mktemp("export") / "run")


@pytest.fixture(scope="module")
def model(finished: Path) -> Path:
    export(finished, finished.parent / "model.zip")
    return finished.parent / "model.zip"


def done(path: Path, **settings: Any) -> Path:
    """A run on 400 rows, done without an audit."""
    prepare(load("demo", rows=400, seed=1), run_config(**{**QUICK, **settings}), path)
    run_without_audit(path)
    RunFolder.open(path).job.update_state(status=Status.DONE)
    return path


def rows_of(place: Path, out: Path, **asked: Any) -> pd.DataFrame:
    generate(place, GenerateRequest(**asked), out)
    return pd.read_parquet(out)


def test_the_file_makes_rows_where_the_run_is_not(finished: Path, model: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "received.zip"
    elsewhere.write_bytes(model.read_bytes())
    first, again, other = (rows_of(elsewhere, tmp_path / "rows.parquet", rows=60, seed=seed) for seed in (3, 3, 4))
    assert schema_mismatches(first, RunFolder.open(finished).schema.read().generated) == []
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    assert set(rows_of(elsewhere, tmp_path / "f.parquet", rows=40, group="female")["sex"]) == {"female"}
    unrepaired = rows_of(elsewhere, tmp_path / "u.parquet", rows=60, seed=3, repair_level=0.0)
    assert (unrepaired["approved"] != first["approved"]).any()
    assert (unrepaired["education"] == first["education"]).all()


def test_the_manifest_says_what_the_file_holds_and_nothing_of_this_machine(model: Path, finished: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        everything = b"".join(archive.read(name) for name in names)
    files = ["schema.json", "encoding.json", "generator.json", "weights.safetensors", "figures.json"]
    assert names == ["manifest.json", *files]
    assert manifest["version"] == 3
    assert manifest["name"] == "demo"
    assert manifest["settings"]["preset"] == "fast"
    assert any("no train row" in sentence for sentence in manifest["lacks"])
    assert any("differential privacy" in sentence for sentence in manifest["lacks"])
    assert str(finished.parent).encode() not in everything
    assert model.stat().st_mode & 0o600 == 0o600


def test_the_file_says_what_its_own_rows_are_like(model: Path, finished: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        figures = json.loads(archive.read("figures.json"))
    found = {(one["protocol"], one["metric"], one["split"]): one for one in figures}
    train, holdout = (RunFolder.open(finished).artifacts.table(name) for name in ("train", "holdout"))
    rows = rows_of(model, tmp_path / "rows.parquet", rows=len(train), seed=QUICK["seed"])
    schema = RunFolder.open(finished).schema.read()
    trends, _correlations = fidelity.pair_trends(train, rows, schema)
    attack = membership.membership(fit_distance_space(schema, train, [holdout, rows]), train, holdout, rows)
    assert found["fidelity", "pair_trends", "train"]["value"] == pytest.approx(trends.value, abs=1e-4)
    assert found["privacy", "membership_auc", "holdout"]["value"] == pytest.approx(attack.auc.value, abs=1e-4)
    assert found["privacy", "membership_auc", "holdout"]["low"] == pytest.approx(attack.auc.low, abs=1e-4)
    assert {("A", "accuracy", "holdout"), ("B", "demographic_parity_ratio", "holdout")} <= set(found)
    assert len(found) == len(figures)  # of one outcome, the positive one, and each once
    assert {one["positive"] for one in figures} == {None, "yes"}
    assert {one["group"] for one in figures} == {None}


def test_figures_that_are_none_are_refused(model: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(model) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    manifest = GeneratorManifest.model_validate_json(contents.pop("manifest.json"))
    (tmp_path / "model.zip").write_bytes(packed(manifest, {**contents, "figures.json": b"{}"}))
    with pytest.raises(RunError, match=r"figures\.json in .* is damaged"):
        generate(tmp_path / "model.zip", GenerateRequest(rows=5), tmp_path / "x.csv")


def test_exporting_again_gives_the_same_file(finished: Path, model: Path, tmp_path: Path) -> None:
    export(finished, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == model.read_bytes()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rows": 0}, "at least 1, not 0"),
        ({"rows": 5, "seed": -1}, "at least 0, not -1"),
        ({"rows": 5, "repair_level": 1.5}, "between 0 and 1, not 1.5"),
        ({"rows": 5, "group": "martian"}, "no group 'martian'"),
        ({"rows": 5, "group": "female", "proportions": {"male": 0.5}}, "not both"),
        ({"rows": 5, "proportions": {"male": 1.5}}, "between 0 and 1"),
        ({"rows": 5, "target": "yes"}, "does not accept the condition target"),
    ],
)
def test_what_the_file_cannot_do_is_refused(model: Path, tmp_path: Path, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        generate(model, GenerateRequest(**asked), tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_a_file_that_is_no_generator_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n")
    with pytest.raises(RunError, match="is not a generator"):
        generate(tmp_path / "rows.csv", GenerateRequest(rows=5), tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"preset": "paper"}, "has no codewords .preset paper.. Train again with the preset default or fast"),
        (
            {
                "method": "tabfairgan",
                "epochs": None,
                "hyperparameters": {"optimisation": {"epochs": 1}, "fair_epochs": 0},
            },
            "The method of .* is tabfairgan. Only the generator of evenhand can be exported",
        ),
    ],
)
def test_runs_whose_rows_need_train_rows_are_refused(tmp_path: Path, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(RunError, match=said):
        export(done(tmp_path / "run", **settings), tmp_path / "model.zip")
    assert not (tmp_path / "model.zip").exists()


def test_unfinished_runs_and_audits_are_refused(tmp_path: Path) -> None:
    prepare(load("demo", rows=200), run_config(**QUICK), tmp_path / "half")
    with pytest.raises(RunError, match="is not a finished run"):
        export(tmp_path / "half", tmp_path / "model.zip")
    audit_dataset(load("demo", rows=200), run_config(**{**QUICK, "audit_seeds": (0,)}), out=tmp_path / "audit")
    with pytest.raises(RunError, match="is an audit without a fitted method"):
        export(tmp_path / "audit", tmp_path / "model.zip")


@pytest.mark.parametrize(("name", "said"), [("model.pkl", "A generator is a .zip file"), ("no/m.zip", "not exist")])
def test_a_place_that_cannot_be_written_is_named(finished: Path, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        export(finished, tmp_path / name)
