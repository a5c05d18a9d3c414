"""What got worse, in short sentences: what is shown, what is likely, and that nothing is."""

from dataclasses import replace

from core.findings.headline import HeadlineKind, headline
from core.findings.overview import overview
from tests.core.findings.decided import decided, on_record
from tests.core.findings.families.records import concluded, figure, group_changes, rates


def test_harm_is_named_for_each_group_and_question_and_the_rest_is_counted():
    lost = {f"group {place}": (-0.1 - place / 100, -0.13 - place / 100, -0.08) for place in range(6)}
    before = {name: (0.5, 0.5 + change[0]) for name, change in lost.items()}
    found = overview(concluded(group_changes("selection_rate", lost), rates("selection_rate", before)))
    assert found.worse[0] == (
        "Of 100 group 5, 35 instead of 50 get “high”, between 8 and 18 fewer, if the model does not see sex."
    )
    assert len(found.worse) == 5
    assert found.worse[-1] == "And 2 more, among all findings."


def test_a_loss_that_few_rows_show_says_how_many():
    few = [
        *group_changes("tpr", {"men": (-1.0, -1.0, -0.5), "women": (0.0, -0.01, 0.01)}),
        *rates("tpr", {"men": (1.0, 0.0), "women": (0.7, 0.7)}),
    ]
    few = [one.model_copy(update={"n": 7}) if one.group == "men" else one for one in few]
    assert overview(concluded(few)).worse[0].startswith("Of 100 men with “high” on record (7 test rows), 0 instead of")


def test_losses_of_those_with_the_outcome_are_told_apart_from_losses_of_everybody():
    both = [
        *group_changes("selection_rate", {"men": (-0.1, -0.12, -0.08), "women": (0.0, -0.01, 0.01)}),
        *rates("selection_rate", {"men": (0.5, 0.4), "women": (0.3, 0.3)}),
        *group_changes("tpr", {"men": (-0.2, -0.22, -0.18), "women": (0.0, -0.01, 0.01)}),
        *rates("tpr", {"men": (0.8, 0.6), "women": (0.7, 0.7)}),
    ]
    assert set(overview(concluded(both)).worse) == {
        "Of 100 men with “high” on record, 60 instead of 80 get “high”, between 18 and 22 fewer, if the model does not "
        "see sex.",
        "Of 100 men, 40 instead of 50 get “high”, between 8 and 12 fewer, if the model does not see sex.",
    }


def test_that_nothing_got_worse_is_said_only_where_something_was_compared():
    kept = group_changes("selection_rate", {"men": (0.0, -0.01, 0.01), "women": (0.0, -0.01, 0.01)})
    assert overview(concluded(kept)).worse == ("Nothing is shown to have got worse, of 2 questions about it.",)
    assert overview(concluded(on_record(women=0.35, men=0.53))).worse == ()


def test_a_question_about_the_whole_model_is_none_about_a_group():
    better = figure("auc", 0.0, -0.02, 0.02, sensitive=None, protocol="change B")
    found = concluded([better, figure("rows_per_train_row", 1.0, sensitive=None, protocol="file")])
    assert any(one.claim.figure == better for one in found.findings)
    assert overview(found).worse == ("Nothing could be compared: too few test rows of each group.",)


def test_withheld_questions_are_never_told_as_nothing_worse_or_nothing_open():
    kept = group_changes("selection_rate", {"men": (-0.2, -0.22, -0.18), "women": (0.0, -0.01, 0.01)})
    found = concluded(kept, rates("selection_rate", {"men": (0.5, 0.3), "women": (0.3, 0.3)}))
    withheld = replace(found, findings=tuple(replace(one, withheld="Withheld: a fault.") for one in found.findings))
    shown = overview(withheld)
    assert shown.worse == ("No verdict: see the faults of the file.",)
    assert shown.unknown == (f"Of {len(found.findings)} questions there is no verdict: see the faults of the file.",)


def test_a_harm_whose_rates_are_not_kept_is_told_in_full():
    kept = group_changes("selection_rate", {"men": (-0.2, -0.22, -0.18), "women": (0.0, -0.01, 0.01)})
    (said,) = overview(concluded(kept)).worse
    assert "200 [180, 220] fewer get" in said


def many_questions(count=60):
    """Questions that are open, so that a single interval above 0 is not enough."""
    return [
        figure("demographic_parity_difference", 0.1, 0.001, 0.2, protocol="A", sensitive=f"a{i}") for i in range(count)
    ]


