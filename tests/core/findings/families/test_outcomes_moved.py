from core.audit.records import Record
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from tests.core.report.samples import SCHEMA


def record(metric, value, group, protocol="generation", half=0.02):
    where = {"source": "synthetic", "protocol": protocol, "sensitive": "sex", "positive": ">50K", "group": group}
    return Record(metric=metric, value=value, low=value - half, high=value + half, n=500, **where)


def test_the_group_that_repair_takes_most_from_is_told_as_a_share_of_those_who_had_it():
    records = [
        record("outcomes_lowered", 0.33, "Male"),
        record("outcomes_lowered", 0.02, "Female"),
        record("outcomes_raised", 0.07, "Female"),
        record("outcomes_raised", 0.0, "Male"),
    ]
    conclusions = conclude(records, SCHEMA)
    assert conclusions.sentences == [
        "Label repair took “>50K” from synthetic rows that had it, per 1,000 of them: Male 330, Female 20. It gave it "
        "to rows that did not have it, per 1,000: Female 70, Male 0."
    ]
    assert [(one.claim.group, one.verdict, one.p) for one in conclusions.findings] == [
        ("Male", VerdictKind.GAP, None),
        ("Female", VerdictKind.NO_GAP, None),
    ]


def test_a_group_that_is_selected_less_often_is_told_with_what_it_lost_and_gained():
    records = [
        record("selection_rate", -0.09, "Male", "change B"),
        record("selection_rate", 0.04, "Female", "change B"),
        record("decisions_lost", 0.11, "Male", "change B"),
        record("decisions_gained", 0.02, "Male", "change B"),
        record("decisions_lost", 0.01, "Female", "change B"),
        record("decisions_gained", 0.05, "Female", "change B"),
    ]
    (sentence,) = conclude(records, SCHEMA).sentences
    assert sentence.startswith("Male are selected less often by classifiers trained on the synthetic rows")
    assert "90 [70, 110] per 1,000 fewer" in sentence
    assert "lost and gained per 1,000: Male 110 and 20; Female 10 and 50." in sentence


def test_a_change_that_chance_may_give_is_not_told():
    records = [record("selection_rate", -0.09, "Male", "change B", half=0.1)]
    assert conclude(records, SCHEMA).sentences == []
