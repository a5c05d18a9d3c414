from core.audit.records import Record, Status
from core.findings.conclusions import Conclusions, conclude
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import rate_verdicts
from core.report.tables.findings import finding_table
from core.report.tables.verdicts import verdict_table
from tests.core.report.samples import SCHEMA, concluded, sample_records


def rates(source, protocol, split, difference, **groups):
    where = {"source": source, "protocol": protocol, "split": split, "sensitive": "sex", "positive": ">50K"}
    metric = "base_rate" if protocol == "data" else "selection_rate"
    value, low, high = difference
    yield Record(metric="demographic_parity_difference", value=value, low=low, high=high, n=1000, **where)
    for group, rate in groups.items():
        yield Record(metric=metric, group=group, value=rate, n=500, **where)


def found(*records) -> Conclusions:
    return conclude([record for part in records for record in part], SCHEMA)


def test_verdicts_rest_on_the_difference_of_their_own_rows():
    verdicts = rate_verdicts(concluded(sample_records()))
    assert {(v.protocol, v.source): v.kind for v in verdicts if v.protocol == "A"} == {
        ("A", "original"): VerdictKind.GAP,
        ("A", "teacher"): VerdictKind.NO_GAP,
        ("A", "student"): VerdictKind.NO_GAP,
        ("A", "synthetic"): VerdictKind.NO_GAP,
    }
    row = verdict_table(verdicts).rows[0]
    assert [row[place].text for place in (1, 5, 6)] == ["gap found", "0.195", "0.360"]


def test_the_summary_names_the_groups_and_the_size_in_people():
    text = " ".join(concluded(sample_records()).sentences)
    for part in (
        "rarest for Female (109 of 1,000)",
        "a difference of 195 [180, 210] per 1,000",
        "judge rightly: 764 by always the same guess",
    ):
        assert part in text
    assert "is fair" not in text


def test_a_small_gap_in_many_rows_is_below_the_margin_and_says_its_size():
    conclusions = found(rates("original", "data", "all", (0.01, 0.004, 0.016), women=0.29, men=0.3))
    assert [one.verdict for one in conclusions.findings] == [VerdictKind.NO_GAP]
    assert "differ by 10 [4, 16] per 1,000, below the margin of 50" in conclusions.sentences[0]


def test_a_gap_that_few_rows_cannot_show_is_not_called_absent():
    conclusions = found(rates("original", "data", "all", (0.1, 0.0, 0.196), women=0.35, men=0.45))
    assert [one.verdict for one in conclusions.findings] == [VerdictKind.UNDECIDED]
    assert "too few rows to tell" in conclusions.sentences[0]


def test_secondary_tests_share_one_error_rate():
    weak = (0.1, 0.001, 0.2)  # alone just significant
    alone = found(rates("original", "data", "all", weak, women=0.4, men=0.5))
    assert [one.verdict for one in alone.findings] == [VerdictKind.GAP]
    several = found(
        rates("original", "B", "holdout", weak, women=0.4, men=0.5),
        rates("original", "A", "holdout", weak, women=0.4, men=0.5),
        rates("original", "data", "all", weak, women=0.4, men=0.5),
    )
    assert [(one.claim.primary, one.verdict) for one in several.findings] == [
        (True, VerdictKind.GAP),
        (False, VerdictKind.UNDECIDED),
        (False, VerdictKind.UNDECIDED),
    ]
    assert "the 2 other tests share one of 5 %" in several.statement


def test_a_useless_classifier_can_still_treat_groups_unequally():
    def classified(difference):
        for record in rates("original", "A", "holdout", difference, women=0.1, men=0.5):
            yield record.model_copy(update={"status": Status.DEGENERATE})

    assert found(classified((0.4, 0.3, 0.5))).findings[0].verdict is VerdictKind.GAP
    assert found(classified((0.0, 0.0, 0.03))).findings[0].verdict is VerdictKind.UNDECIDED


