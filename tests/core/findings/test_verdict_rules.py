import pytest

from core.audit.metrics.names import CHANCE_LIMIT
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.summary_sentences import sentences
from core.findings.verdict_rules import VerdictKind, judge, verdicts
from core.report.tables.verdicts import verdict_table
from tests.core.report.samples import sample_records


def ratio(value, status=Status.OK):
    return Record(source="a", protocol="A", metric="demographic_parity_ratio", value=value, status=status)


def limit(value):
    return Record(source="a", protocol="A", metric=CHANCE_LIMIT, value=value)


@pytest.mark.parametrize(
    ("found", "chance", "word"),
    [
        (ratio(0.5), limit(0.95), VerdictKind.GAP),
        (ratio(0.96), limit(0.95), VerdictKind.NO_GAP),
        (ratio(0.96), None, VerdictKind.UNDECIDED),
        (ratio(0.96), limit(None), VerdictKind.UNDECIDED),
        (ratio(None, Status.UNDEFINED), limit(0.95), VerdictKind.UNDECIDED),
        (ratio(1.0, Status.DEGENERATE), limit(0.95), VerdictKind.UNDECIDED),
        (ratio(0.5, Status.DEGENERATE), limit(0.95), VerdictKind.UNDECIDED),
        (ratio(0.97, Status.SMALL_N), limit(0.95), VerdictKind.UNDECIDED),
        (ratio(0.7), limit(0.6), VerdictKind.UNDECIDED),
        (ratio(0.5), limit(0.6), VerdictKind.GAP),
    ],
)
def test_three_verdicts_and_when(found, chance, word):
    said, reason = judge(found, chance)
    assert said is word
    assert reason.endswith(".")


def test_verdicts_stand_on_the_null_of_their_own_rows():
    records = RecordSet(sample_records()).main
    found = {(v.protocol, v.source): v.kind for v in verdicts(records) if v.protocol == "A"}
    assert found == {
        ("A", "original"): VerdictKind.GAP,
        ("A", "teacher"): VerdictKind.GAP,
        ("A", "student"): VerdictKind.GAP,
        ("A", "synthetic"): VerdictKind.NO_GAP,
    }
    assert verdict_table(verdicts(records)).rows[0][4].text == "gap found"


def test_the_summary_says_what_was_found_in_sentences():
    records = RecordSet(sample_records()).main
    text = " ".join(sentences(records, verdicts(records)))
    for part in ("rarest in Female", "rate) 0.978", "guess 0.764 (balanced 0.500)", "altered the outcome", "0.086"):
        assert part in text
    assert "The synthetic rows, by sex: gap found. The parity ratio, 0.360, is below the chance limit, 0.950." in text
    assert "Errors are shared less evenly" not in text
    assert " is fair" not in text


def test_the_summary_says_plainly_that_equalized_odds_got_worse():
    one = {"sensitive": "sex", "metric": "equalized_odds_ratio"}
    records = [
        Record(source="original", protocol="A", value=0.776, **one),
        Record(source="synthetic", protocol="A", value=0.432, **one),
        Record(source="synthetic", protocol="change", value=-0.344, low=-0.5, high=-0.1, **one),
    ]
    (found,) = sentences(RecordSet(records), [])
    assert found.startswith("Errors are shared less evenly, by sex: the error-rate ratio (equalized odds) is 0.432")
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
