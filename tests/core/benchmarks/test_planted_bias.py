"""Planted bias: what is changed in the rows, what the page computes, and one experiment from end to end."""

import numpy as np
import pandas as pd
import pytest

from core.audit.metrics.conditional import favourable
from core.benchmarks import planted_bias
from core.benchmarks.biased_rows import (
    BIASED,
    CEILING,
    PROBLEMS,
    SYSTEMS,
    Bias,
    BiasProblem,
    problem_name,
    score,
    trial,
)
from core.benchmarks.planted_bias_page import figures_by_seed, mean_and_interval, page_of
from core.benchmarks.problems import Problem
from core.data.groups import GroupedFrame
from core.events import ignore

DEMO = BiasProblem(Problem("demo", "demo", ("sex",), min_group_size=30, test_rows=3600), "female")


def shares(rows):
    """Number of rows and of favourable outcomes by group."""
    grouped = GroupedFrame(rows.train, rows.schema)
    good = favourable(grouped.labels, rows.schema).astype(bool)
    members = grouped.groupings["sex"].members
    return {name: (int((members == name).sum()), int(good[members == name].sum())) for name in set(members)}


@pytest.fixture(scope="module")
def clean():
    return trial(DEMO, Bias("none", 0.0), 0)


@pytest.mark.parametrize("probability", [0.1, 0.5])
def test_labels_of_the_disadvantaged_group_alone_are_changed(clean, probability):
    before, after = shares(clean), shares(trial(DEMO, Bias("labels", probability), 0))
    assert after["male"] == before["male"]
    assert after["female"][0] == before["female"][0]
    lost = 1 - after["female"][1] / before["female"][1]
    assert lost == pytest.approx(probability, abs=4 * np.sqrt(0.25 / before["female"][1]))


def test_rows_of_the_disadvantaged_group_with_the_outcome_are_left_out(clean):
    before, after = shares(clean), shares(trial(DEMO, Bias("rows", 0.5), 0))
    assert after["male"] == before["male"]
    assert before["female"][0] - after["female"][0] == before["female"][1] - after["female"][1]
    assert after["female"][1] == pytest.approx(before["female"][1] / 2, rel=0.15)


def test_the_test_rows_keep_their_outcomes(clean):
    pd.testing.assert_frame_equal(clean.tested, trial(DEMO, Bias("labels", 0.5), 0).tested)


def test_a_seed_plants_the_same_bias_again_and_more_of_it_with_a_higher_probability(clean):
    some, same, more = (trial(DEMO, Bias("labels", p), 0).train["approved"] for p in (0.1, 0.1, 0.5))
    pd.testing.assert_series_equal(some, same)
    was = clean.train["approved"]
    assert (more != was)[some != was].all()


@pytest.mark.parametrize("name", [BIASED, "Correlation Remover", "Threshold Optimizer, equal selection rates"])
def test_each_system_is_scored_by_group(name):
    records = score(DEMO, Bias("labels", 0.3), name, 0, ignore)
    assert sorted((one.metric, one.group or "") for one in records) == [
        ("accuracy", ""),
        ("selection_rate", "female"),
        ("selection_rate", "male"),
        ("tpr", "female"),
        ("tpr", "male"),
    ]
    assert {one.positive for one in records} == {"yes"}


def records(problem, system, seed, shift):
    rows = [("accuracy", None, 0.8), ("selection_rate", "Female", 0.2), ("selection_rate", "Male", 0.3)]
    rows += [("tpr", "Female", 0.5), ("tpr", "Male", 0.7 + shift)]
    return [
        {"problem": problem, "system": system, "generator_seed": seed, "metric": metric, "group": group, "value": value}
        for metric, group, value in rows
    ]


def test_the_page_has_signed_gaps_and_changes_paired_by_seed():
    one, bias = PROBLEMS[0], Bias("labels", 0.1)
    rows = []
    for seed, shift in enumerate((0.0, 0.02, 0.04)):
        rows += records(problem_name(one, Bias("none", 0.0)), CEILING, seed, 0.0)
        for name in SYSTEMS:
            rows += records(problem_name(one, bias), name, seed, shift + (0.0 if name == BIASED else 0.1))
    table = pd.DataFrame(rows)
    gaps = figures_by_seed(table, one, bias, BIASED)["TPR gap"]
    assert list(gaps.round(10)) == [0.2, 0.22, 0.24]
    mean, low, high = mean_and_interval(gaps)
    assert (mean, high - mean) == (pytest.approx(0.22), pytest.approx(4.302653 * 0.02 / np.sqrt(3), abs=1e-6))
    assert high - mean == pytest.approx(mean - low)
    page = page_of(table)
    assert "Seeds 0, 1, 2." in page
    assert "Of the favourable outcomes of Female in the train rows, 10% were made unfavourable." in page
    assert "| Correlation Remover | .000 [.000, .000] | .000 [.000, .000] | +.100 [.100, .100] |" in page


def test_finished_experiments_are_not_repeated(tmp_path, monkeypatch):
    monkeypatch.setattr(planted_bias, "SYSTEMS", {BIASED: SYSTEMS[BIASED]})
    plan = planted_bias.Plan(tmp_path, problems=(DEMO,), biases=(Bias("labels", 0.5),), seeds=(0,))
    first = planted_bias.measure(plan)
    monkeypatch.setattr(planted_bias, "score", lambda *_: pytest.fail("was repeated"))
    pd.testing.assert_frame_equal(first, planted_bias.measure(plan))
    assert set(first["system"]) == {CEILING, BIASED}
