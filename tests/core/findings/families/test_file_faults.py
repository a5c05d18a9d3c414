import numpy as np
import pandas as pd
import pytest

from core.audit.records import Record
from core.benchmarks.file_cases import Case, fooling, honest
from core.benchmarks.file_faults import FILE, audited, checked, outcome
from core.benchmarks.made_up_tables import SHAPES, people, schema_of
from core.data.column import Column
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.finding import Topic, VerdictKind

FOOLING = {case.name: case for case in fooling()}
HONEST = {case.name: case for case in honest()}
BY_CLASSIFIERS = "rows around the test rows, with their outcomes"
SCHEMA = Schema(columns=(Column(name="sex", kind="categorical", role="sensitive"),))


def test_there_are_enough_ways_and_enough_honest_files():
    assert len(FOOLING) >= 14
    assert len(HONEST) >= 20


@pytest.mark.parametrize("name", [name for name in FOOLING if name != BY_CLASSIFIERS])
def test_a_file_that_would_fool_a_summary_is_named(name):
    found = outcome(FOOLING[name], checked(FOOLING[name]))
    assert found.is_right, found.first


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_not_accused(name):
    assert outcome(HONEST[name], checked(HONEST[name])).faults == ()


@pytest.mark.slow
@pytest.mark.parametrize("case", [*FOOLING.values(), *HONEST.values()], ids=[*FOOLING, *HONEST])
def test_the_whole_audit_names_each_fault_first_and_accuses_no_honest_file(case):
    found = outcome(case, audited(case))
    assert found.is_right, (found.first, found.faults)


def test_what_rests_on_test_rows_that_are_in_the_file_is_withheld():
    train, holdout, fresh = (people(SHAPES["300 rows"], 150, np.random.default_rng(seed)) for seed in range(3))
    rows = pd.concat([holdout, fresh], ignore_index=True)
    case = Case("the test rows among fresh rows", schema_of(SHAPES["300 rows"]), train, holdout, rows)
    conclusions = conclude(audited(case), case.schema)
    assert "hold the test rows" in conclusions.sentences[0]
    assert "withheld" in conclusions.sentences[0]
    mine = [one for one in conclusions.findings if one.claim.figure.source == FILE and one.claim.topic != Topic.FILE]
    assert mine
    assert all(one.withheld.startswith("Withheld: The “made.csv” rows hold the test rows") for one in mine)
    assert not [one for one in mine if one.sentence]


def change(value, low, high, ratio=1.0):
    figure = {"source": "f", "protocol": "change B", "metric": "auc", "positive": "yes"}
    return [
        Record(**figure, value=value, low=low, high=high),
        Record(source="f", protocol="file", split="source", metric="rows_per_train_row", value=ratio),
    ]


def better(records):
    return [one for one in conclude(records, SCHEMA).of("file_faults") if one.claim.figure.metric == "auc"]


def test_better_than_real_must_lie_beyond_the_margin():
    (surely,) = better(change(0.09, 0.05, 0.13))
    assert surely.verdict is VerdictKind.GAP
    assert "0.090 [0.050, 0.130] higher" in surely.sentence
    (perhaps,) = better(change(0.03, 0.01, 0.05))  # surely better, but not surely by much
    assert perhaps.verdict is VerdictKind.UNDECIDED
    assert perhaps.sentence == ""


def test_more_rows_may_teach_more():
    assert better(change(0.09, 0.05, 0.13, ratio=5.0)) == []


def broken(relation, value):
    figure = {"source": "f", "protocol": "file", "split": "source", "low": value - 0.01, "high": value + 0.01}
    note = f"{value:.1%} of the file's rows break it, 0.0% of test rows, and no train row."
    return Record(metric=f"broken_relation:{relation}", value=value, n=2_000, note=note, **figure)


def test_relations_that_a_file_breaks_are_told_in_one_sentence():
    conclusions = conclude([broken("start ≤ end", 0.06), broken("total = base + bonus", 0.96)], SCHEMA)
    told = [one for one in conclusions.sentences if "break" in one]
    assert len(told) == 1
    assert (
        "In every real train row, total = base + bonus. Not so in the “f” rows: 96.0% of the file's rows break it, "
        "0.0% of test rows, and no train row. They also break start ≤ end."
    ) in told[0]


def test_more_than_one_further_relation_is_counted():
    found = [broken("start ≤ end", 0.06), broken("a = b", 0.5), broken("total = base + bonus", 0.96)]
    assert "They also break 2 more such relations." in " ".join(conclude(found, SCHEMA).sentences)


def test_a_relation_that_few_rows_break_is_not_told():
    assert not [one for one in conclude([broken("start ≤ end", 0.008)], SCHEMA).sentences if "break" in one]
