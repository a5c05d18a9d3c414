"""What the first screen says of an aim that was missed, from records made by hand."""

from core.audit.records import Status
from core.findings.overview import overview
from core.findings.stages import stage_sentence
from tests.core.findings.decided import decided, parity, target
from tests.core.findings.families.records import concluded, figure


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
