"""What the first screen says of an aim that was missed, from records made by hand."""

import pytest

from core.audit.criterion import DIFFERENCES, criterion_record
from core.audit.records import Status
from core.findings.headline import HeadlineKind, headline
from core.findings.overview import overview
from core.findings.stages import stage_sentence
from tests.core.findings.decided import decided, parity, target
from tests.core.findings.families.records import concluded, figure, rates


def test_a_gap_that_a_model_of_the_rows_made_leaves_is_an_aim_missed():
    conclusions = concluded(decided((0.4, 0.5), (0.3, 0.5), 0.1, 0.3))
    found = overview(conclusions)
    (sex,) = found.attributes
    assert found.missed == (stage_sentence(conclusions.evidence, sex.stages[1]),)
    assert found.missed[0].startswith(
        "A model that does not see sex, trained on the synthetic rows, gives “high” to 30 of"
    )


def test_no_aim_is_missed_where_no_gap_is_left_and_the_target_is_reached():
    records = decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04)
    assert overview(concluded(records)).missed == ()
    assert overview(concluded([*records, target(0.9), parity(0.97), parity(0.7, "original")])).missed == ()


def test_a_target_that_is_missed_on_test_rows_is_said_on_the_screen_and_as_missed():
    records = decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04)
    found = overview(concluded([*records, target(0.9), parity(0.75)]))
    assert found.missed == (
        "The parity ratio aimed at, at least 0.9, is missed for sex by models that do not see sex: 0.750 on the test "
        "rows. Merge small groups, bring more rows, or aim at less.",
    )
    assert found.aims == found.missed


def test_a_target_is_judged_for_models_that_see_the_attribute_too_and_for_these_first():
    records = [*decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04), target(0.9)]
    missed, met = parity(0.7, protocol="A"), parity(0.95, protocol="A")
    (alone,) = overview(concluded([*records, missed, parity(0.95)])).aims
    assert "is missed for sex by models that see sex: 0.700" in alone
    both = overview(concluded([*records, missed, parity(0.75)])).aims
    assert ["by models that see sex" in one for one in both] == [True, False]
    assert overview(concluded([*records, met, parity(0.95)])).aims == ()


def test_a_gap_of_a_model_no_better_than_a_guess_is_told_as_a_gap():
    useless = [
        one.model_copy(update={"status": Status.DEGENERATE}) if one.source == "synthetic" and one.group is None else one
        for one in decided((0.4, 0.5), (0.3, 0.5), 0.1, 0.3)
    ]
    (said,) = overview(concluded(useless)).attributes[0].sentences
    assert "is 20 (between 10 and 30), which is unlikely to be chance" in said
    closed = [
        one.model_copy(update={"status": Status.DEGENERATE}) if one.source == "synthetic" and one.group is None else one
        for one in decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.08)
    ]
    (said,) = overview(concluded(closed)).attributes[0].sentences
    assert said.endswith("equal rates would mean nothing.")


def test_a_model_is_called_worse_than_a_guess_only_if_its_interval_says_so():
    accuracies = [
        figure("accuracy", value, value - 0.05, value + 0.05, source=source, protocol="A", sensitive=None)
        for source, value in (("constant", 0.56), ("original", 0.8), ("synthetic", 0.55))
    ]
    assert overview(concluded(accuracies)).faults == ()


def mistakes(criterion, low, high, protocol="A"):
    """A run that aims at a criterion, and the difference of its rates on test rows."""
    metric, size = DIFFERENCES[criterion], (low + high) / 2
    found = rates("tpr", {"women": (0.6, 0.5), "men": (0.6, 0.5 + size)}, protocol=protocol)
    return [*found, criterion_record(criterion, 1.0), figure(metric, size, low, high, protocol=protocol)]


@pytest.mark.parametrize(
    ("criterion", "words", "label"),
    [
        ("equal_opportunity", "equal rates of “high” among those with “high” on record", "equal opportunity"),
        (
            "equalized_odds",
            "equal rates of “high” among those with and among those without “high” on record",
            "error-rate",
        ),
    ],
)
def test_a_gap_of_the_criterion_that_is_left_is_the_first_sentence(criterion, words, label):
    conclusions = concluded(decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04), mistakes(criterion, 0.1, 0.2))
    said = f"The aim, {words}, is missed for sex by models that see sex: the {label} difference is 150 [100, 200] per"
    assert conclusions.sentences[0].startswith(said)
    assert headline(conclusions).kind is HeadlineKind.MISSED
    assert overview(conclusions).next[0].startswith("By sex, the aim is missed.")


@pytest.mark.parametrize("criterion", ["equal_opportunity", "equalized_odds"])
def test_an_aim_that_is_reached_or_open_is_said(criterion):
    reached = concluded(decided((0.4, 0.5), (0.4, 0.5), 0.05, 0.15), mistakes(criterion, 0.0, 0.03))
    assert any("is reached by sex" in one for one in overview(reached).attributes[0].sentences)
    assert any(one.startswith("The aim, equal rates") and "is reached by sex" in one for one in reached.sentences)
    assert reached.missed_aims == ()
    left_open = concluded(mistakes(criterion, 0.0, 0.2))
    assert any(one.startswith("Whether the aim, equal rates") and "is open" in one for one in left_open.sentences)
    assert left_open.missed_aims == ()
    assert [headline(one).kind for one in (reached, left_open)] == [HeadlineKind.NO_GAP, HeadlineKind.OPEN]
    assert headline(reached).sentence.startswith("The aim, equal rates")


def test_the_primary_question_is_that_of_the_criterion():
    parity_gap = decided((0.4, 0.5), (0.3, 0.5), 0.1, 0.3)
    conclusions = concluded(parity_gap, mistakes("equal_opportunity", 0.0, 0.03, protocol="B"))
    assert conclusions.primary_question.startswith(
        "whether classifiers trained on the synthetic rows reach the aim, equal rates of “high” among those with "
        "“high” on record, by sex"
    )
    assert not any("No gap is shown to have narrowed" in one for one in overview(conclusions).next)


def test_equal_rates_that_are_missed_are_told_once_as_a_gap():
    conclusions = concluded(decided((0.4, 0.5), (0.3, 0.5), 0.1, 0.3), [criterion_record("demographic_parity", 1.0)])
    assert conclusions.missed_aims == ()
    assert headline(conclusions).kind is HeadlineKind.GAP
    assert overview(conclusions).missed[0].startswith("A model that does not see sex, trained on the synthetic rows,")


def test_repair_in_part_misses_nothing():
    *found, _criterion, gap = mistakes("equal_opportunity", 0.1, 0.2)
    whole, part = (concluded([*found, criterion_record("equal_opportunity", level), gap]) for level in (1.0, 0.5))
    assert (len(whole.missed_aims), part.missed_aims) == (1, ())
