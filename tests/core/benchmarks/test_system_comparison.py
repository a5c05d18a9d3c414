"""The comparison of systems on a small table: saved experiments, repeated experiments and the page."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from core.benchmarks import ablations, experiments, markdown_page, problems, system_comparison, systems
from core.benchmarks.anchors.anchor import Anchor
from core.benchmarks.anchors.catalog import MOSTLY
from core.benchmarks.metric_columns import FIDELITY_AND_PRIVACY, MAIN, PAPER, select_records, spread
from core.benchmarks.system_goals import GOALS, Goal
from core.benchmarks.systems import External
from core.cli.main import app
from core.data.io.table_writer import write_csv
from core.data.sources.load import load
from core.errors import ConfigError
from core.synthesis.settings import PRESETS, SynthesisSettings

TINY = {"epochs": 2, "min_steps": 0, "batch_size": 128}


def _shrink(patch):
    patch.setattr(
        problems.Problem, "load_dataset", lambda self: load("demo", rows=900, sensitive=list(self.sensitive), seed=0)
    )
    hyperparameters = PRESETS["fast"].model_dump()
    for network in ("teacher", "student"):
        hyperparameters[network]["optimisation"] |= TINY
    hyperparameters["labels"]["calibration_rounds"] = 1
    patch.setitem(PRESETS, "fast", SynthesisSettings.model_validate(hyperparameters))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The demo with 900 rows, and a preset that learns in a second."""
    _shrink(monkeypatch)


def _plan(tmp_path, **changes):
    plan = system_comparison.Plan(tmp_path, problems=("demo",), presets=("fast",), seeds=(0, 1), anchor_seeds=())
    return replace(plan, **changes)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """One benchmark that most tests look at: two seeds of a preset, and a stand-in for the other engine."""
    with pytest.MonkeyPatch.context() as patch:
        _shrink(patch)
        _stand_in(patch, _other_engine)
        plan = _plan(tmp_path_factory.mktemp("systems"), anchor_seeds=(0,))
        return plan, system_comparison.measure(plan)


def _stand_in(patch, make):
    """Let one anchor count as installed, and make its rows otherwise."""
    patch.setattr(Anchor, "installed", property(lambda one: one.name == MOSTLY.name))
    patch.setattr(Anchor, "make", make)


def _other_engine(_anchor, rows, folder, seed):
    folder.mkdir(parents=True)
    write_csv(load("demo", rows=300, sensitive=["origin"], seed=5 + seed).frame, rows.schema, folder / "made.csv")
    return folder / "made.csv", {"learning": 40.0, "generating": 2.0}


def test_every_source_of_every_seed_is_measured(measured):
    _, table = measured
    assert table.loc[table["system"] == "fast", "generator_seed"].nunique() == 2
    ours = {"synthetic", "student", "teacher", "real rows, fair labels", "three times the rows"}
    assert {"original", "constant", "MOSTLY AI", *ours} == set(table["source"])
    for source in (*ours, "original", "MOSTLY AI"):
        mine = table[table["source"] == source]
        assert {"A", "B"} <= set(mine["protocol"])
        assert mine["positive"].nunique() == 2
    assert set(table[table["metric"] == "membership_auc"]["source"]) >= {"synthetic", "original"}


def test_the_page_says_what_the_parquet_file_has(measured):
    plan, table = measured
    text = system_comparison.write_tables(table, plan, readme=False).read_text(encoding="utf-8")
    kept = pd.read_parquet(plan.out / system_comparison.FIGURES)
    assert np.allclose(kept["value"].astype(float), table["value"], equal_nan=True)
    mine = kept[(kept["system"] == "fast") & (kept["source"] == "synthetic")]
    positive = markdown_page.positive_name(problems.PROBLEMS["demo"].load_dataset().schema)
    for figures in (MAIN, FIDELITY_AND_PRIVACY, PAPER):
        line = next(
            line for line in text.splitlines() if line.startswith("| **fast** |") and _heads(figures, text, line)
        )
        for column, cell in zip(figures, line.strip("| ").split(" | ")[1:], strict=False):
            found = select_records(mine, column, "origin", positive)
            assert len(found) == 2
            if found["value"].notna().all():
                one = spread(found)
                shown = [f"{number:.3f}".replace("0.", ".", 1) for number in (one.mean, one.deviation)]
                assert cell.startswith(f"{shown[0]} ±{shown[1]} [")


