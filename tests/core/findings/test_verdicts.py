import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.summary import sentences
from core.findings.verdicts import NULL_P10, Word, judge, verdicts
from core.report.tables.verdicts import verdict_table
from tests.core.report.samples import sample_records


def ratio(value, status=Status.OK):
    return Record(source="a", protocol="A", metric="demographic_parity_ratio", value=value, status=status)


def null_p10(value):
    return Record(source="a", protocol="A", metric=NULL_P10, value=value)


@pytest.mark.parametrize(
    ("found", "chance", "word"),
    [
        (ratio(0.5), null_p10(0.95), Word.FLAG),
        (ratio(0.96), null_p10(0.95), Word.NO_FLAG),
        (ratio(0.96), None, Word.UNKNOWN),
        (ratio(0.96), null_p10(None), Word.UNKNOWN),
        (ratio(None, Status.UNDEFINED), null_p10(0.95), Word.UNKNOWN),
        (ratio(1.0, Status.DEGENERATE), null_p10(0.95), Word.UNKNOWN),
        (ratio(0.5, Status.DEGENERATE), null_p10(0.95), Word.UNKNOWN),
        (ratio(0.97, Status.SMALL_N), null_p10(0.95), Word.UNKNOWN),
        (ratio(0.7), null_p10(0.6), Word.UNKNOWN),
        (ratio(0.5), null_p10(0.6), Word.FLAG),
    ],
)
def test_three_words_and_when(found, chance, word):
    said, reason = judge(found, chance)
    assert said is word
    assert reason.endswith(".")


def test_verdicts_stand_on_the_null_of_their_own_rows():
    records = RecordSet(sample_records()).main
    found = {(v.protocol, v.source): v.word for v in verdicts(records) if v.protocol == "A"}
    assert found == {
        ("A", "original"): Word.FLAG,
        ("A", "teacher"): Word.FLAG,
        ("A", "student"): Word.FLAG,
        ("A", "synthetic"): Word.NO_FLAG,
    }
    assert verdict_table(verdicts(records)).rows[0][4].text == "flag"


def test_the_summary_says_what_was_found_in_sentences():
    records = RecordSet(sample_records()).main
    text = " ".join(sentences(records, verdicts(records)))
    for part in ("rarest in Female", "DPR 0.978", "constant 0.764 (balanced 0.500)", "changed the outcome", "0.086"):
        assert part in text
    assert "The synthetic rows themselves, by sex: flag. DPR 0.360 is below 0.950" in text
    assert "Equalized odds got worse" not in text
    assert " is fair" not in text


def test_the_summary_says_plainly_that_equalized_odds_got_worse():
    one = {"sensitive": "sex", "metric": "equalized_odds_ratio"}
    records = [
        Record(source="original", protocol="A", value=0.776, **one),
        Record(source="synthetic", protocol="A", value=0.432, **one),
        Record(source="synthetic", protocol="change", value=-0.344, low=-0.5, high=-0.1, **one),
    ]
    (found,) = sentences(RecordSet(records), [])
    assert found.startswith("Equalized odds got worse, by sex: EOR 0.432 with the synthetic rows, 0.776")
    assert "[-0.500, -0.100], is more than chance gives" in found


def test_a_group_that_is_not_compared_is_no_extreme():
    one = {"source": "original", "protocol": "data", "metric": "base_rate", "sensitive": "sex", "positive": "yes"}
    rates = {"a": (0.2, Status.OK), "b": (0.4, Status.OK), "c": (1.0, Status.SMALL_N)}
    records = [Record(group=name, value=value, status=status, **one) for name, (value, status) in rates.items()]
    (found,) = sentences(RecordSet(records), [])
    assert "rarest in a" in found
    assert "most frequent in b" in found


def test_nothing_is_said_where_nothing_is_known():
    assert sentences(RecordSet(), []) == []
