import pytest

from core.audit.records import Record
from core.audit.run import audit
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from tests.core.audit.conditional_tables import SCHEMA, applicants
from tests.core.audit.tables import table_input

NAMED = SCHEMA.replaced(strata=("department",))


def figure(metric, group, value, half=0.03, *, protocol="conditional", source="original", status="ok"):
    return Record(
        source=source,
        protocol=protocol,
        metric=metric,
        sensitive="sex",
        group=group,
        positive="yes",
        split="train",
        value=value,
        low=value - half,
        high=value + half,
        n=1000,
        status=status,
    )


def found(pooled, within, schema=SCHEMA, **more):
    """The findings on a pair of mirrored groups, ``f`` worse off where a difference is above 0."""
    records = [
        figure(metric, group, sign * value, **more)
        for metric, value in (("pooled_difference", pooled), ("difference_within:department", within))
        for group, sign in (("f", 1), ("m", -1))
    ]
    return conclude(records, schema).of("conditional")


def told(findings):
    return [one.sentence for one in findings if one.sentence]


@pytest.fixture(scope="module")
def cancelling():
    rows = applicants(3000)
    return conclude(audit(table_input(SCHEMA, rows[:2400], rows[2400:], seeds=(0,))), SCHEMA)


def test_bias_that_cancels_in_the_pool_is_a_gap(cancelling):
    data = [one for one in cancelling.of("selection_rates") if one.claim.figure.protocol == "data"]
    assert VerdictKind.GAP not in {one.verdict for one in data}
    (within,) = [one for one in cancelling.of("conditional") if one.claim.figure.protocol == "conditional"]
    assert within.verdict is VerdictKind.GAP
    assert within.claim.group == "f"
    assert "within strata of “department”" in within.sentence
    assert "“f” get “yes” less often" in within.sentence
    assert within.sentence in cancelling.sentences


def test_simpson_is_named_only_if_both_differences_are_sure_and_opposite():
    (reversed_,) = [one for one in found(-0.1, 0.1) if one.verdict is VerdictKind.GAP]
    assert "Simpson's reversal" in reversed_.sentence
    assert "100 [70, 130] per 1,000" in reversed_.sentence
    assert "100 per 1,000 more often" in reversed_.sentence
    (hidden,) = [one for one in found(-0.01, 0.1) if one.verdict is VerdictKind.GAP]
    assert "Simpson" not in hidden.sentence
    assert "no such gap" in hidden.sentence
    assert "within strata compare people alike" in hidden.sentence


def test_what_adds_nothing_is_not_told():
    assert not told(found(0.1, 0.1))  # the pooled gap says it already
    assert not told(found(0.0, 0.0))
    assert not told(found(0.1, 0.01))  # a proxy that the audit chose: that a gap vanishes within it says nothing


@pytest.mark.parametrize(
    ("remaining", "verdict"), [(0.1, VerdictKind.GAP), (0.01, VerdictKind.NO_GAP), (0.025, VerdictKind.UNDECIDED)]
)
def test_of_a_pooled_gap_it_says_what_remains_within_a_named_column(remaining, verdict):
    findings = [one for one in found(0.2, remaining, NAMED) if one.claim.group == "f"]
    (one,) = findings
    assert one.verdict is verdict
    assert "by 200 [170, 230] per 1,000; within strata of “department”" in one.sentence
    assert f"{1000 * remaining:.0f} [" in one.sentence
    assert "of these remain" in one.sentence
    assert ("below the margin of 50" in one.sentence) is (verdict is VerdictKind.NO_GAP)
    assert "expl" not in one.sentence


@pytest.mark.parametrize(
    ("within", "words"),
    [
        (-0.1, "they get it more often, by 100 [70, 130] per 1,000, so the gap over all rows turns round"),
        (-0.01, "no such gap shows (-10 [-40, 20])"),
        (0.3, "the gap is not smaller: 300 [270, 330]"),
    ],
)
def test_what_turns_round_or_grows_within_strata_does_not_remain(within, words):
    (one,) = [one for one in found(0.2, within, NAMED) if one.claim.group == "f"]
    assert words in one.sentence
    assert "remain" not in one.sentence


def test_useless_classifiers_still_get_their_gap_but_no_absence():
    more = {"protocol": "conditional A", "status": "degenerate"}
    verdicts = {one.claim.group: one for one in found(0.0, 0.1, **more)}
    assert verdicts["f"].verdict is VerdictKind.GAP
    (none,) = found(0.0, 0.001, **more)
    assert none.verdict is VerdictKind.UNDECIDED
    assert "no better than" in none.reason


def test_the_rows_meant_to_be_used_are_told_and_not_every_classifier():
    both = [
        figure(metric, group, sign * value, protocol=protocol, source=source)
        for source, protocol in (
            ("original", "conditional"),
            ("original", "conditional B"),
            ("synthetic", "conditional B"),
        )
        for metric, value in (("pooled_difference", 0.0), ("difference_within:department", 0.1))
        for group, sign in (("f", 1), ("m", -1))
    ]
    findings = conclude(both, SCHEMA).of("conditional")
    assert {(one.claim.figure.source, one.claim.figure.protocol) for one in findings if one.sentence} == {
        ("original", "conditional"),
        ("synthetic", "conditional B"),
    }
    assert {one.verdict for one in findings} == {VerdictKind.GAP}
