"""Files that tell of single people are their owner's, whatever the umask; those to be shared have what it leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from core.data.column import Column, Kind, Role
from core.data.encoding.columns import EncodingSettings
from core.data.io.table_writer import write_csv, write_parquet
from core.data.schema import Schema
from core.runs.run_folder import RunFolder
from tests.core.report.samples import sample_records

PRIVATE = {
    "schema.json",
    "encoding.json",
    "manifest.json",
    "notes.json",
    "repair_level_search.json",
    "generation.json",
    "metrics.json",
    "pictures.json",
    "train.parquet",
}
SCHEMA = Schema(columns=(Column(name="name", kind=Kind.CATEGORICAL, role=Role.TARGET),))


@pytest.fixture(params=[0o000, 0o022, 0o027, 0o077], ids="{:03o}".format)
def umask(request: pytest.FixtureRequest):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def filled(path: Path) -> RunFolder:
    folder, frame = RunFolder.create(path), pd.DataFrame({"name": pd.Series(["a"], dtype="str")})
    folder.schema.save(SCHEMA)
    folder.encoding.save(EncodingSettings())
    folder.repair_level_search.save(EncodingSettings())
    for file in (folder.config, folder.manifest, folder.pictures):
        file.save({})
    folder.notes.save(["Of Anna."])
    folder.generation.save(sample_records())
    folder.metrics.save(sample_records())
    folder.report_html.save("<p>")
    folder.artifacts.save_table("train", frame)
    write_csv(frame, SCHEMA, folder.synthetic_csv.path)
    write_parquet(frame, folder.synthetic.path)
    return folder


def test_modes(umask: int, tmp_path: Path) -> None:
    folder = filled(tmp_path / "run")
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.path.rglob("*") if path.is_file()}
    assert {name for name in modes if name in PRIVATE} == PRIVATE
    for name, mode in modes.items():
        assert mode == (0o600 if name in PRIVATE else 0o666 & ~umask), name
    assert (folder.path / "tables").stat().st_mode & 0o777 == 0o700


def test_a_second_write_keeps_a_private_file_private(umask: int, tmp_path: Path) -> None:
    del umask
    folder = filled(tmp_path / "run")
    folder.encoding.path.chmod(0o644)
    folder.encoding.save(EncodingSettings(bins=4))
    assert folder.encoding.path.stat().st_mode & 0o777 == 0o600
