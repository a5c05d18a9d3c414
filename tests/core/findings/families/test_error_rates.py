import pytest

from core.audit.records import Status
from core.findings.finding import Topic, VerdictKind
from tests.core.findings.families.records import SCHEMA, changes, concluded, figure, group_changes, rates

BETTER_RATIO = (0.1, 0.02, 0.2)  # above 0: the ratio is nearer to 1
WORSE_RATIO = (-0.33, -0.43, -0.23)
# Adult with sex: the men's true positives fall, the women's rise.
TPR = {"Male": (0.615, 0.425), "Female": (0.555, 0.726)}
FPR = {"Male": (0.080, 0.024), "Female": (0.018, 0.079)}
LOST = {"Male": (-0.19, -0.21, -0.17), "Female": (0.171, 0.13, 0.21)}


def adult():
    return concluded(
        changes(
            equalized_odds_ratio=BETTER_RATIO,
            equalized_odds_difference=(0.227, 0.146, 0.28),
            demographic_parity_difference=(-0.158, -0.176, -0.14),
        ),
        rates("equalized_odds_difference", {None: (0.063, 0.29)}),
        rates("demographic_parity_difference", {None: (0.163, 0.005)}),
        group_changes("tpr", LOST),
        rates("tpr", TPR, n=3256),
        rates("fpr", FPR),
    )


def alarms(found):
    return [
        one
        for one in found.of("error_rates")
        if one.claim.topic is Topic.HARM and one.claim.figure.metric == "equalized_odds_difference"
    ]


def test_the_alarm_is_raised_where_the_ratio_improves_and_the_difference_worsens():
    (alarm,) = alarms(adult())
    assert alarm.verdict is VerdictKind.GAP
    assert alarm.claim.figure.value == 0.227
    assert "Mistakes are shared less evenly by sex with the synthetic rows" in adult().sentences[0]
    assert "290 instead of 63 per 1,000, +227 [146, 280], if the classifier does not see sex" in adult().sentences[0]


def test_a_criterion_that_moved_the_other_way_is_told_with_its_question():
    (alarm,) = alarms(adult())
    assert "Yet rates of “high” come closer (5 instead of 163 per 1,000 apart, -158 [-176, -140])" in alarm.sentence
    assert "that question is about all people, this one about people with the same outcome on record" in alarm.sentence
    (narrowed,) = alarms(
        concluded(
            changes(equalized_odds_difference=(-0.1, -0.15, -0.05), demographic_parity_difference=(0.18, 0.15, 0.21)),
            rates("demographic_parity_difference", {None: (0.02, 0.2)}),
        )
    )
    assert "Yet rates of “high” move apart (200 instead of 20 per 1,000 apart, +180 [150, 210])" in narrowed.sentence
    for moved in ((0.18, 0.15, 0.21), (-0.02, -0.06, 0.02)):  # the same way, and not surely
        (other,) = alarms(
            concluded(
                changes(equalized_odds_difference=(0.2, 0.15, 0.25), demographic_parity_difference=moved),
                rates("demographic_parity_difference", {None: (0.2, 0.2 + moved[0])}),
            )
        )
        assert "Yet" not in other.sentence


def test_who_loses_most_is_told_in_people_first():
    first = adult().sentences[0]
    assert first.startswith("By sex, Male are worse off than before: of 3,256 with “high” on record, 1,384 get it from")
    assert "and 2,002 from one trained on the original rows, a loss of 190 [170, 210] per 1,000" in first
    assert "Of 3,256 Female, 2,364 instead of 1,807 do." in first


def test_every_group_that_lost_is_told_in_one_sentence():
    lost = {"a": (-0.2, -0.22, -0.18), "b": (-0.1, -0.12, -0.08), "c": (-0.01, -0.03, 0.01), "d": (0.1, 0.08, 0.12)}
    values = {"a": (0.6, 0.4), "b": (0.6, 0.5), "c": (0.6, 0.59), "d": (0.5, 0.6)}
    (told,) = concluded(group_changes("tpr", lost), rates("tpr", values)).sentences
    assert told.startswith("By sex, a are worse off than before: of 1,000 with “high” on record, 400 get it")
    assert told.endswith("Others who lose, per 1,000: b 100 [80, 120].")


def test_a_loss_beside_a_gap_that_did_not_grow_says_which_question_each_answers():
    found = concluded(
        changes(equalized_odds_difference=(-0.1, -0.15, -0.05)), group_changes("tpr", LOST), rates("tpr", TPR)
    )
    (told,) = found.sentences
    assert "Male are worse off than before" in told
    assert "Mistakes are shared more evenly by sex" in told
    assert "A loss compares a group with itself before, the gap compares groups with each other" in told
    assert "A loss compares" not in adult().sentences[0]


