from core.audit.records import Record
from core.findings.conclusions import conclude
from core.findings.finding import Topic, VerdictKind
from tests.core.report.samples import SCHEMA

EOD, EOR = "equalized_odds_difference", "equalized_odds_ratio"


def record(metric, value, half=0.02, *, source="synthetic", protocol="change", **more):
    bounds = {"low": value - half, "high": value + half}
    where = {"sensitive": "sex", "positive": ">50K", "source": source, "protocol": protocol}
    return Record(metric=metric, value=value, **bounds, **where, **more)


def rows(eod, eor, tpr, half=0.02):
    """Records of a change: of both criteria, and of each group's true positive rate."""
    yield record(EOD, 0.06, source="original", protocol="A")
    yield record(EOD, eod, half)
    yield record(EOR, eor)
    yield record("demographic_parity_difference", -0.16)
    for group, (before, change, n) in tpr.items():
        yield record("tpr", before, source="original", protocol="A", group=group, n=n)
        yield record("tpr", change, half, group=group, n=n)


ADULT = {"Male": (0.615, -0.19, 3256), "Female": (0.555, 0.171, 590)}


def test_the_mens_loss_is_told_although_the_ratio_improves():
    conclusions = conclude(list(rows(0.238, 0.087, ADULT)), SCHEMA)
    harm = [one for one in conclusions.findings if one.claim.topic is Topic.HARM and one.sentence]
    assert [one.verdict for one in harm] == [VerdictKind.GAP, VerdictKind.GAP]
    text = " ".join(conclusions.sentences[:2])
    assert "the equalized odds difference rises by 238 [218, 258] per 1,000 from 60" in text
    assert "while the difference of selection rates falls by 160" in text
    assert "find 190 [170, 210] fewer: 1,384 of 3,256 test rows instead of 2,002; of Female, 171 more" in text


def test_a_worse_ratio_alone_is_no_alarm():
    still = {"male": (0.6, 0.0, 500), "female": (0.6, 0.01, 500)}
    conclusions = conclude(list(rows(-0.013, -0.33, still, half=0.067)), SCHEMA)
    assert not [one for one in conclusions.findings if one.verdict is VerdictKind.GAP]
    assert "it changes by -13 [-80, 54] per 1,000" in conclusions.sentences[0]
    assert "no rise of the equalized odds difference by sex is shown" in conclusions.sentences[0]


def test_an_interval_that_holds_0_never_alarms():
    conclusions = conclude(list(rows(0.06, -0.2, {}, half=0.061)), SCHEMA)
    assert [one.verdict for one in conclusions.of("error_rates")] == [VerdictKind.UNDECIDED]


def test_an_audit_of_real_rows_alone_tells_the_gap_in_error_rates():
    records = [
        record(EOD, 0.2, source="original", protocol="B"),
        record("tpr", 0.5, source="original", protocol="B", group="a", n=100),
        record("tpr", 0.7, source="original", protocol="B", group="b", n=100),
    ]
    (finding,) = conclude(records, SCHEMA).of("error_rates")
    assert finding.verdict is VerdictKind.GAP
    assert finding.claim.group == "a"
    assert "they find 500 a and 700 b (equalized odds difference 200 [180, 220] per 1,000)" in finding.sentence
