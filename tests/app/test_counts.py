"""Counts by group: recognised on the Data page, audited under Local Law 144 on the Audit page."""

import pytest

from tests.app.seen import labels, upload, words

COUNTS = b"""sex,race,applicants,selected
Male,Hispanic,408,90
Female,Hispanic,205,40
Male,White,797,309
Female,White,659,282
unknown,unknown,120,
"""


@pytest.fixture
def page(opened):
    return opened("data")


def holds(page):
    return page.segmented_control(key="holds")


def test_counts_are_recognised_and_lead_to_the_bias_audit(page):
    upload(page, "counts.csv", COUNTS)
    assert holds(page).value == "Counts by group"
    assert [page.selectbox(key=f"counts-{what}").value for what in ("sex", "race", "applicants", "selected")] == [
        "sex",
        "race",
        "applicants",
        "selected",
    ]
    assert page.multiselect(key="counts-unknown").value == ["unknown"]
    page.multiselect(key="counts-unknown").set_value([]).run()
    assert "where a count must stand" in words(page)  # of people of unknown category nobody counted the selected
    assert "Next: the bias audit of these counts" not in labels(page)
    page.multiselect(key="counts-unknown").set_value(["unknown"]).run()
    assert "Next: the bias audit of these counts" in labels(page)
    page.switch_page("pages/audit.py").run()
    assert not page.exception
    seen = words(page)
    assert "2,189 individuals were assessed" in seen
    assert "Impact ratios by the four-fifths rule, race" in seen
    tables = [frame.value for frame in page.dataframe]
    sexes = next(table for table in tables if list(table["category"])[:2] == ["Female", "Male"])
    assert list(sexes["category"]) == ["Female", "Male", "unknown category"]
    assert list(sexes["applicants"]) == ["864", "1,205", "120"]
    assert sexes["selection rate"][1].startswith(f"{399 / 1205:.3f} [")
    assert sexes["impact ratio"][1].startswith(f"{399 / 1205 / (322 / 864):.3f} [")
    assert len(page.get("download_button")) == 1


def test_an_answer_goes_into_the_summary_and_a_forbidden_one_is_told(page):
    upload(page, "counts.csv", COUNTS.replace(b"unknown,unknown,120,\n", b""))
    page.switch_page("pages/audit.py").run()
    page.text_area(key="answer counts local_law_144.tool").set_value("Sorter 3").run()
    assert not page.exception
    assert page.session_state["counts"].texts["local_law_144.tool"] == "Sorter 3"
    page.text_area(key="answer counts local_law_144.tool").set_value("a\x00b").run()
    assert "Your last entry was not saved" in words(page)
    assert page.session_state["counts"].texts["local_law_144.tool"] == "Sorter 3"


def test_a_table_of_people_can_be_taken_for_counts_and_back(page):
    upload(page, "people.csv", b"sex,hired\n" + b"f,1\nm,0\nf,0\nm,1\n" * 20)
    assert holds(page).value == "People and an outcome"
    holds(page).set_value("Counts by group").run()
    assert not page.exception
    assert "No column is named like the number of applicants" in words(page)
    page.switch_page("pages/audit.py").run()
    assert "Fix that on the Data page" in labels(page)
    page.switch_page("pages/data.py").run()
    holds(page).set_value("People and an outcome").run()
    assert page.selectbox(key="target").value == "hired"


def test_counts_by_another_category_are_recognised_and_the_column_is_asked_for(page):
    upload(page, "counts.csv", b"category,applicants,selected\nold,310,62\nyoung,402,201\n")
    assert holds(page).value == "Counts by group"
    assert "Choose the column with the categories" in words(page)
    page.selectbox(key="counts-race").set_value("category").run()
    assert "Next: the bias audit of these counts" in labels(page)
    page.switch_page("pages/audit.py").run()
    assert not page.exception
    assert "712 individuals were assessed" in words(page)
