"""A run with a privacy guarantee: what later stages see, what the run folder keeps, and what is refused."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.config import run_config
from core.data.dataset import Dataset
from core.data.sources.load import load
from core.errors import ConfigError
from core.pipeline import export, prepare, run, run_without_audit
from core.pipeline.private_rows import learned_rows, private_account
from core.runs.artifacts import PRIVATE, holds_real_rows
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.private_rows import accounting

QUICK: dict[str, Any] = {"preset": "fast", "epochs": 1, "seed": 1, "pictures": "none", "generator_draws": 1}
GIANT = 836_194_702
RARE = "Zaphod"

needs_opacus = pytest.mark.skipif(
    accounting.importlib.util.find_spec("opacus") is None,
    reason="A privacy guarantee needs opacus; install the extra privacy.",
)


@pytest.fixture(scope="module")
def marked() -> Dataset:
    """The demo table; three rows have a number and a category that no other row has."""
    table = load("demo", rows=1_500, seed=1)
    frame = table.frame.copy()
    job = next(c.name for c in table.schema.columns if c.role == "feature" and c.kind == "categorical")
    amount = next(c.name for c in table.schema.columns if c.role == "feature" and c.is_numeric)
    frame.loc[frame.index[:3], job] = RARE
    frame.loc[frame.index[:3], amount] = GIANT
    return Dataset(**{**vars(table), "frame": frame})


@pytest.fixture(scope="module")
def finished(marked: Dataset, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    path = tmp_path_factory.mktemp("private") / "run"
    prepare(marked, run_config(**QUICK, epsilon_dp=8.0), path)
    run_without_audit(path)
    folder = RunFolder.open(path)
    assert (folder.artifacts.table("train") == RARE).any().any()
    folder.job.update_state(status=Status.DONE)
    return folder


@needs_opacus
def test_a_value_of_one_row_is_nowhere_but_in_the_real_rows(finished: RunFolder, tmp_path: Path) -> None:
    export(finished.path, tmp_path / "model.zip")
    with zipfile.ZipFile(tmp_path / "model.zip") as archive:
        exported = {name: archive.read(name) for name in archive.namelist()}
    kept = [path for path in finished.path.rglob("*") if path.is_file()]
    names = {path: path.relative_to(finished.path).as_posix() for path in kept}
    searched = [path for path in kept if not holds_real_rows(names[path])]
    assert {"tables/private_rows.parquet", "tables/train_codes.parquet", "synthetic.csv", "encoding.json"} <= {
        names[path] for path in searched
    }
    for path in searched:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            assert not table.isin([RARE]).any().any(), names[path]
            assert table.select_dtypes("number").max(numeric_only=True).max() < GIANT, names[path]
        else:
            assert not _mentions(path.read_bytes()), names[path]
    assert not any(_mentions(content) for content in exported.values())
    assert json.loads(exported["figures.json"]) == []  # they would compare with real rows


def _mentions(content: bytes) -> bool:
    return RARE.encode() in content or str(GIANT).encode() in content


@needs_opacus
def test_later_stages_learn_from_the_private_rows(finished: RunFolder) -> None:
    private = finished.artifacts.table(PRIVATE)
    pd.testing.assert_frame_equal(learned_rows(finished), private)
    assert len(private) == len(finished.artifacts.table("train"))
    codes = finished.artifacts.table("train_codes")
    target = finished.schema.read().target
    shares = [np.sort(counts.to_numpy()) for counts in (private[target].value_counts(), codes["target"].value_counts())]
    assert np.array_equal(*shares)


@needs_opacus
def test_the_account_is_in_the_manifest_and_the_notes(finished: RunFolder, tmp_path: Path) -> None:
    account = private_account(finished)
    assert account is not None
    assert 7.8 < account.epsilon <= 8.0
    assert account.rows == len(finished.artifacts.table("train"))
    stated = f"epsilon {account.epsilon:.2f}"
    assert sum(stated in note for note in finished.notes.read()) == 1
    export(finished.path, tmp_path / "model.zip")
    with zipfile.ZipFile(tmp_path / "model.zip") as archive:
        lacks = json.loads(archive.read("manifest.json"))["lacks"]
    assert any(stated in sentence for sentence in lacks)
    assert not any("without a formal guarantee" in sentence for sentence in lacks)


@needs_opacus
@pytest.mark.slow
def test_noise_has_no_seed_and_is_drawn_once(marked: Dataset, finished: RunFolder, tmp_path: Path) -> None:
    prepare(marked, run_config(**QUICK, epsilon_dp=8.0), tmp_path / "again")
    run_without_audit(tmp_path / "again")
    again = RunFolder.open(tmp_path / "again")
    assert not again.artifacts.table(PRIVATE).equals(finished.artifacts.table(PRIVATE))
    before = again.artifacts.table(PRIVATE)
    run_without_audit(tmp_path / "again")
    pd.testing.assert_frame_equal(again.artifacts.table(PRIVATE), before)


@needs_opacus
@pytest.mark.slow
def test_the_report_says_what_is_covered(tmp_path: Path) -> None:
    config = run_config(**QUICK, epsilon_dp=3.0, audit_seeds=(0,), audit_refits=0, target_dpr=0.9)
    run(load("demo", rows=1_500, seed=1), config, tmp_path / "run")
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    for sentence in ("Privacy guarantee: epsilon", "Privacy of the figures", "privacy.noise_training"):
        assert sentence in report
    assert "learned with differential privacy for one train row" in report


@needs_opacus
def test_an_outcome_that_noise_hides_is_an_error_that_names_the_column(tmp_path: Path) -> None:
    prepare(load("demo", rows=120, seed=1), run_config(**QUICK, epsilon_dp=0.5), tmp_path / "run")
    with pytest.raises(ConfigError, match=r"Column 'approved': with epsilon 0\.5"):
        run_without_audit(tmp_path / "run")


def test_a_missing_library_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounting.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'evenhand\[privacy\]'"):
        prepare(load("demo", rows=400, seed=1), run_config(**QUICK, epsilon_dp=3.0), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan"), 101.0])
def test_an_epsilon_out_of_range_is_refused(epsilon: float) -> None:
    with pytest.raises(ConfigError, match="epsilon_dp"):
        run_config(epsilon_dp=epsilon)


def test_other_methods_and_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="for Evenhand only"):
        run_config(method="fairdisco", epsilon_dp=3.0)
    with pytest.raises(ConfigError, match="for tables only"):
        prepare(load("color-digits"), run_config(**QUICK, epsilon_dp=3.0), tmp_path / "run")
