"""The tables of the auditor's part hold records, and agree with findings and verdicts."""

import pytest

from core.audit.records import Record, Status
from core.findings.families import favorable
from core.findings.finding import ALTERED, Topic, VerdictKind
from core.findings.rate_verdicts import rate_verdicts
from core.report.tables.findings import finding_table
from core.report.tables.judged import (
    gap_table,
    judged_by,
    population_table,
    power_table,
    question_table,
    rates_table,
    score_table,
)
from tests.core.report.samples import concluded, sample_records

CONCLUSIONS = concluded(sample_records())


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_the_original_and_the_product_are_judged_blind_first():
    assert judged_by(CONCLUSIONS.evidence) == [
        ("original", "B"),
        ("original", "A"),
        ("synthetic", "B"),
        ("synthetic", "A"),
    ]


def test_everybody_is_in_the_population():
    rows = texts(population_table(CONCLUSIONS.records))
    assert [row[:2] for row in rows] == [["sex", "Female"], ["sex", "Male"]] * (len(rows) // 2)
    assert {row[2] for row in rows} == {"5,421", "10,860"}


def test_every_group_has_its_rates_before_and_after():
    table = rates_table(CONCLUSIONS.evidence, "sex")
    groups = [(row[0].text, row[1].text) for row in table.rows]
    assert groups == [
        (group, source) for group in ("Female", "Male", "(missing)") for source in ("original", "synthetic")
    ]
    for row in table.rows:
        for cell in row[3:]:
            assert cell.record is None or (cell.record.protocol, cell.record.group) == ("B", row[0].text)


def test_gaps_have_the_verdicts_of_the_findings():
    by_figure = {one.difference: one.word for one in rate_verdicts(CONCLUSIONS)}
    table = gap_table(CONCLUSIONS)
    assert table.rows
    for row in table.rows:
        assert by_figure[row[5].record] == row[3].text


def test_questions_add_up_to_the_findings():
    table = question_table(CONCLUSIONS)
    counts = [[int(text) for text in row[1:]] for row in texts(table)]
    assert sum(row[0] for row in counts) == len(CONCLUSIONS.questions)
    assert all(sum(row[2:]) == row[0] for row in counts)
    gaps = sum(one.verdict is VerdictKind.GAP and not one.withheld for one in CONCLUSIONS.findings)
    assert sum(row[2] for row in counts) == gaps
    assert sum(row[1] for row in counts) == sum(one.p is not None for one in CONCLUSIONS.findings)


def test_a_fact_is_no_question_and_has_no_verdict():
    """The ratio that a fact matters for stood beside "no gap beyond the margin", whatever the ratio was."""
    (fact,) = CONCLUSIONS.of(favorable.FAMILY)
    assert fact not in CONCLUSIONS.questions
    assert fact.claim.topic.value not in {row[0] for row in texts(question_table(CONCLUSIONS))}
    (row,) = [row for row in texts(finding_table(CONCLUSIONS)) if row[0] == fact.claim.topic.value]
    assert row[6] == "fact"
    assert set(row[7:11]) == {"–"}
    assert row[11] == fact.sentence


def test_altered_rows_are_counted_apart_from_losses_of_people():
    common = {"source": "synthetic", "protocol": "data", "split": "all", "sensitive": "sex", "positive": ">50K"}
    altered = [Record(metric="outcomes_lowered", group=name, value=0.3, n=500, **common) for name in ("Female", "Male")]
    found = concluded([*sample_records(), *altered])
    rows = {row[0]: row for row in texts(question_table(found))}
    losses = [one for one in found.questions if one.claim.topic is Topic.HARM and not one.claim.counted]
    assert rows[ALTERED][1:4] == ["2", "0", "2"]
    assert int(rows.get(Topic.HARM.value, ["", "0"])[1]) == len(losses)


def test_the_smallest_gap_that_would_show_stands_beside_the_gap():
    common = {"source": "original", "protocol": "B", "sensitive": "sex", "positive": ">50K", "n": 16281}
    least = Record(metric="detectable_gap", value=0.021, **common)
    table = power_table(concluded([*sample_records(), least]))
    (row,) = table.rows
    assert row[6].record == least
    assert row[5].record.metric == "demographic_parity_difference"
    assert row[4].text == "5,421"
    assert row[7].text == "–"


def test_rows_needed_grow_with_the_square_of_the_gap_that_would_show():
    common = {"source": "original", "protocol": "B", "sensitive": "sex", "positive": ">50K", "n": 1000}
    (row,) = power_table(concluded([*sample_records(), Record(metric="detectable_gap", value=0.1, **common)])).rows
    assert row[7].text == "4,000"


def test_without_detectable_gaps_there_is_no_table_of_power():
    assert not power_table(CONCLUSIONS).rows


def test_accuracy_stands_beside_always_the_same_guess():
    table = score_table(CONCLUSIONS.evidence)
    assert [row[:2] for row in texts(table)][:2] == [
        ["always-the-same guess", "model does not see the group"],
        ["always-the-same guess", "model sees the group"],
    ]
    assert table.rows[2][3].record.metric == "accuracy"


@pytest.mark.parametrize("build", [gap_table, power_table, question_table], ids=["gaps", "power", "questions"])
def test_rows_are_as_long_as_their_header(build):
    small = Record(source="original", protocol="data", metric="base_rate", value=None, status=Status.UNDEFINED)
    for conclusions in (CONCLUSIONS, concluded([small]), concluded([])):
        table = build(conclusions)
        assert all(len(row) == len(table.header) for row in table.rows)
