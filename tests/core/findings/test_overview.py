"""The first screen in words, from records made by hand and from those of a whole audit."""

from core.audit.glossary import change_protocol
from core.audit.records import Record, Status
from core.findings.evidence import of_100
from core.findings.overview import overview
from core.findings.stages import ON_RECORD
from tests.core.findings.decided import DIFFERENCE, HOW, RECORD, decided, on_record
from tests.core.findings.families.records import SCHEMA, concluded, figure, group_changes, rates
from tests.core.report.samples import concluded as of_samples
from tests.core.report.samples import sample_records


def test_stages_run_from_the_record_to_what_is_trained_on_the_rows_made():
    found = overview(concluded(on_record(women=0.35, men=0.53), decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04)))
    (sex,) = found.attributes
    assert [stage.title for stage in sex.stages] == [
        ON_RECORD,
        "a model that does not see sex, trained on the original rows",
        "a model that does not see sex, trained on the synthetic rows",
    ]
    first, last = sex.sentences
    assert first == (
        "On record, “high” goes to 35 of 100 women and 53 of 100 men. The gap of 18 (between 16 and 20) is "
        "unlikely to be chance."
    )
    assert last == (
        "A model that does not see sex gives “high” to 40 of 100 women and 50 of 100 men if it learns from the "
        "original rows, and to 46 and 47 if it learns from the synthetic rows. Its gap was 10 (between 0 and 4) and is "
        "1 (between 0 and 4), below the 5 that are taken not to matter."
    )


def test_every_rate_on_the_screen_is_that_of_a_record():
    records = sample_records()
    found = overview(of_samples(records))
    values = {of_100(one.value) for one in records if one.metric in {"base_rate", "selection_rate"} and one.value}
    for attribute in found.attributes:
        for stage in attribute.stages:
            assert {of_100(one.value) for one in stage.rates} <= values
            assert list(stage.rates) == sorted(stage.rates, key=lambda one: one.value)


def test_of_many_groups_the_fewest_and_the_most_are_named():
    found = overview(concluded(on_record(a=0.2, b=0.3, c=0.5)))
    assert "20 of 100 a (fewest) and 50 of 100 c (most of the 3 groups compared)" in found.attributes[0].sentences[0]
    alike = overview(concluded(on_record(a=0.2, b=0.2, c=0.2)))
    assert "20 of 100 in each of the 3 groups compared" in alike.attributes[0].sentences[0]


def test_of_several_groups_those_that_gain_are_told_with_their_rates():
    pairs = {"a": (0.2, 0.3), "b": (0.3, 0.35), "c": (0.5, 0.4)}
    differences = [figure(DIFFERENCE, 0.1, 0.05, 0.2, source=source) for source in ("original", "synthetic")]
    moved = group_changes("selection_rate", {"a": (0.1, 0.06, 0.14), "b": (0.05, -0.01, 0.11), "c": (-0.1, -0.2, 0.0)})
    (said,) = overview(concluded(rates("selection_rate", pairs), differences, moved)).attributes[0].sentences
    assert said.endswith(" Likely more get it: a, 30 instead of 20.")
    alike = rates("selection_rate", {**pairs, "a": (0.201, 0.204)})
    (said,) = overview(concluded(alike, differences, moved)).attributes[0].sentences
    assert "more get it" not in said  # it would be told with equal rates


def test_an_open_primary_question_says_how_many_rows_would_decide_it():
    detectable = figure("detectable_gap", 0.1, n=1000)
    found = overview(concluded(decided((0.4, 0.5), (0.46, 0.49), 0.0, 0.08), [detectable]))
    assert "is 3 (between 0 and 8): too few rows to tell whether it changed" in found.attributes[0].sentences[-1]
    needed = "With 1,000 rows, gaps of 10 of 100 or more are found in 80 % of cases; gaps of 5 need about 4,000 rows."
    assert needed in found.unknown[0]
    asked = "give “high” equally often, by sex, if they do not see sex. With"
    assert f"whether classifiers trained on the synthetic rows {asked}" in found.unknown[0]


def test_a_gap_that_only_the_correction_for_all_tests_leaves_open_is_not_called_too_few_rows():
    many = [figure(DIFFERENCE, 0.1, 0.001, 0.2, protocol="A", source=f"file {place}") for place in range(30)]
    found = overview(concluded(decided((0.4, 0.5), (0.4, 0.5), 0.001, 0.2, protocol="A"), many))
    said = [sentence for one in found.attributes for sentence in one.sentences]
    assert not any("Too few rows" in sentence and "between 0 and 20" in sentence for sentence in said)


