"""A run that was killed, at any write and at any moment, comes to the same bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import run_config
from core.data.sources.load import load
from core.location import ROOT
from core.pipeline import prepare
from core.runs.run_folder import RunFolder
from core.runs.state import Status

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared run."""
    settings = run_config(
        preset="fast", epochs=1, audit_seeds=(0,), device="cpu", pictures="none", generator_draws=1, audit_refits=0
    )
    return prepare(load("demo", rows=120), settings, tmp_path_factory.mktemp("start") / "run").path


def carried_out(start: Path, folder: Path, mode: str, count: int = 0, seed: int = 0) -> tuple[RunFolder, list[str]]:
    """Copy the prepared run, and carry it out with kills of this kind."""
    path = folder / "run"
    shutil.copytree(start, path)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.core.pipeline.killing", str(path), mode, str(count), str(seed)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = done.stdout.splitlines()
    assert not [line for line in told if line.startswith("error")], told
    return RunFolder.open(path), json.loads(told[-1])


@pytest.fixture(scope="module")
def undisturbed(start: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder, _ = carried_out(start, tmp_path_factory.mktemp("undisturbed"), "moments", 0)
    return contents(folder)


def contents(folder: RunFolder) -> dict[str, str]:
    """The checksum of each file that has one."""
    assert folder.job.state().status is Status.DONE
    assert not list(folder.path.rglob("*.tmp"))
    found = folder.checksums.recorded()
    assert found == {name: folder.checksums.current(name) for name in found}
    return found


@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_at_the_first_write_of_each_file(
    start: Path, undisturbed: dict[str, str], tmp_path: Path, where: str
) -> None:
    folder, names = carried_out(start, tmp_path, where)
    assert contents(folder) == undisturbed
    assert {"state.json", "process.json", "metrics.json", "synthetic.parquet", "synthetic.csv", "hashes.json"} <= set(
        names
    )
    assert len(names) >= 20


def test_killed_at_10_random_moments(start: Path, undisturbed: dict[str, str], tmp_path: Path) -> None:
    folder, stages = carried_out(start, tmp_path, "moments", 10, seed=1)
    assert contents(folder) == undisturbed
    assert stages


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_50_random_moments(start: Path, undisturbed: dict[str, str], tmp_path: Path, seed: int) -> None:
    folder, stages = carried_out(start, tmp_path, "moments", 10, seed=10 + seed)
    assert contents(folder) == undisturbed
    assert stages