def test_a_group_that_is_not_compared_is_no_extreme():
    records = [
        *rates("original", "data", "all", (0.2, 0.1, 0.3), a=0.2, b=0.4),
        Record(
            source="original",
            protocol="data",
            split="train",
            metric="base_rate",
            sensitive="sex",
            positive=">50K",
            group="c",
            value=1.0,
            status=Status.SMALL_N,
        ),
    ]
    assert (
        "rarest for a (200 of 1,000) and most frequent for b (400 of 1,000)" in conclude(records, SCHEMA).sentences[0]
    )


def test_the_favourable_outcome_decides_who_is_worse_off():
    records = []
    for positive, one in (("recid", {"a": 0.6, "b": 0.4}), ("no recid", {"a": 0.4, "b": 0.6})):
        found = rates("original", "data", "all", (0.2, 0.1, 0.3), **one)
        records += [record.model_copy(update={"positive": positive}) for record in found]
    schema = SCHEMA.model_copy(update={"favorable": "negative"})
    assert conclude(records, SCHEMA).findings[0].claim.group == "b"
    assert conclude(records, schema).findings[0].claim.group == "a"
    assert "“no recid” is rarest for a" in conclude(records, schema).sentences[0]


def test_every_finding_stands_in_the_table():
    conclusions = concluded(sample_records())
    assert len(finding_table(conclusions).rows) == len(conclusions.findings) > 5


def test_nothing_is_said_where_nothing_is_known():
    assert conclude([], SCHEMA).sentences == []


def crossed(*, low):
    """The rates of a single attribute, and of the groups of two attributes combined."""
    single = rates("original", "data", "all", (0.2, 0.15, 0.25), a=0.2, b=0.4)
    combined = rates("original", "data", "all", (0.4, low, 0.5), **{"a × x": 0.1, "b × y": 0.5})
    return found(single, (one.model_copy(update={"sensitive": "sex × race"}) for one in combined))


def test_a_combined_group_is_told_beside_the_single_one_only_if_its_gap_is_surely_larger():
    (told,) = crossed(low=0.3).sentences
    assert told.index("rarest for a (") < told.index("rarest for a × x")
    (only,) = crossed(low=0.15).sentences
    assert "a × x" not in only


def test_one_sentence_an_attribute_has_the_rows_and_both_classifiers():
    gap, none = (0.2, 0.15, 0.25), (0.01, 0.0, 0.03)
    conclusions = found(
        rates("original", "data", "all", gap, women=0.2, men=0.4),
        rates("synthetic", "B", "holdout", none, women=0.3, men=0.31),
        rates("synthetic", "A", "holdout", none, women=0.3, men=0.31),
    )
    (told,) = conclusions.sentences
    assert told.startswith("In the original rows, “>50K” is rarest for women (200 of 1,000)")
    assert "trained on the synthetic rows, rates of “>50K” by sex differ by 10 [0, 30] per 1,000" in told
    assert told.endswith("; if they see sex, 10 [0, 30].")


def test_what_is_open_beside_a_gap_is_brief_and_what_is_open_alone_is_one_question():
    gap, unsettled = (0.2, 0.15, 0.25), (0.1, 0.0, 0.2)
    beside = found(
        rates("original", "B", "holdout", gap, women=0.2, men=0.4),
        rates("original", "data", "all", unsettled, women=0.2, men=0.3),
    )
    assert beside.sentences[0].endswith("Too few rows to tell of these: in the original rows, 100 [0, 200] per 1,000.")
    two = [
        one.model_copy(update={"sensitive": name})
        for name in ("race", "age")
        for one in rates("original", "data", "all", unsettled, women=0.2, men=0.3)
    ]
    alone = found(rates("original", "B", "holdout", gap, women=0.2, men=0.4), two)
    assert (
        "These rows cannot tell whether rates of “>50K” differ in the original rows, by race, by age."
        in alone.sentences[1]
    )


def test_every_file_is_told_by_its_name():
    conclusions = found(
        *(rates(source, "B", "holdout", (0.2, 0.1, 0.3), women=0.2, men=0.4) for source in ("one", "two", "synthetic"))
    )
    text = " ".join(conclusions.sentences)
    assert "trained on the “one” rows" in text
    assert "trained on the “two” rows" in text
    assert "synthetic" not in text
    assert [one.claim.figure.source for one in conclusions.findings if one.claim.primary] == ["one"]
