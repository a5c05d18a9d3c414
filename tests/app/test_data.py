import io

import openpyxl
import pytest

from core.app.markdown import plain
from tests.app.seen import demo_csv, labels, open_section, upload, words


@pytest.fixture
def page(opened):
    return opened("data")


def test_without_a_table_the_page_says_how_to_get_one(page):
    assert "No table yet. Upload one" in words(page)


def test_a_file_is_read_and_its_groups_shown_at_once(page, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    seen = words(page)
    assert "120 rows, 14 columns" in seen
    assert page.selectbox(key="target").value == "approved"
    assert page.selectbox(key="positive").value == "yes"
    assert "Share with “yes” by group, sex" in seen
    assert "Columns that reveal sex" not in seen
    assert "Columns that reveal sex" in words(open_section(page, "proxies"))
    assert "Next: audit this table" in labels(page)


def test_the_roles_are_changed_and_kept_over_a_page_switch(page, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    page.multiselect(key="sensitive").set_value(["sex", "age"]).run()
    page.text_input(key="cuts-age").set_value("35, 55").run()
    page.selectbox(key="positive").set_value("no").run()
    page.switch_page("pages/audit.py").run()
    page.switch_page("pages/data.py").run()
    assert not page.exception
    assert page.multiselect(key="sensitive").value == ["age", "sex"]
    assert page.text_input(key="cuts-age").value == "35, 55"
    assert page.selectbox(key="positive").value == "no"
    assert "120 rows" in words(page)


def test_numbers_that_could_be_two_are_asked_in_the_table_of_columns(page):
    lines = "".join(f"{1 + n % 9},{n % 7}{n % 5}5\t{'fm'[n % 2]}\t{n % 2}\n" for n in range(60))
    upload(page, "pay.tsv", f"pay\tsex\thired\n{lines}".encode())
    assert "'pay' reads as numbers both with a decimal comma and with a comma between thousands" in words(page)
    assert "in the table of columns, or as decimal_mark" in words(page)
    open_section(page, "columns")
    assert any("decimal mark" in one.value.columns for one in page.dataframe)


RECID = b"sex,two_year_recid\n" + b"f,0\nm,1\nf,1\nm,0\nm,1\nf,0\n" * 20
QUESTION = "Is “two_year_recid = 1” good or bad for the person?"


def question(page):
    return page.segmented_control(key="favorable")


def test_what_is_good_for_people_is_guessed_with_its_reason_and_confirmed(page):
    upload(page, "recid.csv", RECID)
    assert question(page).label.replace("\\", "") == QUESTION
    assert question(page).value == "negative"
    assert "Bad is a guess: the name 'two_year_recid' contains 'recid'." in words(page)
    assert "'1' was guessed to be bad for the person" in words(page)
    page.button(key="confirm-favorable").click().run()
    assert not page.exception
    assert question(page).value == "negative"
    assert "is a guess" not in words(page)
    assert "was guessed to be bad" not in words(page)
    assert "Share with “0” by group, sex" in words(page)


def test_what_is_good_for_people_can_be_said_otherwise_or_left_open(page):
    upload(page, "recid.csv", RECID)
    question(page).set_value("positive").run()
    assert "is a guess" not in words(page)
    assert "Share with “1” by group, sex" in words(page)
    question(page).set_value(None).run()
    assert not page.exception
    assert question(page).value is None
    page.selectbox(key="positive").set_value("0").run()
    assert question(page).value == "positive"


def test_margin_and_kind_of_decision_are_kept(page, tmp_path):
    open_section(upload(page, "people.csv", demo_csv(tmp_path)), "outcome")
    assert page.number_input(key="margin").value == 50
    page.number_input(key="margin").set_value(100).run()
    page.selectbox(key="decision").set_value("us-employment").run()
    page.switch_page("pages/audit.py").run()
    open_section(page.switch_page("pages/data.py").run(), "outcome")
    assert page.number_input(key="margin").value == 100
    assert page.selectbox(key="decision").value == "us-employment"


def test_a_reference_outcome_is_named_kept_and_taken_back(page, tmp_path):
    open_section(upload(page, "people.csv", demo_csv(tmp_path)), "outcome")
    assert page.selectbox(key="reference").value is None
    assert "approved" not in page.selectbox(key="reference").options
    page.selectbox(key="reference").set_value("deserved").run()
    page.switch_page("pages/audit.py").run()
    open_section(page.switch_page("pages/data.py").run(), "outcome")
    assert page.selectbox(key="reference").value == "deserved"
    page.selectbox(key="reference").set_value("age").run()
    assert "Reference outcome 'age' has the value" in words(page)
    assert "Choose another value for “Reference outcome”, or leave “Reference outcome” out." in words(page)
    assert page.selectbox(key="reference").value == "deserved"
    page.selectbox(key="reference").set_value(None).run()
    assert not page.exception
    assert page.selectbox(key="reference").value is None


def test_a_numeric_outcome_is_cut_at_a_number(page, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    page.selectbox(key="target").set_value("income").run()
    assert "Positive from" in [number.label for number in page.number_input]
    page.number_input(key="threshold").set_value(1e9).run()
    assert "leaves one outcome empty" in words(page)
    assert not page.exception


def test_cut_points_that_are_no_numbers_change_nothing(page, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    page.multiselect(key="sensitive").set_value(["age"]).run()
    before = page.text_input(key="cuts-age").value
    page.text_input(key="cuts-age").set_value("young").run()
    assert "are not numbers; write them like" in words(page)
    assert page.text_input(key="cuts-age").value == before


def test_a_table_without_outcome_or_sensitive_columns_is_said(page):
    rows = "\n".join(f"{i % 7},{i % 5}.5" for i in range(60))
    upload(page, "plain.csv", f"a,b\n{rows}\n".encode())
    assert "No column has the role target" in words(page)
    page.selectbox(key="target").set_value("a").run()
    assert "No column is sensitive, so there are no groups to compare. Choose “Sensitive columns”." in words(page)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "'empty.csv' is empty"),
        ("page.parquet", b"not parquet", "'page.parquet' is damaged or not Parquet"),
        ("book.xlsx", b"not excel", "'book.xlsx' is damaged or not an Excel file"),
        ("twice.csv", b"a,a\n1,2\n", "'a' occurs more than once"),
        ("ragged.csv", b"a,b\n1,2\n3\n", "correct that row"),
        ("head.csv", b"sex,hired\n", "has no rows"),
        ("../../up.csv", b"", "'up.csv' is empty"),
    ],
)
def test_bad_files_are_said_in_a_sentence(page, name, content, sentence):
    upload(page, name, content)
    assert sentence in words(page)


def test_a_file_of_another_type_is_refused(page):
    page.segmented_control(key="way").set_value("Upload a file").run()
    assert {"csv", "parquet", "xlsx"} <= {kind.strip(".") for kind in page.file_uploader(key="file").allowed_type}
    assert "docx" not in page.file_uploader(key="file").allowed_type


def test_of_two_sheets_one_is_asked_for(page):
    book = openpyxl.Workbook()
    book.active.title = "people"
    for place in (book.active, book.create_sheet("notes")):
        place.append(["sex", "hired"])
        for row in range(60):
            place.append(["f" if row % 2 else "m", "yes" if row % 3 else "no"])
    buffer = io.BytesIO()
    book.save(buffer)
    upload(page, "two.xlsx", buffer.getvalue())
    assert "Choose the sheet" in words(page)
    page.selectbox(key="sheet").set_value("people").run()
    assert not page.exception
    assert "60 rows, 2 columns" in words(page)


def test_a_bad_file_after_a_good_one_leaves_the_good_one(page, tmp_path):
    upload(page, "people.csv", demo_csv(tmp_path))
    upload(page, "empty.csv", b"")
    assert "'empty.csv' is empty" in words(page)
    assert "The table below is still the earlier one, people.csv." in words(page)
    assert "120 rows, 14 columns" in words(page)


def test_the_encoding_of_a_file_that_is_not_utf_8_can_be_chosen(page):
    rows = "\n".join(f"{'Dvořák' if i % 2 else 'Nováček'},{'yes' if i % 3 else 'no'}" for i in range(60))
    upload(page, "x.csv", f"sex,hired\n{rows}\n".encode("cp1250"))
    box = next(box for box in page.selectbox if box.label == "Encoding")
    box.set_value("cp1250").run()
    assert not page.exception
    open_section(page, "rows")
    assert set(page.dataframe[0].value["sex"]) == {"Dvořák", "Nováček"}
    assert "still the earlier one" not in words(page)


def test_one_row_and_one_column_are_said_so(page):
    upload(page, "one.csv", b"sex\nf\n")
    assert "1 row, 1 column." in words(page)


def test_names_of_strangers_are_no_markdown(page):
    rows = "\n".join(f"{'f' if i % 2 else 'm'},{'yes' if i % 3 else 'no'}" for i in range(60))
    upload(page, "x.csv", f"**sex** :red[x],hired\n{rows}\n".encode())
    page.multiselect(key="sensitive").set_value(["**sex** :red[x]"]).run()
    page.selectbox(key="target").set_value("hired").run()
    assert any(plain("**sex** :red[x]") in heading.value for heading in page.subheader)


def test_there_is_no_earlier_run_yet(page):
    page.segmented_control(key="way").set_value("Earlier run").run()
    assert "There is no earlier run yet" in words(page)


@pytest.mark.parametrize("end", ["9999-12-31", "0001-01-01"])
def test_open_ends_are_shown_and_audited(page, end):
    until = [end if row % 2 else f"2021-0{1 + row % 8}-1{row % 7}" for row in range(160)]
    rows = [f"{'fm'[row % 3 % 2]},{day},{'yn'[row % 5 % 2]}" for row, day in enumerate(until)]
    upload(page, "far.csv", "\n".join(["sex,until,hired", *rows]).encode())
    assert page.session_state["dataset"].schema.column("until").kind == "datetime"
    page.switch_page("pages/audit.py").run()
    assert not page.exception
    assert "Where groups differ" in words(page)