def _heads(figures, text, line):
    lines = text.splitlines()
    place = lines.index(line)
    head = max(number for number in range(place) if lines[number].startswith("| rows |"))
    return lines[head].startswith("| rows | " + " | ".join(column.title for column in figures))


def test_leakage_is_that_of_the_strongest_adversary_and_the_codewords_bound_it(measured):
    plan, table = measured
    fast = table[(table["system"] == "fast") & table["group"].isna()]
    told = fast[fast["metric"] == "leakage_auc_means"].set_index(["source", "generator_seed"])
    distance = fast[fast["metric"] == "code_total_variation"].set_index(["source", "generator_seed"])
    ours = [("student", 0), ("student", 1), ("teacher", 0), ("teacher", 1)]
    assert sorted(told.index) == sorted(distance.index) == ours
    assert told["note"].str.contains("The strongest of 3 adversaries").all()
    assert (distance["high"] > distance["value"]).all()
    shown = f"{distance.loc['teacher', 'high'].mean():.3f}".replace("0.", ".", 1)
    text = system_comparison.tables(table, plan)
    assert any(line.startswith("| fast: teacher, origin |") and shown in line for line in text.splitlines())


def test_base_rates_are_those_of_the_rows(measured):
    _, table = measured
    rates = table[table["metric"] == "base_rate"].groupby("source")["value"].mean()
    assert set(rates.index) == {"original", "synthetic", "three times the rows"}
    assert (rates - rates["original"]).abs().max() < 0.05


def test_side_by_side_figures_are_differences_and_quotients_of_the_table(measured):
    _, table = measured
    fast = table[(table["system"] == "fast") & (table["generator_seed"] == 1)]
    a = fast[(fast["protocol"] == "A") & (fast["metric"] == "accuracy") & fast["group"].isna()].set_index("source")
    gap = fast[(fast["protocol"] == "comparison") & (fast["metric"] == "accuracy_difference")]["value"]
    bound = a.loc["student", "value"].max() - a.loc["teacher", "value"].max()  # the same in both polarities
    assert np.allclose(gap, bound)
    spent = fast[fast["metric"].isin(["seconds_learning", "seconds_generating"])]["value"].sum()
    assert fast[fast["metric"] == "seconds_ratio"]["value"].tolist() == [pytest.approx(spent / 40)]


def test_what_is_kept_is_not_measured_again(measured, monkeypatch):
    plan, table = measured
    _stand_in(monkeypatch, _never)
    monkeypatch.setattr(systems, "score_settings", _never)
    monkeypatch.setattr(systems.SystemScorer, "real", _never)
    again = system_comparison.measure(plan)
    assert np.allclose(again["value"], table["value"], equal_nan=True)
    hyperparameters = PRESETS["fast"].model_dump()
    hyperparameters["labels"]["sharpness"] = 1.5
    monkeypatch.setitem(PRESETS, "fast", SynthesisSettings.model_validate(hyperparameters))
    with pytest.raises(AssertionError, match="measured again"):
        system_comparison.measure(plan)


def test_the_others_are_measured_when_the_other_engine_fails(tmp_path, monkeypatch):
    def failing(*_args):
        raise ConfigError("The engine failed.")

    _stand_in(monkeypatch, failing)
    told = []
    table = system_comparison.measure(_plan(tmp_path, presets=(), anchor_seeds=(0,)), told.append)
    assert set(table["system"]) == {"real"}
    assert "Left out: The engine failed." in [event.message for event in told]
    assert not [path for path in (tmp_path / "experiments").iterdir() if "MOSTLY" in path.read_text(encoding="utf-8")]