def test_every_file_is_judged_and_named():
    def of(source, value):
        where = {"source": source, "sensitive": "sex", "positive": "high", "n": 1000}
        lost = group_changes(
            "tpr", {"Male": (-value, -value - 0.02, -value + 0.02), "Female": (0.1, 0.05, 0.15)}, **where
        )
        return lost + [
            figure("tpr", before - (value if one == source else 0), 0.3, 0.7, group=group, **(where | {"source": one}))
            for group, before in (("Male", 0.6), ("Female", 0.5))
            for one in (source, "original")
        ]

    found = concluded(of("first", 0.2), of("second", 0.1), of("synthetic", 0.3))
    told = [one for one in found.sentences if "worse off" in one]
    assert ["“first” rows" in one for one in told] == [True, False]
    assert ["“second” rows" in one for one in told] == [False, True]
    assert not any("synthetic" in one for one in told)


def test_no_alarm_from_the_ratio_alone_where_the_difference_does_not_move():
    found = concluded(
        changes(equalized_odds_ratio=WORSE_RATIO, equalized_odds_difference=(-0.013, -0.081, 0.054)),
        rates("equalized_odds_difference", {None: (0.184, 0.171)}),
    )
    (alarm,) = alarms(found)
    assert alarm.verdict is VerdictKind.UNDECIDED
    assert alarm.sentence.startswith(
        "Whether mistakes are shared more or less evenly by sex with the synthetic rows than with"
    )
    assert "171 instead of 184 per 1,000, -13 [-81, 54]" in alarm.sentence
    assert all("ratio" not in one.claim.figure.metric for one in found.findings)


@pytest.mark.parametrize("bounds", [(0.04, -0.001, 0.08), (0.3, -0.2, 0.8), (0.01, 0.0, 0.02)])
def test_an_interval_that_holds_0_never_alarms(bounds):
    (alarm,) = alarms(concluded(changes(equalized_odds_difference=bounds)))
    assert alarm.verdict is not VerdictKind.GAP
    assert not alarm.sentence.startswith("Mistakes")


def test_a_rise_that_the_correction_leaves_open_is_told_as_open():
    many = {f"group {i}": (-0.01, -0.03, 0.01) for i in range(30)}
    found = concluded(changes(equalized_odds_difference=(0.05, 0.005, 0.095)), group_changes("tpr", many))
    (alarm,) = alarms(found)
    assert alarm.verdict is VerdictKind.UNDECIDED
    assert "may be shared less evenly" in alarm.sentence


def test_a_gap_that_narrowed_is_told_as_such():
    (alarm,) = alarms(concluded(changes(equalized_odds_difference=(-0.1, -0.15, -0.05))))
    assert alarm.verdict is VerdictKind.NO_GAP
    assert "shared more evenly" in alarm.sentence


def test_a_useless_classifier_does_not_pass_for_one_whose_mistakes_are_even():
    useless = changes(equalized_odds_difference=(-0.1, -0.15, -0.05))[0].model_copy(
        update={"status": Status.DEGENERATE}
    )
    (alarm,) = alarms(concluded([useless]))
    assert alarm.verdict is VerdictKind.UNDECIDED
    assert "guess" in alarm.reason
    assert not alarm.sentence


def test_one_sentence_has_both_protocols_and_says_where_they_differ():
    worse, same = (0.2, 0.15, 0.25), (-0.01, -0.08, 0.05)
    for in_b, in_a, ends in (
        (worse, worse, ("+200 [150, 250] per 1,000", "+200 [150, 250] per 1,000")),
        (worse, same, ("+200 [150, 250] per 1,000", "-10 [-80, 50] per 1,000")),
    ):
        found = concluded(changes("B", equalized_odds_difference=in_b), changes("A", equalized_odds_difference=in_a))
        (told,) = found.sentences
        assert told.startswith("Mistakes are shared less evenly")
        first, second = told.split(", and ")
        assert ends[0] in first
        assert "does not see sex" in first
        assert ends[1] in second
        assert "the classifier sees sex" in second
        assert ("(open)" in second) is (in_a == same)
        assert ("depends on whether the classifier may use sex" in told) is (in_a == same)


