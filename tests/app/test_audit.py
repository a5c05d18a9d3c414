from core.findings.finding import VerdictKind
from tests.app.seen import demo_csv, labels, upload, words


def test_without_a_table_the_page_leads_to_one(opened):
    page = opened("audit")
    assert "There is no table yet" in words(page)
    assert "Choose a table" in labels(page)


def test_the_rows_are_judged_before_anything_is_trained(opened, tmp_path):
    upload(opened("data"), "people.csv", demo_csv(tmp_path, rows=400))
    seen = words(opened("audit"))
    assert "Where groups differ" in seen
    assert any(f"**{kind.value.capitalize()}** – sex" in seen for kind in VerdictKind)
    assert "What a model would learn from it" in seen
    assert "on 80% of the rows" in seen


def test_a_reopened_run_is_tested_on_its_own_test_rows(with_run):
    page = with_run("audit")
    assert not page.exception
    assert "those that an earlier run drew from the table" in words(page)
    assert "% of the rows, once" not in words(page)


def test_classifiers_are_trained_on_request_and_the_result_is_kept(opened, tmp_path):
    upload(opened("data"), "people.csv", demo_csv(tmp_path))
    page = opened("audit")
    next(button for button in page.button if button.label == "Train and test models").click().run()
    assert not page.exception
    sentence = "from classifiers that see sex, trained on the original rows, undefined"  # 24 test rows
    assert sentence in words(page)
    assert sentence in words(opened("data").switch_page("pages/audit.py").run())


def test_an_unready_table_leads_back_to_the_data_page(opened):
    upload(opened("data"), "plain.csv", b"a,b\n1,2\n2,3\n")
    page = opened("audit")
    assert "are needed" in words(page)
    assert "Fix that on the Data page" in labels(page)
