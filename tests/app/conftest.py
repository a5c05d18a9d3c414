import shutil
from concurrent.futures import Future
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.app import long_work
from core.config import run_config
from core.data.io import bounded_reader, reader_process
from core.data.sources.load import load
from core.runs import access

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def _navigation_is_known(monkeypatch):
    """AppTest forgets before each run that the app calls `st.navigation`, which a server remembers.

    The app would then start each script twice (`core.app.entry`), and the second start has no click any more.
    `tests/browser/test_links.py` tests what a fresh server does.
    """
    made = PagesManager.__init__

    def known(self, *arguments, **options):
        made(self, *arguments, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", known)


@pytest.fixture(autouse=True)
def _acts_for_the_app_in_one_test_alone(monkeypatch):
    """The app says for whom its process acts; other tests in this process act for whoever runs the machine."""
    monkeypatch.setattr(access, "_acting", [lambda: access.OPERATOR])


@pytest.fixture(autouse=True)
def _files_are_read_here(monkeypatch):
    """Uploads are read without a process of their own, which takes seconds while many tests run at once.

    `tests/core/data/io/test_bounded_reader.py` tests that process.
    """
    monkeypatch.setattr(bounded_reader, "_ask", lambda request, _name: reader_process.answer(request))


class Here:
    """Does long work at once in this process; `tests/app/test_long_work.py` tests the processes."""

    def submit(self, function, *arguments):
        done = Future()
        try:
            done.set_result(function(*arguments))
        except BaseException as error:  # noqa: BLE001  # of the page too, which goes on elsewhere
            done.set_exception(error)
        return done


@pytest.fixture(autouse=True)
def _long_work_is_done_here(monkeypatch):
    monkeypatch.setattr(long_work, "_pool", Here)


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The app as its entry point serves it, with its runs in a folder of the test's own."""
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path))
    return AppTest.from_file(APP, default_timeout=60)


@pytest.fixture
def opened(app):
    """Opens a page, checks that nothing was thrown, and gives the app."""
    app.run()

    def visit(name: str) -> AppTest:
        app.switch_page(f"pages/{name}.py").run()
        assert not app.exception
        return app

    return visit


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A small run that is finished; not to be changed."""
    out = tmp_path_factory.mktemp("finished") / "small"
    config = run_config(preset="fast", epochs=1, audit_seeds=(0,), pictures="none", generator_draws=1)
    pipeline.run(load("demo", rows=150), config, out)
    return out


@pytest.fixture(scope="session")
def aimed(tmp_path_factory):
    """A finished run that aimed at a parity ratio; not to be changed."""
    out = tmp_path_factory.mktemp("aimed") / "aimed"
    config = run_config(preset="fast", epochs=1, audit_seeds=(0,), pictures="none", generator_draws=1, target_dpr=0.6)
    pipeline.run(load("demo", rows=600), config, out)
    return out


@pytest.fixture(scope="session")
def audited(tmp_path_factory):
    """An audit alone; not to be changed."""
    out = tmp_path_factory.mktemp("audited") / "looked"
    pipeline.audit_dataset(load("demo", rows=150), config=run_config(pictures="none"), out=out)
    return out


@pytest.fixture
def with_audit(opened, app, audited, tmp_path):
    """Opens a page with the audit in the link."""
    shutil.copytree(audited, tmp_path / "looked")
    app.query_params["run"] = "looked"
    app.run()
    return opened


@pytest.fixture
def with_run(opened, app, finished, tmp_path):
    """Opens a page with the finished run in the link."""
    shutil.copytree(finished, tmp_path / "small")
    app.query_params["run"] = "small"
    app.run()
    return opened
