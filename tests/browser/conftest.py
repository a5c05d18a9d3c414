import importlib.util

import pytest

from tests.browser import driving


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folder of the app's runs."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def address(runs):
    """The app, served with its runs in a folder of the test's own."""
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("Playwright is not installed here; `make setup` installs it.")
    with driving.served(runs, "--server.maxUploadSize=1") as found:
        yield found


@pytest.fixture(scope="module")
def chromium(address):
    with driving.browser() as found:
        yield found
