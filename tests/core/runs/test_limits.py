"""What one person may have at once, where people are told apart."""

from pathlib import Path

import pytest

from core.errors import RunError
from core.runs import access, limits
from core.runs.access import Viewer
from core.runs.draft_folder import DraftFolder
from core.runs.run_folder import RunFolder
from core.runs.tickets import Ticket, write_ticket

ANN, BEN = Viewer("ann"), Viewer("ben")


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A queue in which two runs of Ann's wait."""
    monkeypatch.setenv("EVENHAND_ACCESS", "login")
    with access.acting_as(ANN):
        for place in range(2):
            write_ticket(RunFolder.create(tmp_path / f"run{place}").path, Ticket(since=place))
    return tmp_path


def test_jobs_of_one_person_are_bounded(queue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_MAX_JOBS_EACH", "2")
    with access.acting_as(ANN), pytest.raises(RunError, match=r"2 of your runs wait or work.*EVENHAND_MAX_JOBS_EACH"):
        limits.check_room(queue)
    with access.acting_as(BEN):
        limits.check_room(queue)
    limits.check_room(queue)  # who runs the machine is not bounded


def test_disk_of_one_person_is_bounded(queue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_GIB", 10_000)
    monkeypatch.setenv("EVENHAND_MAX_GIB_EACH", "1")
    with access.acting_as(ANN):
        limits.check_room(queue)
        (DraftFolder.create(queue).path / "rows").write_bytes(bytes(10_000))
        with pytest.raises(RunError, match=r"Your runs fill 1\..*Delete one.*EVENHAND_MAX_GIB_EACH"):
            limits.check_room(queue)
    with access.acting_as(BEN):
        limits.check_room(queue)
