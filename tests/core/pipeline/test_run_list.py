from datetime import UTC, datetime, timedelta

import pytest

from core.findings.headline import HeadlineKind, headline
from core.pipeline import read_conclusions, verify, write_report
from core.pipeline.run_list import listed_run, listed_runs
from core.runs.run_folder import RunFolder, find_runs
from core.runs.state import Status
from core.runs.stored_files import RecordsFile
from core.runs.titles import rename
from tests.kept_runs import keep


@pytest.fixture
def folder(tmp_path):
    return keep(tmp_path / "loans-1")


def test_a_run_is_listed_with_what_it_is_and_found(folder):
    rename(folder.path, "Spring")
    one = listed_run(folder)
    assert (one.name, one.shown_name) == ("loans-1", "Spring")
    assert one.about == "people · income = >50K · by sex · Evenhand"
    assert one.status is Status.DONE
    assert one.headline == headline(read_conclusions(folder.path))
    assert one.headline.sentence


def test_a_list_reads_no_figures(folder, monkeypatch):
    monkeypatch.setattr(RecordsFile, "read", lambda *_: pytest.fail("A list must not read the records."))
    monkeypatch.setattr("core.runs.job_files.JobFiles.events", lambda *_: pytest.fail("Nor the events of a run."))
    assert listed_run(folder).headline.kind in HeadlineKind


def test_a_changed_headline_is_found_by_verify_and_a_title_is_no_change(tmp_path):
    folder = keep(tmp_path / "run", reported=True)
    rename(folder.path, "Spring")
    before = [check.agrees for check in verify(folder.path)]
    folder.headline.path.write_text('{"kind": "no gap", "sentence": "All is well."}')
    after = {check.name: check.agrees for check in verify(folder.path)}
    assert len(before) == len(after)
    assert not after["headline.json"]


def test_a_report_is_the_same_when_it_is_written_again(tmp_path):
    folder = keep(tmp_path / "run", reported=True)
    before = folder.report_html.read_bytes()
    write_report(folder.path)
    assert folder.report_html.read_bytes() == before


def test_a_run_without_a_headline_shows_the_rest(folder):
    folder.headline.remove()
    one = listed_run(folder)
    assert (one.headline.text, one.about) == ("", "people · income = >50K · by sex · Evenhand")


def test_a_run_that_stopped_early_is_listed_by_name_and_state(tmp_path):
    RunFolder.create(tmp_path / "half")
    (one,) = listed_runs(find_runs(tmp_path))
    assert (one.about, one.shown_name, one.status) == ("", "half", Status.INTERRUPTED)


def test_a_damaged_run_does_not_take_the_list_away(folder, tmp_path):
    keep(tmp_path / "other").title.path.write_text("{")
    assert [one.name for one in listed_runs(find_runs(tmp_path))] == ["loans-1"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("", True), ("SPRING loans-1", True), ("people income", True), ("sex evenhand", True), ("autumn", False)],
)
def test_a_search_wants_all_words_anywhere(folder, words, found):
    rename(folder.path, "Spring")
    assert listed_run(folder).matches(words) is found


def test_an_age_counts_from_the_end_and_without_one_from_the_start(tmp_path):
    now = datetime.now(UTC)
    old = keep(tmp_path / "old", started=(now - timedelta(days=31)).isoformat())
    new = keep(tmp_path / "new", started=(now - timedelta(days=29)).isoformat())
    assert [listed_run(one).is_older_than(timedelta(days=30)) for one in (old, new)] == [True, False]
