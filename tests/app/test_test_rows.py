"""Test rows of one's own: a second file on the page Data."""

import pandas as pd
import pytest

from core.data.io.table_writer import write_csv
from core.data.sources.demo import demo_table
from tests.app.seen import demo_csv, open_section, upload, words
from tests.app.test_subject import reloaded


@pytest.fixture
def page(opened, tmp_path):
    return open_section(upload(opened("data"), "people.csv", demo_csv(tmp_path)), "test rows")


def later(folder, rows=60, **changes) -> bytes:
    """Other people of the demo, as a CSV file."""
    table = demo_table(rows, seed=9)
    write_csv(table.frame, table.schema, folder / "later.csv")
    frame = pd.read_csv(folder / "later.csv", dtype="str", keep_default_na=False)
    return frame.assign(**changes).to_csv(index=False).encode()


def give(page, content: bytes):
    page.file_uploader(key="test-rows").set_value(("later.csv", content, "text/csv")).run()
    assert not page.exception
    return open_section(page, "test rows")


def test_the_rows_of_a_file_are_the_test_rows_everywhere_and_after_a_reload(page, opened, app, tmp_path):
    give(page, later(tmp_path))
    assert "120 rows and 60 test rows" in words(page)
    assert "Everything is tested on the 60 rows of “later.csv”." in words(page)
    assert "60 rows held out, those of the file that was given, later.csv" in words(opened("audit"))
    assert "120 rows and 60 test rows" in words(reloaded(app))


def test_they_are_given_back(page, tmp_path):
    give(page, later(tmp_path))
    next(one for one in page.button if one.label == "Draw test rows from the table instead").click().run()
    assert not page.exception
    open_section(page, "test rows")
    assert page.file_uploader(key="test-rows").value is None
    assert "60 test rows" not in words(page)


def test_a_file_that_does_not_fit_is_refused_with_both_spellings_and_changes_nothing(page, tmp_path):
    give(page, later(tmp_path, approved="granted"))
    assert "'granted' in the file" in words(page)
    assert "60 test rows" not in words(page)


def test_what_was_chosen_stays(page, tmp_path):
    page.multiselect(key="sensitive").set_value(["origin"]).run()
    give(page, later(tmp_path))
    assert page.multiselect(key="sensitive").value == ["origin"]