def test_what_grew_is_told_first_whichever_classifier_it_is():
    worse, same = (0.2, 0.15, 0.25), (-0.01, -0.08, 0.05)
    found = concluded(changes("B", equalized_odds_difference=same), changes("A", equalized_odds_difference=worse))
    (told,) = found.sentences
    assert told.startswith("Mistakes are shared less evenly")
    assert told.index("if the classifier sees sex") < told.index("if the classifier does not see sex (open)")


def test_of_combined_attributes_only_an_alarm_is_told():
    for bounds, told in (((0.2, 0.15, 0.25), True), ((-0.01, -0.08, 0.05), False)):
        found = concluded(changes(sensitive="sex × race", equalized_odds_difference=bounds))
        assert bool(found.sentences) is told


def test_a_larger_loss_under_the_other_protocol_is_the_one_told():
    in_b = group_changes("tpr", {"Male": (-0.06, -0.08, -0.04), "Female": (0.1, 0.05, 0.15)})
    in_a = group_changes("tpr", {"Male": (-0.19, -0.21, -0.17), "Female": (0.1, 0.05, 0.15)}, protocol="change")
    found = concluded(in_b, in_a, rates("tpr", TPR), rates("tpr", TPR, protocol="A"))
    (told,) = found.sentences
    assert "that sees sex" in told
    assert "190 [170, 210]" in told
    assert "60 [40, 80]" not in told


def test_losses_are_those_of_the_favourable_outcome():
    schema = SCHEMA.model_copy(update={"favorable": "negative"})
    lost = group_changes("tpr", {"a": (-0.2, -0.25, -0.15), "b": (0.01, -0.02, 0.04)}, positive="low")
    gained = group_changes("tpr", {"a": (0.01, -0.02, 0.04), "b": (-0.2, -0.25, -0.15)})
    found = concluded(gained, lost, rates("tpr", {"a": (0.7, 0.5), "b": (0.6, 0.6)}, positive="low"), schema=schema)
    told = [one for one in found.findings if one.verdict is VerdictKind.GAP and one.claim.topic is Topic.HARM]
    assert [one.claim.group for one in told] == ["a"]
    assert "with “low” on record" in told[0].sentence


def test_small_groups_and_single_groups_make_no_claim():
    small = group_changes("tpr", LOST)
    small = [one.model_copy(update={"status": Status.SMALL_N}) if one.group == "Female" else one for one in small]
    assert not concluded(small).findings


def test_without_an_original_to_compare_with_the_difference_itself_is_told():
    found = concluded(
        [figure("equalized_odds_difference", 0.2, 0.15, 0.25, source="original")],
        [
            figure(metric, value, value - 0.02, value + 0.02, group=group, source="original")
            for metric, pair in (("tpr", (0.4, 0.6)), ("fpr", (0.1, 0.2)))
            for group, value in zip(("a", "b"), pair, strict=True)
        ],
    )
    (told,) = found.sentences
    assert "mistakes differ by sex by 200 [150, 250] per 1,000" in told
    assert "400 of 1,000 a and 600 of 1,000 b get it" in told
    assert found.findings[0].claim.group == "a"


def test_a_combined_group_is_told_only_if_it_surely_loses_more_than_every_single_one():
    single = group_changes("tpr", LOST)
    values = {"Male × x": (0.6, 0.3), "Female × x": (0.5, 0.6)}
    for loss, told in ((-0.3, True), (-0.2, False)):
        crossed = group_changes(
            "tpr",
            {"Male × x": (loss, loss - 0.03, loss + 0.03), "Female × x": (0.1, 0.05, 0.15)},
            sensitive="sex × race",
        )
        found = concluded(single, crossed, rates("tpr", TPR), rates("tpr", values, sensitive="sex × race"))
        assert len(found.sentences) == 1
        assert found.sentences[0].startswith("By sex, Male are worse off")
        assert ("Of combined groups, most: Male × x 300 [270, 330] per 1,000." in found.sentences[0]) is told


def test_a_group_without_the_outcome_does_not_silence_the_rates_of_the_others():
    note = "Undefined: in 'c', there is no positive row of the group."
    known = {"tpr": {"a": 0.4, "b": 0.6, "c": None}, "fpr": {"a": 0.1, "b": 0.3, "c": 0.2}}
    found = concluded(
        [figure("equalized_odds_difference", None, source="original", note=note)],
        [
            figure(metric, value, group=group, source="original")
            for metric, groups in known.items()
            for group, value in groups.items()
        ],
    )
    (told,) = found.sentences
    assert "cannot be compared over all groups: in 'c', there is no positive row of the group." in told
    assert "400 of 1,000 a and 600 of 1,000 b get it" in told
    assert "100 of 1,000 a and 300 of 1,000 b get it" in told
