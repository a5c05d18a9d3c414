"""The benchmark's harness on a small table: what is kept, what is measured anew, and what the page says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from benchmarks import frontier, page, problems, variants
from benchmarks.figures import GOALS, LIKENESS, MAIN, PAPER, spread, values, verdict
from core.cli import app
from core.data.sources.catalog import load
from core.data.writing import write_csv
from core.errors import ConfigError
from core.synthesis.settings import PRESETS, SynthesisSettings

TINY = {"epochs": 2, "least_steps": 0, "batch_size": 128}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The demo with 900 rows, and a preset that learns in a second."""
    monkeypatch.setattr(
        problems.Problem, "dataset_now", lambda self: load("demo", rows=900, sensitive=list(self.sensitive), seed=0)
    )
    dials = PRESETS["fast"].model_dump()
    for network in ("teacher", "student"):
        dials[network]["optimisation"] |= TINY
    dials["labels"]["calibration_rounds"] = 1
    monkeypatch.setitem(PRESETS, "fast", SynthesisSettings.model_validate(dials))


def _plan(tmp_path, **changes):
    plan = frontier.Plan(tmp_path, problems=("demo",), presets=("fast",), seeds=(0, 1), with_mostly=False)
    return replace(plan, **changes)


def test_what_is_kept_is_not_measured_again_and_the_page_says_what_the_table_has(tmp_path, monkeypatch):
    plan = _plan(tmp_path)
    table = frontier.measure(plan)
    assert table.loc[table["system"] == "fast", "generator_seed"].nunique() == 2
    assert {"original", "constant", "synthetic", "student", "teacher", "real rows, fair labels"} == set(table["source"])
    text = frontier.write_tables(table, plan, readme=False).read_text(encoding="utf-8")
    mine = table[(table["system"] == "fast") & (table["source"] == "synthetic")]
    schema = problems.PROBLEMS["demo"].dataset_now().schema
    accuracy = values(mine, MAIN[0], "origin", page.positive_name(schema))
    assert len(accuracy) == 2
    mean, deviation, _ = spread(accuracy)
    assert f"| **fast** | {mean:.3f} ±{deviation:.3f} |" in text
    kept = pd.read_parquet(tmp_path / "frontier.parquet")
    assert np.allclose(kept["value"].astype(float), table["value"], equal_nan=True)

    monkeypatch.setattr(frontier, "score_settings", _never)
    monkeypatch.setattr(frontier.Bench, "real", _never)
    again = frontier.measure(plan)
    assert np.allclose(again["value"], table["value"], equal_nan=True)
    dials = PRESETS["fast"].model_dump()
    dials["labels"]["sharpness"] = 1.5
    monkeypatch.setitem(PRESETS, "fast", SynthesisSettings.model_validate(dials))
    with pytest.raises(AssertionError, match="measured again"):
        frontier.measure(plan)


def _never(*_args, **_named):
    raise AssertionError("measured again")


def test_a_synthetic_file_of_anyone_stands_in_the_table(tmp_path):
    data = load("demo", rows=300, sensitive=["origin"], seed=5)
    write_csv(data.frame, data.schema, tmp_path / "theirs.csv")
    plan = _plan(tmp_path, presets=(), external={"theirs": tmp_path / "theirs.csv"})
    table = frontier.measure(plan)
    theirs = table[(table["source"] == "theirs") & (table["metric"] == "accuracy")]
    assert {"A", "B", "D"} == set(theirs["protocol"])
    assert "| **theirs** |" in frontier.tables(table, plan)


def test_validation_rows_are_train_rows_and_the_test_rows_stay_out_of_sight():
    problem = problems.PROBLEMS["demo"]
    whole, part = problems.rows_of(problem, "test"), problems.rows_of(problem, "validation")
    assert len(part.train) + len(part.tested) == len(whole.train)
    together = pd.concat([part.train, part.tested])
    columns = list(together.columns)
    assert (
        together.sort_values(columns)
        .reset_index(drop=True)
        .equals(whole.train.sort_values(columns).reset_index(drop=True))
    )


def test_variants_name_settings_that_exist():
    made = {name: variants.variant(changes) for name, changes in variants.VARIANTS.items()}
    assert all(settings != made["default"] for name, settings in made.items() if name != "default")
    with pytest.raises(KeyError):
        variants.variant({"teacher.depth": 3})


def test_goals_are_of_figures_that_the_tables_have():
    known = {figure.title for figure in (*MAIN, *LIKENESS, *PAPER)}
    assert all(set(goals) <= known for goals in GOALS.values())
    assert set(GOALS) <= set(problems.PROBLEMS)
    assert verdict(0.95, (">=", 0.94)) == "met"
    assert verdict(0.93, (">=", 0.94)) == "short by 0.010"


def test_tables_go_between_their_markers(tmp_path):
    place = tmp_path / "README.md"
    place.write_text("a\n<!-- frontier -->\nold\n<!-- /frontier -->\nb\n", encoding="utf-8")
    page.replace_between("frontier", "new", place)
    assert place.read_text(encoding="utf-8") == "a\n<!-- frontier -->\n\nnew\n\n<!-- /frontier -->\nb\n"
    with pytest.raises(ConfigError, match="lacks the lines"):
        page.replace_between("other", "new", place)


def test_the_verb_measures_variants(tmp_path):
    asked = ["benchmark", "variants", "--quick", "--seeds", "1", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*asked, "--variant", "channel: the data's own noise", "--variant", "default"])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "tables.md").read_text(encoding="utf-8")
    assert "| channel: the data's own noise |" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["frontier", "--problem", "mars"], "There is no problem 'mars'"),
        (["variants", "--variant", "magic"], "There is no variant 'magic'"),
        (["frontier", "--variant", "default"], "goes with"),
        (["frontier", "--external", "nothing"], "NAME=FILE"),
        (["frontier", "--external", "a=b.csv"], "--problem once"),
    ],
)
def test_wrong_words_are_answered_with_a_sentence(tmp_path, words, sentence):
    done = CliRunner().invoke(app, ["benchmark", *words, "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert sentence in done.output
