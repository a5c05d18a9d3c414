import csv
import io
import shutil
import time

import pytest

from core import pipeline
from core.config import RunConfig, run_config
from core.data.sources.load import load
from core.runs import jobs
from core.runs.run_folder import RunFolder, find_runs
from core.runs.state import Status
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.method_info import EVENHAND
from tests.app import stubs
from tests.app.seen import demo_csv, labels, open_section, upload, words

OTHER = "fairdisco"
NO_ROWS = (stubs.DECIDES, stubs.ENCODES)


def compared(page):
    """The table of the comparison, opened."""
    open_section(page, "Show data: the figures of each method")
    return next(one.value for one in page.dataframe if "parity ratio" in one.value)


def press(page, label):
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Finished runs of one table, by method: of Evenhand's own, another's rows, decisions, a representation."""
    with pytest.MonkeyPatch.context() as patch:
        stubs.known(patch)
        home = tmp_path_factory.mktemp("made")
        for method in (EVENHAND, OTHER, *NO_ROWS):
            own = {"epochs": 1} if method == EVENHAND else {}
            config = run_config(
                method=method, preset="fast", audit_seeds=(0,), pictures="none", generator_draws=1, device="cpu", **own
            )
            pipeline.run(load("demo", rows=200), config, home / method)
        yield home


@pytest.fixture
def all_made(opened, app, made, tmp_path):
    """Opens a page with all finished runs at hand and Evenhand's own in the link."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    app.query_params["run"] = EVENHAND
    app.run()
    return opened


@pytest.fixture
def opened_as(app, opened, made, tmp_path):
    """Opens a page with the finished run of one method in the link."""

    def visit(method, page):
        shutil.copytree(made / method, tmp_path / method)
        app.query_params["run"] = method
        app.run()
        return opened(page)

    return visit


@pytest.fixture
def table(opened, tmp_path):
    upload(opened("data"), "people.csv", demo_csv(tmp_path))
    return opened("methods")


def test_without_a_table_the_page_leads_to_one(opened):
    page = opened("methods")
    assert "There is no table yet" in words(page)
    assert "Choose a table" in labels(page)


def test_every_method_has_a_box_and_a_sentence(table):
    assert {box.key for box in table.checkbox} >= {f"method-{name}" for name in METHODS}
    seen = words(table)
    for one in METHODS.values():
        assert one.use in seen
        assert one.title in seen
        assert one.in_words in {box.label.replace("\\", "") for box in table.checkbox}
    assert table.checkbox[0].key == f"method-{EVENHAND}"
    open_section(table, "about methods")
    described = table.dataframe[0].value
    for one in METHODS.values():
        told = described[described["name"] == one.title].iloc[0]
        assert one.about in told["what it does"]
        assert one.limits in told["what it does"]
        assert told["source"] == one.source


def test_two_methods_are_prepared_and_wait_for_one_another(table, tmp_path):
    for name in (EVENHAND, OTHER):
        table.checkbox(key=f"method-{name}").check().run()
    table.radio(key="methods-preset").set_value("fast").run()
    table.number_input(key="methods-seed").set_value(3).run()
    press(table, "Run 2 methods")
    folders = find_runs(tmp_path)
    try:
        configs = [RunConfig.model_validate(folder.config.read()) for folder in folders]
        assert {config.method for config in configs} == {EVENHAND, OTHER}
        assert {(config.preset, config.seed) for config in configs} == {("fast", 3)}
        assert all(folder.path.name.startswith("people-") for folder in folders)
        assert any(OTHER in folder.path.name for folder in folders)
        assert all(jobs.status(folder.path).alive for folder in folders)
        assert "In progress" in words(table)
        press(table, "Cancel")
        assert Status.CANCELLED in [jobs.status(folder.path).state.status for folder in folders]
        table.run()
        assert "Continue" in [button.label for button in table.button]
    finally:
        for folder in folders:
            jobs.cancel(folder.path)


def test_finished_runs_stand_in_one_plane_and_one_table(all_made):
    page = open_section(all_made("methods"), "Show data: time and size")
    seen = words(page)
    assert "Fairness against utility, sex, model sees the group" in seen
    found = compared(page)
    assert list(found["method"]) == [
        "Original rows",
        "Always-the-same guess",
        "Evenhand",
        METHODS[OTHER].title,
        METHODS[stubs.DECIDES].title,
    ]
    assert {"parity ratio", "coverage", "density", "seconds to learn", "verdict"} <= set(found.columns)
    assert "how well real and synthetic are told apart" in found.columns
    assert f"{METHODS[stubs.ENCODES].title} makes a representation" in seen
    assert "Seconds to learn and to generate" in seen
    assert "Time and size" in seen


def test_representations_have_a_plane_of_their_own(all_made):
    page = all_made("methods")
    page.segmented_control(key="methods-protocol").set_value("C").run()
    assert not page.exception
    assert METHODS[stubs.ENCODES].title in list(compared(page)["method"])
    assert f"{METHODS[stubs.DECIDES].title} has no representation" in words(page)


def test_the_tables_can_be_taken_along(all_made):
    page = all_made("methods")
    for of in ("the figures of each method", "time and size"):
        open_section(page, f"Show data: {of}")
    assert [button.label for button in page.get("download_button")] == ["Download as CSV"] * 2


