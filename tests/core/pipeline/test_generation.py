"""Any number of rows are generated in shards and written part by part."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.config import run_config
from core.data.io.table_writer import csv_text
from core.data.sources.load import load
from core.events import Event, Listener, ignore
from core.pipeline import (
    GenerateRequest,
    export,
    generate,
    prepare,
    request_generation,
    resume_generation,
    run_without_audit,
    sample_rows,
)
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from core.synthesis.sampling import PART_ROWS, SHARD_ROWS

QUICK: dict[str, Any] = {"preset": "fast", "epochs": 1, "seed": 1, "pictures": "none", "generator_draws": 1}
MORE_THAN_A_PART = PART_ROWS + 1000
HALF = {"female": 0.5}


class StopError(Exception):
    """Somebody cancels."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on 400 rows with an identifier, done without an audit."""
    table = load("demo", rows=400, seed=1).frame
    table.insert(0, "person", [f"P-{number:05d}" for number in range(400)])
    data = load(table, target="approved", positive="yes", sensitive=["sex"])
    path = tmp_path_factory.mktemp("generation") / "run"
    prepare(data, run_config(**QUICK), path)
    run_without_audit(path)
    RunFolder.open(path).job.update_state(status=Status.DONE)
    return path


@pytest.fixture(scope="module")
def model(finished: Path) -> Path:
    export(finished, finished.parent / "model.zip")
    return finished.parent / "model.zip"


def halves(place: Path, out: Path, listener: Listener = ignore) -> list[str]:
    return generate(place, GenerateRequest(MORE_THAN_A_PART, seed=3, proportions=HALF), out, listener)


def test_parts_are_row_groups_with_exact_shares_and_the_same_request_gives_the_same_bytes(
    model: Path, tmp_path: Path
) -> None:
    events: list[Event] = []
    outs = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    notes = [halves(model, out, events.append) for out in outs]
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert notes[0] == notes[1]
    file = pq.ParquetFile(outs[0])
    assert [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)] == [PART_ROWS, 1000]
    parts = [file.read_row_group(at).to_pandas() for at in range(2)]
    assert [(part["sex"] == "female").sum() for part in parts] == [PART_ROWS // 2, 500]
    assert not pd.concat(parts)["person"].duplicated().any()
    steps = [(event.step, event.total) for event in events if event.stage == "generate"]
    shards = -(-MORE_THAN_A_PART // SHARD_ROWS)
    assert steps == 2 * [(step, shards) for step in range(1, shards + 1)]


def test_a_file_part_by_part_holds_the_rows_of_one_frame(finished: Path, tmp_path: Path) -> None:
    request = GenerateRequest(MORE_THAN_A_PART, seed=3)
    for name in ("rows.parquet", "rows.csv"):
        notes = generate(finished, request, tmp_path / name)
    whole = sample_rows(finished, request)
    assert notes == list(whole.notes)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "rows.parquet"), whole.frame)
    text = csv_text(whole.frame, RunFolder.open(finished).schema.read().generated)
    assert (tmp_path / "rows.csv").read_text() == text
    generate(finished, replace(request, rows=SHARD_ROWS), tmp_path / "fewer.csv")
    assert text.startswith((tmp_path / "fewer.csv").read_text())


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_what_stops_midway_leaves_nothing_under_the_final_name(model: Path, tmp_path: Path, name: str) -> None:
    def stop(event: Event) -> None:
        if event.step == 9:
            assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
            raise StopError

    with pytest.raises(StopError):
        halves(model, tmp_path / name, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_stops_midway_leaves_no_rows_and_makes_the_same_when_it_goes_on(
    finished: Path, tmp_path: Path
) -> None:
    path = request_generation(finished, GenerateRequest(MORE_THAN_A_PART, seed=3, proportions=HALF))

    def stop(event: Event) -> None:
        if event.step == 9:
            raise StopError

    with pytest.raises(StopError):
        resume_generation(path, stop)
    folder = GenerationFolder.open(path)
    assert not any(file.exists() for file in (folder.synthetic, folder.synthetic_csv, folder.notes))
    assert resume_generation(path) == halves(finished, tmp_path / "rows.csv")
    halves(finished, tmp_path / "rows.parquet")
    assert folder.synthetic.path.read_bytes() == (tmp_path / "rows.parquet").read_bytes()
    assert folder.synthetic_csv.path.read_bytes() == (tmp_path / "rows.csv").read_bytes()
    folder.remove()


MEASURED = """
import resource, sys
from pathlib import Path
from core.pipeline import GenerateRequest, generate
generate(Path(sys.argv[1]), GenerateRequest(int(sys.argv[2])), Path(sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_memory_does_not_grow_with_the_number_of_rows(model: Path, tmp_path: Path, name: str) -> None:
    def peak(rows: int) -> int:
        """In KiB, on Linux."""
        command = [sys.executable, "-c", MEASURED, str(model), str(rows), str(tmp_path / name)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603

    few, many = peak(3 * PART_ROWS), peak(12 * PART_ROWS)
    assert many < few + 40 * 1024  # as one frame, nine parts more took about 150 MiB
    assert many < 1024 * 1024
