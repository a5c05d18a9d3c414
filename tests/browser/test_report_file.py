"""The report as a file: without JavaScript and without a network."""

import pytest

from core.report.output.html import render
from tests.browser import driving
from tests.core.report.samples import concluded, sample_records


@pytest.fixture(scope="module")
def chromium():
    with driving.browser() as found:
        yield found


@pytest.fixture
def opened(chromium, tmp_path):
    records = sample_records()
    (tmp_path / "report.html").write_text(render("adult", records, concluded(records), [], {}), encoding="utf-8")
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    yield page, asked
    context.close()


def test_it_reads_without_javascript_and_network(opened):
    page, asked = opened
    assert len(asked) == 1
    for title in ("1 At a glance", "2 For auditors", "3 For regulators", "Annexes"):
        assert page.get_by_role("heading", name=title, exact=True).is_visible()
    table = page.get_by_role("region", name="Utility in full")
    assert not table.is_visible()
    page.locator("summary", has_text="T7 Utility").click()
    table.wait_for()


def test_a_link_opens_the_annex_that_it_leads_to(opened):
    page, _ = opened
    page.locator("#part-2-multiplicity").get_by_role("link", name="All findings").click()
    page.get_by_role("region", name="All findings").wait_for()
