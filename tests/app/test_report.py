from core.runs.store import RunFolder
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
    assert "has no report yet" in words(page)
    assert "See how it stands" in labels(page)


def test_the_report_is_shown_and_everything_is_offered(with_run):
    page = with_run("report")
    offered = [button.label for button in page.get("download_button")]
    assert offered == [
        "Download the report",
        "Figures (JSON)",
        "Synthetic rows (CSV)",
        "Everything to hand on (zip)",
        "The report as PDF",
    ]
    frame = page.get("iframe")[0].proto
    assert 'sandbox="allow-scripts' in frame.srcdoc
    assert "allow-same-origin" not in frame.srcdoc
