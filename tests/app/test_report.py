from streamlit.testing.v1 import AppTest

from core.events import Event
from core.report.output import pdf
from core.runs.run_folder import RunFolder
from tests.app.conftest import APP
from tests.app.seen import labels, words


def test_without_a_run_the_page_leads_to_one(opened):
    page = opened("report")
    assert "No run is open" in words(page)
    assert "To the runs" in labels(page)


def test_a_run_without_a_report_leads_to_its_progress(app, opened, tmp_path):
    RunFolder.create(tmp_path / "first")
    app.query_params["run"] = "first"
    app.run()
    page = opened("report")
    assert "This run has no results yet" in words(page)
    assert "See its progress" in labels(page)


def test_the_report_is_shown_and_everything_is_offered(with_run):
    page = with_run("report")
    offered = [button.label for button in page.get("download_button")]
    assert offered == [
        "Download the report",
        "One page (HTML)",
        "Figures (JSON)",
        "Synthetic rows (CSV for spreadsheets)",
        "Synthetic rows (exact CSV)",
        "Everything to share (zip)",
        "PDF without annexes",
    ]
    assert "PDF with annexes" in [button.label for button in page.button]
    frame = page.get("iframe")[0].proto
    assert 'sandbox="allow-scripts' in frame.srcdoc
    assert "allow-same-origin" not in frame.srcdoc


def test_the_pdf_with_annexes_is_made_once_and_offered_until_the_report_changes(with_run, monkeypatch, tmp_path):
    def paged(html, listener):
        listener(Event("pdf", 4, 7, message="Page 3."))
        return html.encode()

    monkeypatch.setattr(pdf, "paged", paged)
    page = with_run("report")
    page.button(key="annexes").click().run()
    assert not page.exception
    assert "Download the PDF with annexes" in [button.label for button in page.get("download_button")]
    report = RunFolder.open(tmp_path / "small").report_html
    report.path.write_text(report.path.read_text(encoding="utf-8") + "<!-- -->", encoding="utf-8")
    page.run()
    assert "Download the PDF with annexes" not in [button.label for button in page.get("download_button")]


def frameworks(with_run, framework="eu_ai_act"):
    page = with_run("report")
    page.segmented_control(key="report view").set_value("Frameworks and sign-off").run()
    page.selectbox(key="framework").set_value(framework).run()
    assert not page.exception
    return page


def area(page, key):
    return page.text_area(key=f"answer small {key}")


def test_a_blank_shows_as_a_blank_and_what_is_typed_survives_a_reload(with_run, app, tmp_path):
    page = frameworks(with_run)
    blanks = next(one for one in words(page).splitlines() if one.startswith("Wording"))
    assert "2024/1689" in blanks
    assert area(page, "eu_ai_act.origin").value == ""
    assert area(page, "eu_ai_act.origin").placeholder.startswith("Not filled in.")
    assert "Outcome: column" in area(page, "eu_ai_act.design").value
    area(page, "eu_ai_act.origin").set_value("A *survey*\nof 2019.").run()
    assert "Written by the reader." in words(page)
    assert "not yet in this report" in words(page)
    kept = RunFolder.open(tmp_path / "small")
    assert '"A *survey*\\nof 2019."' in (kept.path / "answers.json").read_text()
    again = AppTest.from_file(APP, default_timeout=60)
    again.query_params["run"] = "small"
    again.run()
    again.switch_page("pages/report.py").run()
    again.segmented_control(key="report view").set_value("Frameworks and sign-off").run()
    assert area(again, "eu_ai_act.origin").value == "A *survey*\nof 2019."


def test_the_report_is_written_anew_with_what_was_typed(with_run, tmp_path):
    page = frameworks(with_run, "sign_off")
    area(page, "sign_off.name").set_value("Ada <b>L.</b>").run()
    page.button(key="anew").click().run()
    assert not page.exception
    assert "not yet in this report" not in words(page)
    assert "Ada &lt;b&gt;L.&lt;/b&gt;" in (tmp_path / "small" / "report.html").read_text()


def test_the_runs_text_comes_back_when_a_field_is_emptied(with_run):
    page = frameworks(with_run, "datasheet")
    before = area(page, "datasheet.purpose").value
    area(page, "datasheet.purpose").set_value("Mine.").run()
    assert "in place of Evenhand's text" in words(page)
    area(page, "datasheet.purpose").set_value("").run()
    assert area(page, "datasheet.purpose").value == before


def test_what_cannot_be_kept_is_said_and_stays_as_typed(with_run):
    page = frameworks(with_run)
    area(page, "eu_ai_act.origin").set_value("a\u202eb").run()
    assert "U+202E is not plain text" in words(page)
    assert area(page, "eu_ai_act.origin").value == "a\u202eb"
    area(page, "eu_ai_act.origin").set_value("ab").run()
    assert "is not plain text" not in words(page)


def test_local_law_144_is_offered_for_a_declared_us_employment_decision_only(with_run):
    assert "NYC Local Law 144: bias audit" not in frameworks(with_run).selectbox(key="framework").options


def test_local_law_144_is_mapped_counted_and_taken_out(with_run, tmp_path):
    saved = RunFolder.open(tmp_path / "small").schema
    saved.save(saved.read().replaced(decision="us-employment"))
    page = frameworks(with_run, "local_law_144")
    assert "Choose the columns that record it" in words(page)
    page.button(key="ll144 count").click().run()
    assert "Name the column of sex" in words(page)
    page.selectbox(key="ll144 sex").set_value("sex").run()
    page.selectbox(key="ll144 race").set_value("origin").run()
    page.selectbox(key="ll144 selection").set_value("approved").run()
    page.selectbox(key="ll144 selected approved").set_value("yes").run()
    page.text_input(key="ll144 reason").set_value("Few.").run()
    page.button(key="ll144 count").click().run()
    assert not page.exception
    assert "Intersectional categories, sex × origin" in words(page)
    assert "6 RCNY" in words(page)
    assert "NYC Local Law 144" in (tmp_path / "small" / "report.html").read_text()
    page.button(key="unmap").click().run()
    assert not page.exception
    assert "Choose the columns that record it" in words(page)
    assert "NYC Local Law 144" not in (tmp_path / "small" / "report.html").read_text()
