"""Pages where people are told apart: each sees their own runs, a stranger is asked to log in, roles hide real rows."""

import time
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.app import identity
from core.config import run_config
from core.data.sources.load import load
from core.pipeline import prepare
from core.runs import access, access_log
from core.runs.access import NOBODY, OPERATOR, Viewer
from core.runs.run_folder import RunFolder, find_runs
from tests.app.conftest import APP
from tests.app.seen import labels, open_section, words
from tests.core.runs.test_access import logged
from tests.kept_runs import keep

ANN, BEN = Viewer("ann@example.org"), Viewer("ben@example.org")
PAGES = sorted(path.stem for path in (Path(APP).parent / "pages").glob("*.py"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Two finished runs of Ann's and one of Ben's, on the same rows, where people log in."""
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path))
    monkeypatch.setenv("EVENHAND_ACCESS", "login")
    for who, names in ((ANN, ("hers", "hers-too")), (BEN, ("his",))):
        with access.acting_as(who):
            for name in names:
                keep(tmp_path / name)
    return tmp_path


def of(who: Viewer, **also: object) -> AppTest:
    """The app as somebody opens it who has just logged in."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.user = {"is_logged_in": True, "email": who.name, "email_verified": True, "iat": time.time(), **also}
    return app


def test_start_lists_ones_own(home):
    for who, names in ((ANN, {"hers", "hers-too"}), (BEN, {"his"})):
        app = of(who).run()
        assert not app.exception
        assert {button.key.removeprefix("delete-") for button in app.button if button.label == "Delete"} == names
        assert who.name in words(app)


def test_anothers_run_is_on_no_page_by_its_link(home):
    app = of(BEN)
    app.query_params["run"] = "hers"
    app.run()
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert "There is no run 'hers' on this machine." in words(app)
        assert not app.get("download_button")
        assert not app.get("vega_lite_chart")
        assert "income" not in words(app) or page == "start"  # which lists his own run
    assert logged(home).count((BEN.name, "refused", "hers", "")) == 1


def test_anothers_run_is_in_no_comparison(home):
    app = of(BEN)
    app.query_params["beside"] = ["hers", "hers-too", "his"]
    app.run()
    assert not app.exception
    told = [f"There is no finished run {name!r}" in words(app) for name in ("hers", "hers-too", "his")]
    assert told == [True, True, False]
    assert "Choose two or more" in words(app)


def test_a_dialog_that_was_open_deletes_nothing_for_another(home):
    """The click of a page that was drawn for Ann, sent with Ben's login."""
    app = of(ANN).run()
    app.button(key="delete-hers").click().run()
    app.user = of(BEN).user
    app.button(key="really-delete").click().run()
    with access.acting_as(OPERATOR):
        assert {folder.path.name for folder in find_runs(home)} == {"hers", "hers-too", "his"}
    assert "hers" not in words(app)


def test_a_tab_that_goes_on_with_another_login_starts_anew(home):
    app = of(ANN)
    app.query_params["run"] = "hers"
    app.run()
    assert app.session_state["subject"].name == "hers"
    app.user = of(BEN).user
    app.run()
    assert not app.exception
    assert app.session_state["subject"] is None
    assert "hers" not in words(app)


ANYBODY = {"email": ANN.name}
STRANGERS = {
    "names nobody": [{}, ANYBODY],
    "Log in to see": [{"is_logged_in": False}, {"is_logged_in": False, **ANYBODY}],
    "provider has verified": [{"is_logged_in": True, **ANYBODY, "iat": time.time()}],
    "older than 12 hours": [
        {"is_logged_in": True, **ANYBODY, "email_verified": True, "iat": time.time() - 13 * 3600},
        {"is_logged_in": True, **ANYBODY, "email_verified": True},
    ],
}


@pytest.mark.parametrize("page", ["start", "report"])
def test_who_has_not_logged_in_sees_nothing(home, page):
    app = AppTest.from_file(APP, default_timeout=60)
    app.user, app.query_params["run"] = {}, "hers"
    app.run()
    for told, users in STRANGERS.items():
        for user in users:
            app.user = user
            app.switch_page(f"pages/{page}.py").run()
            assert not app.exception
            assert told in words(app)
            assert not app.get("download_button")
            assert {one.key for one in app.button} <= {"log-in"}


def test_another_attribute_can_name_people(home, monkeypatch):
    monkeypatch.setenv("EVENHAND_IDENTITY", "sub")
    with access.acting_as(Viewer("4711")):
        keep(home / "by-number")
    app = of(ANN, sub="4711", email_verified=False).run()
    assert [button.key for button in app.button if button.label == "Delete"] == ["delete-by-number"]


def test_a_header_is_believed_only_if_a_setting_names_it(home):
    app = AppTest.from_file(APP, default_timeout=60)
    app.user = {"email": ANN.name}  # what Streamlit makes of the header
    assert "names nobody" in words(app.run())
    before = config.get_option("server.trustedUserHeaders")
    config.set_option("server.trustedUserHeaders", {"X-Evenhand-User": "email"})
    try:
        assert "delete-hers" in {button.key for button in app.run().button}
        app = AppTest.from_file(APP, default_timeout=60)
        app.user = {"email": None}  # a request without the header
        assert "names nobody" in words(app.run())
    finally:
        config.set_option("server.trustedUserHeaders", before)


def test_browsers_are_told_apart_by_their_cookie(home, monkeypatch):
    monkeypatch.setenv("EVENHAND_ACCESS", "browser")
    cookies = {"first": "a" * 32, "second": "b" * 32, "none": "", "made up": "x"}
    seen = {}
    for name, cookie in cookies.items():
        monkeypatch.setattr(identity, "_cookie", lambda cookie=cookie: cookie)
        app = AppTest.from_file(APP, default_timeout=60).run()
        assert not app.exception
        if name == "first":
            with monkeypatch.context() as patch:
                patch.setattr(identity, "get_script_run_ctx", lambda: True)
                first = identity.viewer()
            with access.acting_as(first):
                keep(home / "of-first")
            app.run()
        seen[name] = [button.key for button in app.button if button.label == "Delete"]
        assert ("yours has sent none" in words(app)) == (name in {"none", "made up"})
    assert seen == {"first": ["delete-of-first"], "second": [], "none": [], "made up": []}
    assert cookies["first"] not in (home / "of-first" / access.OWNER).read_text()


def test_a_thread_behind_which_nobody_stands_opens_nothing(home):
    assert identity.viewer() == NOBODY


def test_a_role_hides_real_rows_and_no_figure(home, monkeypatch):
    with access.acting_as(ANN):
        prepare(load("demo", rows=150), run_config(preset="fast", pictures="none"), home / "small")
    for named, shown in ((BEN.name, False), (ANN.name, True)):
        monkeypatch.setenv("EVENHAND_REAL_ROWS", named)
        app = of(ANN)
        app.query_params["run"] = "small"
        app.run()
        app.switch_page("pages/data.py").run()
        open_section(app, "rows")
        assert ("All rows:" in words(app) or "The first" in words(app)) == shown
        assert ("shows no rows or images" in words(app)) != shown
        assert "At a glance, before any training" in words(app)


def test_opening_and_downloading_is_logged(home):
    app = of(ANN)
    app.query_params["run"] = "hers"
    app.run().run()
    app.switch_page("pages/report.py").run()
    assert "Download the report" in labels(app) or app.get("download_button")
    mine = [line for line in logged(home) if line[1] != "made"]
    assert mine == [(ANN.name, "opened", "hers", "")]


def test_local_use_is_as_it_was(home, monkeypatch):
    monkeypatch.delenv("EVENHAND_ACCESS")
    keep(home / "command-line")
    app = AppTest.from_file(APP, default_timeout=60).run()
    shown = {button.key.removeprefix("delete-") for button in app.button if button.label == "Delete"}
    assert shown == {"hers", "hers-too", "his", "command-line"}
    assert "Log out" not in labels(app)
    assert not [line for line in logged(home) if line[1] != "made"]
    assert RunFolder.open(home / "command-line")
    assert (home / access_log.NAME).is_file()