def test_finished_experiments_survive_an_interruption(tmp_path, monkeypatch):
    def stopped(*_args, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(systems, "score_settings", stopped)
    plan = _plan(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        system_comparison.measure(plan)
    assert len(list((tmp_path / "experiments").iterdir())) == 1  # the real rows
    assert not (tmp_path / system_comparison.FIGURES).exists()


def _never(*_args, **_named):
    raise AssertionError("measured again")


def test_other_code_is_another_experiment_but_other_comments_are_not(tmp_path, monkeypatch):
    context = systems.ProblemContext(problems.PROBLEMS["demo"], "test", tmp_path)
    before = context.experiment("x", 0, synthesizes=True).path(tmp_path)
    assert before != context.experiment("x", 0).path(tmp_path)
    assert before == context.experiment("x", 0, synthesizes=True).path(tmp_path)
    monkeypatch.setattr(experiments, "_digest", lambda _: "changed")
    assert before != context.experiment("x", 0, synthesizes=True).path(tmp_path)
    assert experiments.normalised_code("a = 1  # one") == experiments.normalised_code("a = 1")
    assert experiments.normalised_code("a = 1") != experiments.normalised_code("a = 2")


def test_a_synthetic_file_of_anyone_stands_in_the_table(tmp_path):
    data = load("demo", rows=300, sensitive=["origin"], seed=5)
    write_csv(data.frame, data.schema, tmp_path / "theirs.csv")
    theirs = External("theirs", tmp_path / "theirs.csv", seconds=12.5)
    plan = _plan(tmp_path, presets=(), external=(theirs,))
    table = system_comparison.measure(plan)
    mine = table[table["source"] == "theirs"]
    learners = {f"{letter} {name}" for letter in "AB" for name in ("boosting", "logistic")}
    assert {"A", "B", "D", *learners} == set(mine[mine["metric"] == "accuracy"]["protocol"])
    assert mine[mine["metric"] == "seconds_total"]["value"].tolist() == [12.5]
    assert mine[mine["split"] == "holdout"]["note"].str.contains("Independence unknown").all()
    assert "| **theirs*** |" in system_comparison.tables(table, plan)
    sure = systems.external(
        systems.ProblemContext(problems.PROBLEMS["demo"], "test", tmp_path), replace(theirs, independent=True)
    )
    assert not any("Independence unknown" in record.note for record in sure[1]())
    write_csv(data.frame.head(200), data.schema, tmp_path / "theirs.csv")
    other = systems.external(systems.ProblemContext(problems.PROBLEMS["demo"], "test", tmp_path), theirs)[0]
    assert not other.exists(tmp_path)


def test_validation_rows_are_train_rows():
    problem = problems.PROBLEMS["demo"]
    whole, part = problems.problem_rows(problem, "test"), problems.problem_rows(problem, "validation")
    assert len(part.train) + len(part.tested) == len(whole.train)
    together = pd.concat([part.train, part.tested])
    columns = list(together.columns)
    assert (
        together.sort_values(columns)
        .reset_index(drop=True)
        .equals(whole.train.sort_values(columns).reset_index(drop=True))
    )


def test_validation_uses_no_row_of_the_test_file(monkeypatch):
    class Untouchable:
        def __getattribute__(self, name):
            raise AssertionError(f"a test row was looked at: {name}")

    data = load("demo", rows=400, sensitive=["origin"])
    monkeypatch.setattr(problems.Problem, "load_dataset", lambda _: replace(data, holdout=Untouchable()))
    part = problems.problem_rows(problems.PROBLEMS["demo"], "validation")
    assert (len(part.train), len(part.tested)) == (300, 100)


def test_an_interval_over_seeds_stays_in_the_range_of_its_figure():
    found = pd.DataFrame({"value": [0.9, 1.0, None], "protocol": "A", "metric": "accuracy"})
    one = spread(found)
    assert (one.mean, one.high) == (pytest.approx(0.95), 1.0)
    assert one.deviation == pytest.approx(0.1 / 2**0.5)
    assert one.low == pytest.approx(0.95 - 12.7062 * 0.05, abs=1e-4)  # t of one degree of freedom
    assert spread(found.assign(metric="density", protocol="fidelity")).high > 1
    assert np.isnan(spread(found.head(1)).low)


def test_a_group_is_large_in_proportion_to_the_rows_tested():
    data = load("demo", rows=100, sensitive=["origin"])
    rows = problems.ProblemRows(data.schema, data.frame, data.frame, 1000 / 16281)
    assert rows.large_groups(16281).min_group_size == 1000
    assert rows.large_groups(8140).min_group_size == 500
    assert rows.large_groups(100).min_group_size == data.schema.min_group_size


def test_variants_name_settings_that_exist():
    made = {name: ablations.variant(changes) for name, changes in ablations.VARIANTS.items()}
    assert all(settings != made["default"] for name, settings in made.items() if name != "default")
    with pytest.raises(KeyError):
        ablations.variant({"teacher.depth": 3})


def test_goals_say_whether_they_are_met_and_by_how_much_not(measured):
    _, table = measured
    assert set(GOALS) <= set(problems.PROBLEMS)
    assert Goal(MAIN[0], ">=", 0.94).verdict(0.95) == "met"
    assert Goal(MAIN[0], ">=", 0.94).verdict(0.93) == "short by 0.010"
    assert Goal(MAIN[0], "<=", 0.94).verdict(0.95) == "short by 0.010"
    assert Goal(MAIN[0], "<=", 0.94).verdict(float("nan")) == "not measured"
    goals = {goal.column.title: goal for many in GOALS.values() for goal in many}
    positive = markdown_page.positive_name(problems.PROBLEMS["demo"].load_dataset().schema)
    for goal in goals.values():
        mine = table[(table["system"] == "fast") & (table["source"] == goal.column.source)]
        assert len(select_records(mine, goal.column, "origin", positive)) == 2, goal.column.title


def test_tables_go_between_their_markers(tmp_path):
    place = tmp_path / "README.md"
    place.write_text("a\n<!-- systems -->\nold\n<!-- /systems -->\nb\n", encoding="utf-8")
    markdown_page.replace_between("systems", "new", place)
    assert place.read_text(encoding="utf-8") == "a\n<!-- systems -->\n\nnew\n\n<!-- /systems -->\nb\n"
    with pytest.raises(ConfigError, match="lacks the lines"):
        markdown_page.replace_between("other", "new", place)


def test_the_command_measures_ablations(tmp_path):
    asked = ["benchmark", "ablations", "--quick", "--seeds", "1", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*asked, "--variant", "channel: the data's own noise", "--variant", "default"])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "tables.md").read_text(encoding="utf-8")
    assert "| channel: the data's own noise |" in text
    assert str(tmp_path) not in text
    assert "1 of 2: demo: channel: the data's own noise, seed 0\n" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["systems", "--problem", "mars"], "There is no problem 'mars'"),
        (["ablations", "--variant", "magic"], "There is no variant 'magic'"),
        (["systems", "--variant", "default"], "goes with"),
        (["systems", "--external", "nothing"], "NAME=FILE"),
        (["systems", "--external", "a=b.csv"], "--problem once"),
        (["systems", "--external", "a=b.csv", "--problem", "demo"], "There is no file"),
        (["systems", "--external-seconds", "a=3"], "no --external does"),
        (["systems", "--external", "a=b.csv", "--external-seconds", "a=long"], "number of seconds"),
        (["systems", "--preset", "best"], "There is no preset 'best'"),
        (["systems", "--problem", "demo", "--external", "real=b.csv"], "another system has that name"),
    ],
)
def test_wrong_words_are_answered_with_a_sentence(tmp_path, words, sentence):
    done = CliRunner().invoke(app, ["benchmark", *words, "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert sentence in done.output
