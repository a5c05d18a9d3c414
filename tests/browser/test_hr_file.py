"""A file of employees as people bring it, in a real browser: upload, audit, fair rows, download, every form kept."""

import io

import pandas as pd
import pytest

from tests.browser.driving import settled
from tests.browser.test_whole_way import (  # noqa: F401  # the page is a fixture
    FINISHED,
    WAIT,
    audit,
    downloaded,
    give,
    page,
    press,
    sound,
    visit,
)
from tests.hr_file import check_forms, employee_file


@pytest.mark.slow
def test_the_file_of_employees_keeps_its_forms(page):  # noqa: F811  # the fixture
    visit(page, "Data")
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "also packed; or a zip")
    give(page, "employees.csv", "text/csv", employee_file(), "1,500 rows, 9 columns")
    sound(page)
    audit(page)
    visit(page, "Train")
    page.get_by_text("Fast", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Start training").click()
    page.get_by_text(FINISHED).first.wait_for(timeout=2 * WAIT)
    settled(page)
    visit(page, "Report")
    rows = pd.read_csv(io.BytesIO(downloaded(page, "Synthetic rows (exact CSV)")), dtype="str", keep_default_na=False)
    check_forms(rows)
    sound(page)
