"""Table 1 on a small table: every system has rows, experiments are saved, and the page shows the printed values."""

from dataclasses import replace

import pandas as pd
import pytest

from core.benchmarks import comparators, problems, table1
from core.benchmarks.paper_times import METRIC, epochs_of, score_paper_times
from core.benchmarks.published_table1 import TABLE_1
from core.benchmarks.scoring import SystemScorer, generation_record
from core.benchmarks.sweeps import beta_name, lambda_name, with_beta, with_lambda
from core.benchmarks.table1_page import steps_table, table1_page, title
from core.data.sources.load import load
from core.errors import ConfigError
from core.synthesis.methods.catalog import METHODS
from tests.core.synthesis.methods.test_contract import shortened

SYSTEMS = (
    "evenhand",
    "distillation-l1",
    "fairdisco",
    "fldgm-dm",
    "tabfairgan",
    "correlation-remover",
    "threshold-optimizer",
)


def _small(patch):
    patch.setattr(
        problems.Problem, "load_dataset", lambda self: load("demo", rows=900, sensitive=list(self.sensitive), seed=0)
    )
    methods = {}
    for name in SYSTEMS:
        base = METHODS[name].presets["fast"]
        methods[name] = replace(
            METHODS[name], presets={"fast": type(base).model_validate(shortened(base.model_dump())), **_others(name)}
        )
    for name, one in methods.items():
        patch.setitem(METHODS, name, one)


def _others(name):
    return {preset: hyperparameters for preset, hyperparameters in METHODS[name].presets.items() if preset != "fast"}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    _small(monkeypatch)


def _plan(tmp_path, **changes):
    plan = table1.Plan(tmp_path, problems=("demo",), systems=SYSTEMS, preset="fast", seeds=(0,), evaluations=2)
    return replace(plan, **{"sweeps": False, **changes})


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        _small(patch)
        plan = _plan(tmp_path_factory.mktemp("table1"))
        return plan, table1.measure(plan)


def test_every_system_has_its_rows(measured):
    _, table = measured
    found = {name: set(part["protocol"]) for name, part in table.groupby("system")}
    assert set(found) == {"original", *SYSTEMS}
    for name in ("evenhand", "distillation-l1", "fairdisco", "fldgm-dm"):
        assert {"A", "C", "D", "fidelity", "privacy", "generation"} <= found[name]
    assert {"A", "D", "boosted"} <= found["tabfairgan"]
    assert {"C", "boosted"} <= found["correlation-remover"]
    assert "A" in found["threshold-optimizer"]


def test_each_evaluation_has_rows_and_classifiers_of_its_own(measured):
    _, table = measured
    mine = table[(table["system"] == "evenhand") & (table["protocol"] == "A") & (table["metric"] == "auc")]
    assert set(mine["seed"]) == {0, 1}
    assert len(set(mine["value"])) > 1


def test_what_is_done_is_not_measured_again(measured, monkeypatch):
    plan, table = measured
    monkeypatch.setattr(comparators, "score_method", lambda *_, **__: pytest.fail("measured again"))
    again = table1.measure(plan)
    pd.testing.assert_frame_equal(again, table)


def test_a_student_takes_its_teachers_time_with_it(measured):
    _, table = measured
    made = table[table["system"] == "distillation-l1"].set_index("metric")["value"]
    assert made["seconds_learning"] > made["seconds_teacher"] > 0
    assert made["steps"] > 0


def test_the_page_has_a_line_for_each_system_and_what_the_paper_prints(measured, monkeypatch):
    plan, table = measured
    monkeypatch.setitem(TABLE_1, "demo", TABLE_1["paper-adult-sex"])
    page = table1_page(table, plan.problems, "evenhand benchmark table1 --quick")
    for name in ("original", "constant", *SYSTEMS):
        assert f"| **{title(name)}** |" in page
    assert "| the paper prints |  | .990 | .990 | .760 | .990 | .890 | 1.060 | .940 |" in page
    assert "nan" not in page


def test_quick_prints_steps_and_seconds(measured):
    _, table = measured
    lines = steps_table(table).splitlines()
    assert lines[0] == "| problem | system | steps | learn, s | of that the teacher, s | generate, s |"
    assert any(line.startswith("| demo | TabFairGAN | ") for line in lines)


def test_the_sweeps_are_measured_too(tmp_path, monkeypatch):
    monkeypatch.setattr(table1, "LAMBDAS", (0.0, 5.0))
    monkeypatch.setattr(table1, "BETAS", (1, 7))
    times = [generation_record("distillation-l1", METRIC, 7200.0), generation_record("tabfairgan", METRIC, 3600.0)]
    monkeypatch.setattr(table1, "score_paper_times", lambda *_: times)
    table = table1.measure(_plan(tmp_path, systems=("distillation-l1",), sweeps=True, evaluations=1))
    assert {lambda_name(5.0), beta_name(7)} <= set(table["system"])
    swept = table[table["system"] == beta_name(7)].set_index("metric")["value"]
    assert swept["reconstruction"] > 0
    page = table1_page(table, ("demo",), "evenhand benchmark table1")
    assert "Sweeps, demo" in page
    assert "| **TabFairGAN** | 1.00 | 0.50 |" in page


def test_the_authors_epochs_are_counted_as_they_are():
    paper = {
        name: METHODS[name].presets["paper"] for name in ("tabfairgan", "fldgm-dm", "distillation-l1", "fairdisco")
    }
    assert {name: epochs_of(one) for name, one in paper.items() if name != "fairdisco"} == {
        "tabfairgan": 200,
        "fldgm-dm": 5000,
        "distillation-l1": 1000,
    }
    assert epochs_of(paper["fairdisco"], "teacher") == 1000


def test_times_are_positive_and_a_teachers_counts_for_its_students(monkeypatch):
    data = load("demo", rows=400, sensitive=["origin"], seed=0)
    scorer = SystemScorer(problems.ProblemRows(data.schema, data.frame, data.frame, 0.01))
    monkeypatch.setattr(
        "core.benchmarks.paper_times.METHODS",
        {name: METHODS[name] for name in ("fairdisco", "distillation-l1", "tabfairgan")},
    )
    found = {record.source: record.value for record in score_paper_times(scorer)}
    assert found["distillation-l1"] > found["fairdisco"] > 0
    assert found["tabfairgan"] > 0


def test_a_sweep_changes_one_dial():
    assert with_lambda("default", 5.0).synthesis.student.kl_weight == 5.0
    weights = [with_beta("default", exponent).synthesis.teacher.independence_weight for exponent in (6, 7)]
    assert weights[1] == pytest.approx(10 * weights[0])
    base = METHODS["fairdisco"].presets["default"].synthesis
    seven = with_beta("default", 7).synthesis.teacher
    assert seven == base.teacher.model_copy(update={"optimisation": seven.optimisation})


@pytest.mark.parametrize("wrong", [{"problems": ("nope",)}, {"systems": ("nope",)}, {"seeds": ()}])
def test_what_is_unknown_is_refused(tmp_path, wrong):
    with pytest.raises(ConfigError):
        table1.measure(_plan(tmp_path, **wrong))


def test_race_is_coded_as_one_value_against_the_rest():
    recoded = problems.PROBLEMS["paper-adult-race"].recoded
    assert recoded == ("race", "Black")
    frame = pd.DataFrame({"race": ["Black", "White", "Other"]})
    assert problems._against_rest(frame, *recoded)["race"].tolist() == ["Black", "not Black", "not Black"]
