"""Folders for files that are being read are private, and are gone however their process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core.data.io.temporary_folders import private_folder, remove_leftovers
from core.location import ROOT

HOLDER = """
from core.data.io.temporary_folders import private_folder
with private_folder() as folder:
    (folder / "people.csv").write_text("a,b")
    print(folder, flush=True)
    input()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def holder(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that has a folder, and the folder."""
    process = subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(place)},
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_private_and_nothing_is_left_of_it(place: Path) -> None:
    with private_folder() as folder:
        assert folder.parent == place
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "some").mkdir()
        (folder / "some" / "people.csv").write_text("a,b")
    assert list(place.iterdir()) == []


def test_a_folder_is_gone_after_an_error_too(place: Path) -> None:
    with pytest.raises(ValueError, match="odd"), private_folder():
        raise ValueError("odd")
    assert list(place.iterdir()) == []


def test_a_folder_in_use_stays(place: Path) -> None:
    process, folder = holder(place)
    with private_folder() as mine:
        remove_leftovers()
        assert mine.exists()
    assert (folder / "people.csv").exists()
    process.communicate("\n", timeout=30)
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_at_once(place: Path) -> None:
    process, folder = holder(place)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert (folder / "people.csv").exists()
    remove_leftovers()
    assert list(place.iterdir()) == []


def test_files_that_are_not_of_folders_stay(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (place / "evenhand-x.lock").symlink_to(elsewhere / "kept")
    (place / "evenhand-notes.txt").touch()
    (place / "other.lock").touch()
    remove_leftovers()
    assert {path.name for path in place.iterdir()} == {
        "elsewhere",
        "evenhand-x.lock",
        "evenhand-notes.txt",
        "other.lock",
    }
    assert (elsewhere / "kept").exists()