def test_whether_the_gap_got_narrower_follows_from_the_paired_change():
    pair = decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04)
    narrower, wider, unclear = (-0.09, -0.12, -0.05), (0.09, 0.05, 0.12), (-0.02, -0.06, 0.02)
    seen = decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04, protocol="A")
    small = ", below the 5 that are taken not to matter."
    shown = (
        "Its gap is likely narrower by 9 (between 5 and 9): it was 10 (between 0 and 4) and is 1 (between 0 and 4)"
        + small
    )
    widened = (
        "Its gap is likely wider by 9 (between 5 and 12), in one of its trainings; on average over them it was 10 "
        "(between 0 and 4) and is "
        "1 (between 0 and 4)" + small
    )
    alike = "Its gap was 10 (between 0 and 4) and is 1 (between 0 and 4)" + small
    for changes, said in (
        ({"B": narrower}, [shown]),
        ({"B": wider}, [widened]),
        ({"B": narrower, "A": wider}, [shown, widened]),
        ({"B": unclear}, [alike]),
        ({"B": unclear, "A": narrower}, [alike, shown]),
    ):
        change = [figure(DIFFERENCE, *bounds, protocol=change_protocol(letter)) for letter, bounds in changes.items()]
        sentences = overview(concluded(pair, seen if "A" in changes else [], change)).attributes[0].sentences
        assert all(one.startswith(f"A model that {how} sex") for one, how in zip(sentences, HOW, strict=False))
        assert [sentence[-len(end) :] for sentence, end in zip(sentences, said, strict=True)] == said


def test_a_change_that_is_not_of_the_two_gaps_says_what_it_is_of():
    change = figure(DIFFERENCE, -0.06, -0.09, -0.004, protocol=change_protocol("B"))
    draws = [change.model_copy(update={"seed": seed}) for seed in (0, 1)]
    for changes, of_which in (
        ([change], "in one of its trainings; on average over them"),
        ([change, *draws], "on average over several draws of rows; with the rows at hand"),
    ):
        (said,) = overview(concluded(decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04), changes)).attributes[0].sentences
        assert f"narrower by 6 (between under 1 and 6), {of_which} it was 10 (between 0 and 4) and is 1" in said


def test_no_gap_is_said_to_narrow_by_more_than_it_was():
    change = figure(DIFFERENCE, -0.25, -0.54, -0.03, protocol=change_protocol("B"))
    before = figure(DIFFERENCE, 0.32, 0.13, 0.45, source="original")
    after = figure(DIFFERENCE, 0.07, 0.0, 0.21)
    pairs = rates("selection_rate", {"women": (0.47, 0.58), "men": (0.79, 0.65)})
    (said,) = overview(concluded(pairs, [before, after, change])).attributes[0].sentences
    assert "likely narrower by 25 (between 3 and 45): it was 32 (between 13 and 45)" in said


def test_all_open_questions_are_counted_the_primary_one_too():
    found = overview(concluded(decided((0.4, 0.5), (0.46, 0.49), 0.0, 0.08)))
    assert found.unknown[0].startswith("These rows cannot tell")
    total = len(concluded(decided((0.4, 0.5), (0.46, 0.49), 0.0, 0.08)).questions)
    (counted,) = [one for one in found.unknown if "questions asked" in one] or [""]
    assert counted in {"", f"Of all {total} questions asked, {total} are open; all findings list them."}
    assert bool(counted) == (total > 1)


def test_a_gap_that_only_its_own_interval_shows_is_likely_left():
    many = [figure(DIFFERENCE, 0.1, 0.001, 0.2, protocol="A", sensitive=f"a{place}") for place in range(60)]
    found = concluded(
        decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04), decided((0.3, 0.5), (0.35, 0.5), 0.001, 0.3, protocol="A"), many
    )
    assert (
        overview(found)
        .attributes[0]
        .sentences[-1]
        .endswith("; one is likely left; too few rows to tell whether it changed.")
    )


def test_a_gap_that_is_left_is_told_with_whether_it_narrowed():
    wide = decided((0.3, 0.5), (0.35, 0.5), 0.1, 0.3)
    (said,) = overview(concluded(wide)).attributes[0].sentences
    assert said.endswith(
        "Its gap was 20 (between 10 and 30) and is 15 (between 10 and 30), which is unlikely to be chance; too few "
        "rows to tell whether it changed."
    )
    turned = decided((0.3, 0.5), (0.5, 0.35), 0.1, 0.3)
    assert (
        "and to 35 of 100 men and 50 of 100 women if it learns"
        in overview(concluded(turned)).attributes[0].sentences[0]
    )


def test_a_model_worse_than_always_the_same_answer_is_doubted():
    accuracies = [
        figure("accuracy", value, source=source, protocol="A", sensitive=None)
        for source, value in (("constant", 0.6), ("original", 0.8), ("synthetic", 0.55))
    ]
    found = overview(concluded(accuracies))
    assert len(found.cost) == 1
    (said,) = found.faults
    assert said == (
        "A model trained on the synthetic rows is right less often (55 of 100) than always the same answer (60). Check "
        "first whether it is of use."
    )


