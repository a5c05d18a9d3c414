"""Two equal runs leave the same bytes in every file that has a checksum."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.audit.metrics.catalog import TIMED
from core.audit.records import Record
from core.config import run_config
from core.data.sources.load import load
from core.pipeline import run
from core.runs import environment
from core.runs.run_folder import RunFolder

CONFIG = run_config(
    preset="fast", epochs=1, device="cpu", audit_seeds=(0,), audit_refits=0, generator_draws=1, pictures="none"
)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, RunFolder]:
    folders = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "commit", lambda: None)  # somebody may commit between the two runs
        for name in ("one", "two"):
            path: Path = tmp_path_factory.mktemp(name) / "run"
            run(load("demo", rows=300, sensitive=["sex"]), CONFIG, path)
            folders.append(RunFolder.open(path))
    return folders[0], folders[1]


def test_every_file_with_a_checksum_has_the_same_bytes(twins: tuple[RunFolder, RunFolder]) -> None:
    one, two = twins
    names = set(one.checksums.recorded())
    assert {"metrics.json", "report.html", "generation.json", "encoding.json", "synthetic.csv"} <= names
    assert names == set(two.checksums.recorded())
    different = [name for name in sorted(names) if (one.path / name).read_bytes() != (two.path / name).read_bytes()]
    assert different == []


def test_times_are_kept_in_a_file_without_a_checksum(twins: tuple[RunFolder, RunFolder]) -> None:
    for folder in twins:
        times = folder.times.read(Record)
        assert {"seconds_learning", "seconds_generating"} <= {record.metric for record in times} <= TIMED
        assert not {"times.json", "seconds.json"} & set(folder.checksums.recorded())
        assert not [record for record in folder.metrics.read(Record) if record.metric in TIMED]
