"""One subject a session: a table without a run, or a run; every page shows the same one."""

import shutil
import stat

import pytest
from streamlit.testing.v1 import AppTest

from core.app import drafts
from core.runs.draft_folder import DRAFTS
from tests.app.conftest import APP
from tests.app.seen import demo_csv, strip, upload, words

PAGES = ("start", "data", "audit", "train", "methods", "generate", "compare", "report")


@pytest.fixture
def page(opened):
    return opened("data")


@pytest.fixture
def small(finished, tmp_path):
    """A finished run in the folder of the app's runs."""
    shutil.copytree(finished, tmp_path / "small")
    return "small"


def kept(tmp_path):
    return sorted(path.name for path in (tmp_path / DRAFTS).glob("*"))


def reloaded(app) -> AppTest:
    """The same link in a session that knows nothing else, on the page Data."""
    other = AppTest.from_file(APP, default_timeout=60)
    for name in ("run", "table"):
        if name in app.query_params:
            other.query_params[name] = app.query_params[name]
    other.run()
    other.switch_page("pages/data.py").run()
    assert not other.exception
    return other


def test_nothing_is_shown_before_something_is_chosen(app):
    app.run()
    assert strip(app) == ""


def test_a_table_is_named_with_its_roles_and_state_on_every_page(page, opened, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    for name in PAGES:
        seen = strip(opened(name))
        assert "people.csv · outcome approved · favourable yes · groups by sex · table ready" in seen, name
        assert "Data done → Audit next → Train → Compare → Report" in seen, name


def test_a_run_is_named_on_every_page_and_none_repeats_its_name(with_run, app):
    for name in PAGES:
        page = with_run(name)
        assert "demo · outcome approved · favourable yes · groups by sex · run small · finished" in strip(page), name
        headings = [one.value for kind in ("header", "subheader") for one in getattr(page, kind)]
        assert not any("small" in text or "approved by sex" in text for text in headings), name


def test_what_was_looked_at_is_next_no_longer(with_run):
    assert "Train done → Compare next → Report" in strip(with_run("data"))
    assert "Compare done → Report next" in strip(with_run("compare"))
    assert "Compare done → Report done" in strip(with_run("report"))


def test_a_new_table_closes_the_run_which_stays_in_the_list(with_run, opened, app, tmp_path):
    upload(with_run("data"), "people.csv", demo_csv(tmp_path))
    assert "run" not in app.query_params
    for name in ("data", "audit", "compare", "report", "generate"):
        seen = strip(opened(name))
        assert "people.csv" in seen, name
        assert "small" not in seen, name
    assert "No finished run is open" in words(opened("compare"))
    assert "small" in words(opened("start"))


def test_an_opened_run_brings_its_table_and_the_upload_is_found_again_by_its_link(page, opened, app, small, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    token = app.query_params["table"]
    app.query_params.clear()
    app.query_params["run"] = small
    page = opened("data")
    assert "run small" in strip(page)
    assert page.session_state["dataset"].name == "demo"
    assert "table" not in app.query_params
    app.query_params.clear()
    app.query_params["table"] = token
    page = opened("data")
    assert "people.csv" in strip(page)
    assert page.session_state["dataset"].name == "people.csv"


def test_a_run_whose_table_is_edited_is_closed_and_says_so(with_run, app, tmp_path):
    page = with_run("data")
    page.multiselect(key="sensitive").set_value(["sex", "age"]).run()
    assert not page.exception
    seen = strip(page)
    assert "groups by age, sex · table ready · changed after run small" in seen
    assert "run" not in app.query_params
    assert len(kept(tmp_path)) == 1


def test_looking_at_a_run_closes_nothing(with_run, app):
    for name in PAGES:
        with_run(name)
    assert app.query_params["run"] == "small"


def test_a_reload_finds_the_upload_and_what_was_chosen(page, app, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    page.multiselect(key="sensitive").set_value(["sex", "age"]).run()
    page.text_input(key="cuts-age").set_value("35, 55").run()
    page.selectbox(key="positive").set_value("no").run()
    other = reloaded(app)
    assert other.multiselect(key="sensitive").value == ["age", "sex"]
    assert other.text_input(key="cuts-age").value == "35, 55"
    assert other.selectbox(key="positive").value == "no"
    assert "120 rows, 14 columns" in words(other)
    assert other.session_state["dataset_key"] == page.session_state["dataset_key"]


def test_only_the_owner_may_read_what_is_kept(page, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    (token,) = kept(tmp_path)
    for path in (tmp_path / DRAFTS, *(tmp_path / DRAFTS).rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.relative_to(tmp_path)
    assert token not in words(page)


def test_another_upload_removes_the_table_before(page, app, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    first = kept(tmp_path)
    page.session_state["cached"] = {}
    upload(page, "other.csv", demo_csv(tmp_path, rows=130))
    assert len(kept(tmp_path)) == 1
    assert kept(tmp_path) != first
    assert [app.query_params["table"]] == kept(tmp_path)


def test_another_upload_leaves_a_table_that_a_second_tab_is_about(page, tmp_path, monkeypatch):
    upload(page, "people.csv", demo_csv(tmp_path))
    (token,) = kept(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "_session", lambda: "a second tab")
        drafts.hold(token)
    upload(page, "other.csv", demo_csv(tmp_path, rows=130))
    assert token in kept(tmp_path)


def test_a_run_takes_the_place_of_its_table(page, opened, app, small, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    token = app.query_params["table"]
    drafts.became(tmp_path, token, small)
    assert not list((tmp_path / DRAFTS / token).rglob("*.parquet"))
    other = reloaded(app)
    assert "run small" in strip(other)
    assert other.query_params["run"] == small


@pytest.mark.parametrize("token", ["0" * 32, "../../etc", "..", "0" * 5000], ids=["unknown", "path", "dots", "long"])
def test_a_link_to_a_table_that_is_not_kept_is_said_with_a_way_on(app, token):
    app.query_params["table"] = token
    app.run()
    page = app.switch_page("pages/data.py").run()
    assert not page.exception
    assert "not kept here any more" in words(page)
    assert "No table yet" in words(page)


def test_a_disk_that_takes_nothing_keeps_the_table_in_this_tab_and_says_so(page, opened, app, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    content = demo_csv(tmp_path)
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path / "file"))
    upload(page, "people.csv", content)
    assert "a reload would lose it" in strip(page)
    assert "people.csv" in strip(opened("audit"))
