from core.audit.records import Record
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind
from core.findings.summary import summary

UNKNOWN = "whether rates differ"


def finding(text, *, verdict=VerdictKind.GAP, topic=Topic.GAP, sensitive="sex", **more):
    figure = Record(source="synthetic", protocol="B", metric="demographic_parity_difference", sensitive=sensitive)
    claim = Claim("family", topic, figure, dict.fromkeys(VerdictKind, text), question=UNKNOWN, **more)
    return Finding(claim, verdict, "")


def joined(*keys):
    return SharedSentence(keys, lambda told: " + ".join(one.sentence for one in told))


def test_findings_of_one_key_share_a_sentence_where_the_first_of_them_stands():
    found = [finding("a", told_with=joined("x")), finding("b"), finding("c", told_with=joined("x"))]
    assert summary(found) == ["a + c", "b"]


def test_what_is_withheld_or_has_no_sentence_does_not_join():
    withheld = Finding(finding("c", told_with=joined("x")).claim, VerdictKind.GAP, "", withheld="why")
    assert summary([finding("a", told_with=joined("x")), withheld, finding("")]) == ["a"]


def test_several_open_questions_are_one_sentence_before_accuracy():
    unsettled = [finding("open", verdict=VerdictKind.UNDECIDED, sensitive=name) for name in ("sex", "race")]
    found = [finding("a"), *unsettled, finding("accuracy", topic=Topic.PERFORMANCE)]
    assert summary(found) == [
        "a",
        "These rows cannot tell whether rates differ, by sex, by race. The table “All findings” has the figures.",
        "accuracy",
    ]
    assert summary([finding("a"), unsettled[0]]) == ["a", "open"]


def test_what_is_open_beside_a_gap_stays_with_it():
    gap, unsettled = finding("a", told_with=joined("x")), finding("b", verdict=VerdictKind.UNDECIDED)
    beside = finding("c", verdict=VerdictKind.UNDECIDED, told_with=joined("x"))
    assert summary([gap, unsettled, beside]) == ["a + c", "b"]


def test_what_may_have_got_worse_is_told_in_full_unless_several_attributes_leave_it_open():
    harm = [
        finding(name, verdict=VerdictKind.UNDECIDED, topic=Topic.HARM, sensitive=name, told_with=joined(name))
        for name in ("sex", "sex", "race")
    ]
    assert summary(harm[:2]) == ["sex + sex"]
    assert "by sex, by race" in summary(harm)[0]