def test_cost_names_the_guess_that_needs_no_data():
    accuracies = [
        figure("accuracy", value, source=source, protocol="A", sensitive=None)
        for source, value in (("constant", 0.6), ("original", 0.8), ("synthetic", 0.78))
    ]
    (said,) = overview(concluded(accuracies)).cost
    assert said == (
        "Right decisions of 100 on 1,000 real test rows, if the model sees the group: always the same answer 60, a "
        "model trained on the original rows 80, a model trained on the synthetic rows 78."
    )


def test_a_model_that_may_be_no_better_than_a_guess_is_named():
    accuracies = [
        figure("accuracy", value, low, high, source=source, protocol="A", sensitive=None)
        for source, value, low, high in (
            ("constant", 0.6, None, None),
            ("original", 0.8, 0.7, 0.9),
            ("synthetic", 0.62, 0.58, 0.66),
        )
    ]
    found = overview(concluded(accuracies))
    assert found.faults == ()
    assert found.cost[1:] == (
        "Not shown to be right more often than always the same answer: a model trained on the synthetic rows.",
    )


def test_groups_too_small_to_compare_are_named():
    small = figure("base_rate", 0.5, group="few", status=Status.SMALL_N, **RECORD)
    assert (
        "By sex, too few rows to compare (fewer than 30): few."
        in overview(concluded(on_record(a=0.2, b=0.3), [small])).unknown
    )


def test_groups_that_only_the_test_rows_have_too_few_of_are_told_apart():
    small = [figure("selection_rate", 0.5, group=group, source="original", status=Status.SMALL_N) for group in "ab"]
    assert overview(concluded(on_record(a=0.2, b=0.3), small)).unknown[-1] == (
        "By sex, too few test rows to compare (fewer than 30): a, b."
    )


def test_a_classifier_that_selects_almost_nobody_is_told_before_anything_else():
    shortfall = figure("selection_shortfall", 0.9, n=300, sensitive=None)
    (said,) = overview(concluded(decided((0.4, 0.5), (0.01, 0.02), 0.0, 0.04), [shortfall])).faults
    assert said.startswith(
        "Classifiers that do not see the sensitive columns, trained on the synthetic rows, give “high” to almost nobody"
    )


def test_mistakes_of_a_model_stand_beside_its_rates():
    where = {"source": "ours", "protocol": "model"}
    found = [
        *(
            figure("tpr", rate, rate - 0.01, rate + 0.01, group=group, **where)
            for group, rate in (("b", 0.7), ("a", 0.9))
        ),
        figure("equalized_odds_difference", 0.2, 0.15, 0.25, **where),
        *(figure("selection_rate", rate, rate, rate, group=group, **where) for group, rate in (("b", 0.3), ("a", 0.5))),
        figure(DIFFERENCE, 0.2, 0.15, 0.25, **where),
    ]
    assert overview(concluded(found)).attributes[0].sentences[-1] == (
        "In the decisions of “ours”, of those with “high” on record, 70 of 100 b and 90 of 100 a get it."
    )


def test_where_the_negative_outcome_is_favourable_all_is_told_of_it():
    both = [
        figure(
            metric,
            1 - one.value if positive == "low" and metric == "base_rate" else one.value,
            group=one.group,
            positive=positive,
            **RECORD,
        )
        for positive in ("high", "low")
        for one in on_record(women=0.35, men=0.53)
        for metric in [one.metric]
    ]
    schema = SCHEMA.replaced(favorable="negative")
    found = overview(concluded(both, schema=schema))
    assert found.outcome == "“low”"
    assert "“low” goes to 47 of 100 men and 65 of 100 women" in found.attributes[0].sentences[0]


def test_without_records_there_is_nothing_to_show():
    found = overview(concluded([]))
    assert (found.attributes, found.worse, found.cost, found.unknown) == ((), (), (), ())


def test_decisions_of_a_model_are_a_stage_under_their_own_name():
    records = [
        Record(
            source="ours",
            protocol="model",
            metric="selection_rate",
            value=rate,
            low=rate,
            high=rate,
            n=500,
            sensitive="sex",
            group=group,
            positive="high",
        )
        for group, rate in {"women": 0.2, "men": 0.4}.items()
    ]
    gap = Record(
        source="ours",
        protocol="model",
        metric=DIFFERENCE,
        value=0.2,
        low=0.15,
        high=0.25,
        n=1000,
        sensitive="sex",
        positive="high",
    )
    found = overview(concluded([*records, gap]))
    assert found.attributes[0].sentences == (
        "“ours” gives “high” to 20 of 100 women and 40 of 100 men. The gap of 20 (between 15 and 25) is "
        "unlikely to be chance.",
    )
