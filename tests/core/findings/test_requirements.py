from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.records import Record, Status
from core.errors import ConfigError
from core.findings.conclusions import conclude
from core.findings.requirements import Answer, all_met, decide, parse
from core.report.tables.requirements import decision_table
from tests.core.report.samples import SCHEMA, concluded, sample_records

RATIO = "synthetic A demographic_parity_ratio"


def answers(text, records=None):
    found = decide(concluded(sample_records() if records is None else records), [parse(text)])
    return [decision.answer for decision in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{RATIO} >= 0.8", [Answer.MET]),
        (f"{RATIO} by sex >= 0.98", [Answer.NOT_MET]),
        (f"low({RATIO}) >= 0.95", [Answer.NOT_MET]),
        (f"high({RATIO} by sex) > .99", [Answer.MET]),
        (f"{RATIO} by race >= 0.8", [Answer.UNDECIDED]),
        ("constant A demographic_parity_ratio >= 0", [Answer.UNDECIDED]),
        ("low(constant A balanced_accuracy) >= 0", [Answer.UNDECIDED]),
        ("synthetic A selection_rate by sex in Female > 0.18", [Answer.MET]),
        ("synthetic A selection_rate by sex >= 0.182", [Answer.NOT_MET, Answer.MET, Answer.UNDECIDED]),
        ("synthetic A accuracy < 1", [Answer.MET]),
        ("synthetic A accuracy <= 1e-3", [Answer.NOT_MET]),
    ],
)
def test_three_answers_and_when(text, wanted):
    assert answers(text) == wanted


@pytest.mark.parametrize("status", [Status.SMALL_N, Status.DEGENERATE])
def test_a_figure_that_means_nothing_decides_nothing(status):
    record = Record(source="synthetic", protocol="A", metric="demographic_parity_ratio", value=1.0, status=status)
    assert answers(f"{RATIO} >= 0.8", [record]) == [Answer.UNDECIDED]


def test_only_the_favourable_outcome_is_held_against_it():
    rate = {"source": "original", "protocol": "data", "metric": "base_rate", "sensitive": "s", "group": "a"}
    records = [Record(positive="yes", value=0.9, **rate), Record(positive="no", value=0.1, **rate)]
    assert answers("original data base_rate >= 0.5", records) == [Answer.MET]
    bad = conclude(records, SCHEMA.replaced(favorable="negative"))
    assert [one.answer for one in decide(bad, [parse("original data base_rate >= 0.5")])] == [Answer.NOT_MET]


def test_all_must_be_met():
    found = decide(
        concluded(sample_records()), [parse(f"{RATIO} >= 0.8"), parse("original A demographic_parity_ratio >= 0.8")]
    )
    assert [decision.answer for decision in found] == [Answer.MET, Answer.NOT_MET]
    assert not all_met(found)
    assert all_met(found[:1])


def test_the_table_says_what_was_held_against_what():
    found = decide(concluded(sample_records()), [parse(f"low({RATIO}) >= 0.95")])
    (row,) = decision_table(found).rows
    assert [cell.text for cell in row[1:3]] == ["sex, test rows", "16,281"]
    assert row[-1].text == "The lower bound, 0.948, is not >= 0.95."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write it like"),
        ("synthetic A >= 0.8", "write it like"),
        (f"{RATIO} about 0.8", "write it like"),
        (f"{RATIO} >= high", "write it like"),
        (f"{RATIO} for sex >= 0.8", "write it like"),
        (f"{RATIO} by sex of Female >= 0.8", "write it like"),
        (f'{RATIO} by "sex >= 0.8', "write it like"),
        ("synthetic E accuracy >= 0.8", "no protocol 'E'"),
        ("synthetic A demographic_parity_ration >= 0.8", "did you mean 'demographic_parity_ratio'"),
    ],
)
def test_what_is_not_understood_is_said(text, said):
    with pytest.raises(ConfigError, match=said):
        parse(text)


def test_findings_can_be_required_to_hold_no_gap():
    assert answers("no gap in selection_rates of synthetic") == [Answer.NOT_MET]
    found = decide(concluded(sample_records()), [parse("no gap in selection_rates of original")])
    assert {decision.answer for decision in found} == {Answer.NOT_MET}
    assert any("rarest for Female" in decision.why for decision in found)
    below = [one for one in sample_records() if one.source == "student" or one.protocol == "C"]
    assert answers("no gap in selection_rates of student", below) == [Answer.MET]
    assert answers("no gap of nobody") == [Answer.UNDECIDED]
    assert answers("no gap", []) == [Answer.UNDECIDED]
    with pytest.raises(ConfigError, match="there are no findings 'horoscopes'; there are"):
        parse("no gap in horoscopes")


def test_what_is_not_there_names_the_sources():
    (decision,) = decide(concluded(sample_records()), [parse("made A accuracy >= 0.5")])
    assert "The sources of this audit are original, constant" in decision.why


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_in_a_sentence(text):
    with suppress(ConfigError):
        assert parse(text).text in text