def likely_loss(**metrics):
    """A loss of men whose interval lies above 0 by little, in each rate."""
    records = []
    for metric, (before, after) in metrics.items():
        lost = {"men": (after - before, after - before - 0.1, -0.005), "women": (0.0, -0.1, 0.1)}
        records += [*group_changes(metric, lost), *rates(metric, {"men": (before, after), "women": (0.3, 0.3)})]
    return records


def test_a_loss_by_its_own_interval_stands_before_that_nothing_is_shown():
    found = overview(concluded(likely_loss(selection_rate=(0.5, 0.4)), many_questions()))
    assert found.worse == (
        "Likely, not proven: of 100 men, 40 instead of 50 get “high”, between under 1 and 20 fewer, if the model does "
        "not see sex.",
        "Nothing is proven to have got worse, but 2 of the 2 questions about it are open.",
    )


def test_a_likely_loss_stands_after_those_that_are_shown():
    shown = [
        *group_changes("selection_rate", {"men": (-0.2, -0.22, -0.18), "women": (0.0, -0.01, 0.01)}),
        *rates("selection_rate", {"men": (0.6, 0.4), "women": (0.3, 0.3)}),
    ]
    found = overview(concluded(likely_loss(tpr=(0.7, 0.58)), shown, many_questions())).worse
    assert [one.startswith("Likely, not proven: ") for one in found] == [False, True]
    assert "58 instead of 70" in found[1]


def test_a_loss_that_is_no_loss_by_its_own_interval_is_not_told():
    kept = group_changes("selection_rate", {"men": (-0.1, -0.2, 0.0), "women": (0.0, -0.01, 0.01)})
    found = overview(concluded(kept, rates("selection_rate", {"men": (0.5, 0.4), "women": (0.3, 0.3)})))
    assert found.worse == ("Nothing is shown to have got worse; 1 of the 2 questions about it is open.",)


def test_where_no_question_is_answered_these_rows_cannot_tell():
    kept = group_changes("selection_rate", {"men": (-0.1, -0.2, 0.01), "women": (0.0, -0.1, 0.1)})
    found = overview(concluded(kept, rates("selection_rate", {"men": (0.5, 0.4), "women": (0.3, 0.3)})))
    assert found.worse == ("These rows cannot tell whether anything got worse: all 2 questions about it are open.",)


def test_a_likely_loss_is_weighed_and_is_no_good_news():
    good = decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04)
    assert headline(concluded(good)).kind is HeadlineKind.NO_GAP
    found = concluded(good, likely_loss(tpr=(0.7, 0.58)))
    assert headline(found).kind is not HeadlineKind.NO_GAP


def test_combined_groups_that_only_repeat_a_loss_are_not_told():
    lost = {"men": (-0.2, -0.22, -0.18), "women": (0.0, -0.01, 0.01)}
    parts = {"men × old": (-0.2, -0.3, -0.1), "men × young": (-0.2, -0.38, -0.01), "women × old": (0.0, -0.1, 0.1)}
    crossed = {"sensitive": "sex × age"}
    found = concluded(
        [*group_changes("selection_rate", lost), *rates("selection_rate", {"men": (0.6, 0.4), "women": (0.3, 0.3)})],
        group_changes("selection_rate", parts, **crossed),
        rates("selection_rate", dict.fromkeys(parts, (0.6, 0.4)), **crossed),
        many_questions(),
    )
    assert [one for one in overview(found).worse if "×" in one] == []


def test_losses_of_several_files_are_told_apart():
    files = {"f1": (-0.2, -0.22, -0.18), "f2": (-0.1, -0.2, -0.005)}
    records = []
    for name, lost in files.items():
        changed = group_changes("selection_rate", {"men": lost, "women": (0.0, -0.01, 0.01)})
        decisions = rates("selection_rate", {"men": (0.6, 0.6 + lost[0]), "women": (0.3, 0.3)})
        records += [
            one.model_copy(update={"source": name}) if one.source == "synthetic" else one for one in changed + decisions
        ]
    found = overview(concluded(records, many_questions())).worse
    assert "40 instead of 60" in found[0]
    assert found[0].endswith("does not see sex, trained on the “f1” rows.")
    assert found[1].startswith("Likely, not proven: of 100 men, 50 instead of 60")
    assert found[1].endswith("trained on the “f2” rows.")


def test_how_often_models_are_right_is_a_cost_and_no_harm():
    lower = figure("accuracy", -0.2, -0.25, -0.15, protocol="change B", sensitive=None)
    assert all("judge rightly" not in one for one in overview(concluded([lower], likely_loss(tpr=(0.7, 0.58)))).worse)
