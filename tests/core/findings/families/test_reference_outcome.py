import pytest

from core.audit.records import Status
from core.data.column import Column
from core.findings.finding import Topic, VerdictKind
from tests.core.findings.families.records import SCHEMA, changes, concluded, figure, group_changes, rates

JUDGED = SCHEMA.replaced(
    columns=(*SCHEMA.columns, Column(name="second", kind="categorical", role="ignored")), reference="second"
)
DENIED = {"Female": (0.325, 0.307, 0.344), "Male": (0.035, 0.029, 0.043)}
FEWER = {"Female": (0.137, 0.06, 0.214), "Male": (-0.052, -0.097, -0.007)}
TPR = {"Female": (0.632, 0.769), "Male": (0.833, 0.781)}


def of_table(difference, shares=DENIED, split="train", **others):
    where = {"source": "original", "protocol": "data reference", "split": split} | others
    return [
        figure("outcome_denied_difference", *difference, **where),
        *(figure("outcome_denied", *bounds, group=group, **where) for group, bounds in shares.items()),
    ]


def moved(difference, groups=FEWER, letter="B", **others):
    protocol = {"A": "change reference", "B": "change B reference"}[letter]
    return [
        figure("equalized_odds_difference", *difference, protocol=protocol, **others),
        *group_changes("tpr", groups, protocol=protocol, **others),
    ]


def levels(letter="B", difference=(0.195, 0.028)):
    return [
        *rates("equalized_odds_difference", {None: difference}, protocol=f"{letter} reference"),
        *rates("tpr", TPR, protocol=f"{letter} reference"),
    ]


def found(*parts, schema=JUDGED):
    return concluded(*parts, schema=schema).of("reference_outcome")


def told(findings):
    return [one.sentence for one in findings if one.sentence]


def test_whom_the_table_denies_what_they_should_have():
    (one,) = found(of_table((0.29, 0.27, 0.31)))
    assert (one.verdict, one.claim.group) == (VerdictKind.GAP, "Female")
    assert "By the reference outcome “second”, people who should have “high” are denied it" in one.sentence
    assert "325 [307, 344] of 1,000 Female, and 35 [29, 43] of 1,000 Male" in one.sentence
    assert "a difference of 290 [270, 310] per 1,000" in one.sentence


@pytest.mark.parametrize(
    ("bounds", "verdict", "words"),
    [
        ((0.02, 0.0, 0.04), VerdictKind.NO_GAP, "about equally often"),
        ((0.04, 0.0, 0.09), VerdictKind.UNDECIDED, "too few rows to tell"),
    ],
)
def test_a_table_that_denies_equally_or_has_few_rows_is_told_so(bounds, verdict, words):
    (one,) = found(of_table(bounds))
    assert one.verdict is verdict
    assert words in one.sentence


def test_an_audit_asks_of_the_whole_table_once():
    (one,) = found(of_table((0.29, 0.27, 0.31)), of_table((0.28, 0.26, 0.3), split="all"))
    assert one.claim.figure.split == "all"


def test_a_gain_is_told_with_what_each_group_gains_or_loses():
    (sentence,) = told(found(moved((-0.167, -0.285, -0.071)), levels()))
    assert "from which no classifier learned, mistakes are shared more evenly by sex" in sentence
    assert "28 instead of 195 per 1,000, a change of -167 [-285, -71] per 1,000" in sentence
    assert "769 instead of 632 of 1,000 Female get it (+137 [60, 214])" in sentence
    assert "781 instead of 833 of 1,000 Male get it (-52 [-97, -7])" in sentence
    assert not any(one.verdict is VerdictKind.GAP for one in found(moved((-0.167, -0.285, -0.071)), levels()))


def test_harm_is_an_alarm_and_names_who_lost():
    lost = {"Female": (-0.2, -0.24, -0.16), "Male": (0.01, -0.02, 0.04)}
    findings = found(moved((0.2, 0.15, 0.25), lost), levels(difference=(0.05, 0.25)))
    gaps = [one for one in findings if one.verdict is VerdictKind.GAP]
    assert [one.claim.figure.metric for one in gaps] == ["equalized_odds_difference", "tpr"]
    assert {one.claim.group for one in gaps} == {"Female"}
    assert "mistakes are shared less evenly by sex" in gaps[0].sentence
    assert "Female who should have “high” get it less often" in gaps[1].sentence
    assert "200 [160, 240] fewer of 1,000" in gaps[1].sentence


@pytest.mark.parametrize(
    ("bounds", "words"),
    [((-0.01, -0.08, 0.06), "is not shown to change"), ((0.01, -0.02, 0.04), "did not grow beyond the margin")],
)
def test_no_change_is_neither_harm_nor_gain(bounds, words):
    (sentence,) = told(found(moved(bounds)))
    assert words in sentence
    assert "evenly" not in sentence


def test_a_rise_that_the_correction_leaves_open_is_told_as_open():
    many = {f"group {i}": (0.01, -0.01, 0.03) for i in range(30)}
    (sentence,) = told(found(moved((0.05, 0.005, 0.095), many)))
    assert "may be shared less evenly" in sentence


def test_both_protocols_are_told_where_they_differ():
    same, better = (-0.045, -0.152, 0.062), (-0.167, -0.285, -0.071)
    assert len(told(found(moved(same), moved(better, letter="A")))) == 2
    (sentence,) = told(found(moved(better), moved(better, letter="A")))
    assert "does not see sex" in sentence


def test_useless_classifiers_and_single_groups_conclude_nothing():
    useless = [one.model_copy(update={"status": Status.DEGENERATE}) for one in moved((-0.1, -0.15, -0.05))]
    alarm = next(one for one in found(useless) if one.claim.figure.metric == "equalized_odds_difference")
    assert alarm.verdict is VerdictKind.UNDECIDED
    assert not told(found(useless))
    small = [one.model_copy(update={"status": Status.SMALL_N}) for one in group_changes("tpr", FEWER)]
    assert not found(small)


def test_without_a_reference_outcome_there_is_nothing():
    assert not found(of_table((0.29, 0.27, 0.31)), moved((0.2, 0.15, 0.25)), schema=SCHEMA)


def test_it_is_told_after_the_observed_outcome_and_before_other_gaps():
    observed = changes(equalized_odds_difference=(0.227, 0.146, 0.28))
    others = [figure("demographic_parity_difference", 0.2, 0.15, 0.25, source="original", protocol="data")]
    others += rates("base_rate", {"Female": (0.3, 0.3), "Male": (0.5, 0.5)}, protocol="data")
    findings = concluded(others, of_table((0.29, 0.27, 0.31)), observed, schema=JUDGED).findings
    topics = [one.claim.topic for one in findings if one.verdict is VerdictKind.GAP]
    assert topics == [Topic.HARM, Topic.REFERENCE, Topic.GAP]
