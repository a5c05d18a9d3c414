import shutil

import pandas as pd
import pytest

from core.audit.records import Record
from core.runs.run_folder import RunFolder
from tests.app.seen import labels, open_data, open_section, words


@pytest.fixture
def page(with_run):
    return with_run("compare")


def sources_of(page):
    """The sources of the first table that has any."""
    return next(set(one.value["source"]) for one in page.dataframe if "source" in one.value)


def titles_of(page, label="Table"):
    """What a section offers to choose from."""
    return next(one.options for one in page.selectbox if one.label == label)


def choose_table(page, title):
    chosen = next(one for one in page.selectbox if one.label == "Table")
    chosen.set_value(list(chosen.options).index(title)).run()
    assert not page.exception


def test_without_a_run_the_page_leads_to_one(opened):
    page = opened("compare")
    assert "No finished run is open" in words(page)


def test_before_a_click_there_are_pictures_and_no_table(page):
    seen = words(page)
    assert "Of 100 people, how many get" in seen
    assert "always-the-same guess predicts" not in seen
    assert not page.dataframe
    open_data(page)
    assert page.dataframe
    assert all("stage" in one.value for one in page.dataframe)


def test_all_sources_stand_side_by_side_with_the_constant(page):
    open_section(page, "tables")
    assert "always-the-same guess predicts" in words(page)
    assert {"All findings", "By group, sex, model sees the group", "Fidelity", "Privacy"} <= set(titles_of(page))
    choose_table(page, "Fairness and utility, sex")
    found = next(one.value for one in page.dataframe if "parity ratio" in one.value)
    assert {"original", "always-the-same guess", "full model", "compact model", "synthetic"} <= set(found["source"])


@pytest.mark.parametrize(
    ("section", "seen"),
    [
        ("rates", "Share predicted “yes” by group, sex, model sees the group"),
        ("mistakes", "Wrongly predicted not “yes”, by group, sex, model does not see the group"),
        ("proxies", "Columns that reveal sex"),
        ("repair", "What outcome repair costs, sex"),
        ("verdicts", "Verdicts on equal rates"),
    ],
)
def test_every_question_has_a_section_of_its_own(page, section, seen):
    assert seen not in words(page)
    assert seen in words(open_section(page, section))


def test_parity_has_a_plane_where_it_is_defined_and_no_section_where_it_is_not(page, opened, app, aimed, tmp_path):
    assert "open planes" not in page.session_state  # too few test rows
    shutil.copytree(aimed, tmp_path / "aimed")
    app.query_params["run"] = "aimed"
    larger = opened("start").switch_page("pages/compare.py").run()
    seen = words(open_section(larger, "planes"))
    assert "Fairness against accuracy, sex, model sees the group" in seen
    assert "Parity against accuracy on validation rows, model sees the group" in words(open_section(larger, "repair"))


@pytest.mark.parametrize("pair", ["latents", "rows"])
def test_a_similarity_map_has_its_figures_beside_it(page, pair):
    page.segmented_control(key="section").set_value("Similarity map").run()
    page.selectbox(key="pair").set_value(pair).run()
    page.selectbox(key="colour").set_value("group").run()
    assert not page.exception
    assert "coloured by group" in words(page)
    assert "how well the two are told apart" in list(page.dataframe[0].value["figure"])


def test_what_the_run_kept_is_shown_and_not_made_anew(with_run, tmp_path):
    folder = RunFolder.open(tmp_path / "small")
    points = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "source": ["teacher", "student"], "group": ["a", "b"]})
    folder.artifacts.save_table("overlay-latents-pca", points)
    folder.pictures.save({"overlay-latents-pca": "Kept by the run."})
    kept = {"source": "student", "split": "all", "protocol": "overlay", "metric": "c2st_auc", "value": 0.123}
    folder.metrics.save([*folder.metrics.read(Record), Record(**kept)])
    page = with_run("compare")
    page.segmented_control(key="section").set_value("Similarity map").run()
    page.selectbox(key="pair").set_value("latents").run()
    assert not page.exception
    assert "Kept by the run." in words(page)
    assert "0.123" in list(page.dataframe[0].value["value"])


def test_columns_and_pairs_are_drawn(page):
    page.segmented_control(key="section").set_value("Columns").run()
    page.selectbox(key="marginal").set_value("income").run()
    assert not page.exception
    assert "Distribution of income" in words(page)
    assert "Pairs of columns, synthetic" in words(page)


def test_the_drivers_are_shown_for_original_and_synthetic(page):
    page.segmented_control(key="section").set_value("Drivers").run()
    assert not page.exception
    assert "Drivers of the prediction: original and synthetic" in words(page)


def test_another_file_is_measured_beside_the_run(page, finished):
    page.segmented_control(key="section").set_value("Another file").run()
    page.file_uploader(key="external").set_value(("theirs.csv", (finished / "synthetic.csv").read_bytes(), "text/csv"))
    page.run()
    assert not page.exception
    open_section(page, "verdicts")
    assert "theirs" in sources_of(page)


def test_what_was_found_of_another_file_stays_when_one_leaves_its_section(page, finished):
    page.segmented_control(key="section").set_value("Another file").run()
    page.file_uploader(key="external").set_value(("theirs.csv", (finished / "synthetic.csv").read_bytes(), "text/csv"))
    page.run()
    page.segmented_control(key="section").set_value("Columns").run()
    page.segmented_control(key="section").set_value("Another file").run()
    assert not page.exception
    assert "Shown: “theirs.csv”, as audited before." in words(page)
    open_section(page, "verdicts")
    assert "theirs" in sources_of(page)


def test_a_file_of_another_schema_is_said(page):
    page.segmented_control(key="section").set_value("Another file").run()
    page.file_uploader(key="external").set_value(("theirs.csv", b"a,b\n1,2\n", "text/csv")).run()
    assert not page.exception
    assert "The table lacks columns" in words(page)
    assert "Next: the report" in labels(page)


@pytest.mark.parametrize(
    ("section", "seen"),
    [
        ("Fairness and utility", "Of 100 people, how many get"),
        ("Similarity map", "has kept no second cloud"),
        ("Columns", "Distribution of"),
        ("Drivers", "Drivers of the prediction: original"),
    ],
)
def test_an_audit_shows_what_it_has(with_audit, section, seen):
    page = with_audit("compare")
    page.segmented_control(key="section").set_value(section).run()
    assert not page.exception
    assert not page.warning
    assert seen in words(page)
    assert "Generate more rows" not in labels(page)


def test_another_file_is_measured_beside_an_audit(with_audit, finished):
    page = with_audit("compare")
    page.segmented_control(key="section").set_value("Another file").run()
    page.file_uploader(key="external").set_value(("theirs.csv", (finished / "synthetic.csv").read_bytes(), "text/csv"))
    page.run()
    assert not page.exception
    open_section(page, "verdicts")
    assert sources_of(page) >= {"original", "theirs"}


def test_an_audit_offers_the_maps_it_kept_and_no_others(with_audit, tmp_path):
    folder = RunFolder.open(tmp_path / "looked")
    points = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "source": ["original", "theirs"], "group": ["a", "b"]})
    folder.artifacts.save_table("overlay-rows-pca", points)
    folder.pictures.save({"overlay-rows-pca": "Kept by the audit."})
    page = with_audit("compare")
    page.segmented_control(key="section").set_value("Similarity map").run()
    assert not page.exception
    assert page.selectbox(key="pair").options == ["Original and synthetic rows"]
    assert page.selectbox(key="method").options == ["PCA"]
    assert "Kept by the audit." in words(page)
