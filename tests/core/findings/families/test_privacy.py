import pytest

from core.audit.records import Record
from core.data.column import Column
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind

SCHEMA = Schema(columns=(Column(name="sex", kind="categorical", role="sensitive"),))


def found(value, low, high, auc_low=0.5):
    base = {"source": "synthetic", "protocol": "privacy"}
    records = [
        Record(**base, metric="membership_advantage", value=value, low=low, high=high),
        Record(**base, metric="membership_recall", value=value + 0.01, low=0.08, high=0.12),
        Record(**base, metric="membership_auc", value=0.53, low=auc_low, high=0.56),
    ]
    (one,) = conclude(records, SCHEMA).of("privacy")
    return one


@pytest.mark.parametrize(
    ("bounds", "verdict", "text"),
    [
        (
            (0.09, 0.06, 0.12),
            VerdictKind.GAP,
            "The synthetic rows give people away: an attack that names 10 of 1,000 strangers by mistake names 100 "
            "[80, 120] of 1,000 people whose data were used (AUC over all people 0.530 [0.500, 0.560]; 0.5 is "
            "guessing); by guessing it would name 10.",
        ),
        ((0.01, -0.01, 0.03), VerdictKind.NO_GAP, "Another attack may do better."),
        ((0.03, -0.01, 0.07), VerdictKind.UNDECIDED, ""),
    ],
)
def test_the_strict_attacker_decides(bounds, verdict, text):
    one = found(*bounds)
    assert one.verdict is verdict
    assert one.sentence.endswith(text)
    assert (one.sentence == "") == (text == "")


def test_a_small_advantage_that_is_sure_is_not_called_hardly_any():
    assert found(0.02, 0.01, 0.03).sentence.startswith("The synthetic rows tell a little of whose data ")
    assert found(0.01, -0.01, 0.03).sentence.startswith("The synthetic rows hardly tell whose data ")
    assert found(0.01, -0.01, 0.03, auc_low=0.51).sentence.startswith("The synthetic rows tell a little of whose data ")


def test_real_rows_have_no_claim():
    record = Record(source="original", protocol="privacy", metric="membership_advantage", value=0.1, low=0.05, high=0.2)
    assert conclude([record], SCHEMA).of("privacy") == []
