import pytest

from core.runs.run_folder import RunFolder
from core.runs.state import Status
from tests.app.seen import generated, labels, words


def test_without_a_run_the_page_leads_to_one(opened):
    page = opened("generate")
    assert "No finished run is open" in words(page)
    assert {"To the runs", "To training"} <= set(labels(page))


def test_an_unfinished_run_leads_to_its_progress(app, opened, tmp_path):
    RunFolder.create(tmp_path / "first").job.update_state(status=Status.FAILED, message="It failed.")
    app.query_params["run"] = "first"
    app.run()
    page = opened("generate")
    assert "stopped because of a problem, so it has no results" in words(page)
    assert "See the problem" in labels(page)


@pytest.fixture
def page(with_run):
    return with_run("generate")


def test_a_share_that_is_given_is_kept_and_the_page_shows_what_results(page):
    page.radio(key="mix").set_value("shares").run()
    page.number_input(key="share-female").set_value(90.0).run()
    assert not page.exception
    assert "Result: female 90.0%, male 10.0%." in words(page)
    page.number_input(key="share-male").set_value(90.0).run()
    assert not page.exception
    assert "The shares add up to 180.0 %, not 100 %; lower one of them." in words(page)


def test_the_amount_of_repair_says_at_once_what_to_expect(page, tmp_path):
    curve = RunFolder.open(tmp_path / "small").artifacts.table("repair_level").set_index("repair_level")
    for chosen in (0.25, 1.0):
        page.slider(key="repair_level").set_value(chosen).run()
        assert not page.exception
        row = curve.loc[chosen]
        expected = [f"{row['labels_changed']:.1%}", f"{row['demographic_parity_ratio']:.3f}"]
        assert [metric.value for metric in page.metric] == expected
    assert "A random forest learns" in words(page)
    assert "out of bag" in words(page)


def test_the_estimate_names_the_run_s_own_classifier(page, tmp_path):
    manifest = RunFolder.open(tmp_path / "small").manifest
    known = manifest.read()
    manifest.save({**known, "config": {**known["config"], "classifier": "boosting"}})
    page.slider(key="repair_level").set_value(0.5).run()
    assert not page.exception
    assert "Gradient boosting learns" in words(page)
    assert "3 folds" in words(page)
    assert "out of bag" not in words(page)


def test_rows_of_one_group_are_made_and_offered(page, tmp_path):
    page.number_input(key="rows").set_value(30).run()
    page.radio(key="mix").set_value("group").run()
    page.selectbox(key="group").set_value("female").run()
    folder = generated(page, tmp_path / "small")
    assert "30 rows." in words(page)
    assert set(folder.synthetic.read()["sex"]) == {"female"}
    assert [button.label for button in page.get("download_button")] == [
        "Download (CSV for spreadsheets)",
        "Download (exact CSV)",
        "Download (Parquet)",
    ]


def test_the_generator_can_be_taken_along_and_the_page_says_what_it_holds(page):
    assert "Take the generator with you" in words(page)
    assert "Download the generator" not in [button.label for button in page.get("download_button")]
    next(button for button in page.button if button.label == "Prepare the generator").click().run()
    assert "Download the generator" in [button.label for button in page.get("download_button")]
    assert "What its rows are like" in words(page)
    assert "It holds no train row" in words(page)
    assert "without a formal guarantee" in words(page)


def test_a_run_whose_generator_cannot_leave_says_why(page, tmp_path):
    config = RunFolder.open(tmp_path / "small").config
    config.save({**config.read(), "preset": "paper"})
    page.run()
    assert not page.exception
    assert "it has no codewords (preset paper)" in words(page)
    assert "Prepare the generator" not in [button.label for button in page.button]


def test_an_audit_says_that_nothing_was_learned(with_audit):
    page = with_audit("generate")
    assert "This run is an audit; nothing was learned" in words(page)
    assert "See what it found" in labels(page)


def test_an_audit_offers_nothing_to_continue(with_audit):
    page = with_audit("train")
    assert "Finished." in words(page)
    assert "Continue where it stopped" not in [button.label for button in page.button]
    assert "Generate rows" not in labels(page)


def test_a_run_that_was_not_prepared_is_started_anew(app, opened, tmp_path):
    RunFolder.create(tmp_path / "half")
    app.query_params["run"] = "half"
    app.run()
    page = opened("train")
    assert "before it was prepared, so it cannot continue. Start a new run" in words(page)
    assert "Continue where it stopped" not in [button.label for button in page.button]