def test_each_finished_run_has_its_ways_and_only_rows_can_be_had_more_of(all_made):
    ways = labels(all_made("methods"))
    menu = 1  # every page is in the menu of narrow screens once
    assert ways.count("Compare") == 4 + menu
    assert ways.count("Report") == 4 + menu
    assert ways.count("Generate more rows") == 2


def test_runs_of_other_rows_are_left_out(all_made, tmp_path):
    page = all_made("methods")
    folder = RunFolder.open(tmp_path / OTHER)
    folder.manifest.save({**folder.manifest.read(), "sha256": {"train": "another", "holdout": "another"}})
    page.run()
    assert METHODS[OTHER].title not in list(compared(page)["method"])


def test_a_failed_run_says_why_and_can_go_on(all_made, tmp_path):
    folder = RunFolder.open(tmp_path / OTHER)
    folder.job.update_state(status=Status.FAILED, message="Column 'a' has one value; ignore it.")
    page = all_made("methods")
    assert "It stopped because of a problem. Column 'a' has one value; ignore it." in words(page)
    assert "Continue" in [button.label for button in page.button]


def test_rows_of_another_method_are_generated_without_shares_or_repair(opened_as, tmp_path):
    page = opened_as(OTHER, "generate")
    assert not page.slider
    assert "mix" not in [one.key for one in page.radio]
    page.number_input(key="rows").set_value(20).run()
    press(page, "Generate")
    folder = RunFolder.open(tmp_path / OTHER).generations()[-1]
    end = time.monotonic() + 60
    while jobs.status(folder.path).state.status is not Status.DONE:
        assert time.monotonic() < end, jobs.status(folder.path).state
        time.sleep(0.2)
    page.run()
    assert not page.exception
    assert "20 rows." in words(page)


@pytest.mark.parametrize("method", NO_ROWS)
def test_a_run_without_rows_says_so_and_leads_on(opened_as, method):
    page = opened_as(method, "generate")
    assert "and no synthetic rows. It cannot generate any." in words(page)
    assert {"See what it found", "Other methods on its table"} <= set(labels(page))


@pytest.mark.parametrize("method", NO_ROWS)
@pytest.mark.parametrize(
    ("section", "seen"),
    [
        ("Fairness and utility", "This method makes no rows"),
        ("Similarity map", "has kept no second cloud"),
        ("Columns", "This run made no rows"),
        ("Drivers", "only the model of the original rows is shown"),
        ("Another file", "A synthetic file from any generator"),
    ],
)
def test_every_section_of_compare_has_a_sentence_for_a_run_without_rows(opened_as, method, section, seen):
    page = opened_as(method, "compare")
    page.segmented_control(key="section").set_value(section).run()
    assert not page.exception
    assert all("right less often" in one.value for one in page.warning)  # the stub decides by lot
    assert seen in words(page)
    assert "Generate more rows" not in labels(page)


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (stubs.DECIDES, "In the method's own decisions on test rows"),
        (stubs.ENCODES, "trained on the representation of real rows, too few rows to tell"),
    ],
)
def test_compare_says_in_words_what_such_a_run_came_to(opened_as, method, sentence):
    assert sentence in words(opened_as(method, "compare"))


@pytest.mark.parametrize("method", [OTHER, *NO_ROWS])
def test_a_finished_run_of_another_method_shows_its_own_stages_and_report(opened_as, opened, method, made):
    page = opened_as(method, "train")
    stages = " ".join(str(bar.proto) for bar in page.get("progress"))
    assert ("the method learns" in stages) == (method != OTHER)
    assert ("Full model" in stages) == (method == OTHER)
    assert "Compact model" not in stages
    assert ("the synthetic table is drawn" in stages) == (method == OTHER)
    page = opened("report")
    page.segmented_control(key="report view").set_value("Frameworks and sign-off").run()
    assert not page.exception
    frameworks = page.selectbox(key="framework").options
    assert not any("Model card" in one for one in frameworks)
    assert any("Datasheet" in one for one in frameworks) == (method == OTHER)
    assert METHODS[method].title in (made / method / "report.html").read_text(encoding="utf-8")


def test_the_datasheet_says_which_method_made_the_rows(made):
    found = {sheet.key: sheet for sheet in pipeline.sheets(made / OTHER)}
    making = next(field for field in found["datasheet"].fields if field.key == "datasheet.making")
    assert METHODS[OTHER].title in making.prefilled
    assert "label channel" not in making.prefilled
    own = {sheet.key: sheet for sheet in pipeline.sheets(made / EVENHAND)}
    assert "fair label channel" in next(f for f in own["datasheet"].fields if f.key == "datasheet.making").prefilled


def test_the_start_says_which_method_made_a_run(all_made):
    assert f"{METHODS[OTHER].title} · done" in words(all_made("start"))


def test_the_table_as_csv_is_readable(all_made, made):
    from core.audit.records import Record
    from core.pipeline.method_runs import read_method_run
    from core.report.output.csv_files import as_csv
    from core.report.tables import methods

    folder = RunFolder.open(made / OTHER)
    run = read_method_run(folder, folder.metrics.read(Record))
    rows = list(csv.DictReader(io.StringIO(as_csv(methods.results_table([run], "sex", "A")))))
    assert rows[-1]["method"] == METHODS[OTHER].title
    assert rows[-1]["seconds to learn"]
