"""Two people with a real identity provider on the loopback, in a real browser: the second is locked out of everything.

The provider is `oidc-provider-mock`; discovery, redirects, tokens and their signatures are those of OpenID Connect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.runs import access
from core.runs.access import OPERATOR, Viewer
from core.runs.run_folder import RunFolder
from tests.browser import driving
from tests.core.runs.test_access import logged
from tests.kept_runs import keep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib"),  # what the provider uses of its library
]
provider = pytest.importorskip("oidc_provider_mock", reason="The identity provider is not installed; run `make setup`.")
WAIT = 180_000
ANN, BEN = "ann@example.org", "ben@example.org"
PAGES = [name for name in driving.page_names() if name != "start"]


@pytest.fixture(scope="module")
def address(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a login, and a finished run of Ann's and one of Ben's."""
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    users = [provider.User(sub=name, claims={"email": name, "email_verified": True}) for name in (ANN, BEN)]
    port = driving.free_port()
    with pytest.MonkeyPatch.context() as patch, provider.run_server_in_thread(user_claims=users) as server:
        patch.setenv("EVENHAND_ACCESS", "login")
        for name, run in ((ANN, "hers"), (BEN, "his")):
            with access.acting_as(Viewer(name)):
                keep(runs / run, reported=True)
        secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\n'
            'cookie_secret = "of this test alone"\nclient_id = "evenhand"\nclient_secret = "of this test alone"\n'
            f'server_metadata_url = "http://localhost:{server.server_port}/.well-known/openid-configuration"\n'
        )
        with driving.served(runs, f"--secrets.files={secrets}", port=port) as found:
            yield found


def logged_in(chromium: Any, address: str, name: str, link: str = "") -> Any:
    """A page of a browser of its own, after the login of somebody."""
    page = chromium.new_context(accept_downloads=True).new_page()
    page.goto(f"{address}/{link}")
    page.get_by_role("button", name="Log in").click(timeout=WAIT)
    page.wait_for_url(re.compile("/oauth2/authorize"), timeout=WAIT)
    page.locator("input[name=sub]").fill(name)
    page.get_by_role("button", name="Authorize").first.click()
    page.wait_for_url(f"{address}/**", timeout=WAIT)
    page.get_by_role("heading", name="Your runs").wait_for(timeout=WAIT)
    driving.settled(page)
    return page


def test_without_a_login_nothing_is_seen(address: str, chromium: Any) -> None:
    page = chromium.new_context().new_page()
    for name in ("", *PAGES):
        page.goto(f"{address}/{name}?run=hers")
        page.get_by_role("button", name="Log in").wait_for(timeout=WAIT)
        driving.settled(page)
        assert "hers" not in page.inner_text("body")
        assert not page.locator("[data-testid=stDownloadButton]").count()
    page.context.close()


def test_the_owner_opens_and_downloads_and_the_log_says_so(address: str, chromium: Any, runs: Path) -> None:
    page = logged_in(chromium, address, ANN)
    assert "people" in page.inner_text("body")
    assert "his" not in page.inner_text("body").split()
    page.goto(f"{address}/report?run=hers")
    with page.expect_download(timeout=WAIT) as found:
        page.get_by_role("button", name="Download the report", exact=True).click(timeout=WAIT)
    assert Path(found.value.path()).read_bytes() == (runs / "hers" / "report.html").read_bytes()
    assert {(ANN, "opened", "hers", ""), (ANN, "downloaded", "hers", "hers.html")} <= set(logged(runs))
    page.context.close()


def test_another_person_is_locked_out_of_everything(address: str, chromium: Any, runs: Path) -> None:
    page = logged_in(chromium, address, BEN)
    body = page.inner_text("body").split()
    assert "his" not in body or "hers" not in body  # the list holds his run alone
    assert page.get_by_role("button", name="Delete").count() == 1
    for name in PAGES:
        page.goto(f"{address}/{name}?run=hers")
        page.get_by_text("There is no run 'hers' on this machine.").wait_for(timeout=WAIT)
        driving.settled(page)
        assert not page.locator("[data-testid=stDownloadButton]").count(), name
    page.goto(f"{address}/?beside=hers&beside=his")
    page.get_by_text("There is no finished run 'hers' on this machine.").wait_for(timeout=WAIT)
    assert (BEN, "refused", "hers", "") in logged(runs)
    with access.acting_as(OPERATOR):
        assert RunFolder.open(runs / "hers").report_html.exists()
    page.context.close()


def test_who_logs_out_is_asked_again(address: str, chromium: Any) -> None:
    page = logged_in(chromium, address, BEN)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(re.compile("/oauth2/end_session"), timeout=WAIT)  # the provider is told too, and asks
    page.goto(f"{address}/report?run=his")
    page.get_by_role("button", name="Log in").wait_for(timeout=WAIT)
    page.context.close()
