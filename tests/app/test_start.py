from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.app.seen import labels, words


def test_the_first_page_explains_itself_in_four_sentences_and_has_one_button(app):
    app.run()
    assert not app.exception
    assert app.markdown[0].value.count(". ") == 3
    assert [button.label for button in app.button] == ["Run the demo"]
    assert "The demo makes one" in words(app)


def test_runs_are_listed_with_their_state_and_the_way_to_them(app, tmp_path):
    RunFolder.create(tmp_path / "first").job.update_state(status=Status.DONE)
    RunFolder.create(tmp_path / "second").job.update_state(status=Status.FAILED, message="It failed.")
    app.run()
    assert not app.exception
    seen = words(app)
    assert "done, started" in seen
    assert "failed, started" in seen
    assert {"Open its report", "See its progress"} <= set(labels(app))


def test_a_folder_that_is_no_run_is_left_out(app, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "state.json").write_text("{")
    app.run()
    assert not app.exception
    assert "None yet" in words(app)


def test_a_disk_that_takes_nothing_is_said(app, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path / "file"))
    app.run()
    app.button[0].click().run()
    assert not app.exception
    assert "is not a writable folder" in words(app)
