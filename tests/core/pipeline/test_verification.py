"""Verification detects and names one changed byte in any file of a run."""

from pathlib import Path

import pytest

from core.config import run_config
from core.data.sources.load import load
from core.errors import RunError
from core.pipeline import read_records, resume, run, stages, verify, write_report
from core.runs.files import sha256, write_json
from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.core.report.samples import sample_records

CONFIG = run_config(preset="fast", epochs=1, device="cpu", pictures="none", generator_draws=1)
KINDS = (
    "tables/train.parquet",
    "tables/holdout.parquet",
    "tables/student.parquet",
    "latents/teacher.safetensors",
    "weights/student.safetensors",
    "synthetic.csv",
    "synthetic.parquet",
    "metrics.json",
    "generation.json",
    "schema.json",
    "config.json",
    "manifest.json",
    "notes.json",
    "environment.json",
    "encoding.json",
    "report.html",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setattr(stages, "audit", lambda *_, **_options: sample_records())
    out = tmp_path_factory.mktemp("verify") / "run"
    run(load("demo", rows=200), CONFIG, out)
    yield RunFolder.open(out)
    patch.undo()


def wrong(path: Path) -> list[str]:
    return [finding.name for finding in verify(path) if not finding.agrees]


def flipped(path: Path, place: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


@pytest.fixture
def restored(folder):
    """Gives a function that flips a byte of a file, and puts everything back afterwards."""
    kept: dict[Path, bytes] = {}

    def flip(place: str, at: float) -> Path:
        path = folder.path / place
        kept.setdefault(path, path.read_bytes())
        flipped(path, int(at * (path.stat().st_size - 1)))
        return path

    yield flip
    for path, content in kept.items():
        path.write_bytes(content)


def test_a_finished_run_is_as_it_was(folder):
    assert wrong(folder.path) == []
    assert wrong(folder.report_html.path) == []
    assert set(KINDS) <= set(folder.checksums.recorded())


@pytest.mark.parametrize("at", [0, 0.5, 1])
@pytest.mark.parametrize("place", KINDS)
def test_one_changed_byte_is_found_and_the_file_named(folder, restored, place, at):
    restored(place, at)
    assert place in wrong(folder.path)


@pytest.mark.parametrize("at", [0, 0.3, 0.5, 0.7])
def test_a_changed_list_of_hashes_is_found(folder, restored, at):
    restored("hashes.json", at)
    try:
        found = wrong(folder.path)
    except RunError as error:
        found = [str(error)]
    assert found


def test_a_file_that_is_gone_is_found(folder):
    path = folder.path / "weights" / "teacher.safetensors"
    content = path.read_bytes()
    path.unlink()
    assert "weights/teacher.safetensors" in wrong(folder.path)
    path.write_bytes(content)


def test_figures_changed_before_the_report_is_written_anew_are_found_in_the_report(folder, restored):
    path = restored("metrics.json", 0)
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:].replace(b"0.863", b"0.963"))
    restored("report.html", 0)
    restored("hashes.json", 0)
    flipped(folder.path / "hashes.json")
    write_report(folder.path)
    assert wrong(folder.report_html.path) == ["inside report.html"]


def test_whoever_rewrites_the_hashes_too_is_not_found(folder, restored):
    """The honest limit of a list of hashes that lies beside the files."""
    path = restored("synthetic.csv", 0.5)
    restored("hashes.json", 0)
    flipped(folder.path / "hashes.json")
    write_json(folder.path / "hashes.json", folder.checksums.recorded() | {"synthetic.csv": sha256(path)})
    assert wrong(folder.path) == []


def test_a_run_that_was_killed_after_its_last_stage_keeps_its_hashes(folder):
    before = folder.checksums.recorded()
    folder.job.update_state(status=Status.CANCELLED)
    resume(folder.path)
    assert {name: folder.checksums.recorded()[name] for name in before if name != "report.html"} == {
        name: digest for name, digest in before.items() if name != "report.html"
    }


def test_a_run_without_hashes_is_said(tmp_path):
    RunFolder.create(tmp_path / "half")
    with pytest.raises(RunError, match=r"hashes\.json"):
        verify(tmp_path / "half")


def test_figures_are_read_from_either_form(folder):
    assert read_records(folder.path) == read_records(folder.report_html.path)
