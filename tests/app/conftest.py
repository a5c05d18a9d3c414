from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")


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
        app.switch_page(f"screens/{name}.py").run()
        assert not app.exception
        return app

    return visit
