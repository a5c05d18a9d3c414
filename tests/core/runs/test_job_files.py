import pytest

from core.errors import RunError
from core.events import Event
from core.runs.run_folder import RunFolder
from core.runs.state import Status


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


def test_state_keeps_what_is_not_changed(folder):
    folder.job.update_state(stage="teacher", message="Learning.")
    done = folder.job.update_state(status=Status.DONE)
    assert (done.stage, done.message) == ("teacher", "Learning.")
    assert done.finished is not None
    assert folder.job.state() == done


def test_events_come_back_without_a_half_written_line(folder):
    assert folder.job.events() == []
    events = [Event("teacher", 1, 2, {"kl": 0.5}, 3.0, "Learning."), Event("audit", 1, 1)]
    for event in events:
        folder.job.append_event(event)
    with (folder.path / "events.jsonl").open("a") as stream:
        stream.write('{"stage": "au')
    assert folder.job.events() == events


def test_a_half_written_line_is_mended_and_stages_told_again_are_dropped(folder):
    for event in (Event("teacher", 1, 1), Event("student", 1, 2)):
        folder.job.append_event(event)
    with (folder.path / "events.jsonl").open("ab") as stream:
        stream.write('{"stage": "é'.encode()[:-1])
    folder.job.keep_events({"teacher"})
    folder.job.append_event(Event("student", 2, 2))
    assert folder.job.events() == [Event("teacher", 1, 1), Event("student", 2, 2)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"status": "asleep", "started": "x"}'])
def test_a_damaged_state_is_said(folder, text):
    (folder.path / "state.json").write_text(text)
    with pytest.raises(RunError, match=r"state\.json .* is damaged"):
        RunFolder.open(folder.path)
